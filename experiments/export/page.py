"""What every exported figure shares: its colours and fonts, the words around it, its files.

This module needs the standard library and Matplotlib alone: its source is also the first part of
every exported ``reproduce.py``.
"""

import textwrap
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.typing import RcKeyType


class PageSpecification(TypedDict):
    """Words around a figure; `origin` tells where the numbers come from, `dpi` is the PNG's."""

    title: str
    caption: str
    origin: str
    dpi: int


WIDTH = 8.0
TEXT = "#1B1F24"
MUTED = "#5B6470"
_GRID = "#ECEEF1"
_STYLE: "dict[RcKeyType, object]" = {
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.xmargin": 0.0,
    "figure.constrained_layout.use": True,
    "font.size": 9.0,
    "grid.color": _GRID,
    "legend.frameon": False,
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "bias-lab",
    "text.color": TEXT,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
}
_FONTS = (
    "DejaVu Sans",
    "Noto Sans",
    "Noto Sans CJK SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Arial Unicode MS",
)


def save_page(draw: "Callable[[], Figure]", specification: PageSpecification, folder: Path) -> None:
    """Draw and write figure.png, figure.svg and figure.pdf; the same input gives the same bytes."""
    import matplotlib as mpl
    from matplotlib.font_manager import get_font_names

    installed = set(get_font_names())
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        mpl.rcParams["font.family"] = [font for font in _FONTS if font in installed]
        figure = draw()
        figure.savefig(folder / "figure.png", dpi=specification["dpi"])
        figure.set_layout_engine("none")  # everything is in its place now, in all formats
        figure.savefig(folder / "figure.svg", metadata={"Date": None})
        figure.savefig(folder / "figure.pdf", metadata={"CreationDate": None})


def write_words(figure: "Figure", specification: PageSpecification) -> None:
    """Write the title above a figure, and the caption and origin below it."""
    texts = (specification["caption"], specification["origin"])
    caption = "\n".join(textwrap.fill(plain(text), 120) for text in texts if text)
    title = textwrap.fill(plain(specification["title"]), 90)
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
    figure.supxlabel(caption, x=0.01, ha="left", fontsize=8, color=MUTED)


def plain(text: str) -> str:
    """Replace what no figure can show, such as control characters."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
