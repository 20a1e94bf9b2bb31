"""Settings of the kind ``dynamics``: the teacher-mixture, exact and at finite size."""

from itertools import pairwise
from typing import Literal

import numpy as np
from pydantic import model_validator

from experiments.settings.base import Settings, SettingsTable, setting
from experiments.settings.errors import ParameterError
from experiments.settings.mixture import Mixture, TwoGroupMixture
from simulation.learning import place
from simulation.mixture import InadmissibleGeometryError

_LARGEST_DIRECT = 20_000
"""Largest dimension of runs that hold every weight and every input."""


class Learning(SettingsTable):
    """How the student learns."""

    loss: Literal["squared", "logistic", "focal"] = setting(
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
    schedule: Literal["constant"] = setting(
        "constant",
        title="Schedule",
        help_text=(
            "How the learning rate changes during training.",
            "Constant keeps it as set.",
            "The noise of the end state does not vanish at a constant rate.",
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
            "Overlaps of the starting weights with all teachers, then all shifts; empty: all 0.",
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
            if any(not 0.0 <= weight <= 1e3 for weight in getattr(self, name)):
                message = "every weight must be at least 0 and at most 1000"
                raise ParameterError(message, parameters=(name,))
            if not any(getattr(self, name)) and getattr(self, name):
                raise ParameterError("one weight must be above 0", parameters=(name,))
        return self


class Simulation(SettingsTable):
    """Finite-size runs to hold against the theory."""

    dimension: int = setting(
        300,
        title="Dimension",
        symbol="d",
        low=4,
        high=1_000_000_000,
        slider=(50, 20_000),
        scale="log",
        help_text=(
            "Number of inputs of the simulated student.",
            "Theory is exact for infinite d; runs scatter around it by about 1/√d.",
            "The cost of a run grows with it, and with its square when the method is direct.",
        ),
    )
    runs: int = setting(
        10,
        title="Runs",
        low=0,
        high=1000,
        slider=(0, 50),
        help_text=(
            "How many simulated runs with seeds of their own; 0 shows theory alone.",
            "Markers show their mean, bars their spread.",
            "A single run says little about a small gap.",
        ),
    )
    method: Literal["reduced", "direct"] = setting(
        "reduced",
        title="Method",
        help_text=(
            "How runs are simulated: direct holds every weight and every input; reduced draws only"
            " the coordinates that matter, which gives the same statistics at any dimension.",
            "Direct makes no use of the theory; reduced is many times faster.",
            f"Direct needs a dimension of at most {_LARGEST_DIRECT:,}.",
        ),
    )

    @model_validator(mode="after")
    def _holds_every_weight(self) -> "Simulation":
        if self.method == "direct" and self.dimension > _LARGEST_DIRECT:
            message = (
                f"{self.dimension:,} weights and inputs are too many to hold every one; use the "
                f"method reduced or a dimension of at most {_LARGEST_DIRECT:,}"
            )
            raise ParameterError(message, parameters=("dimension", "method"))
        return self


class DynamicsOutput(SettingsTable):
    """Where curves are reported."""

    times: tuple[float, ...] = setting(
        (),
        title="Times",
        symbol="t",
        help_text=(
            "The times at which curves are reported; left empty, spread evenly on a log axis.",
            "They must rise and lie between 0 and the duration.",
            "Simulated curves use the nearest whole step.",
        ),
    )
    points: int = setting(
        400,
        title="Points",
        low=2,
        high=20_000,
        slider=(50, 1000),
        scale="log",
        help_text=(
            "How many points a theory curve has when no times are given.",
            "More make smoother exports.",
            "They do not change the numbers.",
        ),
    )


class DynamicsSettings(Settings):
    """The teacher-mixture: exact curves, and finite-size runs over them."""

    kind: Literal["dynamics"] = "dynamics"
    mixture: Mixture = TwoGroupMixture()
    learning: Learning = Learning()
    simulation: Simulation = Simulation()
    output: DynamicsOutput = DynamicsOutput()

    @model_validator(mode="after")
    def _fits(self) -> "DynamicsSettings":
        groups = len(self.mixture.group_names)
        for name, wanted in (("group_weights", groups), ("initial_overlaps", 2 * groups)):
            count = len(getattr(self.learning, name))
            if count not in {0, wanted}:
                message = f"{count} numbers given; it must be {wanted} for {groups} groups, or none"
                raise ParameterError(message, parameters=(f"learning.{name}",))
        mixture = self.mixture.teacher_mixture()
        least = mixture.coordinates.shape[1] + 1
        if self.simulation.runs and self.simulation.dimension < least:
            message = (
                f"{self.simulation.dimension} is not allowed; with {groups} groups of their own"
                f" rules and centres it must be at least {least}"
            )
            raise ParameterError(message, parameters=("simulation.dimension",))
        try:
            place(
                mixture,
                overlaps=np.array(self.learning.initial_overlaps or (0.0,) * (2 * groups)),
                norm=self.learning.initial_norm,
            )
        except InadmissibleGeometryError as error:
            keys = tuple(f"learning.{name}" for name in error.parameters)
            raise ParameterError(str(error), parameters=keys) from error
        times = self.output.times
        rising = all(a < b for a, b in pairwise(times))
        if times and not (rising and times[0] >= 0.0 and times[-1] <= self.learning.duration):
            message = (
                f"the times must rise and lie between 0 and the duration {self.learning.duration}"
            )
            raise ParameterError(message, parameters=("output.times",))
        return self
