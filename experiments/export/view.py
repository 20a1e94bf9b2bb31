"""Exporting a run with the figure of one of its views."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from experiments.curves import CurveSet
from experiments.export.folder import export_run
from experiments.figures import FIGURELESS, RunView, figure, numbers, titles
from experiments.views import ViewOptions


def figure_titles(kind: str) -> tuple[str, ...]:
    """List the views of a kind of experiment that can be exported as a figure."""
    return tuple(title for title in titles(kind) if title not in FIGURELESS)


def export_view(
    folder: Path,
    run: RunView,
    title: str = "",
    *,
    overlays: Sequence[RunView] = (),
    options: ViewOptions | None = None,
) -> tuple[tuple[Path, ...], str]:
    """Write tables, settings, numbers and the figure of a view.

    Parameters
    ----------
    folder
        Where to; it is created where needed.
    run
        What to export.
    title
        The view whose figure is drawn; the first where this one has none.
    overlays
        Runs laid over it in the figure; in the tables their names are their arms.
    options
        How ensembles are drawn.

    Returns
    -------
    tuple
        The files written, and the figure's caption.

    Raises
    ------
    ExportError
        If the folder cannot be written to.
    """
    known = figure_titles(run.settings.kind)
    others = [replace(other, curves=other.curves.in_arm(other.name)) for other in overlays]
    drawn = figure(run, title if title in known else known[0], others, options)
    written = export_run(
        folder,
        settings=run.settings,
        curves=CurveSet.joined([run.curves, *(other.curves for other in others)]),
        figure=drawn,
        numbers=numbers(run, None),
    )
    return written, drawn.caption
