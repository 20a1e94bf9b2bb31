"""Settings of the kind ``training``: a Keras classifier with a per-group view."""

from typing import Annotated, Literal

from pydantic import Discriminator, Tag, model_validator

from experiments.settings.augmentation import Augmentation
from experiments.settings.base import Settings, SettingsTable, setting
from experiments.settings.baselines import Baselines
from experiments.settings.changes import Change
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
from experiments.settings.loss import Loss
from experiments.settings.mitigation_training import Mitigation
from experiments.settings.network import Network
from experiments.settings.optimiser import Optimiser
from experiments.settings.preparation import Preparation
from experiments.settings.stopping import Stopping
from experiments.settings.trouble import Trouble
from experiments.settings.twin import Twin
from models import plan as plans

_LEAST_TRAINING_SHARE = 0.05
TABLES = {"adult", "breast-cancer", "mixture", "shapes", "signal", "file", "openml"}

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


def _component(default: int, way: str) -> int:
    component: int = setting(
        default,
        title=f"Boundary {way}",
        low=1,
        high=20,
        help_text=(
            f"Which principal component of the inputs runs {way} on the boundary's plane, where"
            " there are more than two columns.",
            "1 is the direction along which training rows vary most, 2 the next one at right"
            " angles to it, and so on; the axes tell which share of the variance it has.",
            "Classes may differ most along a component of little variance.",
        ),
    )
    return component


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
            "How many times, at most, every group is measured: evenly on a log axis, and later"
            " evenly in steps, where those lie closer.",
            "More points show shorter moments.",
            "Every measurement passes over all rows and costs time.",
        ),
    )
    replay: plans.Replay = setting(
        "exact",
        title="Replay",
        help_text=(
            "Whether the same settings must give the same curves again, bit for bit.",
            "Exact decides by the plan alone who takes which step: a long run begins on a slower"
            " loop, waits at step 2,000 until the faster one is compiled, and goes on with that;"
            " the wait, mostly below a second, is all that exactness costs. Fast changes over as"
            " soon as it can, and keeps the loop that proves faster.",
            "Fast runs round differently and draw dropout anew, so repeated curves differ in"
            " detail, late ones of unstable training by much.",
        ),
    )
    plane_right: int = _component(1, "to the right")
    plane_up: int = _component(2, "upwards")

    @model_validator(mode="after")
    def _is_a_plane(self) -> "TrainingOutput":
        if self.plane_right == self.plane_up:
            message = f"both are component {self.plane_up}; choose two different ones"
            raise ParameterError(message, parameters=("plane_right", "plane_up"))
        return self


class TrainingSettings(Settings):
    """A Keras classifier, its curves drawn once per group."""

    kind: Literal["training"] = "training"
    data: Data = AdultData()
    trouble: Trouble = Trouble()
    preparation: Preparation = Preparation()
    twin: Twin = Twin()
    model: Network = Network()
    loss: Loss = Loss()
    optimiser: Optimiser = Optimiser()
    mitigation: Mitigation = Mitigation()
    augmentation: Augmentation = Augmentation()
    stopping: Stopping = Stopping()
    baselines: Baselines = Baselines()
    output: TrainingOutput = TrainingOutput()
    changes: tuple[Change, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> "TrainingSettings":
        """Check the settings as they are, and as they stand after each change."""
        self._check()
        present = self.model_copy(update={"changes": ()})
        steps = [change.step for change in self.changes]
        if steps != sorted(steps):
            message = f"their steps must ascend, but are {steps}"
            raise ParameterError(message, parameters=("changes",))
        last = self.optimiser.steps
        if steps and last and steps[-1] >= last:
            message = f"the run ends at step {last:,}, but one is at step {steps[-1]:,}"
            raise ParameterError(message, parameters=("changes", "optimiser.steps"))
        if steps and self.twin.mistake != "none":
            message = "twin pipelines are trained without changes; choose none, or leave them out"
            raise ParameterError(message, parameters=("changes", "twin.mistake"))
        for number, change in enumerate(self.changes, start=1):
            table = change.setting.partition(".")[0]
            try:
                part = change.applied(getattr(present, table))
            except ValueError as error:
                raise ParameterError(str(error), parameters=(f"changes[{number}]",)) from None
            present = present.model_copy(update={table: part})
            present._check()
        return self

    def _check(self) -> None:
        classes = self.data.class_count
        count = len(self.mitigation.class_weights)
        if classes is not None and count not in {0, classes}:
            message = f"{count} weights given; {self.data.set} has {classes} classes"
            raise ParameterError(message, parameters=("mitigation.class_weights",))
        balanced = self.loss.name == "focal" and self.loss.focal_balancing == "yes"
        if balanced and classes is not None and classes > 2:
            message = f"it is for two classes, but {self.data.set} has {classes}; choose no"
            raise ParameterError(message, parameters=("loss.focal_balancing",))
        if self.model.network == "convolutional" and self.data.set in TABLES:
            message = f"convolutional needs images, but {self.data.set} is a table; choose dense"
            raise ParameterError(message, parameters=("model.network",))
        if self.augmentation.active and self.data.set in TABLES:
            message = f"only images can be changed so, but {self.data.set} is a table; choose"
            names = tuple(f"augmentation.{name}" for name in self.augmentation.active)
            raise ParameterError(f"{message} none or 0", parameters=names)
        shares = round(self.data.validation_share + self.data.test_share, 9)
        if shares > 1.0 - _LEAST_TRAINING_SHARE:
            message = (
                f"validation and test take {shares:.4g} of the rows; together at most "
                f"{1.0 - _LEAST_TRAINING_SHARE:g}, so that some are left to learn from"
            )
            keys = ("data.validation_share", "data.test_share")
            raise ParameterError(message, parameters=keys)
