"""Which trouble is injected into rows on purpose, how much of it, and whom it strikes."""

from dataclasses import dataclass, field
from typing import Literal

Where = Literal["training", "held-out", "everywhere"]
"""The rows that are struck; held-out rows are those of the validation and the test part."""
Known = Literal["training", "until-test", "everywhere"]
"""The rows in which a leaking column knows the label: all but the test part at ``until-test``."""
Mechanism = Literal["at-random", "by-group", "by-value"]
"""What decides which cells go missing."""

PROXY_COLUMN = "injected proxy"
LEAK_COLUMN = "injected leak"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """How much of a trouble there is, and which rows of the training part it strikes.

    Attributes
    ----------
    strength
        0: nothing is changed. What it counts differs from trouble to trouble; see `Trouble`.
    group, label
        Names of the group and of the class that are struck; empty: all of them.
    """

    strength: float = 0.0
    group: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike(Target):
    """Trouble that may strike other rows than those of the training part."""

    where: Where = "training"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnStrike(Strike):
    """Trouble in the cells of a column; an empty name stands for every column it may strike."""

    column: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingCells(ColumnStrike):
    """Cells that go missing, all alike, more in one group, or the higher their value."""

    mechanism: Mechanism = "at-random"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outliers(ColumnStrike):
    """Numbers that are replaced by ones `size` standard deviations off their column's mean."""

    size: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Units(ColumnStrike):
    """Numbers in other units; an empty name stands for the first column of numbers."""

    where: Where = "everywhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift(ColumnStrike):
    """Numbers that are moved in one part and not in the other."""

    where: Where = "held-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak(Target):
    """A column that knows the label."""

    where: Known = "until-test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Everything that is done to rows on purpose, in this order.

    Attributes
    ----------
    class_imbalance
        Share of a class's training rows that is left out; of the rarest class by default.
    under_sampling
        Share of a group's training rows that is left out; of the smallest group by default.
    label_flips
        Share of the labels that are replaced by another class.
    shift
        Standard deviations by which numbers are moved.
    outliers
        Share of the numbers that are replaced by extreme ones.
    units
        Powers of ten by which a column of numbers is multiplied.
    missing
        Share of the cells that go missing.
    noise
        Number of columns of noise that are added; 0 in rows that are not struck.
    proxy
        Correlation of an added column with being in a group; the last group by default. In rows
        of other classes than the one named there is none.
    leak
        Correlation of an added column with the label.
    duplicates
        Share of the held-out rows of which the training part gets a copy.
    """

    class_imbalance: Target = field(default_factory=Target)
    under_sampling: Target = field(default_factory=Target)
    label_flips: Strike = field(default_factory=Strike)
    shift: Shift = field(default_factory=Shift)
    outliers: Outliers = field(default_factory=Outliers)
    units: Units = field(default_factory=Units)
    missing: MissingCells = field(default_factory=MissingCells)
    noise: Target = field(default_factory=Target)
    proxy: Target = field(default_factory=Target)
    leak: Leak = field(default_factory=Leak)
    duplicates: Target = field(default_factory=Target)
