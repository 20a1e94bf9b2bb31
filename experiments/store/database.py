"""The SQLite file of the run history: opening, migrating, and plain words for what goes wrong."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            status TEXT NOT NULL,
            reason TEXT NOT NULL DEFAULT '',
            seed INTEGER NOT NULL,
            settings_hash TEXT NOT NULL,
            created REAL NOT NULL,
            finished REAL,
            summary TEXT,
            owner_pid INTEGER NOT NULL,
            owner_created REAL NOT NULL,
            settings TEXT NOT NULL,
            environment TEXT NOT NULL
        )
        """,
        "CREATE INDEX runs_by_status ON runs (status)",
        """
        CREATE TABLE curves (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            quantity TEXT NOT NULL,
            group_name TEXT NOT NULL,
            source TEXT NOT NULL,
            arm TEXT NOT NULL,
            seed INTEGER NOT NULL,
            UNIQUE (run_id, quantity, group_name, source, arm, seed)
        )
        """,
        """
        CREATE TABLE points (
            id INTEGER PRIMARY KEY,
            curve_id INTEGER NOT NULL REFERENCES curves ON DELETE CASCADE,
            x BLOB NOT NULL,
            value BLOB NOT NULL
        )
        """,
        "CREATE INDEX points_by_curve ON points (curve_id)",
        """
        CREATE TABLE events (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            kind TEXT NOT NULL,
            x REAL,
            text TEXT NOT NULL
        )
        """,
        "CREATE INDEX events_by_run ON events (run_id)",
    ),
    (
        """
        CREATE TABLE ensembles (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            quantity TEXT NOT NULL,
            group_name TEXT NOT NULL,
            source TEXT NOT NULL,
            arm TEXT NOT NULL,
            seed INTEGER NOT NULL,
            UNIQUE (run_id, quantity, group_name, source, arm, seed)
        )
        """,
        """
        CREATE TABLE ensemble_points (
            id INTEGER PRIMARY KEY,
            ensemble_id INTEGER NOT NULL REFERENCES ensembles ON DELETE CASCADE,
            kept INTEGER NOT NULL,
            x BLOB NOT NULL,
            count BLOB NOT NULL,
            mean BLOB NOT NULL,
            deviation BLOB NOT NULL,
            lowest BLOB NOT NULL,
            highest BLOB NOT NULL,
            traces BLOB NOT NULL
        )
        """,
        "CREATE INDEX ensemble_points_by_ensemble ON ensemble_points (ensemble_id)",
    ),
    (
        """
        CREATE TABLE cells (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            column_number BLOB NOT NULL,
            row_number BLOB NOT NULL,
            size BLOB NOT NULL,
            layers BLOB NOT NULL
        )
        """,
        "CREATE INDEX cells_by_run ON cells (run_id)",
        """
        CREATE TABLE measured_cells (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            x REAL NOT NULL,
            y REAL NOT NULL,
            runs INTEGER NOT NULL,
            agreeing INTEGER NOT NULL,
            asymptotic_preference INTEGER NOT NULL,
            crossings INTEGER NOT NULL,
            diverges INTEGER NOT NULL
        )
        """,
        "CREATE INDEX measured_cells_by_run ON measured_cells (run_id)",
    ),
    (
        """
        CREATE TABLE snapshot_rows (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            arm TEXT NOT NULL,
            seed INTEGER NOT NULL,
            description TEXT NOT NULL,
            label BLOB NOT NULL,
            clean_label BLOB NOT NULL,
            group_number BLOB NOT NULL,
            inputs BLOB NOT NULL,
            points BLOB
        )
        """,
        "CREATE INDEX snapshot_rows_by_run ON snapshot_rows (run_id)",
        """
        CREATE TABLE snapshots (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            arm TEXT NOT NULL,
            seed INTEGER NOT NULL,
            step REAL NOT NULL,
            scores BLOB NOT NULL,
            boundary BLOB NOT NULL
        )
        """,
        "CREATE INDEX snapshots_by_run ON snapshots (run_id)",
    ),
)
"""Step n takes a file of version n to version n + 1; what was released never changes."""

_BUSY_SECONDS = 5.0
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space",
    sqlite3.SQLITE_READONLY: "the file or its folder is not writable",
    sqlite3.SQLITE_CANTOPEN: "the file or its folder cannot be opened",
    sqlite3.SQLITE_PERM: "access is not permitted",
    sqlite3.SQLITE_BUSY: "another program keeps it locked; try again",
    sqlite3.SQLITE_LOCKED: "another program keeps it locked; try again",
    sqlite3.SQLITE_IOERR: "the disk reports an error",
    sqlite3.SQLITE_TOOBIG: "a value is too large",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; move it away to begin a new one",
    sqlite3.SQLITE_NOTADB: "the file is damaged; move it away to begin a new one",
}


class StoreError(Exception):
    """The run history cannot be read or written; the message says why in plain words."""


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and the disk into `StoreError`; misuse of SQLite stays what it is."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.Error as error:
        reason = _REASONS.get(_primary_code(error), str(error))
        message = f"the run history {path} cannot be used: {reason}"
        raise StoreError(message) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"the run history {path} cannot be used: {reason}"
        raise StoreError(message) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write everything within, or nothing of it when something fails."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def open_database(
    path: Path, *, migrations: Sequence[Sequence[str]] = MIGRATIONS
) -> tuple[sqlite3.Connection, str]:
    """Open the file, creating or migrating it as needed.

    Returns
    -------
    connection : sqlite3.Connection
        In WAL mode, for the calling thread alone.
    notice : str
        What the user should know, else empty: a damaged file was set aside for a new one.

    Raises
    ------
    StoreError
        If the file cannot be used, or a newer version of Bias Lab wrote it.
    """
    with plain_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _connect(path, migrations), ""
        except sqlite3.DatabaseError as error:
            if _primary_code(error) not in _DAMAGED:
                raise
        kept = _set_aside(path)
        notice = f"The run history was damaged. It was kept as {kept}, and a new one was begun."
        return _connect(path, migrations), notice


def _connect(path: Path, migrations: Sequence[Sequence[str]]) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        if _pragma(connection, "journal_mode") != "wal":
            _pragma(connection, "journal_mode = WAL")
        _pragma(connection, "synchronous = NORMAL")
        _pragma(connection, "foreign_keys = ON")
        _migrate(connection, path, migrations)
        connection.execute("SELECT id, owner_pid FROM runs").fetchall()  # finds damage now
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(
    connection: sqlite3.Connection, path: Path, migrations: Sequence[Sequence[str]]
) -> None:
    newest = len(migrations)
    if _version(connection) == newest:
        return
    with transaction(connection):
        version = _version(connection)
        if version > newest:
            message = (
                f"the run history {path} was written by a newer Bias Lab (format {version}, this"
                f" one reads up to {newest}): update Bias Lab, or set BIAS_LAB_HOME to another"
                " folder"
            )
            raise StoreError(message)
        for step in migrations[version:]:
            for statement in step:
                connection.execute(statement)
        _pragma(connection, f"user_version = {newest}")


def _version(connection: sqlite3.Connection) -> int:
    version = _pragma(connection, "user_version")
    assert isinstance(version, int)
    return version


def _pragma(connection: sqlite3.Connection, text: str) -> object:
    with closing(connection.execute(f"PRAGMA {text}")) as cursor:
        row = cursor.fetchone()
    return row[0] if row else None


def _set_aside(path: Path) -> Path:
    moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    kept = path.with_name(f"{path.stem}-damaged-{moment}{path.suffix}")
    path.rename(kept)
    for ending in ("-wal", "-shm"):
        companion = path.with_name(path.name + ending)
        if companion.exists():
            companion.rename(kept.with_name(kept.name + ending))
    return kept


def _primary_code(error: sqlite3.Error) -> int:
    """Give SQLite's result code without its extension; -1 for an error of Python's module."""
    code = getattr(error, "sqlite_errorcode", None)
    return -1 if code is None else code & 0xFF
