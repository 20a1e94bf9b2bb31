import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.testing import assert_array_equal
from snapshot_stand_ins import run_of, snapshot, snapshot_rows

from experiments.frames import Frame
from experiments.settings import TrainingSettings
from experiments.snapshots import Snapshot, SnapshotRows
from experiments.store import Status, Store, StoreError
from experiments.store.arrays import packed, unpacked
from experiments.stored import delete_runs, load_run

SHAPES = arrays.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=9)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "runs.sqlite") as opened:
        yield opened


def stored(store: Store, rows: SnapshotRows, snapshots: tuple[Snapshot, ...]) -> int:
    """Keep a run whose snapshots come one at a time."""
    run = store.create("training", TrainingSettings())
    store.append(run.id, [Frame(snapshot_rows=(rows,), snapshots=snapshots[:1])])
    for each in snapshots[1:]:
        store.append(run.id, [Frame(snapshots=(each,))])
    store.finish(run.id, Status.DONE)
    return run.id


def assert_same(first: object, second: object, *names: str) -> None:
    for name in names:
        one, other = getattr(first, name), getattr(second, name)
        if isinstance(one, np.ndarray):
            assert one.dtype == other.dtype
            assert_array_equal(one, other)
        else:
            assert one == other


@given(arrays.arrays(st.sampled_from([np.float32, np.int32]), SHAPES))
def test_an_array_is_read_back_bit_for_bit(array: np.ndarray) -> None:
    read = unpacked(packed(array), array.dtype.type, array.shape)
    assert read.dtype == array.dtype
    assert read.shape == array.shape
    assert read.tobytes() == array.tobytes()


def test_what_compresses_is_compressed_and_noise_is_not() -> None:
    even, noise = np.zeros(10_000, np.int32), np.random.default_rng(0).bytes(40_000)
    assert len(packed(even)) < 1000
    assert 40_000 < len(packed(np.frombuffer(noise, np.int32))) < 40_200


@pytest.mark.parametrize(
    "values", [np.zeros((9, 2), np.float32), np.random.default_rng(0).random((9, 2))]
)
def test_an_array_that_is_damaged_or_another_one_is_refused(values: np.ndarray) -> None:
    blob = packed(values.astype(np.float32))
    for bad in (b"", b"x", blob[:-1], blob[:40], b"\x00" + blob[1:]):
        with pytest.raises(ValueError, match="damaged"):
            unpacked(bad, np.float32, (9, 2))
    for shape in ((9,), (9, 3), (None, 2, None)):
        with pytest.raises(ValueError, match="shape"):
            unpacked(blob, np.float32, shape)
    with pytest.raises(ValueError, match="float32"):
        unpacked(blob, np.int32, (9, 2))


@pytest.mark.parametrize(
    "rows",
    [
        snapshot_rows(),
        snapshot_rows(classes=("a", "b", "c"), groups=("=1", "2", "3"), flipped=0.2),
        snapshot_rows(image_shape=(4, 5, 3), has_plane=False, kept=0),
    ],
)
def test_snapshots_are_read_back_as_they_came(store: Store, rows: SnapshotRows) -> None:
    written = run_of(rows)
    view = load_run(store.path, stored(store, rows, written.snapshots))
    read = view.snapshot_rows
    assert read is not None
    assert_same(read, rows, *(name for name in SnapshotRows.__slots__ if name != "plane"))
    if rows.plane is None:
        assert read.plane is None
    else:
        assert_same(read.plane, rows.plane, *type(rows.plane).__slots__)
    assert len(view.snapshots) == len(written.snapshots)
    for one, other in zip(view.snapshots, written.snapshots, strict=True):
        assert_same(one, other, *Snapshot.__slots__)


def test_snapshots_come_in_rising_steps_and_of_one_training(store: Store) -> None:
    rows = snapshot_rows()
    other = replace(rows, seed=rows.seed + 1)
    run = store.create("training", TrainingSettings())
    late, early = snapshot(rows, 20.0), snapshot(rows, 10.0)
    store.append(
        run.id, [Frame(snapshot_rows=(rows, other), snapshots=(late, early, snapshot(other, 5.0)))]
    )
    view = load_run(store.path, run.id)
    assert [(each.seed, each.step) for each in view.snapshots] == [(0, 10.0), (0, 20.0)]


def test_a_run_without_snapshots_has_none(store: Store) -> None:
    run = store.create("training", TrainingSettings())
    assert store.snapshots(run.id) == (None, ())


def test_deleting_a_run_deletes_its_snapshots_alone(store: Store) -> None:
    rows = snapshot_rows()
    first, second = (stored(store, rows, run_of(rows).snapshots) for _ in range(2))
    delete_runs(store.path, (first,))
    for table, left in (("snapshot_rows", 1), ("snapshots", 3)):
        found = store._connection.execute(f"SELECT run_id FROM {table}").fetchall()
        assert found == [(second,)] * left


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE snapshots SET scores = substr(scores, 1, 200) WHERE step = 10",
        "UPDATE snapshots SET boundary = scores",
        "UPDATE snapshot_rows SET label = inputs",
        "UPDATE snapshot_rows SET points = NULL",
        "UPDATE snapshot_rows SET description = '{'",
        "UPDATE snapshot_rows SET description = '[]'",
        "UPDATE snapshot_rows SET description = '{}'",
    ],
)
def test_damage_is_told_plainly(store: Store, damage: str) -> None:
    rows = snapshot_rows()
    run_id = stored(store, rows, run_of(rows).snapshots)
    with store._writing():
        store._connection.execute(damage)
    with pytest.raises(StoreError, match=r"snapshots of training-1 cannot be read.*again"):
        load_run(store.path, run_id)


def test_a_history_of_version_3_opens_and_takes_snapshots(tmp_path: Path) -> None:
    script = Path(__file__).parents[1] / "data" / "history_version_3.sql"
    path = tmp_path / "old.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(script.read_text(encoding="utf-8"))
    connection.close()
    rows = snapshot_rows()
    with Store(path) as store:
        old = load_run(path, store.find("training-1").id)
        assert old.snapshots == ()
        assert len(old.curves) == 1
        assert [event.text for event in old.events] == ["Half of it is done."]
        assert load_run(path, store.find("map-1").id).cells
        new = stored(store, rows, run_of(rows).snapshots)
    assert len(load_run(path, new).snapshots) == 3


def test_many_snapshots_are_loaded_at_once(store: Store) -> None:
    rows = snapshot_rows(10_000)
    run_id = stored(store, rows, run_of(rows, range(60)).snapshots)
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        assert len(load_run(store.path, run_id).snapshots) == 60
        spent.append(time.perf_counter() - start)
    assert min(spent) < 0.3
