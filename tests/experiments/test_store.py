import math
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import psutil
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from experiments.frames import (
    CELL_LAYERS,
    ENSEMBLE_ARRAYS,
    Cells,
    CurveName,
    EnsemblePoints,
    Event,
    EventKind,
    Frame,
    MeasuredCell,
    Points,
    Source,
)
from experiments.maps import CellMap
from experiments.settings import (
    About,
    DynamicsSettings,
    PhaseDiagramSettings,
    TrainingSettings,
)
from experiments.settings.phase_diagram import Map
from experiments.store import (
    Owner,
    Status,
    Store,
    StoreError,
    UnknownRunError,
    default_path,
)
from experiments.store.database import MIGRATIONS, open_database
from experiments.summary import Summary

LOSS = CurveName("loss", "+", Source.THEORY, "base", 1)
RUNS = CurveName("loss", "+", Source.SIMULATION, "base", 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "runs.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store(path) as opened:
        yield opened


def points(values: list[float], name: CurveName = LOSS) -> Frame:
    return Frame(points=(Points(name, np.arange(float(len(values))), np.array(values)),))


def crowd(values: list[list[float]]) -> Frame:
    x = np.arange(float(len(values)))
    return Frame(ensembles=(EnsemblePoints.of(RUNS, x, np.array(values), kept=2),))


def test_a_run_is_read_back_as_it_was_written(store: Store) -> None:
    settings = TrainingSettings(seed=7, about=About(title="Ωmega <b>"))
    before = datetime.now(UTC)
    run = store.create("adult", settings)
    assert (run.name, run.kind, run.seed, run.status) == ("adult-1", "training", 7, Status.RUNNING)
    assert run.finished is None
    assert run.summary is None
    assert abs(run.created - before) < timedelta(minutes=1)
    store.append(run.id, [points([1.0, 2.0]), points([3.0])])
    ended = store.finish(run.id, Status.FAILED, "because")
    assert (ended.status, ended.reason) == (Status.FAILED, "because")
    assert ended.finished is not None
    assert ended.finished >= ended.created
    assert ended.summary is not None
    assert ended.summary.losses == (("+", 3.0),)
    assert store.runs() == (ended,)
    assert store.settings(run.id) == settings
    assert '"python"' in store.environment(run.id)


value = st.floats(allow_nan=True, allow_infinity=True)
names = st.builds(
    CurveName,
    quantity=st.sampled_from(["loss", "R"]),
    group=st.text(max_size=5).filter(lambda text: text.isprintable()),
    source=st.sampled_from(Source),
    arm=st.sampled_from(["base", "other"]),
    seed=st.integers(0, 2**31 - 1),
)
frames = st.lists(
    st.builds(
        Frame,
        points=st.lists(
            st.builds(
                lambda name, pairs: Points(
                    name, np.array([x for x, _ in pairs]), np.array([y for _, y in pairs])
                ),
                names,
                st.lists(st.tuples(value, value), max_size=4),
            ),
            max_size=4,
        ).map(tuple),
        events=st.lists(
            st.builds(Event, st.sampled_from(EventKind), st.floats(allow_nan=False), st.text("aé")),
            max_size=2,
        ).map(tuple),
    ),
    max_size=6,
)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(written=frames, batch=st.integers(1, 6))
def test_points_and_events_come_back_bit_for_bit_in_order(
    store: Store, written: list[Frame], batch: int
) -> None:
    run = store.create("bits", DynamicsSettings())
    expected: dict[CurveName, list[tuple[float, float]]] = {}
    for frame in written:
        for part in frame.points:
            pairs = zip(part.x.tolist(), part.value.tolist(), strict=True)
            expected.setdefault(part.name, []).extend(pairs)
    for start in range(0, len(written), batch):
        store.append(run.id, written[start : start + batch])
    curves = store.curves(run.id)
    assert [curve.name for curve in curves] == list(expected)
    for curve in curves:
        wanted = np.array(expected[curve.name]).reshape(-1, 2)
        assert curve.x.tobytes() == wanted[:, 0].tobytes()
        assert curve.value.tobytes() == wanted[:, 1].tobytes()
    assert store.events(run.id) == tuple(event for frame in written for event in frame.events)


@st.composite
def crowds(draw: st.DrawFn) -> list[EnsemblePoints]:
    """Parts of a few ensembles, each with as many traces in every part."""
    parts = []
    for name, kept in draw(st.dictionaries(names, st.integers(0, 3), max_size=3)).items():
        row = st.lists(value, min_size=6 + kept, max_size=6 + kept)
        for rows in draw(st.lists(st.lists(row, max_size=3), min_size=1, max_size=3)):
            table = np.array(rows).reshape(len(rows), 6 + kept)
            x, count, mean, deviation, lowest, highest = table.T[:6]
            moments = (mean, deviation, lowest, highest)
            parts.append(EnsemblePoints(name, x, count, *moments, table[:, 6:]))
    return draw(st.permutations(parts))


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(written=crowds(), batch=st.integers(1, 4))
def test_ensembles_come_back_bit_for_bit_in_order(
    store: Store, written: list[EnsemblePoints], batch: int
) -> None:
    run = store.create("bits", DynamicsSettings())
    for start in range(0, len(written), batch):
        part = written[start : start + batch]
        store.append(run.id, [Frame(ensembles=(each,)) for each in part])
    expected: dict[CurveName, list[EnsemblePoints]] = {}
    for each in written:
        expected.setdefault(each.name, []).append(each)
    found = store.curves(run.id).ensembles
    assert [ensemble.name for ensemble in found] == list(expected)
    for ensemble, parts in zip(found, expected.values(), strict=True):
        for field in ENSEMBLE_ARRAYS:
            wanted = np.concatenate([getattr(part, field) for part in parts])
            got = getattr(ensemble, field)
            assert (got.shape, got.tobytes()) == (wanted.shape, wanted.tobytes())


def test_an_event_at_no_number_is_read_as_such(store: Store) -> None:
    run = store.create("events", DynamicsSettings())
    store.append(run.id, [Frame(events=(Event(EventKind.DIVERGED, math.nan, "gone"),))])
    assert math.isnan(store.events(run.id)[0].x)


def test_names_count_upwards_for_each_base(store: Store) -> None:
    settings = DynamicsSettings()
    assert store.create("a", settings).name == "a-1"
    assert store.create("a-b", settings).name == "a-b-1"
    assert store.create("a", settings).name == "a-2"
    store.rename(store.find("a-1").id, "a-12")
    assert store.create("a", settings).name == "a-13"
    assert store.create(" two \n words\t", settings).name == "two-words-1"
    assert store.create("", settings).name == "dynamics-1"
    assert store.create("a%_", settings).name == "a%_-1"
    assert [run.id for run in store.runs()] == [7, 6, 5, 4, 3, 2, 1]


def test_a_run_is_found_by_name_before_id(store: Store) -> None:
    first = store.create("x", DynamicsSettings())
    second = store.create("y", DynamicsSettings())
    assert store.find(str(second.id)).name == "y-1"
    store.rename(first.id, str(second.id))
    assert store.find(str(second.id)).id == first.id


def test_a_run_that_does_not_exist_is_told_with_a_suggestion(store: Store) -> None:
    with pytest.raises(UnknownRunError, match="history is empty"):
        store.find("crossing-1")
    store.create("crossing", DynamicsSettings())
    store.create("zebra", DynamicsSettings())
    with pytest.raises(UnknownRunError, match="did you mean 'crossing-1'"):
        store.find("crosing-1")
    with pytest.raises(UnknownRunError, match="the newest is 'zebra-1'"):
        store.find("99999999999999999999999")
    with pytest.raises(UnknownRunError, match="no longer"):
        store.settings(44)


def test_renaming_keeps_names_unique(store: Store) -> None:
    first = store.create("x", DynamicsSettings())
    store.create("y", DynamicsSettings())
    with pytest.raises(StoreError, match="'y-1' already"):
        store.rename(first.id, "y-1")
    assert store.rename(first.id, "my best run").name == "my-best-run"
    assert store.rename(first.id, "my best run").name == "my-best-run"


def test_deleting_takes_all_points_and_spares_what_is_running(store: Store, path: Path) -> None:
    run = store.create("x", DynamicsSettings())
    event = Frame(events=(Event(EventKind.NOTICE, 0.0, "e"),))
    store.append(run.id, [points([1.0]), crowd([[1.0, 2.0]]), event])
    with pytest.raises(StoreError, match="x-1 is still running"):
        store.delete(run.id)
    store.finish(run.id, Status.DONE)
    store.delete(run.id)
    assert store.runs() == ()
    connection = sqlite3.connect(path)
    for table in ("runs", "curves", "points", "events", "ensembles", "ensemble_points"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    connection.close()


def test_a_failed_append_leaves_nothing_behind(store: Store) -> None:
    run = store.create("x", DynamicsSettings())
    with pytest.raises(StoreError):
        store.append(run.id + 1, [points([1.0])])
    store.append(run.id, [points([2.0])])
    assert store.curves(run.id)[LOSS].value.tolist() == [2.0]


def test_a_run_of_a_live_process_is_left_alone(store: Store, path: Path) -> None:
    run = store.create("x", DynamicsSettings())
    with Store(path) as other:
        assert other.row(run.id).status is Status.RUNNING


def test_a_run_of_a_dead_process_is_interrupted_and_readable(path: Path) -> None:
    script = f"""
import os
from pathlib import Path
from experiments.settings import DynamicsSettings
from experiments.store import Store
from test_store import crowd, points
store = Store(Path({str(path)!r}))
run = store.create("x", DynamicsSettings())
store.append(run.id, [points([4.0, 5.0]), crowd([[1.0, 3.0]])])
os._exit(1)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", script], env=environment, check=False)
    with Store(path) as store:
        (run,) = store.runs()
        assert run.status is Status.INTERRUPTED
        assert "ended before the run did" in run.reason
        assert run.summary is not None
        assert run.summary.losses == (("+", 5.0),)
        assert store.curves(run.id)[LOSS].value.tolist() == [4.0, 5.0]
        assert store.curves(run.id).ensembles[0].mean.tolist() == [2.0]


def test_owners_are_told_apart_by_the_time_they_were_created() -> None:
    owner = Owner.this_process()
    assert owner.is_alive()
    assert not Owner(owner.pid, owner.created - 3600).is_alive()
    process = subprocess.Popen([sys.executable, "-c", ""])
    child = Owner(process.pid, psutil.Process(process.pid).create_time())
    while child.is_alive():  # it ended without being collected
        time.sleep(0.01)
    process.wait()
    assert not child.is_alive()


def test_many_stores_at_once_lose_nothing(path: Path) -> None:
    def work(number: int) -> None:
        with Store(path) as store:
            run = store.create("same", DynamicsSettings())
            for step in range(20):
                store.append(run.id, [points([float(number), float(step)])])
            store.finish(run.id, Status.DONE)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Store(path) as store:
        runs = store.runs()
        assert sorted(run.name for run in runs) == [f"same-{number}" for number in range(1, 7)]
        assert {store.curves(run.id)[LOSS].x.size for run in runs} == {40}


def test_a_full_disk_is_told_and_what_was_written_stays(store: Store) -> None:
    run = store.create("x", DynamicsSettings())
    store.append(run.id, [points([1.0])])
    store._connection.execute("PRAGMA max_page_count = 1")  # cut to the present size
    for large in (points([0.0] * 100_000), crowd([[0.0]] * 100_000)):
        with pytest.raises(StoreError, match="the disk is full"):
            store.append(run.id, [points([9.0]), large])
    assert store.curves(run.id)[LOSS].value.tolist() == [1.0]
    assert store.curves(run.id).ensembles == ()
    store._connection.execute("PRAGMA max_page_count = 1000000")
    store.append(run.id, [points([2.0])])
    assert store.curves(run.id)[LOSS].value.tolist() == [1.0, 2.0]


def damaged_companions(path: Path) -> list[Path]:
    return sorted(path.parent.glob("runs-damaged-*.sqlite"))


@pytest.mark.parametrize("damage", ["no database", "torn page"])
def test_a_damaged_file_is_kept_aside_and_a_new_one_begun(path: Path, damage: str) -> None:
    if damage == "no database":
        path.parent.mkdir()
        path.write_bytes(b"this was never a database" * 100)
    else:
        with Store(path) as store:
            for _ in range(50):
                store.create("x", DynamicsSettings())
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (path.stat().st_size - 4096))
    content = path.read_bytes()
    with Store(path) as store:
        assert store.runs() == ()
        (kept,) = damaged_companions(path)
        assert str(kept) in store.notice
        assert kept.read_bytes() == content
        store.create("x", DynamicsSettings())
    with Store(path) as store:
        assert store.notice == ""
        assert len(store.runs()) == 1


def test_a_path_that_cannot_be_used_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be used"):
        Store(tmp_path / "file" / "runs.sqlite")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(tmp_path / "folder")


def test_a_locked_file_is_told_plainly(store: Store, path: Path) -> None:
    run = store.create("x", DynamicsSettings())
    store._connection.execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="keeps it locked"):
        store.append(run.id, [points([1.0])])
    assert len(store.runs()) == 1, "reading does not wait for a writer"
    other.close()


def test_a_newer_file_is_refused_untouched(store: Store, path: Path) -> None:
    store.create("x", DynamicsSettings())
    store._connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StoreError, match=r"newer Bias Lab.*BIAS_LAB_HOME"):
        Store(path)
    assert damaged_companions(path) == []


def release(path: Path, version: int) -> Path:
    """Put back a history that an earlier version wrote: theory, and three runs."""
    script = Path(__file__).parents[1] / "data" / f"history_version_{version}.sql"
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.executescript(script.read_text(encoding="utf-8"))
    connection.close()
    return path


@pytest.fixture
def released(path: Path) -> Path:
    return release(path, 1)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_what_was_released_never_changes(path: Path, tmp_path: Path, version: int) -> None:
    schema = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY name"
    new, _ = open_database(tmp_path / "new.sqlite", migrations=MIGRATIONS[:version])
    old = sqlite3.connect(release(path, version))
    assert new.execute(schema).fetchall() == old.execute(schema).fetchall()
    new.close()
    old.close()


def test_a_history_of_version_1_opens_and_takes_new_runs(released: Path) -> None:
    for _ in range(2):
        with Store(released) as store:
            run = store.find("crossing-1")
            assert run.status is Status.DONE
            assert run.summary is not None
            settings = store.settings(run.id)
            assert isinstance(settings, DynamicsSettings)
            assert settings.simulation.runs == 3
            assert len(store.curves(run.id)) == 44
            new = store.create("crossing", settings)
            store.append(new.id, [crowd([[1.0, 2.0]])])
            assert len(store.curves(new.id).ensembles) == 1
            store.finish(new.id, Status.DONE)


def test_a_history_of_version_2_opens_and_takes_maps(path: Path) -> None:
    for number in (1, 2):
        with Store(release(path, 2) if number == 1 else path) as store:
            run = store.find("crossing-1")
            assert run.status is Status.DONE
            assert run.summary is not None
            assert run.summary.cells == 0
            assert len(store.curves(run.id).ensembles) == 58
            assert store.cells(run.id) is None
            new = store.create("map", MAP)
            store.append(new.id, [MAP_FRAME])
            cells = store.cells(new.id)
            assert cells is not None
            assert len(cells) == 5
            store.finish(new.id, Status.DONE)


MAP = PhaseDiagramSettings(map=Map(resolution=3))
LAYERS = np.array([[1, 0, 1, 2, 0.25, 7.5, 0.125, -0.5], [0, *[np.nan] * 7]])
MAP_FRAME = Frame(
    cells=(Cells(np.array([0.0, 2.0]), np.array([1.0, 0.0]), np.array([2.0, 1.0]), LAYERS),),
    measured=(
        MeasuredCell(
            0.3, 2.5, runs=10, agreeing=7, asymptotic_preference=-1, crossings=4, diverges=True
        ),
    ),
)


def test_a_map_is_read_back_as_it_was_written(store: Store) -> None:
    run = store.create("map", MAP)
    store.append(run.id, [MAP_FRAME, Frame(cells=MAP_FRAME.cells[:1]), MAP_FRAME])
    cells = store.cells(run.id)
    assert cells is not None
    assert cells.settings == MAP
    expected = CellMap(MAP, MAP_FRAME.cells, MAP_FRAME.measured * 2)
    for name in CELL_LAYERS:
        np.testing.assert_array_equal(cells.layer(name), expected.layer(name))
    np.testing.assert_array_equal(cells.size, [[0, 0, 1], [2, 2, 0], [2, 2, 0]])
    assert cells.measured == expected.measured
    ended = store.finish(run.id, Status.DONE)
    assert ended.summary == Summary(cells=5, crossed=1.0)
    store.delete(run.id)
    for table in ("cells", "measured_cells"):
        (left,) = store._connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert left == 0


def test_a_map_whose_settings_are_not_understood_still_ends(store: Store) -> None:
    run = store.create("map", MAP)
    store.append(run.id, [MAP_FRAME])
    with store._writing():
        store._connection.execute("UPDATE runs SET settings = 'version = 9'")
    assert store.finish(run.id, Status.INTERRUPTED).summary == Summary()


def test_migration_keeps_runs_and_happens_once(store: Store, path: Path) -> None:
    run = store.create("x", DynamicsSettings())
    later = (*MIGRATIONS, ("ALTER TABLE runs ADD COLUMN note TEXT DEFAULT 'new'",))
    for _ in range(2):
        connection, notice = open_database(path, migrations=later)
        assert notice == ""
        assert connection.execute("SELECT id, note FROM runs").fetchall() == [(run.id, "new")]
        connection.close()


def test_a_migration_that_fails_changes_nothing(store: Store, path: Path) -> None:
    store.create("x", DynamicsSettings())
    broken = (*MIGRATIONS, ("ALTER TABLE runs ADD COLUMN note TEXT", "nonsense"))
    with pytest.raises(StoreError, match="nonsense"):
        open_database(path, migrations=broken)
    with Store(path) as again:
        assert len(again.runs()) == 1
    good = (*MIGRATIONS, ("ALTER TABLE runs ADD COLUMN note TEXT",))
    open_database(path, migrations=good)[0].close()


def test_the_home_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BIAS_LAB_HOME", str(tmp_path))
    assert default_path() == tmp_path / "runs.sqlite"
    monkeypatch.delenv("BIAS_LAB_HOME")
    assert default_path().parent.name == "bias-lab"


def test_a_copied_file_opens_elsewhere(store: Store, path: Path, tmp_path: Path) -> None:
    run = store.create("x", DynamicsSettings())
    store.finish(run.id, Status.DONE)
    store.close()
    shutil.copy(path, tmp_path / "copy.sqlite")
    with Store(tmp_path / "copy.sqlite") as copied:
        assert copied.row(run.id).name == "x-1"
