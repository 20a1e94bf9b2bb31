"""What the presets about things that go wrong in training tell is what comes of running them."""

import re
from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest
from trained_runs import view_of

from experiments.catalogue import preset
from experiments.figures import RunView
from experiments.findings import Fault
from experiments.frames import OVERALL, Source
from experiments.settings import TrainingSettings, replace
from experiments.training import run_training

Changes = Mapping[str, object]

STRONG: Changes = {"data.signal_a": 0.8, "data.signal_b": 0.8}
STRONGER: Changes = {"data.signal_a": 0.9, "data.signal_b": 0.9}
BALANCED: Changes = {"mitigation.class_weighting": "balanced"}
NOBODY, UNIT, WEIGHED, NETWORK = (
    *("accuracy-finds-nobody", "one-unit-rare-label"),
    *("one-unit-balanced-weights", "network-with-class-weights"),
)
FOUND, WRONG = "true positive rate", "false positive rate"

CLAIMS: dict[str, tuple[tuple[str, str, Changes, str], ...]] = {
    NOBODY: (
        ("90 %", NOBODY, {}, "accuracy"),
        ("0", NOBODY, {}, FOUND),
        ("0.67", NOBODY, {}, "ROC AUC"),
        ("0.61", NOBODY, BALANCED, FOUND),
        ("0.34", NOBODY, BALANCED, WRONG),
        ("0.40", NOBODY, STRONGER, FOUND),
        ("92 %", NOBODY, STRONGER, "accuracy"),
    ),
    UNIT: (
        ("90 %", UNIT, {}, "accuracy"),
        ("0", UNIT, {}, FOUND),
        ("0.33", UNIT, STRONG, FOUND),
        ("0.87", UNIT, STRONG, "ROC AUC"),
    ),
    WEIGHED: (
        ("0", UNIT, {}, FOUND),
        ("0.40", WEIGHED, {}, FOUND),
        ("0.45", WEIGHED, {}, WRONG),
        ("0.46", WEIGHED, {}, "ROC AUC"),
        ("90 %", UNIT, {}, "accuracy"),
        ("54 %", WEIGHED, {}, "accuracy"),
        ("0.83", WEIGHED, STRONG, FOUND),
        ("0.11", WEIGHED, STRONG, WRONG),
        ("0.33", UNIT, STRONG, FOUND),
    ),
    NETWORK: (
        ("10 %", NETWORK, {}, FOUND),
        ("10 %", NETWORK, {}, WRONG),
        ("0.47", NETWORK, {}, "ROC AUC"),
        ("0.45", NETWORK, STRONG, FOUND),
        ("0.83", WEIGHED, STRONG, FOUND),
    ),
}
"""Of presets that train in a moment: what is told of validation rows, and of which run."""

NOT_MEASURED = {
    NOBODY: {"0.4", "0.9"},  # signals
    UNIT: {"0.8", "0.32"},  # a signal, and a loss on training rows that is tested by itself
    WEIGHED: {"0.8"},
    NETWORK: {"0.8"},
}

FAULTS = {
    NOBODY: {Fault.MISLEADING_ACCURACY},
    UNIT: {Fault.COLLAPSE, Fault.MISLEADING_ACCURACY, Fault.UNDERFITTING},
    WEIGHED: {Fault.IDLE_WEIGHTS},
    NETWORK: {Fault.OVERFITTING},
}


@cache
def world(name: str, changes: tuple[tuple[str, object], ...] = ()) -> RunView:
    settings = preset(name).settings
    for key, value in changes:
        settings = replace(settings, key, value)
    assert isinstance(settings, TrainingSettings)
    return view_of(settings, run_training(settings))


def end(run: RunView, quantity: str, source: Source, group: str = OVERALL) -> float:
    (curve,) = run.curves.select(quantity=quantity, source=source, group=group)
    return float(curve.value[-1])


@pytest.mark.parametrize("name", CLAIMS)
def test_what_is_told_comes_of_a_run(name: str) -> None:
    about = preset(name).settings.about
    text = " ".join((about.see, about.why, about.explore))
    for words, base, changes, quantity in CLAIMS[name]:
        assert re.search(rf"(?<![\d.]){re.escape(words)}(?![\d.]\d)", text), words
        number, _, unit = words.partition(" ")
        scale = 0.01 if unit else 1.0
        last_digit = scale * 10.0 ** -len(number.partition(".")[2])
        measured = end(world(base, tuple(changes.items())), quantity, Source.VALIDATION)
        # another machine may round the other way
        assert measured == pytest.approx(scale * float(number), abs=min(last_digit, 0.02)), words


@pytest.mark.parametrize("name", CLAIMS)
def test_nothing_else_is_told_in_numbers(name: str) -> None:
    about = preset(name).settings.about
    text = " ".join((about.see, about.why, about.explore))
    numbers = set(re.findall(r"(?<![\d.,])\d+ %|(?<![\d.,])\d+\.\d+", text))
    assert numbers <= {words for words, *_ in CLAIMS[name]} | NOT_MEASURED[name]


def test_training_loss_of_one_unit_is_that_of_base_rates() -> None:
    entropy = -0.9 * np.log(0.9) - 0.1 * np.log(0.1)
    loss = end(world(UNIT), "loss", Source.TRAINING)
    assert f"{loss:.2f}" == "0.32"
    assert loss == pytest.approx(entropy, rel=0.02)


@pytest.mark.parametrize("name", FAULTS)
def test_the_watch_finds_what_the_preset_is_about(name: str) -> None:
    assert FAULTS[name] <= {finding.fault for finding in world(name).findings}


@pytest.mark.parametrize("name", [UNIT, WEIGHED])
def test_without_signal_no_weights_rank_held_out_rows(name: str) -> None:
    area = end(world(name), "ROC AUC", Source.VALIDATION)
    positive, negative = 100, 900
    spread = ((positive + negative + 1) / (12 * positive * negative)) ** 0.5
    assert abs(area - 0.5) < 3 * spread


def test_capacity_memorises_noise() -> None:
    run = world(NETWORK)
    assert end(run, "true positive rate", Source.TRAINING) == 1.0
    wrong = end(run, "false positive rate", Source.VALIDATION)
    assert end(run, "true positive rate", Source.VALIDATION) == pytest.approx(wrong, abs=0.06)
    (finding,) = (found for found in run.findings if found.fault is Fault.OVERFITTING)
    assert "turned upwards at step" in finding.sentence  # none of the groups first
    for group in "AB":
        (loss,) = run.curves.select(quantity="loss", source=Source.VALIDATION, group=group)
        assert loss.value[-1] > 1.3 * np.median(loss.value[loss.x > 100][:20])
