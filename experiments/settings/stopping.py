"""Settings of when training ends early."""

from typing import Literal

from experiments.settings.base import SettingsTable, setting
from models import plan as plans


class Stopping(SettingsTable):
    """When training ends early."""

    watch: plans.Watched = setting(
        "nothing",
        title="Early stopping",
        help_text=(
            "The validation loss that ends training when it no longer falls: over all rows, or of"
            " the group for which it is largest.",
            "It is looked at after each epoch.",
            "Overall, the large group decides when a small group has learnt enough.",
        ),
    )
    patience: int = setting(
        10,
        title="Patience",
        unit="epochs",
        low=1,
        high=10_000,
        slider=(1, 100),
        scale="log",
        help_text=(
            "Epochs without progress after which training ends.",
            "Watch whether a curve would have fallen again later on.",
            "The loss of a small group jumps: too little patience takes noise for the end.",
        ),
    )
    least_gain: float = setting(
        0.0,
        title="Least gain",
        low=0.0,
        high=1.0,
        slider=(0.0, 0.05),
        help_text=(
            "By how much the loss must fall below the best one to count as progress.",
            "0 takes every new best loss as progress.",
            "A large one ends slow learning too.",
        ),
    )
    weights: Literal["best", "last"] = setting(
        "best",
        title="Final weights",
        help_text=(
            "Which weights give the scores at the end: those with the lowest watched loss, or the"
            " last ones.",
            "Curves go on to where training ended in both cases.",
            "The best on validation are chosen by validation: its scores flatter a little, a test"
            " part's do not.",
        ),
    )

    def plan(self) -> plans.StoppingPlan:
        """Say the same to `models`."""
        return plans.StoppingPlan(**dict(self))
