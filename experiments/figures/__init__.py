"""Which curves of a run go into which plot, and the words under it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.figures.run_view import RunView
from experiments.views import Figure, NumberTable, ViewOptions

if TYPE_CHECKING:
    from experiments.plane import PlaneView

_TITLES = {
    "dynamics": ("Losses", "Errors", "Order parameters", "Rates", "Disparities", "Why"),
    "training": ("Losses", "Accuracy"),
}

PLANE, NUMBERS = "Plane", "Numbers"
FIGURELESS = {PLANE, NUMBERS}
"""Titles of the views of the solvable model that are no curves."""

__all__ = ["FIGURELESS", "NUMBERS", "PLANE", "RunView", "figure", "numbers", "plane", "titles"]


def titles(kind: str) -> tuple[str, ...]:
    """Name the views of a kind of experiment, in the order of their tabs."""
    return (*_TITLES[kind], PLANE, NUMBERS) if kind == "dynamics" else _TITLES[kind]


def figure(
    run: RunView,
    title: str,
    overlays: Sequence[RunView] = (),
    options: ViewOptions | None = None,
) -> Figure:
    """Build one figure of a run; `overlays` are other runs to compare with.

    Raises
    ------
    KeyError
        If runs of this kind have no figure of that title.
    """
    shown = [other for other in overlays if other.settings.kind == run.settings.kind]
    from experiments.figures import dynamics, training  # they need SciPy, the window does not yet

    if run.is_dynamics:
        return dynamics.figure(run, title, shown, options or ViewOptions())
    return training.figure(run, title, shown)


def plane(run: RunView, moment: float, choice: str | None = None) -> "PlaneView | None":
    """Show the student on a plane at a time; see `experiments.figures.moment.plane`."""
    from experiments.figures import moment as at

    return at.plane(run, moment, choice)


def numbers(run: RunView, moment: float | None) -> tuple[NumberTable, ...]:
    """Give the numbers of a run; see `experiments.figures.tables.numbers`."""
    from experiments.figures import tables

    return tables.numbers(run, moment)
