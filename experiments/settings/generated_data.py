"""Settings of data sets that are drawn or derived by chance, with dials and a known truth."""

from typing import ClassVar, Literal

from pydantic import model_validator

from experiments.settings.base import SettingsTable, setting
from experiments.settings.data_sets import SET_HELP, held_out_for_test, held_out_for_validation
from experiments.settings.errors import ParameterError
from experiments.settings.mixture import Mixture, TwoGroupMixture

LARGEST_SAMPLE = 50_000_000
"""Most numbers, rows times columns, that are drawn: 200 MB once learning begins."""


def _representation(group: str, other: str) -> float:
    share: float = setting(
        0.8,
        title=f"Representation of {group}",
        symbol="ρ",
        low=0.01,
        high=0.99,
        help_text=(
            f"Share of all rows that belong to group {group}; group {other} has the rest.",
            "Late in training the group with more rows tends to be ahead.",
            "A group of few rows has noisy curves, so its gap is uncertain.",
        ),
    )
    return share


def _positive_share(title: str = "Positive share") -> float:
    share: float = setting(
        0.5,
        title=title,
        low=0.001,
        high=0.999,
        help_text=(
            "Share of the rows that are positive.",
            "0.5 has as many of both classes, 0.1 nine negative rows for each positive one.",
            "With a rare class, high accuracy may mean that it is never found.",
        ),
    )
    return share


class MixtureData(SettingsTable):
    """Samples of the teacher-mixture, in either form that the kind `dynamics` has."""

    class_count: ClassVar[int | None] = 2

    set: Literal["mixture"] = setting("mixture", title="Data set", help_text=SET_HELP)
    samples: int = setting(
        4000,
        title="Samples",
        low=20,
        high=1_000_000,
        slider=(200, 20_000),
        scale="log",
        help_text=(
            "How many samples are drawn, for training and validation together.",
            "Fewer samples than weights lead to overfitting.",
            "The theory of `dynamics` assumes fresh samples in every step.",
        ),
    )
    dimension: int = setting(
        50,
        title="Dimension",
        symbol="d",
        low=4,
        high=2000,
        slider=(4, 500),
        scale="log",
        help_text=(
            "Number of inputs.",
            "More inputs need more samples.",
            "The theory is exact for many inputs.",
        ),
    )
    mixture: Mixture = TwoGroupMixture()
    validation_share: float = held_out_for_validation()
    test_share: float = held_out_for_test()

    @model_validator(mode="after")
    def _can_be_drawn(self) -> "MixtureData":
        least = self.mixture.teacher_mixture().coordinates.shape[1]
        if self.dimension < least:
            message = f"{self.dimension} is not allowed; this mixture needs {least} or more"
            raise ParameterError(message, parameters=("dimension",))
        if self.samples * self.dimension > LARGEST_SAMPLE:
            message = (
                f"{self.samples} samples of {self.dimension} inputs are more than "
                f"{LARGEST_SAMPLE:,} numbers; take fewer of either"
            )
            raise ParameterError(message, parameters=("samples", "dimension"))
        return self


def _noise(group: str) -> float:
    noise: float = setting(
        0.2,
        title=f"Noise of {group}",
        symbol="σ",
        low=0.0,
        high=5.0,
        slider=(0.0, 1.0),
        help_text=(
            f"Spread of group {group} around the bare shape; the shape is about 2 wide.",
            "More noise makes the classes overlap, so even the best boundary errs more.",
            "A gap that noise makes cannot be closed by training longer.",
        ),
    )
    return noise


class ShapesData(SettingsTable):
    """Points of a plane in a classic shape; group B has the shape turned and moved."""

    class_count: ClassVar[int | None] = 2

    set: Literal["shapes"] = setting("shapes", title="Data set", help_text=SET_HELP)
    shape: Literal["blobs", "moons", "circles", "xor", "spiral"] = setting(
        "moons",
        title="Shape",
        help_text=(
            "How the two classes lie in the plane.",
            "A straight line separates blobs; the others need hidden layers.",
            "A shape that one group turns may need a bend where the other needs none.",
        ),
    )
    samples: int = setting(
        1000,
        title="Samples",
        low=20,
        high=1_000_000,
        slider=(20, 10_000),
        scale="log",
        help_text=(
            "How many points are drawn, for training and validation together.",
            "Fewer points make the boundary depend on chance.",
            "Repeat a small set with other seeds before you trust a gap.",
        ),
    )
    representation: float = _representation("A", "B")
    positive_share: float = _positive_share()
    noise_a: float = _noise("A")
    noise_b: float = _noise("B")
    turn: float = setting(
        45.0,
        title="Turn of B",
        unit="°",
        low=-180.0,
        high=180.0,
        help_text=(
            "Angle by which the shape of group B is turned about the origin, anticlockwise.",
            "0 gives both groups the same shape, so one boundary serves both.",
            "Circles look the same at every angle.",
        ),
    )
    move_x: float = setting(
        0.0,
        title="Move of B along x1",
        low=-10.0,
        high=10.0,
        slider=(-3.0, 3.0),
        help_text=(
            "How far the shape of group B is moved along the first axis after its turn.",
            "Groups that lie apart can each have a boundary of their own.",
            "The further apart, the more a network needs capacity instead of a compromise.",
        ),
    )
    move_y: float = setting(
        0.0,
        title="Move of B along x2",
        low=-10.0,
        high=10.0,
        slider=(-3.0, 3.0),
        help_text=(
            "How far the shape of group B is moved along the second axis after its turn.",
            "Groups that lie apart can each have a boundary of their own.",
            "The further apart, the more a network needs capacity instead of a compromise.",
        ),
    )
    validation_share: float = held_out_for_validation()
    test_share: float = held_out_for_test()


def _signal(group: str, default: float) -> float:
    signal: float = setting(
        default,
        title=f"Signal of {group}",
        symbol="s",
        low=0.0,
        high=1.0,
        help_text=(
            f"How much the inputs of group {group} tell about its label: 0 nothing, 1 all.",
            "With equal classes the best rule is right for a share (1 + s)/2 of the rows.",
            "While s ≤ 1 − 2 × positive share, the most accurate rule never says positive.",
        ),
    )
    return signal


class SignalData(SettingsTable):
    """A small table whose inputs tell as much about the label as its dials say."""

    class_count: ClassVar[int | None] = 2

    set: Literal["signal"] = setting("signal", title="Data set", help_text=SET_HELP)
    rows: int = setting(
        1000,
        title="Rows",
        low=20,
        high=1_000_000,
        slider=(20, 10_000),
        scale="log",
        help_text=(
            "How many rows are drawn, for training and validation together.",
            "Few rows and many columns are learnt by heart even without any signal.",
            "Repeat a small table with other seeds before you trust a score.",
        ),
    )
    columns: int = setting(
        10,
        title="Columns",
        low=1,
        high=2000,
        slider=(1, 200),
        scale="log",
        help_text=(
            "Number of inputs; the signal is spread over all of them along one direction.",
            "More columns hide the same signal among more noise.",
            "With more columns than rows any labels can be separated.",
        ),
    )
    representation: float = _representation("A", "B")
    positive_share: float = _positive_share()
    signal_a: float = _signal("A", 0.8)
    signal_b: float = _signal("B", 0.4)
    validation_share: float = held_out_for_validation()
    test_share: float = held_out_for_test()

    @model_validator(mode="after")
    def _can_be_drawn(self) -> "SignalData":
        if self.rows * self.columns > LARGEST_SAMPLE:
            message = (
                f"{self.rows} rows of {self.columns} columns are more than "
                f"{LARGEST_SAMPLE:,} numbers; take fewer of either"
            )
            raise ParameterError(message, parameters=("rows", "columns"))
        return self


def _contrast(group: str) -> float:
    contrast: float = setting(
        1.0,
        title=f"Contrast of {group}",
        low=0.01,
        high=1.0,
        scale="log",
        help_text=(
            f"Factor on every pixel of group {group}, its saliency; 1 leaves images as they are.",
            "The group with more contrast is learnt faster early on.",
            "Pixels are not standardised here, so that contrast keeps its effect.",
        ),
    )
    return contrast


def _class_number(default: int, title: str) -> int:
    number: int = setting(
        default,
        title=title,
        low=0,
        high=9,
        help_text=(
            "Number of the class among the ten: the digit itself, or the garment's number.",
            "Garments: 0 T-shirt, 1 trouser, 2 pullover, 3 dress, 4 coat, 5 sandal, 6 shirt, "
            "7 sneaker, 8 bag, 9 ankle boot.",
            "Some pairs look so alike that even upright images are hard to tell apart.",
        ),
    )
    return number


class RotatedData(SettingsTable):
    """Images as a teacher-mixture: two classes, and a group whose images are rotated."""

    class_count: ClassVar[int | None] = 2

    set: Literal["rotated"] = setting("rotated", title="Data set", help_text=SET_HELP)
    images: Literal["mnist", "fashion", "digits"] = setting(
        "mnist",
        title="Images",
        help_text=(
            "Where the images come from; each is used once, upright or rotated.",
            "MNIST and Fashion-MNIST have 28 × 28 pixels, the handwritten digits 8 × 8.",
            "Rotation blurs small images more.",
        ),
    )
    task: Literal["all-classes", "two-classes"] = setting(
        "all-classes",
        title="Task",
        help_text=(
            "All ten classes, in two halves, or two classes to tell apart.",
            "All classes: odd digits against even ones, or tops against other garments.",
            "Two classes leave fewer images, so curves of a small group are noisier.",
        ),
    )
    negative: int = _class_number(3, "Negative class")
    positive: int = _class_number(5, "Positive class")
    angle: float = setting(
        90.0,
        title="Angle",
        unit="°",
        low=-180.0,
        high=180.0,
        help_text=(
            "Angle by which the images of the second group are rotated, anticlockwise.",
            "A larger angle makes the rules of the groups less alike, as a lower q does.",
            "Half a turn changes some images little (0, 1, 8) and others much (3, 7).",
        ),
    )
    representation: float = _representation("upright", "rotated")
    contrast_upright: float = _contrast("upright")
    contrast_rotated: float = _contrast("rotated")
    positive_share_upright: float = _positive_share("Positive share of upright")
    positive_share_rotated: float = _positive_share("Positive share of rotated")
    validation_share: float = held_out_for_validation()
    test_share: float = held_out_for_test()

    @model_validator(mode="after")
    def _has_two_classes(self) -> "RotatedData":
        if self.task == "two-classes" and self.negative == self.positive:
            message = "the two classes must differ"
            raise ParameterError(message, parameters=("negative", "positive"))
        return self
