"""Settings of what can be done about a gap in the solvable model."""

from typing import Literal

from pydantic import model_validator

from experiments.settings.base import SettingsTable, setting
from experiments.settings.errors import ParameterError
from experiments.settings.learning import check_weights


class Mitigation(SettingsTable):
    """What can be done about a gap beside the weights of groups and classes."""

    sampling: Literal["as-represented", "balanced"] = setting(
        "as-represented",
        title="Sampling",
        help_text=(
            "How often training samples come from each group: by its share, or all groups alike.",
            "Balanced sampling shows the rare group as often as the frequent one.",
            "Losses are reported for the groups as they are; the overall loss keeps their shares.",
        ),
    )
    decision_thresholds: tuple[float, ...] = setting(
        (),
        title="Decision thresholds",
        symbol="θ",
        help_text=(
            "The answer is +1 where the student's field is above the threshold; one number for all"
            " groups, or one for each group; empty: 0.",
            "Thresholds of their own move selection rates of the groups together or apart after"
            " training.",
            "They change answers, so errors and rates, but neither the weights nor the losses.",
        ),
    )
    switch_time: float = setting(
        0.0,
        title="Switch time",
        symbol="tₛ",
        unit="steps / d",
        low=0.0,
        high=1e6,
        slider=(0.0, 100.0),
        help_text=(
            "From this time on the weights and the sampling below are used; 0: never.",
            "Compare it with the crossings: what helps early need not help late.",
            "The switch acts on the gradient; the curves bend a little after it.",
        ),
    )
    later_group_weights: tuple[float, ...] = setting(
        (),
        title="Group weights after it",
        symbol="c",
        help_text=(
            "Factor on each group's gradient from the switch on; left empty, 1 for every group.",
            "The weights before the switch are those of learning.",
            "They are only used when the switch time is above 0.",
        ),
    )
    later_class_weights: tuple[float, ...] = setting(
        (1.0, 1.0),
        title="Class weights after it (+1, −1)",
        symbol="a",
        help_text=(
            "Factor on the gradient of samples labelled +1 and −1 from the switch on.",
            "The weights before the switch are those of learning.",
            "They are only used when the switch time is above 0.",
        ),
    )
    later_sampling: Literal["as-represented", "balanced"] = setting(
        "as-represented",
        title="Sampling after it",
        help_text=(
            "How often training samples come from each group from the switch on.",
            "Balanced sampling late in training is a cheap way to re-balance a trained model.",
            "It is only used when the switch time is above 0.",
        ),
    )

    @model_validator(mode="after")
    def _usable(self) -> "Mitigation":
        if len(self.later_class_weights) != 2:
            message = f"{len(self.later_class_weights)} numbers given; it must be two"
            raise ParameterError(message, parameters=("later_class_weights",))
        for name in ("later_group_weights", "later_class_weights"):
            check_weights(name, getattr(self, name))
        if any(not abs(threshold) <= 100.0 for threshold in self.decision_thresholds):
            message = "every threshold must be at least −100 and at most 100"
            raise ParameterError(message, parameters=("decision_thresholds",))
        return self
