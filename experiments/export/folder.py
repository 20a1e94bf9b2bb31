"""The export folder: tables, figures, settings and a script that redraws the figure."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from experiments.curves import CurveSet
from experiments.data_view.views import Change, DataOverview
from experiments.export.cells import write_cells, write_measured
from experiments.export.data import DataFigure, specify_data
from experiments.export.data_drawing import read_data, save_data
from experiments.export.data_tables import (
    write_changes,
    write_column,
    write_overview,
    write_scatter,
)
from experiments.export.drawing import save_figure
from experiments.export.figure import specify, tables_of
from experiments.export.map import specify_map
from experiments.export.map_drawing import read_map, save_map
from experiments.export.plane import specify_plane
from experiments.export.plane_drawing import read_samples, save_plane
from experiments.export.script import data_script, figure_script, map_script, plane_script
from experiments.export.snapshot import SnapshotFigure, draw_snapshot
from experiments.export.snapshot_tables import SNAPSHOT_FILES, write_snapshot
from experiments.export.tables import (
    write_curves,
    write_ensembles,
    write_findings,
    write_numbers,
    write_plane,
)
from experiments.findings import Finding
from experiments.map_view import MapLayer, MapView
from experiments.maps import CellMap
from experiments.plane import PlaneView
from experiments.settings import Settings, TrainingSettings, dump_toml
from experiments.snapshot_views import Choice, Look
from experiments.views import Figure, NumberTable

_OCCASIONAL = (
    *("curves.csv", "curves.parquet", "ensembles.csv", "ensembles.parquet"),
    *("numbers.csv", "plane.csv", "cells.csv", "cells.parquet", "measured.csv", "findings.csv"),
    *("groups.csv", "columns.csv", "column.csv", "scatter.csv", "changes.csv"),
    *SNAPSHOT_FILES,
)
"""Files that not every run has; those of an earlier export are removed."""


class ExportError(RuntimeError):
    """An export that could not be written; the message says where, why and what to try."""


def check_folder(folder: Path) -> None:
    """Create the folder and try to write to it; raises ExportError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".bias-lab-"):
            pass
    except OSError as error:
        raise _failure(folder, error) from error


def export_run(
    folder: Path,
    *,
    settings: Settings,
    curves: CurveSet,
    figure: Figure | PlaneView | SnapshotFigure,
    numbers: Sequence[NumberTable] = (),
    data: DataOverview | None = None,
    changes: Iterable[Change] = (),
    snapshot: tuple[Look, Choice] | None = None,
    findings: Sequence[Finding] = (),
    dpi: int = 200,
) -> tuple[Path, ...]:
    """Write a run to a folder, which is created where needed, with tables of its `data`.

    A `snapshot` gives tables too; a figure of one is drawn from them. `changes` that were made to
    the data and `findings` are listed.

    Every file is completed under another name first, so that one of an earlier export stays as it
    was until the new one is whole.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    ExportError
        If the folder cannot be written to.
    """

    def write(drafts: Path) -> None:
        write_curves(curves, drafts)
        if curves.ensembles:
            write_ensembles(curves, drafts)
        if numbers:
            write_numbers(numbers, drafts)
        if data is not None:
            write_overview(data, drafts)
        write_changes(changes, drafts)
        if findings:
            write_findings(findings, drafts)
        if snapshot is not None:
            write_snapshot(*snapshot, drafts)
        if isinstance(figure, SnapshotFigure):
            script = draw_snapshot(figure, settings=settings, dpi=dpi, folder=drafts)
        elif isinstance(figure, PlaneView):
            write_plane(figure, drafts)
            plane = specify_plane(figure, settings=settings, dpi=dpi)
            save_plane(plane, read_samples(drafts), drafts)
            script = plane_script(plane)
        else:
            specification = specify(figure, curves=curves, settings=settings, dpi=dpi)
            save_figure(specification, tables_of(curves), drafts)
            script = figure_script(specification)
        (drafts / "reproduce.py").write_text(script, encoding="utf-8")

    return _fill(folder, settings, write)


def export_data(
    folder: Path,
    *,
    settings: TrainingSettings,
    figure: DataFigure,
    changes: Iterable[Change],
    curves: CurveSet,
    numbers: Sequence[NumberTable] = (),
    dpi: int = 200,
) -> tuple[Path, ...]:
    """Write the data of a run to a folder like a run: their tables and figure, and its curves.

    Raises
    ------
    ExportError
        If the folder cannot be written to.
    """
    specification = specify_data(figure, settings=settings, dpi=dpi)

    def write(drafts: Path) -> None:
        if len(curves):
            write_curves(curves, drafts)
        if numbers:
            write_numbers(numbers, drafts)
        write_overview(figure.overview, drafts)
        write_changes(changes, drafts)
        write_scatter(figure.scatter, drafts)
        if figure.column is not None:
            write_column(figure.column, drafts)
        save_data(specification, read_data(drafts), drafts)
        (drafts / "reproduce.py").write_text(data_script(specification), encoding="utf-8")

    return _fill(folder, settings, write)


def export_map(
    folder: Path,
    *,
    settings: Settings,
    cells: CellMap,
    view: MapView,
    layer: MapLayer,
    dpi: int = 200,
) -> tuple[Path, ...]:
    """Write a map to a folder like a run: its cells, and the figure of one layer.

    Parameters
    ----------
    folder
        Where to; it is created where needed.
    settings
        Those of the run, with the marker where it stands.
    cells
        What is written.
    view, layer
        What is drawn.
    dpi
        Of the PNG.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    ExportError
        If the folder cannot be written to.
    """
    specification = specify_map(view, cells=cells, layer=layer, settings=settings, dpi=dpi)

    def write(drafts: Path) -> None:
        write_cells(cells, drafts)
        if cells.measured:
            write_measured(cells, drafts)
        save_map(specification, read_map(drafts), drafts)
        (drafts / "reproduce.py").write_text(map_script(specification), encoding="utf-8")

    return _fill(folder, settings, write)


def _fill(folder: Path, settings: Settings, write: Callable[[Path], None]) -> tuple[Path, ...]:
    """Put the settings and what `write` writes into a folder, all or nothing."""
    check_folder(folder)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".bias-lab-") as name:
            drafts = Path(name)
            (drafts / "settings.toml").write_text(dump_toml(settings), encoding="utf-8")
            write(drafts)
            written = tuple(
                draft.replace(folder / draft.name) for draft in sorted(drafts.iterdir())
            )
        for name in set(_OCCASIONAL) - {path.name for path in written}:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise _failure(folder, error) from error
    return written


def _failure(folder: Path, error: OSError) -> ExportError:
    if isinstance(error, FileExistsError | NotADirectoryError):
        reason = "it is a file or lies within one"
    else:
        reason = (error.strerror or str(error)).lower()
    return ExportError(f"{folder}: cannot write the export: {reason}; choose another folder")
