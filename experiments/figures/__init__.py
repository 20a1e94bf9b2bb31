"""Which curves of a run go into which plot, and the words under it."""

from collections.abc import Sequence

from experiments.figures import dynamics, training
from experiments.figures.moment import plane
from experiments.figures.numbers import numbers
from experiments.figures.run_view import RunView
from experiments.views import Figure, ViewOptions

PLANE, NUMBERS = "Plane", "Numbers"
FIGURELESS = {PLANE, NUMBERS}
"""Titles of the views of the solvable model that are no curves."""

__all__ = ["FIGURELESS", "NUMBERS", "PLANE", "RunView", "figure", "numbers", "plane", "titles"]


def titles(kind: str) -> tuple[str, ...]:
    """Name the views of a kind of experiment, in the order of their tabs."""
    return (*dynamics.TITLES, PLANE, NUMBERS) if kind == "dynamics" else training.TITLES


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
    if run.is_dynamics:
        return dynamics.figure(run, title, shown, options or ViewOptions())
    return training.figure(run, title, shown)
