"""Settings of the kind ``dynamics``: the teacher-mixture, exact and at finite size."""

from itertools import pairwise
from typing import Literal

import numpy as np
from pydantic import model_validator

from experiments.settings.base import Settings, SettingsTable, setting
from experiments.settings.errors import ParameterError
from experiments.settings.learning import Learning
from experiments.settings.mitigation import Mitigation
from experiments.settings.mixture import GroupsMixture, Mixture, TwoGroupMixture
from simulation.learning import place
from simulation.mixture import InadmissibleGeometryError

_MOST_WEIGHTS = 10_000_000
"""Most weights that all direct runs together may hold: 80 MB."""

_LARGEST_DIRECT = 20_000
"""Largest dimension of runs that hold every weight and every input."""


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
        high=10_000,
        slider=(0, 200),
        help_text=(
            "How many simulated runs with seeds of their own; 0 shows theory alone.",
            "Markers show their mean, bars their spread; up to 1,000 can be drawn each, of rates"
            " and disparities 100, fewer where many times are reported.",
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
        if self.method == "direct" and self.runs * self.dimension > _MOST_WEIGHTS:
            message = (
                f"{self.runs:,} runs of {self.dimension:,} weights are too many to hold; use the"
                f" method reduced or at most {_MOST_WEIGHTS // self.dimension:,} runs"
            )
            raise ParameterError(message, parameters=("runs", "method"))
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
            "Simulated curves use the nearest whole step; the exact ones are given there too.",
        ),
    )
    points: int = setting(
        250,
        title="Points",
        low=2,
        high=20_000,
        slider=(50, 1000),
        scale="log",
        help_text=(
            "How many points a theory curve has at least when no times are given.",
            "More make smoother exports.",
            "They do not change the numbers.",
        ),
    )


def check_groups(
    mixture: TwoGroupMixture | GroupsMixture,
    *,
    learning: Learning,
    mitigation: Mitigation,
    simulation: Simulation,
) -> None:
    """Refuse settings that do not fit the groups of a mixture; raises ParameterError."""
    groups = len(mixture.group_names)
    for table, values, name, wanted in (
        ("learning", learning, "group_weights", {0, groups}),
        ("learning", learning, "initial_overlaps", {0, 2 * groups}),
        ("mitigation", mitigation, "later_group_weights", {0, groups}),
        ("mitigation", mitigation, "decision_thresholds", {0, 1, groups}),
    ):
        count = len(getattr(values, name))
        if count not in wanted:
            *some, most = sorted(wanted - {0})
            numbers = f"{some[0]} or {most}" if some else f"{most}"
            message = f"{count} numbers given; it must be {numbers} for {groups} groups, or none"
            raise ParameterError(message, parameters=(f"{table}.{name}",))
    teachers = mixture.teacher_mixture()
    least = teachers.coordinates.shape[1] + 1
    if simulation.runs and simulation.dimension < least:
        message = (
            f"{simulation.dimension} is not allowed; with {groups} groups of their own"
            f" rules and centres it must be at least {least}"
        )
        raise ParameterError(message, parameters=("simulation.dimension",))
    try:
        place(
            teachers,
            overlaps=np.array(learning.initial_overlaps or (0.0,) * (2 * groups)),
            norm=learning.initial_norm,
        )
    except InadmissibleGeometryError as error:
        keys = tuple(f"learning.{name}" for name in error.parameters)
        raise ParameterError(str(error), parameters=keys) from error


class DynamicsSettings(Settings):
    """The teacher-mixture: exact curves, and finite-size runs over them."""

    kind: Literal["dynamics"] = "dynamics"
    mixture: Mixture = TwoGroupMixture()
    learning: Learning = Learning()
    mitigation: Mitigation = Mitigation()
    simulation: Simulation = Simulation()
    output: DynamicsOutput = DynamicsOutput()

    @model_validator(mode="after")
    def _fits(self) -> "DynamicsSettings":
        check_groups(
            self.mixture,
            learning=self.learning,
            mitigation=self.mitigation,
            simulation=self.simulation,
        )
        times = self.output.times
        rising = all(a < b for a, b in pairwise(times))
        if times and not (rising and times[0] >= 0.0 and times[-1] <= self.learning.duration):
            message = (
                f"the times must rise and lie between 0 and the duration {self.learning.duration}"
            )
            raise ParameterError(message, parameters=("output.times",))
        return self
