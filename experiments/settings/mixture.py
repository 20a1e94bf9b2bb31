"""Settings of the population: two groups by their properties, or any number by a Gram matrix."""

from functools import lru_cache
from typing import Annotated, Any

import numpy as np
from pydantic import Discriminator, Tag, model_validator

from experiments.settings.base import SettingsTable, setting
from experiments.settings.errors import ParameterError
from simulation.mixture import TeacherMixture

_SUBSCRIPTS = {"+": "₊", "−": "₋"}
_VARIANCE_HELP = (
    "Spread of the group's samples around its centre (the group's saliency is its square root).",
    "A larger variance makes the group's rule faster to learn early and its noise dearer late.",
    "It scales the inputs, so compare it with the other group's variance, not with data.",
)
_CORRELATION_HELP = (
    "Overlap of the group's labelling rule with the shift that separates the groups.",
    "Positive: lying on the + side of the shift goes with the label +1 in this group.",
    "It needs a shift: with no shift it must be 0.",
)
_THRESHOLD_HELP = (
    "Offset of the group's labelling rule; 0 gives as many +1 as −1 without a shift.",
    "Positive values make the label +1 more frequent in this group.",
    "Changing it changes the base rate, so rates of the groups differ even for a perfect rule.",
)


def _variance(default: float, group: str) -> float:
    field: float = setting(
        default,
        title=f"Variance of group {group}",
        symbol=f"Δ{_SUBSCRIPTS[group]}",
        low=1e-4,
        high=1e4,
        slider=(0.05, 5.0),
        scale="log",
        help_text=_VARIANCE_HELP,
    )
    return field


def _label_correlation(group: str) -> float:
    field: float = setting(
        0.0,
        title=f"Group–label correlation of {group}",
        symbol=f"m{_SUBSCRIPTS[group]}",
        low=-10.0,
        high=10.0,
        slider=(-1.0, 1.0),
        help_text=_CORRELATION_HELP,
    )
    return field


def _threshold(group: str) -> float:
    field: float = setting(
        0.0,
        title=f"Threshold of group {group}",
        symbol=f"b{_SUBSCRIPTS[group]}",
        low=-10.0,
        high=10.0,
        slider=(-2.0, 2.0),
        help_text=_THRESHOLD_HELP,
    )
    return field


class TwoGroupMixture(SettingsTable):
    """Two groups, + and −, shifted in opposite directions."""

    representation: float = setting(
        0.8,
        title="Representation of group +",
        symbol="ρ",
        low=1e-4,
        high=0.9999,
        help_text=(
            "Share of all samples that come from group +; group − has the rest.",
            "Late in training the group with more weight in the data tends to be ahead.",
            "A large share is no guarantee: early on the variance decides.",
        ),
    )
    variance_plus: float = _variance(0.25, "+")
    variance_minus: float = _variance(1.3, "−")
    rule_similarity: float = setting(
        0.35,
        title="Rule similarity",
        symbol="q",
        low=-1.0,
        high=1.0,
        help_text=(
            "How alike the labelling rules of the two groups are: 1 the same, 0 unrelated.",
            "The lower it is, the more one classifier must choose whom to serve.",
            "With 1 the rules agree and only variance, share and shift make a difference.",
        ),
    )
    label_correlation_plus: float = _label_correlation("+")
    label_correlation_minus: float = _label_correlation("−")
    shift: float = setting(
        0.0,
        title="Shift",
        symbol="V",
        low=0.0,
        high=100.0,
        slider=(0.0, 4.0),
        help_text=(
            "Squared distance of each group's centre from the origin, |v|²/d.",
            "With a shift the classifier learns first which group a sample belongs to.",
            "Together with a group–label correlation it is a spurious feature.",
        ),
    )
    threshold_plus: float = _threshold("+")
    threshold_minus: float = _threshold("−")

    @model_validator(mode="after")
    def _exists(self) -> "TwoGroupMixture":
        self.teacher_mixture()
        return self

    @property
    def group_names(self) -> tuple[str, ...]:
        """Names of the groups in order."""
        return ("+", "-")

    def teacher_mixture(self) -> TeacherMixture:
        """Build the model; raises `simulation.mixture.InadmissibleGeometryError`."""
        return _two_group(**self.model_dump())


@lru_cache(maxsize=64)
def _two_group(**values: float) -> TeacherMixture:
    """Build a mixture once for all who ask for it while a slider moves."""
    return TeacherMixture.two_group(**values)


class GroupsMixture(SettingsTable):
    """Any number of groups, given by the Gram matrix of teachers and shifts."""

    shares: tuple[float, ...] = setting(
        (0.5, 0.3, 0.2),
        title="Shares",
        symbol="p",
        help_text=(
            "Share of the samples that come from each group.",
            "Each must be above 0, and together they must add up to 1.",
            "A very small share is a group that is judged but hardly ever seen in training.",
        ),
    )
    variances: tuple[float, ...] = setting(
        (1.0, 1.0, 1.0),
        title="Variances",
        symbol="Δ",
        help_text=_VARIANCE_HELP,
    )
    thresholds: tuple[float, ...] = setting(
        (0.0, 0.0, 0.0),
        title="Thresholds",
        symbol="b",
        help_text=_THRESHOLD_HELP,
    )
    names: tuple[str, ...] = setting(
        (),
        title="Names",
        help_text=(
            "What the groups are called in plots and tables.",
            "Left empty, they are numbered.",
            "Names have no influence on the numbers.",
        ),
    )
    gram: tuple[tuple[float, ...], ...] = setting(
        (),
        title="Gram matrix",
        symbol="G",
        help_text=(
            "Overlaps u·u'/d of all teachers, then all shifts: 2K rows of 2K numbers.",
            "Its diagonal holds squared lengths, the rest how alike two directions are.",
            "Not every matrix is possible: it must be symmetric and positive semi-definite.",
        ),
    )

    @model_validator(mode="after")
    def _exists(self) -> "GroupsMixture":
        groups = len(self.shares)
        for name in ("variances", "thresholds"):
            count = len(getattr(self, name))
            if count != groups:
                message = f"{count} numbers for {groups} shares; give one for each group"
                raise ParameterError(message, parameters=(name,))
        if self.names and len(self.names) != groups:
            message = f"{len(self.names)} names for {groups} shares; give one for each group"
            raise ParameterError(message, parameters=("names",))
        if any(not name or name == "overall" for name in self.names):
            message = "a name may be neither empty nor 'overall'"
            raise ParameterError(message, parameters=("names",))
        if any(not name.isprintable() or name != name.strip() for name in self.names):
            message = "a name may hold no control characters, nor begin or end with a space"
            raise ParameterError(message, parameters=("names",))
        if len(set(self.names)) != len(self.names):
            message = "the names must differ from each other"
            raise ParameterError(message, parameters=("names",))
        rows = {len(row) for row in self.gram}
        if len(self.gram) != 2 * groups or rows != {2 * groups}:
            message = f"it must have {2 * groups} rows of {2 * groups} numbers ({groups} groups)"
            raise ParameterError(message, parameters=("gram",))
        self.teacher_mixture()
        return self

    @property
    def group_names(self) -> tuple[str, ...]:
        """Names of the groups in order."""
        return self.names or tuple(f"group {number}" for number in range(1, len(self.shares) + 1))

    def teacher_mixture(self) -> TeacherMixture:
        """Build the model; raises `simulation.mixture.InadmissibleGeometryError`."""
        return TeacherMixture(
            names=self.group_names,
            shares=np.array(self.shares),
            variances=np.array(self.variances),
            thresholds=np.array(self.thresholds),
            gram=np.array(self.gram),
        )


def _mixture_form(value: Any) -> str:  # noqa: ANN401  (pydantic hands over whatever a file held)
    if isinstance(value, GroupsMixture):
        return "groups"
    keys = value.keys() if isinstance(value, dict) else ()
    return "groups" if any(key in GroupsMixture.model_fields for key in keys) else "two-group"


Mixture = Annotated[
    Annotated[TwoGroupMixture, Tag("two-group")] | Annotated[GroupsMixture, Tag("groups")],
    Discriminator(_mixture_form),
]
