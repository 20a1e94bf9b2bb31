from pathlib import Path

import numpy as np
import pytest
from worker_stand_ins import curve, run, stand_in

from experiments.frames import Frame
from experiments.inline import run_inline
from experiments.recording import Recording
from experiments.store import Status, Store


def refuse(problem: str) -> None:
    raise AssertionError(problem)


def test_a_run_in_this_process_is_stored_like_any_other(tmp_path: Path) -> None:
    seen: list[Frame] = []
    with Store(tmp_path / "runs.sqlite") as store:
        outcome = run_inline(
            "short",
            stand_in("short"),
            store=store,
            on_frame=seen.append,
            on_problem=refuse,
            run=run,
        )
        assert outcome.row is not None
        assert (outcome.status, outcome.row.status) == (Status.DONE, Status.DONE)
        assert outcome.row == store.find("short-1")
        written = store.curves(outcome.row.id)[curve("+", 1)]
        assert store.events(outcome.row.id) == outcome.view.events
    assert len(seen) == 50
    np.testing.assert_array_equal(written.x, np.arange(50.0))
    np.testing.assert_array_equal(outcome.view.curves[curve("+", 1)].x, written.x)


def test_an_ensemble_is_kept() -> None:
    outcome = run_inline(
        "crowd",
        stand_in("crowd"),
        store=None,
        on_frame=lambda _: None,
        on_problem=refuse,
        run=run,
    )
    (ensemble,) = outcome.view.curves.ensembles
    np.testing.assert_array_equal(ensemble.x, np.arange(0.0, 26.0, 5.0))


def test_ctrl_c_stops_a_run_and_keeps_what_it_gave(tmp_path: Path) -> None:
    def interrupt(frame: Frame) -> None:
        if frame.progress is not None and frame.progress.steps >= 20:
            raise KeyboardInterrupt

    with Store(tmp_path / "runs.sqlite") as store:
        outcome = run_inline(
            "endless",
            stand_in("endless"),
            store=store,
            on_frame=interrupt,
            on_problem=refuse,
            run=run,
        )
        assert outcome.row is not None
        assert outcome.row.status is outcome.status is Status.STOPPED
        assert store.curves(outcome.row.id)[curve("+", 1)].x[-1] == 20.0


def test_a_run_that_fails_says_why_without_a_store() -> None:
    outcome = run_inline(
        "diverges",
        stand_in("diverges"),
        store=None,
        on_frame=lambda _: None,
        on_problem=refuse,
        run=run,
    )
    assert (outcome.status, outcome.row) == (Status.FAILED, None)
    assert outcome.reason == "The loss grew without bound: try a smaller learning rate."
    assert "Traceback" in outcome.details
    assert len(outcome.view.curves) == 2


@pytest.mark.parametrize("room_at_the_end", [True, False])
def test_what_a_full_disk_refused_is_written_at_the_end_if_it_can_be(
    tmp_path: Path, room_at_the_end: bool
) -> None:
    problems: list[str] = []
    with Store(tmp_path / "runs.sqlite") as store:
        recording = Recording(
            store=store, name="x", settings=stand_in("short"), report=problems.append
        )
        store._connection.execute("PRAGMA max_page_count = 1")
        recording._written = 0.0
        frames = list(run(stand_in("flood")))
        for frame in frames[:10]:
            recording.add(frame)
        assert recording.due is None
        if room_at_the_end:
            store._connection.execute("PRAGMA max_page_count = 1000000")
        recording.finish(Status.DONE, "")
        assert len(problems) == 1
        assert recording.row is not None
        assert (recording.row.status is Status.DONE) == room_at_the_end
        kept = {c.x.size for c in store.curves(recording.row.id)}
        assert kept == ({1000} if room_at_the_end else set())
