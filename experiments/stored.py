"""What a window or a command does with the history, each in one call on a store of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from experiments.curves import Curve, CurveSet
from experiments.figures import RunView
from experiments.frames import CurveName, EnsemblePoints, Source
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
    """Read the curves, the events, the map and the snapshots of a row."""
    curves = with_ensembles(store.curves(row.id))
    snapshot_rows, snapshots = store.snapshots(row.id)
    return RunView(
        row.name,
        store.settings(row.id),
        curves,
        store.events(row.id),
        cells=store.cells(row.id),
        snapshot_rows=snapshot_rows,
        snapshots=snapshots,
    )


def with_ensembles(curves: CurveSet) -> CurveSet:
    """Make ensembles of simulated runs that a history of version 1 holds as a curve for each.

    A run that diverged has a shorter curve. Curves at other positions stay as they are.
    """
    families: dict[CurveName, list[Curve]] = {}
    for curve in curves.select(source=Source.SIMULATION):
        families.setdefault(replace(curve.name, seed=0), []).append(curve)
    found = {key: ensemble for key, runs in families.items() if (ensemble := _ensemble(runs))}
    singles = (curve for curve in curves if replace(curve.name, seed=0) not in found)
    return CurveSet(singles, (*curves.ensembles, *found.values()))


def _ensemble(family: Sequence[Curve]) -> EnsemblePoints | None:
    """Put the curves of runs with successive seeds side by side; None if they do not fit."""
    x = max((curve.x for curve in family), key=len)
    if not all(np.array_equal(curve.x, x[: curve.x.size]) for curve in family):
        return None
    seeds = [curve.name.seed for curve in family]
    runs = max(seeds) - min(seeds) + 1
    values = np.full((x.size, runs), np.nan)
    for curve in family:
        values[: curve.x.size, curve.name.seed - min(seeds)] = curve.value
    name = replace(family[0].name, seed=min(seeds))
    return EnsemblePoints.of(name, x, values, kept=runs)


def rename_run(path: Path, run_id: int, name: str) -> None:
    """Give a run another name."""
    with Store(path) as store:
        store.rename(run_id, name)


def delete_runs(path: Path, run_ids: tuple[int, ...]) -> None:
    """Delete runs."""
    with Store(path) as store:
        for run_id in run_ids:
            store.delete(run_id)
