"""Settings of what is done about imbalance while a network is trained."""

from pydantic import model_validator

from experiments.settings.base import SettingsTable, setting
from experiments.settings.errors import ParameterError
from models import plan as plans


class Mitigation(SettingsTable):
    """What is done about imbalance."""

    class_weighting: plans.ClassWeighting = setting(
        "none",
        title="Class weights",
        help_text=(
            "Whether rare classes count more in training; balanced: all classes weigh the same;"
            " effective number: less than that for classes with many rows.",
            "Curves always show the unweighted loss, so runs can be compared.",
            "Weights also change the effective learning rate, see what losses are divided by.",
        ),
    )
    class_weights: tuple[float, ...] = setting(
        (),
        title="Custom weights",
        help_text=(
            "One weight for each class, in order; used when class weights are custom.",
            "A weight of 2 counts each row of that class twice.",
            "Large weights make training unstable.",
        ),
    )
    effective_beta: float = setting(
        0.999,
        title="Effective number",
        symbol="β",
        low=0.0,
        high=0.999999,
        slider=(0.9, 0.9999),
        help_text=(
            "How fast further rows of a class stop adding: n rows count (1 − βⁿ)/(1 − β).",
            "0 weighs all rows alike, close to 1 all classes.",
            "Which value is best depends on how alike rows are; 0.99 to 0.9999 are usual.",
        ),
    )
    normalisation: plans.Normalisation = setting(
        "batch-size",
        title="Losses divided by",
        help_text=(
            "What the weighted sum of a batch's losses is divided by: its rows, as Keras does by"
            " default, or its weights, as in a weighted mean.",
            "By rows, a batch of heavy rows takes a larger step: weights act as a learning rate.",
            "By weights, doubling all weights changes nothing, but a rare row's share depends on"
            " its neighbours in the batch.",
        ),
    )

    @model_validator(mode="after")
    def _complete(self) -> "Mitigation":
        if self.class_weighting == "custom" and not self.class_weights:
            message = (
                "give one weight for each class, e.g. [1.0, 3.0], or choose none, balanced or"
                " effective-number"
            )
            raise ParameterError(message, parameters=("class_weights",))
        if any(not 0.0 <= weight <= 1e4 for weight in self.class_weights):
            message = "every weight must be at least 0 and at most 10000"
            raise ParameterError(message, parameters=("class_weights",))
        if self.class_weights and not any(self.class_weights):
            raise ParameterError("one weight must be above 0", parameters=("class_weights",))
        return self

    def plan(self) -> plans.MitigationPlan:
        """Say the same to `models`."""
        return plans.MitigationPlan(**dict(self))
