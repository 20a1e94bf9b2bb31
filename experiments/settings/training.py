"""Settings of the kind ``training``: a Keras classifier with a per-group view."""

from typing import Annotated, Literal

from pydantic import Discriminator, Tag, model_validator

from experiments.settings.base import Settings, SettingsTable, setting
from experiments.settings.data_sets import (
    AdultData,
    BreastCancerData,
    DigitsData,
    FashionData,
    MnistData,
)
from experiments.settings.download_data import FullData, OpenmlData
from experiments.settings.errors import ParameterError
from experiments.settings.file_data import FileData
from experiments.settings.generated_data import MixtureData, RotatedData, ShapesData, SignalData
from experiments.settings.preparation import Preparation
from experiments.settings.trouble import Trouble
from experiments.settings.twin import Twin

_LEAST_TRAINING_SHARE = 0.05

Data = Annotated[
    Annotated[AdultData, Tag("adult")]
    | Annotated[BreastCancerData, Tag("breast-cancer")]
    | Annotated[DigitsData, Tag("digits")]
    | Annotated[MnistData, Tag("mnist")]
    | Annotated[FashionData, Tag("fashion")]
    | Annotated[RotatedData, Tag("rotated")]
    | Annotated[MixtureData, Tag("mixture")]
    | Annotated[ShapesData, Tag("shapes")]
    | Annotated[SignalData, Tag("signal")]
    | Annotated[FileData, Tag("file")]
    | Annotated[FullData, Tag("full")]
    | Annotated[OpenmlData, Tag("openml")],
    Discriminator("set"),
]


class Network(SettingsTable):
    """The network: a stack of equal dense layers."""

    depth: int = setting(
        2,
        title="Hidden layers",
        low=0,
        high=10,
        slider=(0, 6),
        help_text=(
            "Number of hidden layers; 0 is logistic regression.",
            "A deeper network can bend its boundary more.",
            "A model that is too small cannot be corrected by class weights.",
        ),
    )
    width: int = setting(
        64,
        title="Width",
        unit="units",
        low=1,
        high=4096,
        slider=(1, 512),
        scale="log",
        help_text=(
            "Units in each hidden layer.",
            "A wider network can learn more by heart.",
            "A perfect training curve may be memory, not skill: look at validation.",
        ),
    )
    activation: Literal["relu", "tanh", "sigmoid", "elu", "gelu"] = setting(
        "relu",
        title="Activation",
        help_text=(
            "The bend in each hidden unit.",
            "ReLU trains fast, tanh and sigmoid are smooth and slower.",
            "With no hidden layer it has no effect.",
        ),
    )
    dropout: float = setting(
        0.0,
        title="Dropout",
        low=0.0,
        high=0.9,
        help_text=(
            "Share of hidden units that are switched off at random in each step.",
            "It works against learning by heart.",
            "It is off while measuring, so training loss can look better than it felt.",
        ),
    )
    l2: float = setting(
        0.0,
        title="L2",
        low=0.0,
        high=10.0,
        slider=(0.0, 0.1),
        help_text=(
            "Strength of the penalty on squared weights.",
            "It works against learning by heart and against confident answers.",
            "The curves show the loss without this penalty.",
        ),
    )


class Optimiser(SettingsTable):
    """How the network learns."""

    name: Literal["adam", "sgd", "momentum", "rmsprop", "adamw"] = setting(
        "adam",
        title="Optimiser",
        help_text=(
            "The rule that turns gradients into steps.",
            "Adam and RMSprop adapt the step to each weight; SGD does not.",
            "A good learning rate for one is rarely good for another.",
        ),
    )
    learning_rate: float = setting(
        1e-3,
        title="Learning rate",
        symbol="η",
        low=1e-8,
        high=100.0,
        slider=(1e-5, 1.0),
        scale="log",
        help_text=(
            "Size of each step.",
            "Too high: curves jump or blow up. Too low: nothing happens.",
            "What it does to a small group is easily missed in the overall curve.",
        ),
    )
    batch_size: int = setting(
        128,
        title="Batch size",
        low=1,
        high=10_000,
        slider=(1, 1024),
        scale="log",
        help_text=(
            "Rows averaged in each step.",
            "Small batches are noisy and see small groups rarely.",
            "Changing it changes the number of steps in an epoch.",
        ),
    )
    epochs: int = setting(
        20,
        title="Epochs",
        low=1,
        high=10_000,
        slider=(1, 200),
        scale="log",
        help_text=(
            "How often every training row is seen.",
            "Watch where the validation curve of each group turns upwards.",
            "Groups turn at different moments, so the best end differs from group to group.",
        ),
    )


class Mitigation(SettingsTable):
    """What is done about imbalance."""

    class_weighting: Literal["none", "balanced", "custom"] = setting(
        "none",
        title="Class weights",
        help_text=(
            "Whether rare classes count more in training; balanced: all classes weigh the same.",
            "Curves always show the unweighted loss, so runs can be compared.",
            "Weights also change the effective learning rate.",
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

    @model_validator(mode="after")
    def _complete(self) -> "Mitigation":
        if self.class_weighting == "custom" and not self.class_weights:
            message = "give one weight for each class, e.g. [1.0, 3.0], or choose balanced or none"
            raise ParameterError(message, parameters=("class_weights",))
        if any(not 0.0 <= weight <= 1e4 for weight in self.class_weights):
            message = "every weight must be at least 0 and at most 10000"
            raise ParameterError(message, parameters=("class_weights",))
        if self.class_weights and not any(self.class_weights):
            raise ParameterError("one weight must be above 0", parameters=("class_weights",))
        return self


class TrainingOutput(SettingsTable):
    """Where curves are reported."""

    points: int = setting(
        200,
        title="Points",
        low=2,
        high=20_000,
        slider=(50, 1000),
        scale="log",
        help_text=(
            "How many times, evenly on a log axis, every group is measured.",
            "More show more detail late in training.",
            "Every measurement passes over all rows and costs time.",
        ),
    )


class TrainingSettings(Settings):
    """A Keras classifier, its curves drawn once per group."""

    kind: Literal["training"] = "training"
    data: Data = AdultData()
    trouble: Trouble = Trouble()
    preparation: Preparation = Preparation()
    twin: Twin = Twin()
    model: Network = Network()
    optimiser: Optimiser = Optimiser()
    mitigation: Mitigation = Mitigation()
    output: TrainingOutput = TrainingOutput()

    @model_validator(mode="after")
    def _fits(self) -> "TrainingSettings":
        classes = self.data.class_count
        count = len(self.mitigation.class_weights)
        if classes is not None and count not in {0, classes}:
            message = f"{count} weights given; {self.data.set} has {classes} classes"
            raise ParameterError(message, parameters=("mitigation.class_weights",))
        shares = round(self.data.validation_share + self.data.test_share, 9)
        if shares > 1.0 - _LEAST_TRAINING_SHARE:
            message = (
                f"validation and test take {shares:.4g} of the rows; together at most "
                f"{1.0 - _LEAST_TRAINING_SHARE:g}, so that some are left to learn from"
            )
            keys = ("data.validation_share", "data.test_share")
            raise ParameterError(message, parameters=keys)
        return self
