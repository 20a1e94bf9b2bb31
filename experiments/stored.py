"""What a window or a command does with the history, each in one call on a store of its own."""

from dataclasses import dataclass
from pathlib import Path

from experiments.figures import RunView
from experiments.store import RunRow, Store


@dataclass(frozen=True, slots=True)
class History:
    """The rows of the history, newest first, and what the user should know of the file."""

    rows: tuple[RunRow, ...]
    notice: str


def list_runs(path: Path) -> History:
    """Read every row; raises `experiments.store.StoreError`, as all functions here."""
    with Store(path) as store:
        return History(store.runs(), store.notice)


def load_run(path: Path, run_id: int) -> RunView:
    """Read a run with its curves."""
    with Store(path) as store:
        return view_of(store, store.row(run_id))


def view_of(store: Store, row: RunRow) -> RunView:
    """Read the curves of a row."""
    return RunView(row.name, store.settings(row.id), store.curves(row.id), store.events(row.id))


def rename_run(path: Path, run_id: int, name: str) -> None:
    """Give a run another name."""
    with Store(path) as store:
        store.rename(run_id, name)


def delete_runs(path: Path, run_ids: tuple[int, ...]) -> None:
    """Delete runs."""
    with Store(path) as store:
        for run_id in run_ids:
            store.delete(run_id)
