"""Exporting a run with the figure of one of its views."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from experiments.curves import CurveSet
from experiments.data_view.views import Change, DataOverview
from experiments.export.data import data_figure
from experiments.export.folder import ExportError, export_data, export_map, export_run
from experiments.export.snapshot import SNAPSHOT_TITLES, SnapshotFigure, snapshot_figure
from experiments.figures import (
    DATA,
    NUMBERS,
    PLANE,
    SCORES,
    RunView,
    figure,
    map_view,
    numbers,
    titles,
)
from experiments.figures import plane as plane_of
from experiments.figures.measures import SCORES as MEASURED
from experiments.figures.phase_diagram import cells_of
from experiments.map_view import MapLayer
from experiments.plane import PlaneView
from experiments.seeds import with_means
from experiments.settings import TrainingSettings
from experiments.snapshot_views import Choice, look_at
from experiments.views import Figure, ViewOptions
from models.dataset import DataUnavailableError

NO_DATA = "Tables of the data are not written: the data cannot be read any more."
"""What the caption of an export without them ends with."""


def figure_titles(kind: str) -> tuple[str, ...]:
    """List what of a kind of experiment can be exported as a figure: views, or layers of a map.

    The first is exported where no other is wanted.
    """
    if kind == "phase-diagram":
        return tuple(layer.value for layer in MapLayer)
    shown = []
    for title in titles(kind):
        if title == SCORES:
            shown += [measure.title for measure in MEASURED]
        elif title != NUMBERS:
            shown.append(title)
    return tuple(sorted(shown, key=lambda title: title == DATA))


def export_view(
    folder: Path,
    run: RunView,
    title: str = "",
    *,
    overlays: Sequence[RunView] = (),
    options: ViewOptions | None = None,
    moment: float | None = None,
    plane: str | None = None,
    column: str = "",
    axes: tuple[str, str] = ("", ""),
    choice: Choice | None = None,
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
    moment
        Time t, or step, of the numbers, of the plane and of the snapshot; None for the end.
    plane
        The plane drawn, a value of `simulation.plane.PlaneChoice`; None for the first.
    column, axes
        Of the data, the column and the axes of rows that are drawn; empty for the first.
    choice
        What of a snapshot is looked at; None for what is looked at first.

    Returns
    -------
    tuple
        The files written, and the figure's caption.

    Raises
    ------
    ExportError
        If the folder cannot be written to, or what is to be drawn is not there.
    """
    others = [
        replace(other, curves=other.curves.in_arm(other.name))
        for other in overlays
        if other.settings.kind == run.settings.kind
    ]
    known = figure_titles(run.settings.kind)
    title = title if title in known else known[0]
    if run.settings.kind == "phase-diagram":
        layer = MapLayer(title)
        shown = map_view(run, layer)
        written = export_map(
            folder, settings=run.settings, cells=cells_of(run), view=shown, layer=layer
        )
        return written, shown.caption
    curves = with_means(CurveSet.joined([run.curves, *(other.curves for other in others)]))
    if title == DATA and isinstance(run.settings, TrainingSettings):
        from experiments.data_view import answers

        try:
            looked_at = data_figure(run.settings, column=column, axes=axes)
        except DataUnavailableError as error:
            raise ExportError(f"the data cannot be drawn: {error}") from error
        written = export_data(
            folder,
            settings=run.settings,
            figure=looked_at,
            changes=answers.changes(run.settings),
            curves=curves,
            numbers=numbers(run, moment) if len(curves) else (),
        )
        return written, looked_at.caption
    choice = choice or Choice()
    look = look_at(run, moment, choice.against)
    drawn: Figure | PlaneView | SnapshotFigure | None = None
    if title in SNAPSHOT_TITLES:
        found = look if isinstance(look, str) else snapshot_figure(title, look, choice)
        if isinstance(found, str):
            message = f"“{title}” cannot be drawn: {found}"
            raise ExportError(message)
        drawn = found
    if title == PLANE:
        drawn = plane_of(run, math.inf if moment is None else moment, plane)
        title = known[0]
    if drawn is None:
        drawn = figure(run, title, others, options)
    overview: DataOverview | None = None
    changes: Iterator[Change] = iter(())
    caption = drawn.caption
    if isinstance(run.settings, TrainingSettings):
        try:
            overview, changes = _data(run.settings)
        except DataUnavailableError:
            caption = f"{caption} {NO_DATA}".strip()
    written = export_run(
        folder,
        settings=run.settings,
        curves=curves,
        figure=drawn,
        numbers=numbers(run, moment),
        data=overview,
        changes=changes,
        snapshot=None if isinstance(look, str) else (look, choice),
        findings=run.findings,
    )
    return written, caption


def _data(settings: TrainingSettings) -> tuple[DataOverview, Iterator[Change]]:
    """Look at the data that were learnt from; raises DataUnavailableError where they are gone."""
    from experiments.data_view import answers  # slow to import

    return answers.overview(settings), answers.changes(settings)
