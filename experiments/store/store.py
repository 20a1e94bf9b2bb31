"""Reading and writing the history of runs."""

import math
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from experiments.curves import CurveSet
from experiments.environment import environment_json
from experiments.frames import AppliedChange, Event, EventKind, Frame
from experiments.maps import CellMap
from experiments.merging import merge
from experiments.settings import (
    PhaseDiagramSettings,
    Settings,
    SettingsError,
    TrainingSettings,
    dump_toml,
    parse_toml,
    settings_hash,
    with_change,
)
from experiments.snapshots import Snapshot, SnapshotRows
from experiments.store.cells import read_cells, write_cells, write_measured
from experiments.store.database import StoreError, open_database, plain_errors, transaction
from experiments.store.ownership import Owner
from experiments.store.runs import (
    COLUMNS,
    RunRow,
    Status,
    UnknownRunError,
    clean_name,
    numbered,
    row_from,
    unknown_run,
)
from experiments.store.series import read_series, write_ensemble, write_points
from experiments.store.snapshots import (
    read_snapshots,
    write_snapshot,
    write_snapshot_rows,
)
from experiments.summary import Summary, summarise, summarise_map


def default_path() -> Path:
    """Give the place of the history: in the folder BIAS_LAB_HOME, else in the user's data."""
    home = os.environ.get("BIAS_LAB_HOME")
    if home:
        folder = Path(home).expanduser()
    else:
        import platformdirs

        folder = platformdirs.user_data_path("bias-lab", appauthor=False)
    return folder / "runs.sqlite"


class Store:
    """The history of runs in one SQLite file.

    A store belongs to the thread that opened it; other threads and processes open their own on the
    same path. Reading never waits for a writer. Opening a store marks every run whose process is
    gone as interrupted.

    Parameters
    ----------
    path
        The file; it and its folder are created as needed.

    Attributes
    ----------
    path
        The file.
    notice
        What the user should know, else empty: a damaged file was set aside and a new one begun.

    Raises
    ------
    StoreError
        By every method, when the file cannot be read or written. Nothing is written by halves.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._owner = Owner.this_process()
        self._connection, self.notice = open_database(path)
        self._mark_interrupted()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def create(self, base_name: str, settings: Settings) -> RunRow:
        """Begin a run named ``base_name-n``; it belongs to this process and is running."""
        base = clean_name(base_name, fallback=settings.kind)
        with self._writing():
            taken = self._connection.execute(
                "SELECT name FROM runs WHERE name >= ? AND name < ?", (f"{base}-", f"{base}.")
            )
            name = numbered(base, (row[0] for row in taken))
            cursor = self._connection.execute(
                "INSERT INTO runs (name, kind, status, seed, settings_hash, created, owner_pid,"
                " owner_created, settings, environment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    name,
                    settings.kind,
                    Status.RUNNING,
                    settings.seed,
                    settings_hash(settings),
                    time.time(),
                    self._owner.pid,
                    self._owner.created,
                    dump_toml(settings),
                    environment_json(),
                ),
            )
        assert cursor.lastrowid is not None
        return self.row(cursor.lastrowid)

    def append(self, run_id: int, frames: Iterable[Frame]) -> None:
        """Add what frames hold, but for progress, to a run, in one transaction.

        Changes go into its settings.
        """
        news = merge(tuple(frames))
        with self._writing():
            for points in news.points:
                write_points(self._connection, run_id, points)
            for grown in news.ensembles:
                write_ensemble(self._connection, run_id, grown)
            for cells in news.cells:
                write_cells(self._connection, run_id, cells)
            for cell in news.measured:
                write_measured(self._connection, run_id, cell)
            for rows in news.snapshot_rows:
                write_snapshot_rows(self._connection, run_id, rows)
            for snapshot in news.snapshots:
                write_snapshot(self._connection, run_id, snapshot)
            if news.changes:
                self._write_changes(run_id, news.changes)
            self._connection.executemany(
                "INSERT INTO events (run_id, kind, x, text) VALUES (?, ?, ?, ?)",
                [(run_id, event.kind, event.x, event.text) for event in news.events],
            )

    def _write_changes(self, run_id: int, changes: Sequence[AppliedChange]) -> None:
        """Put changes into the settings of a run, so that these give the same run again."""
        settings = self.settings(run_id)
        assert isinstance(settings, TrainingSettings)
        for each in changes:
            settings = with_change(settings, step=each.step, setting=each.setting, value=each.value)
        self._connection.execute(
            "UPDATE runs SET settings = ?, settings_hash = ? WHERE id = ?",
            (dump_toml(settings), settings_hash(settings), run_id),
        )

    def finish(self, run_id: int, status: Status, reason: str = "") -> RunRow:
        """End a run: write its status, the reason and a summary of what was appended."""
        summary = self._summary(run_id)
        with self._writing():
            self._connection.execute(
                "UPDATE runs SET status = ?, reason = ?, finished = ?, summary = ? WHERE id = ?",
                (status, reason, time.time(), summary.to_json(), run_id),
            )
        return self.row(run_id)

    def runs(self) -> tuple[RunRow, ...]:
        """List all runs, newest first."""
        with plain_errors(self.path):
            found = self._connection.execute(f"SELECT {COLUMNS} FROM runs ORDER BY id DESC")
            return tuple(row_from(record) for record in found)

    def row(self, run_id: int) -> RunRow:
        """Read one run; raises UnknownRunError if it was deleted."""
        return row_from(self._one(COLUMNS, run_id))

    def find(self, name_or_id: str) -> RunRow:
        """Find a run by its name, or else by its id; raises UnknownRunError."""
        wanted = name_or_id.strip()
        number = int(wanted) if wanted.isdecimal() and len(wanted) < 18 else -1
        with plain_errors(self.path):
            record = self._connection.execute(
                f"SELECT {COLUMNS} FROM runs WHERE name = ? OR id = ? ORDER BY name = ? DESC",
                (wanted, number, wanted),
            ).fetchone()
            if record is not None:
                return row_from(record)
            names = self._connection.execute("SELECT name FROM runs ORDER BY id DESC")
            raise unknown_run(wanted, [row[0] for row in names])

    def settings(self, run_id: int) -> Settings:
        """Read a run's settings; raises SettingsError if this version cannot use them."""
        name, text = self._one("name, settings", run_id)
        return parse_toml(text, source=f"run {name}")

    def environment(self, run_id: int) -> str:
        """Read the JSON description of what the run ran on."""
        (text,) = self._one("environment", run_id)
        return str(text)

    def curves(self, run_id: int) -> CurveSet:
        """Read every curve and every ensemble of a run."""
        with plain_errors(self.path):
            return read_series(self._connection, run_id)

    def cells(self, run_id: int) -> CellMap | None:
        """Read the map of a run, None for other kinds; raises SettingsError as `settings`."""
        settings = self.settings(run_id)
        if not isinstance(settings, PhaseDiagramSettings):
            return None
        with plain_errors(self.path):
            return CellMap(settings, *read_cells(self._connection, run_id))

    def snapshots(self, run_id: int) -> tuple[SnapshotRows | None, tuple[Snapshot, ...]]:
        """Read the snapshots of a run in rising steps, and what they are of."""
        try:
            with plain_errors(self.path):
                return read_snapshots(self._connection, run_id)
        except ValueError as error:
            message = (
                f"the snapshots of {self.row(run_id).name} cannot be read: {error}; run its"
                " settings again, and delete it"
            )
            raise StoreError(message) from error

    def events(self, run_id: int) -> tuple[Event, ...]:
        """Read the events of a run in the order they happened."""
        with plain_errors(self.path):
            found = self._connection.execute(
                "SELECT kind, x, text FROM events WHERE run_id = ? ORDER BY id", (run_id,)
            )
            return tuple(
                Event(EventKind(kind), math.nan if x is None else x, text)
                for kind, x, text in found
            )

    def rename(self, run_id: int, name: str) -> RunRow:
        """Give a run another name; raises StoreError if it is taken."""
        row = self.row(run_id)
        cleaned = clean_name(name, fallback=row.name)
        with self._writing():
            if self._connection.execute(
                "SELECT 1 FROM runs WHERE name = ? AND id != ?", (cleaned, run_id)
            ).fetchone():
                message = f"another run is called {cleaned!r} already; choose a different name"
                raise StoreError(message)
            self._connection.execute("UPDATE runs SET name = ? WHERE id = ?", (cleaned, run_id))
        return self.row(run_id)

    def delete(self, run_id: int) -> None:
        """Delete a run and all its points; raises StoreError while it is running."""
        row = self.row(run_id)
        if row.status is Status.RUNNING:
            message = f"{row.name} is still running; stop it first"
            raise StoreError(message)
        with self._writing():
            self._connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))

    def _mark_interrupted(self) -> None:
        with plain_errors(self.path):
            running = self._connection.execute(
                "SELECT id, owner_pid, owner_created FROM runs WHERE status = ?", (Status.RUNNING,)
            ).fetchall()
        for run_id, pid, created in running:
            if not Owner(pid, created).is_alive():
                reason = "Bias Lab ended before the run did; what it had streamed is kept."
                self.finish(run_id, Status.INTERRUPTED, reason)

    def _summary(self, run_id: int) -> Summary:
        """Summarise what was appended; of a map, nothing if its settings are not understood."""
        if self.row(run_id).kind != "phase-diagram":
            return summarise(self.curves(run_id))
        try:
            cells = self.cells(run_id)
        except SettingsError:
            cells = None
        return Summary() if cells is None else summarise_map(cells)

    def _one(self, columns: str, run_id: int) -> tuple[Any, ...]:
        with plain_errors(self.path):
            record: tuple[Any, ...] | None = self._connection.execute(
                f"SELECT {columns} FROM runs WHERE id = ?", (run_id,)
            ).fetchone()
        if record is None:
            message = f"run {run_id} is no longer in the history"
            raise UnknownRunError(message)
        return record

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with plain_errors(self.path), transaction(self._connection):
            yield
