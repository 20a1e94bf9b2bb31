"""Changes in mid-run: against runs that began so, against Keras, and replayed bit for bit."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from itertools import chain, repeat
from typing import Any

import numpy as np
import pytest
from training_plans import PLAN, changed

from models import relay
from models.changes import CHANGEABLE, Change, Request, Value, value_of, with_setting
from models.dataset import Dataset, Split
from models.plan import PlanError, TrainingPlan
from models.steering import Steering
from models.training import Changed, Ended, News, Record, Refused, train

LONG = replace(changed(PLAN, optimiser={"epochs": 15, "name": "sgd"}), record_points=1000)


def cloud(rows: int = 60) -> Dataset:
    random = np.random.default_rng(5)

    def draw() -> Split:
        y = random.integers(0, 2, rows).astype(np.int32)
        x = (random.normal(size=(rows, 3)) + 0.7 * y[:, None]).astype(np.float32)
        return Split(x, y, random.integers(0, 2, rows).astype(np.int32))

    return Dataset(
        name="Cloud",
        training=draw(),
        validation=draw(),
        group_names=("a", "b"),
        class_names=("no", "yes"),
        feature_names=("x1", "x2", "x3"),
    )


def driven(plan: TrainingPlan, answers: Iterable[int | Request | None]) -> list[News]:
    stream = train(dataset=cloud(), plan=plan)
    news = [next(stream)]
    for answer in answers:
        try:
            news.append(stream.send(answer))
        except StopIteration:
            break
    return news


def numbers(news: Iterable[News]) -> dict[int, list[float]]:
    """Everything that the records tell, by step."""
    return {
        each.step: [
            each.learning_rate,
            each.norms.weights,
            *each.norms.layers,
            *chain.from_iterable(each.training.scores.values()),
            *chain.from_iterable(each.validation.scores.values()),
        ]
        for each in news
        if isinstance(each, Record)
    }


@cache
def run(plan: TrainingPlan) -> dict[int, list[float]]:
    """Train without XLA."""
    return numbers(driven(plan, repeat(None)))


def assert_same(first: dict[int, list[float]], second: dict[int, list[float]]) -> None:
    assert first.keys() == second.keys()
    for step, values in first.items():
        np.testing.assert_array_equal(values, second[step], err_msg=f"step {step}")


@pytest.mark.parametrize("setting", CHANGEABLE)
def test_every_changeable_setting_exists_and_can_be_read(setting: str) -> None:
    value = value_of(PLAN, setting)
    if setting != "optimiser.momentum" or value:
        assert with_setting(PLAN, Change(1, setting, value)) == PLAN


VALUES: list[tuple[str, Value, dict[str, dict[str, Any]]]] = [
    ("optimiser.learning_rate", 0.2, {}),
    ("optimiser.clip_norm", 0.01, {}),
    ("optimiser.momentum", 0.5, {"optimiser": {"name": "momentum"}}),
    ("optimiser.beta_1", 0.5, {"optimiser": {"name": "adam"}}),
    ("optimiser.weight_decay", 0.5, {"optimiser": {"name": "adamw"}}),
    ("model.l2", 0.3, {}),
    ("model.dropout", 0.5, {}),
    ("model.dropout", 0.0, {"model": {"dropout": 0.4}}),
    ("loss.name", "squared", {}),
    ("loss.label_smoothing", 0.4, {}),
    ("mitigation.class_weighting", "balanced", {}),
    ("mitigation.normalisation", "sum-of-weights", {"mitigation": {"class_weighting": "balanced"}}),
]


@pytest.mark.parametrize(("setting", "value", "tables"), VALUES)
def test_a_change_leaves_what_was_before_and_alters_what_comes_after(
    setting: str, value: Value, tables: dict[str, dict[str, Any]]
) -> None:
    plan = changed(LONG, **tables)
    plain = run(plan)
    altered = run(replace(plan, changes=(Change(7, setting, value),)))
    assert altered.keys() == plain.keys()
    before, after = ([step for step in plain if (step <= 7) == early] for early in (True, False))
    assert_same({s: plain[s] for s in before}, {s: altered[s] for s in before})
    assert any(plain[step] != altered[step] for step in after)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("optimiser.learning_rate", 0.2), ("model.l2", 0.3), ("loss.name", "hinge")],
)
def test_a_change_at_the_start_is_a_run_that_began_so(setting: str, value: Value) -> None:
    change = Change(0, setting, value)
    plans = with_setting(LONG, change), replace(LONG, changes=(change,))
    # step 0 is measured before the change
    expected, found = ({s: each for s, each in run(plan).items() if s > 0} for plan in plans)
    assert_same(expected, found)


def test_changing_back_and_forth_at_once_is_no_change() -> None:
    plan = changed(LONG, optimiser={"name": "adam"}, model={"dropout": 0.3})
    changes = (Change(9, "optimiser.beta_1", 0.5), Change(9, "optimiser.beta_1", 0.9))
    assert_same(run(plan), run(replace(plan, changes=changes)))


def test_the_state_of_optimiser_and_dropout_goes_on() -> None:
    """A knob that this optimiser does not have makes a new loop of the same steps."""
    plan = changed(LONG, optimiser={"name": "adam"}, model={"dropout": 0.3})
    changes = (Change(9, "optimiser.rho", 0.5), Change(20, "loss.focal_gamma", 4.0))
    assert_same(run(plan), run(replace(plan, changes=changes)))


BALANCE = Request("mitigation.class_weighting", "balanced")


@pytest.mark.parametrize(
    ("setting", "value", "xla"),
    [("optimiser.learning_rate", 0.2, False), ("model.dropout", 0.2, True)],
)
def test_a_change_asked_for_replays_bit_for_bit_however_the_run_is_cut(
    monkeypatch: pytest.MonkeyPatch, *, setting: str, value: Value, xla: bool
) -> None:
    if xla:
        monkeypatch.setattr(relay, "LONG_RUN", 1)
        monkeypatch.setattr(relay, "HANDOVER", 11)
    plan = replace(changed(LONG, model={"dropout": 0.4}), record_points=9)
    random = np.random.default_rng(2)
    requests = {8: Request(setting, value), 25: BALANCE}  # before and after the first handover
    stream = train(dataset=cloud(), plan=plan)
    news = [next(stream)]
    while True:
        due = next((step for step in requests if step <= news[-1].step), None)
        answer = int(random.integers(1, 4)) if due is None else requests.pop(due)
        try:
            news.append(stream.send(answer))
        except StopIteration:
            break
    told = [each for each in news if isinstance(each, Changed)]
    assert [each.setting for each in told] == [setting, "mitigation.class_weighting"]
    assert 0 < told[0].step < told[1].step < plan.total_steps(60)
    assert told[0].before == value_of(plan, setting)
    changes = tuple(Change(each.step, each.setting, each.value) for each in told)
    again = driven(replace(plan, changes=changes), repeat(None))
    assert_same(numbers(news), numbers(again))
    planned = [replace(each, is_planned=True) for each in told]
    assert [each for each in again if isinstance(each, Changed)] == planned
    assert numbers(news) != numbers(driven(plan, repeat(None)))


def test_what_cannot_be_is_refused_and_changes_nothing() -> None:
    refused: dict[Request, str] = {
        Request("optimiser.learning_rate", -1.0): "optimiser: learning_rate must be positive",
        Request("model.widths", (3.0,)): "model.widths: cannot be changed during a run",
        Request("model.dropout", 1.5): "model: dropout must be at least 0",
        Request("mitigation.class_weights", (1.0,)): "",
        Request("mitigation.class_weighting", "custom"): "mitigation.class_weights",
        Request("optimiser.momentum", 0.0): "optimiser.momentum: momentum of 0",
    }
    answers = chain([2, 2], refused, repeat(None))
    news = driven(LONG, answers)
    told = [each.reason for each in news if isinstance(each, Refused)]
    expected = [text for text in refused.values() if text]
    assert len(told) == len(expected)
    for reason, text in zip(told, expected, strict=True):
        assert text in reason
    assert_same(numbers(news), run(LONG))


def test_a_change_after_the_last_step_is_refused() -> None:
    stream = train(dataset=cloud(), plan=LONG)
    news = next(stream)
    while not (isinstance(news, Record) and news.step == LONG.total_steps(60)):
        news = stream.send(None)
    answer = stream.send(Request("optimiser.learning_rate", 0.5))
    assert isinstance(answer, Refused)
    assert "0 to 59" in answer.reason


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ((Change(9, "model.l2", 0.1), Change(3, "model.l2", 0.0)), "must ascend"),
        ((Change(60, "model.l2", 0.1),), r"steps 0 to 59, but model.l2 is to change at 60"),
        ((Change(2, "seed", 4.0),), "cannot be changed during a run; choose one of optimiser.lear"),
    ],
)
def test_planned_changes_that_cannot_be_are_refused_before_training(
    changes: tuple[Change, ...], message: str
) -> None:
    Steering(LONG, cloud(), steps=60)
    with pytest.raises(PlanError, match=message):
        Steering(replace(LONG, changes=changes), cloud(), steps=60)
    with pytest.raises(PlanError, match=message):
        next(train(dataset=cloud(), plan=replace(LONG, changes=changes)))


def test_best_weights_come_back_after_a_handover_and_a_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The last step ends no epoch, so the network has gone on since it was last looked at."""
    monkeypatch.setattr(relay, "LONG_RUN", 1)
    monkeypatch.setattr(relay, "HANDOVER", 3)
    plan = changed(
        LONG,
        optimiser={"steps": 42, "learning_rate": 0.5},
        stopping={"watch": "overall", "patience": 50},
    )
    news = driven(replace(plan, changes=(Change(30, "model.l2", 0.01),)), repeat(None))
    records = numbers(news)
    (ended,) = (each for each in news if isinstance(each, Ended))
    at_best = records[ended.best_step]
    assert ended.best_step < 42
    # all but the learning rate and the gradients, which are those of the last step
    scored = slice(-2 * 10 * 3, None)
    np.testing.assert_array_equal(records[42][scored], at_best[scored])
    assert records[42][1] == at_best[1]
