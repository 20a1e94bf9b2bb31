"""What the watch says of real trainings, each short and with one thing wrong, or nothing."""

from typing import Any

import pytest
from trained_runs import training

from experiments.findings import Fault, Finding
from experiments.frames import EventKind, Frame
from experiments.run import RunFailedError
from experiments.training import run_training

SIGNAL: dict[str, Any] = {"set": "signal", "rows": 1000, "columns": 10, "validation_share": 0.4}
EASY = SIGNAL | {"signal_a": 0.95, "signal_b": 0.95, "representation": 0.5}
NOISE = SIGNAL | {"signal_a": 0.0, "signal_b": 0.0}
RARE = NOISE | {"positive_share": 0.1}
SGD: dict[str, Any] = {"name": "sgd", "batch_size": 32, "epochs": 20}
ADAM: dict[str, Any] = {"name": "adam", "batch_size": 32, "epochs": 20}
POINTS = {"points": 150}

HEALTHY = {
    "data": EASY,
    "model": {"widths": [16]},
    "optimiser": ADAM | {"learning_rate": 0.003, "epochs": 40},
}
BY_HEART = {
    "data": NOISE | {"rows": 300},
    "model": {"widths": [128, 64]},
    "optimiser": ADAM | {"epochs": 60, "learning_rate": 0.002},
}
ONE_UNIT = {"data": RARE, "model": {"widths": []}, "optimiser": SGD | {"learning_rate": 0.1}}
BALANCED = {"mitigation": {"class_weighting": "balanced"}}

RUNS: dict[str, tuple[dict[str, Any], set[Fault], set[Fault]]] = {
    "healthy": (HEALTHY, set(), set(Fault)),
    "too short": (
        HEALTHY | {"optimiser": ADAM | {"learning_rate": 0.001}},
        {Fault.TOO_SHORT},
        set(Fault) - {Fault.TOO_SHORT},
    ),
    "by heart": (BY_HEART, {Fault.OVERFITTING}, {Fault.UNDERFITTING, Fault.COLLAPSE}),
    "by heart, stopped early": (
        BY_HEART | {"stopping": {"watch": "worst-group", "patience": 2}},
        set(),
        {Fault.OVERFITTING},
    ),
    "nobody found": (
        ONE_UNIT,
        {Fault.COLLAPSE, Fault.MISLEADING_ACCURACY, Fault.UNDERFITTING},
        {Fault.OVERFITTING, Fault.IDLE_WEIGHTS, Fault.RATE_TOO_LOW, Fault.RATE_TOO_HIGH},
    ),
    "weights on one unit": (
        ONE_UNIT | BALANCED,
        {Fault.IDLE_WEIGHTS},
        {Fault.COLLAPSE, Fault.MISLEADING_ACCURACY, Fault.OVERFITTING, Fault.UNDERFITTING},
    ),
    "weights on one unit with a signal": (
        ONE_UNIT | BALANCED | {"data": EASY | {"positive_share": 0.1}},
        set(),
        {Fault.IDLE_WEIGHTS, Fault.UNDERFITTING, Fault.COLLAPSE, Fault.MISLEADING_ACCURACY},
    ),
    "rate too high": (
        HEALTHY | {"optimiser": SGD | {"learning_rate": 5.0}},
        {Fault.RATE_TOO_HIGH},
        {Fault.RATE_TOO_LOW, Fault.NOT_FINITE},
    ),
    "not finite": (
        HEALTHY | {"loss": {"name": "squared"}, "optimiser": SGD | {"learning_rate": 50.0}},
        {Fault.NOT_FINITE},
        {Fault.RATE_TOO_LOW, Fault.OVERFITTING},
    ),
    "rate too low": (
        HEALTHY | {"optimiser": SGD | {"learning_rate": 1e-5}},
        {Fault.RATE_TOO_LOW},
        {Fault.RATE_TOO_HIGH, Fault.UNDERFITTING, Fault.OVERFITTING},
    ),
    "seven layers of sigmoids": (
        HEALTHY
        | {
            "model": {"widths": [16] * 7, "activation": "sigmoid"},
            "optimiser": SGD | {"learning_rate": 0.1},
        },
        {Fault.VANISHING_GRADIENT},
        {Fault.UNDERFITTING, Fault.OVERFITTING},
    ),
    "seven layers of ReLUs": (
        HEALTHY | {"model": {"widths": [16] * 7, "initialiser": "he-normal"}},
        set(),
        {Fault.VANISHING_GRADIENT, Fault.UNDERFITTING},
    ),
    "few rows of a group": (
        HEALTHY | {"data": EASY | {"representation": 0.97, "signal_b": 0.3}},
        {Fault.SMALL_GROUP},
        {Fault.UNDERFITTING, Fault.COLLAPSE},
    ),
}
"""Settings, the faults that must be found, and those that must not."""


def watched(tables: dict[str, Any]) -> list[Frame]:
    """Train as far as it goes."""
    frames: list[Frame] = []
    try:
        frames.extend(run_training(training(output=POINTS, **tables)))
    except RunFailedError:
        assert any(Fault.NOT_FINITE in event.text for frame in frames for event in frame.events)
    return frames


@pytest.mark.parametrize("name", RUNS)
def test_watch_tells_what_is_wrong_and_nothing_else(name: str) -> None:
    tables, must, must_not = RUNS[name]
    frames = watched(tables)
    events = (event for frame in frames for event in frame.events)
    findings = [Finding.told_by(event) for event in events if event.kind is EventKind.FINDING]
    told = {finding.fault for finding in findings}
    assert must <= told
    assert not must_not & told
    last = frames[-1].progress
    assert last is not None
    assert all(0 < finding.step <= last.total_steps for finding in findings)
