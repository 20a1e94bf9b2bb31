"""What a finished map shows, in one sentence."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from experiments.maps import CellMap
from experiments.phase_diagram.grid import DIVERGES, INADMISSIBLE, LEVEL, UNKNOWN, class_codes
from experiments.settings import PhaseDiagramSettings, SettingsError
from experiments.settings.cells import cell_settings
from experiments.views import group_label

_ENDINGS = ("the groups end level", *(f"{group_label(name)} ends ahead" for name in "+-"))
_CROSSINGS = (
    "and the lead never changes",
    "after one crossing",
    "after two or more crossings",
)


def summary(cells: CellMap) -> str:
    """Tell how much of the map that can exist belongs to each class, the largest first.

    Classes of less than a hundredth are left out.
    """
    codes = class_codes(cells.layer)
    possible = int(np.count_nonzero(codes != INADMISSIBLE))
    if not possible:
        return f"None of the cells can exist: {_reason(cells.settings)}"
    shares = sorted(_shares(np.bincount(codes.ravel(), minlength=LEVEL + 9), possible))
    parts = [f"in {text} {words}" for _, text, words in reversed(shares)]
    *most, last = parts
    listed = f"{', '.join(most)} and {last}" if most else last
    part = "" if possible == codes.size else f" ({_percent(possible, codes.size)} of it can exist)"
    return f"Of the map{part}, {listed}."


def _shares(counts: NDArray[np.intp], possible: int) -> Iterator[tuple[int, str, str]]:
    """Give number, share and words of each class that occurs."""
    named = {UNKNOWN: "the equations could not be integrated", DIVERGES: "training diverges"}
    for ending, words in enumerate(_ENDINGS):
        for number, crossings in enumerate(_CROSSINGS):
            named[LEVEL + 3 * ending + number] = f"{words} {crossings}"
    for code, words in named.items():
        count = int(counts[code])
        if 100 * count >= possible:
            yield count, _percent(count, possible), words


def _percent(part: int, whole: int) -> str:
    percent = 100 * part / whole
    if 0 < percent < 1:
        return "under 1 %"
    return "over 99 %" if 99 < percent < 100 else f"{percent:.0f} %"


def _reason(settings: PhaseDiagramSettings) -> str:
    """Say why the first cell cannot exist."""
    (x, _), (y, _) = settings.map.span("x"), settings.map.span("y")
    try:
        cell_settings(settings, x, y)
    except SettingsError as error:
        return str(error)
    return "choose other ranges."
