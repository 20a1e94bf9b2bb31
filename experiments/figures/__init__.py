"""What of a run goes into which plot, and the words under it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.figures.run_view import RunView
from experiments.views import Figure, NumberTable, ViewOptions

if TYPE_CHECKING:
    from experiments.map_view import MapLayer, MapView
    from experiments.plane import PlaneView

PLANE, NUMBERS, MAP, DATA, LOSSES = "Plane", "Numbers", "Map", "Data", "Losses"
SCORES, LEARNING = "Scores", "Learning"
REPORT, THRESHOLDS, BOUNDARY, MISTAKES = "Report", "Thresholds", "Boundary", "Mistakes"
FIGURELESS = {PLANE, NUMBERS, MAP, DATA, SCORES, REPORT, THRESHOLDS, BOUNDARY, MISTAKES}
"""Titles of the views that are no figure of curves; of the scores, each one has its figure."""

__all__ = [
    "BOUNDARY",
    "DATA",
    "FIGURELESS",
    "LEARNING",
    "LOSSES",
    "MAP",
    "MISTAKES",
    "NUMBERS",
    "PLANE",
    "REPORT",
    "SCORES",
    "THRESHOLDS",
    "RunView",
    "figure",
    "map_view",
    "moved_view",
    "numbers",
    "plane",
    "read_cell",
    "titles",
]

_TITLES = {
    "dynamics": (
        *(LOSSES, "Errors", "Order parameters", "Rates", "Disparities", "Why"),
        *(PLANE, NUMBERS),
    ),
    "training": (
        *(DATA, LOSSES, SCORES, REPORT, THRESHOLDS, BOUNDARY, MISTAKES),
        *(LEARNING, NUMBERS),
    ),
    "phase-diagram": (MAP,),
}


def titles(kind: str) -> tuple[str, ...]:
    """Name the views of a kind of experiment, in the order of their tabs."""
    return _TITLES[kind]


def figure(
    run: RunView,
    title: str,
    overlays: Sequence[RunView] = (),
    options: ViewOptions | None = None,
) -> Figure:
    """Build one figure of a run; `overlays` are other runs to compare with.

    The figures of a training are its losses, each of `experiments.figures.measures.SCORES` by its
    title, and how it learns.

    Raises
    ------
    KeyError
        If runs of this kind have no figure of that title.
    """
    shown = [other for other in overlays if other.settings.kind == run.settings.kind]
    from experiments.figures import dynamics, training  # they need SciPy, the window does not yet

    if run.is_dynamics:
        return dynamics.figure(run, title, shown, options or ViewOptions())
    return training.figure(run, title, shown, options or ViewOptions())


def plane(run: RunView, moment: float, choice: str | None = None) -> "PlaneView | None":
    """Show the student on a plane at a time; see `experiments.figures.moment.plane`."""
    from experiments.figures import moment as at

    return at.plane(run, moment, choice)


def numbers(run: RunView, moment: float | None) -> tuple[NumberTable, ...]:
    """Give the numbers of a run at a moment; None for the end.

    See `experiments.figures.tables.numbers` and `experiments.figures.scores.numbers`.
    """
    from experiments.figures import scores, tables

    return tables.numbers(run, moment) if run.is_dynamics else scores.numbers(run, moment)


def map_view(run: RunView, layer: "MapLayer") -> "MapView":
    """Show a layer of a map; see `experiments.figures.phase_diagram.map_view`."""
    from experiments.figures import phase_diagram

    return phase_diagram.map_view(run, layer)


def moved_view(view: "MapView", run: RunView) -> "MapView":
    """Move the marker of a map; see `experiments.figures.phase_diagram.moved_view`."""
    from experiments.figures import phase_diagram

    return phase_diagram.moved_view(view, run)


def read_cell(run: RunView, x: float, y: float) -> str:
    """Read one cell of a map; see `experiments.figures.phase_diagram.read_cell`."""
    from experiments.figures import phase_diagram

    return phase_diagram.read_cell(run, x, y)
