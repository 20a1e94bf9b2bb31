import sqlite3
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import worker_stand_ins as stand_ins
from runner_watch import Watch, workers
from worker_stand_ins import stand_in

import experiments.store.store
import experiments.supervisor
from experiments.curves import CurveSet
from experiments.frames import ENSEMBLE_ARRAYS
from experiments.recording import Recording
from experiments.settings import About, TrainingSettings
from experiments.store import Status, Store
from experiments.store.database import open_database
from experiments.updates import Ended, Paused, Resumed, Started, StoreProblem, Streamed, WorkerReady


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """One runner for all tests that leave it idle."""
    watch = Watch(tmp_path_factory.mktemp("lab") / "runs.sqlite")
    yield watch
    watch.close()


def same(first: CurveSet, second: CurveSet) -> bool:
    return everything(first) == everything(second)


def everything(curves: CurveSet) -> list[tuple[object, ...]]:
    singles = [(c.name, c.x.tobytes(), c.value.tobytes()) for c in curves]
    return singles + [
        (e.name, e.traces.shape, *(getattr(e, field).tobytes() for field in ENSEMBLE_ARRAYS))
        for e in curves.ensembles
    ]


def stored(watch: Watch, ended: Ended) -> CurveSet:
    assert ended.row is not None
    with Store(watch.path) as store:
        return store.curves(ended.row.id)


def test_a_run_streams_in_order_and_is_stored_whole(lab: Watch) -> None:
    run = lab.runner.start("short", stand_in("short", seed=5))
    ended = lab.finish(run)
    assert ended.status is Status.DONE
    assert isinstance(lab.told[0], WorkerReady)
    kinds = [type(update) for update in lab.of(run)]
    assert kinds[0] is Started
    assert set(kinds[1:-1]) == {Streamed}
    curves = lab.curves(run)
    plus = curves[stand_ins.curve("+", 5)]
    np.testing.assert_array_equal(plus.x, np.arange(50.0))
    assert same(curves, stored(lab, ended))
    assert ended.row is not None
    with Store(lab.path) as store:
        assert [event.x for event in store.events(ended.row.id)] == [0.0, 10.0, 20.0, 30.0, 40.0]
        assert store.settings(ended.row.id) == stand_in("short", seed=5)


def test_pause_step_resume_and_stop_act_within_one_frame(lab: Watch) -> None:
    run = lab.runner.start("endless", stand_in("endless"))
    lab.wait(lambda: lab.steps(run) > 20)
    lab.runner.pause()
    lab.wait_for_pause(run, 1)
    there = lab.steps(run)
    for number, steps in enumerate((1, 1, 5), start=2):
        lab.runner.step(steps)
        lab.wait_for_pause(run, number)
    assert lab.steps(run) == there + 7
    time.sleep(0.1)
    lab.told += lab.runner.drain()
    assert lab.steps(run) == there + 7
    lab.runner.resume()
    lab.wait(lambda: lab.steps(run) > there + 20)
    assert sum(isinstance(update, Resumed) for update in lab.of(run)) == 1
    lab.runner.stop()
    ended = lab.finish(run)
    assert (ended.status, ended.reason) == (Status.STOPPED, "")
    assert same(lab.curves(run), stored(lab, ended))


def test_a_run_that_starts_paused_waits_for_its_first_step(lab: Watch) -> None:
    run = lab.runner.start("sparse", stand_in("sparse"), paused=True)
    lab.wait_for_pause(run, 1)
    assert lab.steps(run) == -1
    for pauses, there in ((2, 5), (3, 10), (4, 15)):
        lab.runner.step(None)
        lab.wait_for_pause(run, pauses)
        assert lab.steps(run) == there
    lab.runner.stop()
    assert lab.finish(run).status is Status.STOPPED


def test_an_ensemble_is_stepped_streamed_and_stored_whole(lab: Watch) -> None:
    run = lab.runner.start("crowd", stand_in("crowd", seed=3), paused=True)
    lab.wait_for_pause(run, 1)
    for pauses, there in ((2, 5), (3, 10)):
        lab.runner.step(None)
        lab.wait_for_pause(run, pauses)
        assert lab.steps(run) == there
    lab.runner.resume()
    ended = lab.finish(run)
    assert ended.status is Status.DONE
    (ensemble,) = lab.curves(run).ensembles
    np.testing.assert_array_equal(ensemble.x, np.arange(0.0, 26.0, 5.0))
    assert ensemble.count.tolist() == [7.0, 7.0, 6.0, 6.0, 6.0, 6.0]
    assert same(lab.curves(run), stored(lab, ended))
    assert ended.row is not None
    assert ended.row.summary is not None
    assert ended.row.summary.losses == (("+", ensemble.mean[-1]),)


def test_what_is_commanded_right_after_the_start_is_obeyed(lab: Watch) -> None:
    run = lab.runner.start("endless", stand_in("endless"), paused=True)
    lab.runner.step(3)
    lab.wait(lambda: lab.steps(run) == 3)
    lab.wait(lambda: isinstance(lab.of(run)[-1], Paused))
    lab.runner.stop()
    lab.finish(run)


def test_a_new_run_stops_the_one_before(lab: Watch) -> None:
    first = lab.runner.start("tardy", stand_in("tardy"))
    lab.wait(lambda: lab.steps(first) > 0)
    never = lab.runner.start("endless", stand_in("endless"))
    last = lab.runner.start("short", stand_in("short"))
    assert lab.finish(last).status is Status.DONE
    assert lab.finish(first).status is Status.STOPPED
    unbegun = lab.finish(never)
    assert (unbegun.status, unbegun.row, lab.started(never)) == (Status.STOPPED, None, None)
    order = [(type(u), getattr(u, "run", 0)) for u in lab.told]
    assert order.index((Ended, first)) < order.index((Started, last))


def test_commands_without_a_run_are_ignored(lab: Watch) -> None:
    for command in (lab.runner.pause, lab.runner.resume, lab.runner.stop):
        command()
    lab.runner.step(None)
    run = lab.runner.start("short", stand_in("short"))
    lab.runner.resume()
    assert lab.finish(run).status is Status.DONE
    assert not any(isinstance(update, Paused | Resumed) for update in lab.of(run))


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("fails", "Something unexpected went wrong (RuntimeError: no such luck)."),
        ("diverges", "The loss grew without bound: try a smaller learning rate."),
    ],
)
def test_an_exception_fails_the_run_with_a_sentence(lab: Watch, title: str, reason: str) -> None:
    ended = lab.finish(lab.runner.start(title, stand_in(title)))
    assert (ended.status, ended.reason) == (Status.FAILED, reason)
    assert f"in {title}" in ended.details
    assert ended.row is not None
    assert (ended.row.status, ended.row.reason) == (Status.FAILED, reason)
    assert len(stored(lab, ended)) == 2


def test_a_worker_that_exits_fails_the_run_and_another_takes_over(lab: Watch) -> None:
    ended = lab.finish(lab.runner.start("exits", stand_in("exits")))
    assert ended.status is Status.FAILED
    assert "exit code 7" in ended.reason
    assert "last words" in ended.details
    run = lab.runner.start("short", stand_in("short"))
    assert lab.finish(run).status is Status.DONE


def test_a_killed_worker_fails_the_run_which_keeps_what_it_streamed(lab: Watch) -> None:
    run = lab.runner.start("endless", stand_in("endless"))
    lab.wait(lambda: lab.steps(run) > 100)
    (worker,) = workers()
    worker.kill()
    ended = lab.finish(run)
    assert ended.status is Status.FAILED
    assert "ended unexpectedly (exit code" in ended.reason
    curves = lab.curves(run)
    assert curves[stand_ins.curve("+", 1)].x.size > 50
    assert same(curves, stored(lab, ended))
    lab.wait(lambda: isinstance(lab.told[-1], WorkerReady))
    assert [w.pid for w in workers()] != [worker.pid]


def test_a_run_that_does_not_stop_is_ended_with_its_process(
    lab: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_STOP_SECONDS", "_AGAIN_SECONDS"):
        monkeypatch.setattr(experiments.supervisor, name, 0.2)
    run = lab.runner.start("stubborn", stand_in("stubborn"))
    lab.wait(lambda: lab.steps(run) == 0)
    lab.runner.stop()
    ended = lab.finish(run)
    assert ended.status is Status.STOPPED
    assert "did not stop in time" in ended.reason
    assert len(stored(lab, ended)) == 2


def test_a_last_point_that_takes_too_long_is_given_up_and_the_worker_kept(
    lab: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experiments.supervisor, "_STOP_SECONDS", 0.2)
    run = lab.runner.start("lingers", TrainingSettings(about=About(title="lingers")))
    lab.wait(lambda: lab.steps(run) > 0)
    before = [worker.pid for worker in workers()]
    lab.runner.stop()
    ended = lab.finish(run)
    assert (ended.status, ended.reason) == (Status.STOPPED, "")
    assert [worker.pid for worker in workers()] == before


def test_a_flood_loses_no_point_and_waits_in_few_updates(lab: Watch) -> None:
    run = lab.runner.start("flood", stand_in("flood"))
    ended = lab.finish(run)
    curves = lab.curves(run)
    assert len(curves) == stand_ins.FLOOD_CURVES
    expected = np.arange(float(stand_ins.FLOOD_FRAMES * stand_ins.FLOOD_POINTS))
    for number, curve in enumerate(curves):
        np.testing.assert_array_equal(curve.x, expected)
        np.testing.assert_array_equal(curve.value, expected + number)
    assert same(curves, stored(lab, ended))
    assert len(lab.of(run)) < stand_ins.FLOOD_FRAMES / 4


def test_what_a_worker_prints_stays_out_of_the_terminal(
    lab: Watch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert lab.finish(lab.runner.start("prints", stand_in("prints"))).status is Status.DONE
    assert capfd.readouterr() == ("", "")


def test_the_window_never_waits_for_the_store(lab: Watch) -> None:
    lab.wait(lambda: workers())
    other = sqlite3.connect(lab.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.perf_counter()
    run = lab.runner.start("short", stand_in("short"))
    lab.runner.pause()
    lab.runner.resume()
    lab.told += lab.runner.drain()
    assert time.perf_counter() - began < 1.0, "the store waits five seconds for its lock"
    assert lab.ended(run) is None
    other.execute("ROLLBACK")
    other.close()
    ended = lab.finish(run)
    assert ended.status is Status.DONE
    assert same(lab.curves(run), stored(lab, ended))


def test_closing_stops_the_run_and_leaves_nothing_behind(tmp_path: Path) -> None:
    threads = threading.active_count()
    before = {worker.pid for worker in workers()}
    watch = Watch(tmp_path / "runs.sqlite")
    run = watch.runner.start("endless", stand_in("endless"), paused=True)
    watch.runner.step(4)
    watch.wait(lambda: watch.steps(run) == 4)
    watch.close()
    ended = watch.ended(run)
    assert ended is not None
    assert ended.status is Status.STOPPED
    assert threading.active_count() == threads
    assert {worker.pid for worker in workers()} == before
    with Store(watch.path) as store:
        assert [row.status for row in store.runs()] == [Status.STOPPED]
    watch.runner.stop()
    watch.close()


def test_closing_before_the_worker_is_ready_ends_what_was_asked_for(tmp_path: Path) -> None:
    watch = Watch(tmp_path / "runs.sqlite")
    run = watch.runner.start("short", stand_in("short"))
    watch.close()
    ended = watch.ended(run)
    assert ended is not None
    assert (ended.status, ended.row) == (Status.STOPPED, None)


def test_a_full_disk_is_told_once_and_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small_disk(path: Path) -> tuple[sqlite3.Connection, str]:
        connection, notice = open_database(path)
        connection.execute("PRAGMA max_page_count = 100")
        return connection, notice

    monkeypatch.setattr(experiments.store.store, "open_database", small_disk)
    watch = Watch(tmp_path / "runs.sqlite")
    run = watch.runner.start("flood", stand_in("flood"))
    ended = watch.finish(run)
    watch.close()
    assert ended.status is Status.DONE
    problems = [update.text for update in watch.told if isinstance(update, StoreProblem)]
    assert len(problems) == 1
    assert "the disk is full" in problems[0]
    sizes = {curve.x.size for curve in watch.curves(run)}
    assert sizes == {stand_ins.FLOOD_FRAMES * stand_ins.FLOOD_POINTS}


def test_a_history_that_cannot_be_opened_is_told_and_the_run_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    watch = Watch(tmp_path / "file" / "runs.sqlite")
    run = watch.runner.start("short", stand_in("short"))
    ended = watch.finish(run)
    watch.close()
    assert (ended.status, ended.row) == (Status.DONE, None)
    assert sum(isinstance(update, StoreProblem) for update in watch.told) == 1
    started = watch.started(run)
    assert started is not None
    assert (started.name, started.row) == ("short", None)


def test_a_warm_up_holds_up_only_the_runs_that_need_it(tmp_path: Path) -> None:
    watch = Watch(tmp_path / "runs.sqlite", warm_ups={"training": "worker_stand_ins:slow_warm_up"})
    training = watch.runner.start("adult", TrainingSettings())
    watch.wait(lambda: len(workers()) >= 2)
    watch.runner.stop()
    ended = watch.finish(training)
    assert (ended.status, ended.row) == (Status.STOPPED, None)
    run = watch.runner.start("short", stand_in("short"))
    assert watch.finish(run).status is Status.DONE
    watch.close()


def test_a_warm_up_that_ends_its_process_fails_only_the_runs_that_need_it(tmp_path: Path) -> None:
    watch = Watch(
        tmp_path / "runs.sqlite", warm_ups={"training": "worker_stand_ins:exit_while_warming"}
    )
    ended = watch.finish(watch.runner.start("adult", TrainingSettings()))
    assert ended.status is Status.FAILED
    assert "exit code 9" in ended.reason
    run = watch.runner.start("short", stand_in("short"))
    assert watch.finish(run).status is Status.DONE
    watch.close()


def test_a_worker_that_has_done_its_share_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experiments.supervisor, "RUNS_PER_WORKER", 2)
    watch = Watch(tmp_path / "runs.sqlite")
    others = {worker.pid for worker in workers()}
    at_work = []
    for run in range(1, 6):
        assert watch.runner.start("sparse", stand_in("sparse")) == run
        watch.wait(partial(watch.started, run))
        at_work.append({worker.pid for worker in workers()} - others)
        watch.runner.stop()
        watch.finish(run)
    watch.close()
    first, again, second, _, third = at_work
    assert first == again
    assert not first & second
    assert not second & third


def test_an_error_of_the_runner_itself_ends_the_run_and_the_next_one_works(
    lab: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = lab.runner.start("endless", stand_in("endless"))
    lab.wait(lambda: lab.steps(run) > 0)

    def broken(*_: object) -> None:
        raise KeyError("boom")

    monkeypatch.setattr(Recording, "add", broken)
    ended = lab.finish(run)
    assert ended.status is Status.FAILED
    assert "boom" in ended.details
    monkeypatch.undo()
    following = lab.runner.start("short", stand_in("short"))
    assert lab.finish(following).status is Status.DONE
