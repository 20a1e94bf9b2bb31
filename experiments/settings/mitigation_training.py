"""Settings of what is done about imbalance while a network is trained."""

from typing import Literal

from pydantic import model_validator

from experiments.settings.base import SettingsTable, setting
from experiments.settings.errors import ParameterError
from models import plan as plans


class Mitigation(SettingsTable):
    """What is done about imbalance."""

    resampling: plans.Resampling = setting(
        "none",
        title="Resampling",
        help_text=(
            "Whether training rows are repeated (over-sampling), left out (under-sampling) or new"
            " ones invented between neighbours of the same group and class (SMOTE) until all are"
            " equally frequent.",
            "Only what is learnt from changes: curves measure the training rows as they are, so"
            " runs can be compared.",
            "Repeated rows are learnt by heart, rows left out are lost, and invented ones may be"
            " what cannot exist.",
        ),
    )
    resampling_by: plans.Balanced = setting(
        "classes",
        title="Resampled by",
        help_text=(
            "What becomes equally frequent: classes, groups, or every group and class together.",
            "By classes, groups keep their shares within each class; by groups, classes do.",
            "Balanced classes do not help a group that is rare in both, nor balanced groups one"
            " whose positive rows are rare.",
        ),
    )
    neighbours: int = setting(
        5,
        title="Neighbours",
        symbol="k",
        low=1,
        high=1000,
        slider=(1, 20),
        help_text=(
            "Among how many nearest rows of the same group and class SMOTE looks for the other end"
            " of the line on which it invents a row.",
            "With few, new rows stay close to old ones; with many they fill the space between.",
            "A group and class with no more rows than that cannot be resampled so.",
        ),
    )
    balanced_batches: Literal["none", plans.Balanced] = setting(
        "none",
        title="Balanced batches",
        help_text=(
            "Whether each batch draws its rows evenly over classes, groups, or every group and"
            " class together.",
            "An epoch has as many rows as ever; rare rows come several times, frequent ones not in"
            " every epoch.",
            "Together with balanced weights rare rows are corrected for twice.",
        ),
    )
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
        title="Custom class weights",
        help_text=(
            "One weight for each class, in order; used when class weights are custom.",
            "A weight of 2 counts each row of that class twice.",
            "Large weights make training unstable.",
        ),
    )
    group_weighting: plans.GroupWeighting = setting(
        "none",
        title="Group weights",
        help_text=(
            "Whether rare groups count more in training; balanced: all groups weigh the same;"
            " reweighing: each group and class as if they were independent (Kamiran & Calders).",
            "A row counts its class weight times its group weight.",
            "Reweighing leaves the total weight of every group as it is: it changes the share of"
            " classes in them, not how much a small group counts.",
        ),
    )
    group_weights: tuple[float, ...] = setting(
        (),
        title="Custom group weights",
        help_text=(
            "One weight for each group, in order; used when group weights are custom.",
            "A weight of 2 counts each row of that group twice, 0 does not learn from it.",
            "Large weights on a few rows make training learn these by heart.",
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
            "By rows, weights of classes and groups act as a learning rate: their product need not"
            " have the mean 1, and a batch of heavy rows takes a larger step.",
            "By weights, doubling all weights changes nothing, but what a row of a rare class or"
            " group counts depends on its neighbours in the batch.",
        ),
    )

    @model_validator(mode="after")
    def _complete(self) -> "Mitigation":
        _check_weights("class", self.class_weighting, self.class_weights)
        _check_weights("group", self.group_weighting, self.group_weights)
        return self

    def plan(self) -> plans.MitigationPlan:
        """Say the same to `models`."""
        return plans.MitigationPlan(**dict(self))


def _check_weights(what: str, weighting: str, weights: tuple[float, ...]) -> None:
    names = (f"{what}_weights",)
    if weighting == "custom" and not weights:
        message = f"give one weight for each {what}, e.g. [1.0, 3.0], or choose none or balanced"
        raise ParameterError(message, parameters=names)
    if any(not 0.0 <= weight <= 1e4 for weight in weights):
        message = "every weight must be at least 0 and at most 10000"
        raise ParameterError(message, parameters=names)
    if weights and not any(weights):
        raise ParameterError("one weight must be above 0", parameters=names)
