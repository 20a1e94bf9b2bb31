"""Trainings that are told to stop, and the last point that they have."""

import signal
from pathlib import Path

import pytest
from runner_watch import Watch
from trained_runs import training

import models.training
from experiments.curves import CurveSet
from experiments.frames import OVERALL, Frame, Source
from experiments.inline import run_inline
from experiments.protocol import Stop
from experiments.run import SteeredGenerator
from experiments.settings import TrainingSettings
from experiments.store import Status
from experiments.training import run_training
from experiments.updates import Streamed

RARELY = {"output": {"points": 2}, "optimiser": {"steps": 40, "batch_size": 32}}
BASELINES = {"baselines": {"logistic_regression": "yes"}}


def begun(settings: TrainingSettings, *, step: int) -> tuple[SteeredGenerator, list[Frame]]:
    """Run up to a step."""
    stream = run_training(settings)
    frames = [next(stream)]
    while steps(frames) < step:
        frames.append(stream.send(1))
    return stream, frames


def steps(frames: list[Frame]) -> int:
    return next((f.progress.steps for f in reversed(frames) if f.progress is not None), 0)


def rest(stream: SteeredGenerator) -> list[Frame]:
    """Tell it to stop until it has."""
    frames = []
    while True:
        try:
            frames.append(stream.send(Stop()))
        except StopIteration:
            return frames


def validation(frames: list[Frame], step: int) -> dict[tuple[str, str], float]:
    curves = CurveSet(points for frame in frames for points in frame.points)
    return {
        (curve.name.quantity, curve.name.group): float(curve.value[curve.x == step][0])
        for curve in curves
        if curve.name.source is Source.VALIDATION and step in curve.x
    }


@pytest.mark.parametrize("more", [{}, BASELINES])
def test_a_training_that_is_stopped_is_measured_where_it_stands(more: dict[str, object]) -> None:
    stream, frames = begun(training(**RARELY, **more), step=7)
    last = rest(stream)
    assert [steps([frame]) for frame in last if frame.points] == [7]
    assert [snapshot.step for frame in last for snapshot in frame.snapshots] == [7]
    often = training(**RARELY | {"output": {"points": 40}})
    other, dense = begun(often, step=8)
    other.close()
    found = validation(frames + last, 7)
    assert {quantity for quantity, _ in found} >= {"loss", "accuracy", "calibration error"}
    assert found == validation(dense, 7)


def test_at_a_point_there_is_nothing_left_to_measure() -> None:
    stream, frames = begun(training(**RARELY), step=0)
    while not frames[-1].points or not validation(frames, 0):
        frames.append(stream.send(1))
    assert rest(stream) == []


def test_at_a_point_without_a_snapshot_only_that_is_added() -> None:
    often = {"output": {"points": 400}, "optimiser": {"steps": 400, "batch_size": 32}}
    stream, frames = begun(training(**often), step=100)
    while validation(frames[-1:], steps(frames)) == {} or frames[-1].snapshots:
        frames.append(stream.send(1))
    last = rest(stream)
    assert [snapshot.step for frame in last for snapshot in frame.snapshots] == [steps(frames)]
    assert not any(frame.points for frame in last)


def test_before_the_first_step_and_after_the_last_it_stops_at_once() -> None:
    settings = training(**RARELY, **BASELINES)
    stream, _ = begun(settings, step=0)
    assert rest(stream) == []
    stream, frames = begun(settings, step=40)
    while not validation(frames, 40):
        frames.append(stream.send(1))
    frames.append(stream.send(None))
    assert rest(stream) == []


def test_twins_stop_at_once() -> None:
    stream, _ = begun(training(**RARELY, twin={"mistake": "scaler"}), step=3)
    assert rest(stream) == []


def test_the_worker_sends_the_last_point_whatever_else_it_is_told_unless_told_twice(
    tmp_path: Path,
) -> None:
    settings = training(output={"points": 2}, optimiser={"steps": 10_000_000, "batch_size": 32})
    watch = Watch(tmp_path / "runs.sqlite", run="experiments.run:run")
    try:
        stop, pause = watch.runner.stop, watch.runner.pause
        for commands in ((stop, pause), (stop, stop)):
            run = watch.runner.start("stopped", settings)
            watch.wait(lambda run=run: watch.steps(run) > 10)  # type: ignore[misc]
            for command in commands:
                command()
            ended = watch.finish(run)
            assert (ended.status, ended.reason) == (Status.STOPPED, "")
            frames = [update.frame for update in watch.of(run) if isinstance(update, Streamed)]
            if pause in commands:
                assert validation(frames, steps(frames))
        paused = watch.runner.start("paused", settings, paused=True)
        watch.wait_for_pause(paused, 1)
        watch.runner.step(20)
        watch.wait_for_pause(paused, 2)
        watch.runner.stop()
        assert watch.finish(paused).status is Status.STOPPED
        frames = [update.frame for update in watch.of(paused) if isinstance(update, Streamed)]
        assert steps(frames) == 20
        assert validation(frames, 20)
    finally:
        watch.close()


@pytest.mark.parametrize("times", [1, 2])
def test_on_the_command_line_ctrl_c_gives_a_last_point_unless_pressed_twice(
    monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    monkeypatch.setattr(models.training, "SLICE", 0.0)  # a frame for each step
    before = signal.getsignal(signal.SIGINT)
    pressed: list[int] = []

    def interrupt(frame: Frame) -> None:
        if steps([frame]) == 7 and not pressed:
            for _ in range(times):
                pressed.append(7)
                signal.raise_signal(signal.SIGINT)

    outcome = run_inline(
        "stopped",
        training(**RARELY),
        store=None,
        on_frame=interrupt,
        on_problem=pytest.fail,
    )
    assert outcome.status is Status.STOPPED
    (loss,) = outcome.view.curves.select(quantity="loss", source=Source.VALIDATION, group=OVERALL)
    assert loss.x.tolist() == ([0.0, 7.0] if times == 1 else [0.0])
    assert signal.getsignal(signal.SIGINT) is before
