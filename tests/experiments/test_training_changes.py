"""Settings that are changed while a training goes on, and runs of the settings that come of it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

import pytest
from runner_watch import Watch
from trained_runs import frames_of, training
from worker_stand_ins import stand_in

from experiments.curves import CurveSet
from experiments.frames import BASE, OVERALL, EventKind, Frame
from experiments.protocol import Change
from experiments.run import RunFailedError
from experiments.settings import (
    SettingsError,
    TrainingSettings,
    dump_toml,
    parse_toml,
    settings_at,
    settings_hash,
    with_change,
)
from experiments.store import Status, Store
from experiments.training import run_training
from experiments.updates import Streamed
from models.network import build_optimiser
from models.plan import OptimiserName

SLOWER = Change("optimiser.learning_rate", 0.004)
BALANCED = Change("mitigation.class_weighting", "balanced")
DROPPED = Change("model.dropout", 0.3)


def values(frames: Iterable[Frame]) -> dict[tuple[str, ...], list[float]]:
    curves = CurveSet(points for frame in frames for points in frame.points)
    return {
        (curve.name.quantity, curve.name.group, curve.name.source): [*curve.x, *curve.value]
        for curve in curves
        if curve.name.arm == BASE
    }


def steered(settings: TrainingSettings, changes: dict[int, Change]) -> list[Frame]:
    """Run by a few steps at a time, and ask for a change as soon as its step has been reached."""
    stream = run_training(settings)
    frames = [next(stream)]
    reached = 0
    while True:
        if frames[-1].progress is not None:
            reached = frames[-1].progress.steps
        due = next((step for step in changes if step <= reached), None)
        try:
            frames.append(stream.send(3 if due is None else changes.pop(due)))
        except StopIteration:
            return frames


def told(frames: Iterable[Frame], kind: EventKind) -> list[str]:
    return [event.text for frame in frames for event in frame.events if event.kind is kind]


def replayed(settings: TrainingSettings, frames: Iterable[Frame]) -> TrainingSettings:
    for frame in frames:
        for each in frame.changes:
            settings = with_change(settings, step=each.step, setting=each.setting, value=each.value)
    return settings


def test_settings_with_the_changes_of_a_run_give_its_curves_again() -> None:
    settings = training(model={"widths": [5]})
    frames = steered(settings, {0: BALANCED, 7: SLOWER, 12: DROPPED})
    after = replayed(settings, frames)
    assert [change.setting for change in after.changes] == [
        BALANCED.setting,
        SLOWER.setting,
        DROPPED.setting,
    ]
    first, second, third = (change.step for change in after.changes)
    assert 0 == first < 7 <= second < 12 <= third
    texts = told(frames, EventKind.CHANGE)
    assert texts == [
        "Step 0: class weights none → balanced.",
        f"Step {second}: learning rate 0.02 → 0.004.",
        f"Step {third}: dropout 0 → 0.3.",
    ]
    again = frames_of(parse_again(after))
    assert values(again) == values(frames)
    assert told(again, EventKind.CHANGE) == texts
    assert not any(frame.changes for frame in again), "they are in the settings already"
    assert values(frames_of(settings)) != values(frames)


def parse_again(settings: TrainingSettings) -> TrainingSettings:
    again = parse_toml(dump_toml(settings))
    assert isinstance(again, TrainingSettings)
    assert again == settings
    return again


def test_the_learning_rate_curve_has_the_jump_at_its_step() -> None:
    settings = training(
        output={"points": 1000}, changes=[change(7, "optimiser.learning_rate", 0.5)]
    )
    (rate,) = CurveSet(p for frame in frames_of(settings) for p in frame.points).select(
        quantity="learning rate", group=OVERALL
    )
    assert rate.value[rate.x <= 7].tolist() == pytest.approx([0.02] * 8)
    assert rate.value[rate.x > 7].tolist() == pytest.approx([0.5] * int((rate.x > 7).sum()))


def change(step: int, setting: str, value: object) -> dict[str, object]:
    return {"step": step, "setting": setting, "value": value}


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (Change("optimiser.learning_rate", 1e30), "1e+30 is not allowed; it must be at most 100"),
        (Change("model.widths", (3.0,)), "'model.widths' cannot be changed during a run"),
        (Change("mitigation.class_weights", (1.0, 2.0, 3.0)), "3 weights given; mixture has 2"),
        (Change("mitigation.group_weighting", "custom"), "mitigation.group_weights"),
    ],
)
def test_what_cannot_be_changed_is_told_and_changes_nothing(request_: Change, reason: str) -> None:
    settings = training()
    frames = steered(settings, {4: request_})
    (text,) = told(frames, EventKind.REFUSED)
    assert reason in text
    assert text.startswith("Step ")
    assert values(frames) == values(frames_of(settings))
    assert not any(frame.changes for frame in frames)


def test_a_trained_network_and_twins_are_not_changed() -> None:
    trained = training(baselines={"logistic_regression": "yes"})
    stream = run_training(trained)
    frames = list(_to_the_last(stream))
    answer = stream.send(SLOWER)
    assert answer.events[0].text.endswith("The network is trained already.")
    assert len(list(stream)) >= 1, "the baseline is yet to come"
    assert frames[-1].progress is not None
    twins = steered(training(twin={"mistake": "scaler", "seeds": 2}), {3: SLOWER})
    assert "Twin pipelines are trained as their settings say" in " ".join(
        told(twins, EventKind.REFUSED)
    )


def _to_the_last(stream: Iterator[Frame]) -> Iterator[Frame]:
    for frame in stream:
        yield frame
        if any(points.name.quantity == "step of the weights" for points in frame.points):
            return


@pytest.mark.parametrize(("before", "after"), [(0.9, 0), (0.0, 0.9)])
def test_momentum_does_not_change_to_or_from_none(before: float, after: float) -> None:
    optimiser = {"name": "momentum", "momentum": before}
    message = r"^changes\[1\]: step 5: optimiser.momentum: momentum of 0 keeps no velocity"
    with pytest.raises(SettingsError, match=message):
        training(optimiser=optimiser, changes=[change(5, "optimiser.momentum", after)])


KNOBS = ("momentum", "beta_1", "beta_2", "rho", "epsilon", "weight_decay")


@pytest.mark.parametrize("knob", KNOBS)
@pytest.mark.parametrize("name", get_args(OptimiserName))
def test_a_knob_changes_where_the_optimiser_has_it(name: OptimiserName, knob: str) -> None:
    """Keras says which it has; Adam keeps a weight decay that is none."""
    optimiser = training(optimiser={"name": name}).optimiser
    made = build_optimiser(optimiser.plan()).get_config()
    key = f"optimiser.{knob}"
    planned = {"optimiser": {"name": name}, "changes": [change(5, key, 0.5)]}
    if made.get(knob):
        assert training(**planned).changes[0].setting == key
    else:
        with pytest.raises(SettingsError, match=f"step 5: {key}: it has no effect, for optimiser"):
            training(**planned)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"changes": [change(5, "model.l2", 0.2), change(4, "model.l2", 0.1)]}, "must ascend"),
        (
            {"changes": [change(9, "model.l2", 0.2)], "optimiser": {"steps": 9, "batch_size": 32}},
            "changes, optimiser.steps: the run ends at step 9",
        ),
        ({"changes": [change(1, "loss.name", "best")]}, 'step 1: loss.name: "best" is not all'),
        ({"changes": [change(1, "model.l2", -1.0)]}, "step 1: model.l2: -1.0 is not allowed"),
        ({"changes": [{"step": 1, "setting": "model.l2"}]}, r"changes\[1\].value: is missing"),
    ],
)
def test_changes_that_cannot_be_are_told_with_what_can(
    tables: dict[str, object], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        training(**tables)


def test_no_theory_is_drawn_over_settings_that_change() -> None:
    tables = {"optimiser": {"name": "sgd"}, "model": {"widths": [], "bias": "no"}}
    changes = [change(3, "optimiser.learning_rate", 0.5)]
    plain, altered = (
        next(run_training(training(**tables, changes=planned))) for planned in ([], changes)
    )
    assert plain.points
    assert not altered.points
    assert "Theory is not drawn over this run: settings change in mid-run." in {
        event.text for event in altered.events
    }


def test_a_change_beyond_the_last_epoch_is_told_before_training() -> None:
    with pytest.raises(RunFailedError, match="the run has the steps 0 to"):
        frames_of(training(changes=[change(900, "model.l2", 0.2)]))


def test_settings_at_a_step_have_the_changes_so_far() -> None:
    settings = training(
        changes=[change(5, "model.l2", 0.2), change(5, "model.l1", 0.1), change(8, "model.l2", 0.0)]
    )
    found = [
        (present.model.l1, present.model.l2, present.changes)
        for present in (settings_at(settings, step) for step in (4, 5, 7, 8))
    ]
    assert found == [(0.0, 0.0, ()), (0.1, 0.2, ()), (0.1, 0.2, ()), (0.1, 0.0, ())]


def test_through_a_worker_the_stored_settings_replay_the_run(tmp_path: Path) -> None:
    """Changes while it is paused and while it goes on; then the history's settings run again."""
    watch = Watch(tmp_path / "runs.sqlite", run="experiments.run:run")
    settings = training(
        model={"widths": [4]},
        optimiser={"steps": 9_000, "batch_size": 16},
        output={"points": 40},
    )
    try:
        first = watch.runner.start("steered", settings)
        watch.runner.step(5)
        watch.wait_for_pause(first, 1)
        watch.runner.change(BALANCED.setting, BALANCED.value)
        watch.wait(lambda: _changes(watch, first))
        watch.runner.resume()
        watch.wait(lambda: watch.steps(first) > 100)
        watch.runner.change(DROPPED.setting, DROPPED.value)
        watch.wait(lambda: len(_changes(watch, first)) == 2)
        watch.wait(lambda: watch.steps(first) > 2_000)
        watch.runner.change(SLOWER.setting, SLOWER.value)
        ended = watch.finish(first)
        assert ended.status is Status.DONE
        assert ended.row is not None
        with Store(tmp_path / "runs.sqlite") as store:
            stored = store.settings(ended.row.id)
        assert isinstance(stored, TrainingSettings)
        assert [each.setting for each in stored.changes] == [
            BALANCED.setting,
            DROPPED.setting,
            SLOWER.setting,
        ]
        assert stored == replayed(settings, _frames(watch, first))
        assert ended.row.settings_hash == settings_hash(stored) != settings_hash(settings)
        assert stored.changes[0].step == 5
        second = watch.runner.start("again", stored)
        assert watch.finish(second).status is Status.DONE
        assert values(_frames(watch, second)) == values(_frames(watch, first))
    finally:
        watch.close()


def test_runs_of_other_kinds_go_on_unchanged(tmp_path: Path) -> None:
    watch = Watch(tmp_path / "runs.sqlite")
    try:
        run = watch.runner.start("endless", stand_in("endless"))
        watch.wait(lambda: watch.steps(run) > 4)
        watch.runner.change(SLOWER.setting, SLOWER.value)
        watch.runner.pause()
        watch.wait_for_pause(run, 1)
        reached = watch.steps(run)
        watch.runner.change(SLOWER.setting, SLOWER.value)
        watch.runner.step(6)
        watch.wait(lambda: watch.steps(run) >= reached + 6)
        watch.runner.stop()
        assert watch.finish(run).status is Status.STOPPED
    finally:
        watch.close()


def _frames(watch: Watch, run: int) -> list[Frame]:
    return [update.frame for update in watch.of(run) if isinstance(update, Streamed)]


def _changes(watch: Watch, run: int) -> list[object]:
    return [each for frame in _frames(watch, run) for each in frame.changes]
