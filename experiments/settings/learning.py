"""Settings of how the student of the solvable model learns."""

from typing import Literal

from pydantic import model_validator

from experiments.settings.base import SettingsTable, setting
from experiments.settings.errors import ParameterError
from simulation.schedules import MOST_STEPS


class Learning(SettingsTable):
    """How the student learns."""

    loss: Literal["squared", "logistic", "focal", "smooth-hinge"] = setting(
        "squared",
        title="Loss",
        help_text=(
            "What one wrong or unsure answer costs during training.",
            "Squared loss has a closed form; the others are integrated numerically.",
            "Losses of different kinds are on different scales: compare gaps within one kind.",
        ),
    )
    focal_gamma: float = setting(
        2.0,
        title="Focusing",
        symbol="γ",
        low=0.0,
        high=10.0,
        slider=(0.0, 5.0),
        help_text=(
            "How strongly the focal loss ignores samples that are already classified well.",
            "0 is the logistic loss; only used when the loss is focal.",
            "Large values slow training down as a whole.",
        ),
    )
    hinge_sharpness: float = setting(
        5.0,
        title="Sharpness",
        symbol="β",
        low=0.1,
        high=100.0,
        slider=(0.5, 50.0),
        scale="log",
        help_text=(
            "How sharply the smooth hinge loss bends at the margin 1; the sharper, the closer it"
            " is to the hinge loss of support vector machines.",
            "Samples beyond the margin stop teaching; only used when the loss is smooth-hinge.",
            "With a blunt bend it behaves like the logistic loss.",
        ),
    )
    learning_rate: float = setting(
        0.25,
        title="Learning rate",
        symbol="η",
        low=1e-6,
        high=1e3,
        slider=(0.01, 10.0),
        scale="log",
        help_text=(
            "Size of each step against the gradient.",
            "Larger is faster, adds noise to the end state, and above a limit diverges.",
            "A gap that closes at a small rate may stay open at a large one: noise costs groups"
            " with a large variance more.",
        ),
    )
    schedule: Literal[
        "constant", "exponential", "step", "cosine", "warmup-cosine", "inverse-time"
    ] = setting(
        "constant",
        title="Schedule",
        help_text=(
            "How the learning rate changes during training, under Keras' names: it starts as set"
            " and decays, with warmup-cosine after a linear rise from 0.",
            "A rate that falls takes the noise out of the end state, which serves the group with"
            " the larger variance most.",
            "A rate that falls too early freezes the gap of the moment: nothing is learnt then.",
        ),
    )
    decay_steps: float = setting(
        20.0,
        title="Decay steps",
        unit="steps / d",
        low=1e-3,
        high=1e6,
        slider=(1.0, 1000.0),
        scale="log",
        help_text=(
            "Time over which the schedule decays: until the rate has fallen by the decay rate once,"
            " or the length of the cosine.",
            "In units of t, so Keras' decay_steps divided by the dimension.",
            "A cosine shorter than the duration leaves the rest of training at its final share.",
        ),
    )
    decay_rate: float = setting(
        0.5,
        title="Decay rate",
        low=1e-6,
        high=1e3,
        slider=(0.05, 1.0),
        help_text=(
            "Factor by which an exponential or step schedule falls in each decay time; strength of"
            " the inverse time schedule.",
            "Exponential and step: η × rate^(t / decay steps); inverse time:"
            " η / (1 + rate × t / decay steps).",
            "Above 1 it is allowed for inverse time alone.",
        ),
    )
    alpha: float = setting(
        0.0,
        title="Final share",
        symbol="α",
        low=0.0,
        high=1.0,
        help_text=(
            "Learning rate at the end of a cosine, as a share of the rate as set.",
            "0 ends with no learning at all, 1 is a constant rate.",
            "The noise that is left at the end grows with it.",
        ),
    )
    warmup_steps: float = setting(
        5.0,
        title="Warm-up steps",
        unit="steps / d",
        low=1e-3,
        high=1e6,
        slider=(0.1, 100.0),
        scale="log",
        help_text=(
            "Length of the linear rise from 0 to the learning rate, before the cosine.",
            "In units of t, so Keras' warmup_steps divided by the dimension.",
            "It delays the early phases, and changes little of what comes after them.",
        ),
    )
    weight_decay: float = setting(
        0.0,
        title="Weight decay",
        symbol="λ₂",
        low=0.0,
        high=1e3,
        slider=(0.0, 2.0),
        help_text=(
            "Strength of L2 regularisation: how fast weights shrink on their own.",
            "It limits the norm Q, which costs groups with a large variance most.",
            "Too much of it keeps every group's loss high.",
        ),
    )
    batch_size: int = setting(
        1,
        title="Batch size",
        symbol="B",
        low=1,
        high=100_000,
        slider=(1, 256),
        scale="log",
        help_text=(
            "Fresh samples averaged in each step.",
            "Larger batches lower the noise and raise the limit of the learning rate.",
            "Time counts steps, so a larger batch sees more samples in the same time.",
        ),
    )
    group_weights: tuple[float, ...] = setting(
        (),
        title="Group weights",
        symbol="c",
        help_text=(
            "Factor on each group's gradient; left empty, 1 for every group.",
            "Raising a group's weight favours it at the end of training.",
            "It also raises that group's noise, and need not help at the beginning.",
        ),
    )
    class_weights: tuple[float, ...] = setting(
        (1.0, 1.0),
        title="Class weights (+1, −1)",
        symbol="a",
        help_text=(
            "Factor on the gradient of samples labelled +1 and −1.",
            "Raising one makes that label the more frequent answer.",
            "It helps a group only as far as the groups differ in their labels.",
        ),
    )
    initial_norm: float = setting(
        0.02,
        title="Initial norm",
        symbol="Q(0)",
        low=1e-6,
        high=1e4,
        slider=(0.001, 4.0),
        scale="log",
        help_text=(
            "Squared length of the student's weights at the start, |w|²/d.",
            "Small values start near indecision, large ones with confident random answers.",
            "A large start hides the early phases behind forgetting.",
        ),
    )
    initial_overlaps: tuple[float, ...] = setting(
        (),
        title="Initial overlaps",
        symbol="w·u/d",
        help_text=(
            "Overlaps of the starting weights with all rules, then all shifts; empty: all 0.",
            "Use them to start from a student that already knows something.",
            "They must be possible together with the initial norm.",
        ),
    )
    duration: float = setting(
        100.0,
        title="Duration",
        symbol="t",
        unit="steps / d",
        low=1e-3,
        high=1e6,
        slider=(1.0, 1000.0),
        scale="log",
        help_text=(
            "How long to train, in steps divided by the dimension.",
            "See whether the curves are flat at the end before you judge who is ahead.",
            "The cost of a simulation grows with it.",
        ),
    )

    @model_validator(mode="after")
    def _two_classes(self) -> "Learning":
        if len(self.class_weights) != 2:
            message = f"{len(self.class_weights)} numbers given; it must be two, for +1 and −1"
            raise ParameterError(message, parameters=("class_weights",))
        for name in ("group_weights", "class_weights"):
            check_weights(name, getattr(self, name))
        return self

    @model_validator(mode="after")
    def _schedule_exists(self) -> "Learning":
        if self.schedule in {"exponential", "step"} and self.decay_rate > 1.0:
            message = f"{self.decay_rate:g} must be at most 1 for the schedule {self.schedule}"
            raise ParameterError(message, parameters=("decay_rate", "schedule"))
        if self.schedule == "step" and self.duration > MOST_STEPS * self.decay_steps:
            least = self.duration / MOST_STEPS
            message = (
                f"{self.decay_steps:g} must be at least {least:g}: the rate may change"
                f" {MOST_STEPS:,} times within the duration {self.duration:g}"
            )
            raise ParameterError(message, parameters=("decay_steps", "duration"))
        return self


def check_weights(name: str, weights: tuple[float, ...]) -> None:
    """Refuse weights out of bounds, and weights that are all 0; raises ParameterError."""
    if any(not 0.0 <= weight <= 1e3 for weight in weights):
        message = "every weight must be at least 0 and at most 1000"
        raise ParameterError(message, parameters=(name,))
    if weights and not any(weights):
        raise ParameterError("one weight must be above 0", parameters=(name,))
