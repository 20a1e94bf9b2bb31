"""What a finished map shows, and what was not measured, in plain sentences."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.cell_classes import DIVERGES, INADMISSIBLE, UNKNOWN
from experiments.maps import CellMap
from experiments.phase_diagram.measuring import Point
from experiments.settings import PhaseDiagramSettings, SettingsError
from experiments.settings.cells import cell_settings
from experiments.views import group_label

_ENDINGS = (*(f"{group_label(name)} ends ahead" for name in "+-"), "the groups end level")
_CROSSINGS = (
    "and the lead never changes",
    "after one crossing",
    "after two or more crossings",
)


def summary(cells: CellMap) -> str:
    """Tell how much of the map that can exist belongs to each class, the largest first.

    Classes of less than a hundredth are left out.
    """
    counts = np.bincount(cells.classes.ravel(), minlength=INADMISSIBLE + 1)
    possible = int(cells.classes.size - counts[INADMISSIBLE])
    if not possible:
        return f"None of the cells can exist: {_reason(cells.settings)}"
    shares = _shares(counts, possible)
    (_, first, words), *others = sorted(shares, reverse=True)
    whole = "of the map" if possible == cells.classes.size else "of the cells that can exist"
    *most, last = [
        f"In {first} {whole} {words}",
        *(f"in {part} {text}" for _, part, text in others),
    ]
    return f"{', '.join(most)} and {last}." if most else f"{last}."


def _shares(counts: NDArray[np.intp], possible: int) -> Iterator[tuple[int, str, str]]:
    """Give number, share and words of each class that occurs."""
    named = {UNKNOWN: "the equations could not be integrated", DIVERGES: "training diverges"}
    for ending, words in enumerate(_ENDINGS):
        for number, crossings in enumerate(_CROSSINGS):
            named[3 * ending + number] = f"{words} {crossings}"
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


def unsolved_notice(cells: int) -> str:
    """Say how many cells could not be integrated."""
    return (
        f"The equations of {_counted(cells, 'cell')} could not be integrated: try smaller learning"
        " rates or a shorter duration."
    )


def measuring_notices(
    settings: PhaseDiagramSettings, points: Sequence[Point], left_out: Mapping[str, int]
) -> list[str]:
    """Say what was not measured, or only in part.

    Parameters
    ----------
    settings
        What is mapped.
    points
        Points that were simulated.
    left_out
        Number of points that were not, by the reason.
    """
    asked = settings.map.measured_cells or settings.map.measured_at
    if asked and not settings.simulation.runs:
        return ["No point is simulated, because simulation.runs is 0."]
    texts = [
        f"Left out of the simulated points: {_counted(count, 'point')} that {reason}."
        for reason, count in left_out.items()
    ]
    cut = [point.steps / point.cell.simulation.dimension for point in points if point.cut]
    if cut:
        texts.append(
            f"At {_counted(len(cut), 'point')} runs end early, from t = {min(cut):.3g} on, to save"
            " time; what the map tells of later is not measured there."
        )
    return texts


def _counted(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"
