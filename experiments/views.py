"""What a plot shows, as data: drawn on screen by pyqtgraph and in exports by Matplotlib."""

from dataclasses import dataclass
from enum import StrEnum

from experiments.frames import CurveName, FloatArray

GROUP_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Okabe and Ito's colours, which stay apart for colour-blind readers."""

OVERALL_COLOUR = "#7F8792"


class Dash(StrEnum):
    """How a line is broken; it tells sources and runs apart, colour tells groups apart."""

    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"
    DASH_DOT = "dash-dot"


class Spread(StrEnum):
    """What the bars of an ensemble show."""

    NONE = "no bars"
    RANGE = "min–max"
    DEVIATION = "standard deviation"
    ERROR = "standard error"
    INTERVAL = "95 % interval of the mean"


class Symbol(StrEnum):
    """The shape of a marker."""

    CIRCLE = "circle"
    SQUARE = "square"
    TRIANGLE = "triangle"
    DIAMOND = "diamond"


def group_colour(index: int) -> str:
    """Colour of the group with this number; colours repeat after six groups."""
    return GROUP_COLOURS[index % len(GROUP_COLOURS)]


def group_label(group: str) -> str:
    """Name a group in running text: signs and numbers are introduced as groups."""
    return f"group {group}" if len(group) < 3 else group


@dataclass(frozen=True, slots=True)
class CurveStyle:
    """How a curve looks; a marker without a line has `dash` None."""

    colour: str
    dash: Dash | None = Dash.SOLID
    symbol: Symbol | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CurveView:
    """One drawn curve.

    Attributes
    ----------
    key
        Stable identity: the same key from one redraw to the next is the same curve, grown.
    label
        Legend text; plain text.
    x, y
        Arrays (n,), x rising.
    low, high
        Ends of the error bar at each x, (n,), or None for no bars.
    traces
        Single runs behind their mean, (n, runs), drawn faint; None for none.
    name
        The stored curve or ensemble that is drawn.
    spread
        What the bars of an ensemble show.
    companion_of
        Key of the curve whose entry in the legend stands for this one too; empty for an own entry.
    minus
        Stored curve that was taken away from it, for a gap; else None.
    """

    key: str
    label: str
    x: FloatArray
    y: FloatArray
    style: CurveStyle
    low: FloatArray | None = None
    high: FloatArray | None = None
    traces: FloatArray | None = None
    name: CurveName | None = None
    minus: CurveName | None = None
    spread: Spread = Spread.NONE
    companion_of: str = ""


@dataclass(frozen=True, slots=True)
class Marker:
    """A moment worth a vertical line and a sentence.

    Attributes
    ----------
    quiet
        Whether the sentence is shown only where the pointer is, and on no exported figure.
    """

    x: float
    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A softly shaded stretch of the x axis with a caption; `stop` may be infinite."""

    start: float
    stop: float
    text: str
    colour: str


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One pair of axes.

    Attributes
    ----------
    x_span
        Stretch of x that will be covered in the end; None where that is not known.
    baseline
        Height of a thin horizontal line, such as the 0 of a gap; None for no line.
    height
        Height relative to the other panels of the figure.
    """

    key: str
    x_label: str
    y_label: str
    curves: tuple[CurveView, ...]
    markers: tuple[Marker, ...] = ()
    bands: tuple[Band, ...] = ()
    x_span: tuple[float, float] | None = None
    x_log: bool = False
    y_log: bool = False
    baseline: float | None = None
    height: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """Panels above each other that share a meaning, with a title and a sentence."""

    key: str
    title: str
    panels: tuple[Panel, ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """What a user chooses for all plots at once.

    Attributes
    ----------
    spread
        What the bars of ensembles show.
    traces
        Whether every kept run is drawn behind the mean.
    """

    spread: Spread = Spread.DEVIATION
    traces: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """One line of the numbers.

    Attributes
    ----------
    label
        What it is.
    values
        One or more, each in words and in a column of its own.
    help_text
        How to read it.
    """

    label: str
    values: tuple[str, ...]
    help_text: str = ""

    @property
    def value(self) -> str:
        """All values in one line."""
        return " · ".join(self.values)


@dataclass(frozen=True, slots=True)
class NumberTable:
    """Numbers that belong together, under a heading."""

    title: str
    numbers: tuple[Number, ...]
