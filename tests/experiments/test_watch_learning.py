"""What the watch says of rates, gradients, groups and weights, on made-up curves."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from watched_runs import (
    FACTS,
    HEALTHY,
    NO_ROWS,
    STEPS,
    TRAINING,
    VALIDATION,
    A,
    B,
    Curves,
    Shape,
    X,
    falling,
    flat,
    found,
    frames,
    noisy,
)

from experiments.findings import Fault, Finding
from experiments.frames import (
    BASE,
    OVERALL,
    CurveName,
    Points,
)
from experiments.training.watch import Watch
from experiments.training.watch.groups import small_group
from experiments.training.watch.learning_rate import rate_too_low
from experiments.training.watch.seen import Seen
from models.plan import MitigationPlan, ModelPlan, OptimiserPlan, TrainingPlan

LINEAR = TrainingPlan(model=ModelPlan())


# Learning rates


def swinging(amplitude: float, level: float = 0.5) -> Shape:
    turns = np.where(np.arange(X.size) % 2, 1.0, -1.0)
    return lambda x: level * (1.0 + amplitude * turns[np.searchsorted(X, x)])


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (swinging(0.2), "up and down"),
        (swinging(0.03), "up and down"),
        (lambda x: np.where(x < 4000, 0.5, 5.0), "run away"),
        (lambda x: np.where(x < 4000, falling(0.7, 0.3)(x), 0.36), "has risen again"),
    ],
    ids=["oscillates", "oscillates-a-little", "diverges", "rises-for-good"],
)
def test_rate_is_too_high(shape: Shape, words: str) -> None:
    finding = found({("loss", OVERALL, TRAINING): shape})[Fault.RATE_TOO_HIGH]
    assert words in finding.sentence
    assert "0.001" in finding.evidence


@pytest.mark.parametrize(
    "shape",
    [
        swinging(0.02),
        swinging(0.3, level=0.01),
        noisy(falling(0.7, 0.1), 0.03),
        lambda x: swinging(0.2)(x) / (1.0 + x) ** 0.5,
        lambda x: swinging(0.2)(x) / (1.0 + x) ** 0.2,
    ],
    ids=["small-swings", "tiny-loss", "noise-of-batches", "falls-all-the-same", "falls-slowly"],
)
def test_small_swings_are_no_sign_of_a_rate_that_is_too_high(shape: Shape) -> None:
    assert Fault.RATE_TOO_HIGH not in found({("loss", OVERALL, TRAINING): shape})


@pytest.mark.parametrize(
    "shape",
    [swinging(0.03), lambda x: np.where(x < 4000, falling(0.7, 0.3)(x), 0.36)],
    ids=["oscillates-a-little", "rises-for-good"],
)
def test_a_loss_that_is_not_minimised_may_rise_and_swing_a_little(shape: Shape) -> None:
    weighted = replace(FACTS, plan=replace(FACTS.plan, mitigation=WEIGHTED))
    assert Fault.RATE_TOO_HIGH not in found({("loss", OVERALL, TRAINING): shape}, weighted)


def still_falling(training: float, validation: float) -> Curves:
    """Losses that fall in a straight line by these shares of their values at half of the steps."""

    def line(share: float) -> Shape:
        return lambda x: 0.4 * (1 - share * (2 * x / STEPS - 1))

    return {
        ("loss", OVERALL, TRAINING): line(training),
        ("loss", OVERALL, VALIDATION): line(validation),
    }


@pytest.mark.parametrize(
    ("training", "validation", "told"),
    [(0.2, 0.2, True), (0.2, 0.05, False), (0.05, 0.2, False), (0.2, -0.2, False)],
)
def test_a_run_is_too_short_if_both_losses_still_fall_at_its_end(
    *, training: float, validation: float, told: bool
) -> None:
    findings = found(still_falling(training, validation))
    assert (Fault.TOO_SHORT in findings) is told
    if told:
        assert findings[Fault.TOO_SHORT].step == STEPS


def test_a_run_that_is_stopped_is_not_called_too_short() -> None:
    watch = Watch(FACTS, NO_ROWS)
    curves = HEALTHY | still_falling(0.2, 0.2)
    told = [event for frame in frames(curves) for event in watch.watch(frame).events]
    assert not any(event.text.startswith(Fault.TOO_SHORT) for event in told)
    assert any(
        event.text.startswith(Fault.TOO_SHORT) for frame in watch.end() for event in frame.events
    )


def slow(shape: Shape, gradient: Shape) -> Curves:
    return {
        ("loss", OVERALL, TRAINING): shape,
        ("gradient norm", OVERALL, TRAINING): gradient,
    }


@pytest.mark.parametrize("fall", [0.01, 0.03, 0.06])
def test_rate_is_too_low_while_the_loss_falls_like_a_straight_line(fall: float) -> None:
    changes = slow(lambda x: 0.7 - fall * x / STEPS, flat(1.0))
    assert Fault.RATE_TOO_LOW in found(changes)


def test_rate_is_too_low_where_nothing_moves_at_all() -> None:
    changes = slow(flat(0.7), flat(1.0)) | {("weight norm", OVERALL, TRAINING): flat(5.0)}
    finding = found(changes)[Fault.RATE_TOO_LOW]
    assert "gradient norm is 1" in finding.evidence


@pytest.mark.parametrize(
    "changes",
    [
        slow(falling(0.7, 0.65, steps=500.0), flat(1.0)),
        slow(lambda x: 0.7 - 0.05 * x / STEPS, falling(1.0, 0.1)),
        slow(lambda x: 0.7 - 0.6 * x / STEPS, flat(1.0)),
        slow(flat(0.7), flat(1.0)),
        slow(flat(0.7), flat(0.0)) | {("weight norm", OVERALL, TRAINING): flat(5.0)},
    ],
    ids=["settled", "gradient-gone", "falls-well", "weights-move", "no-gradient-at-all"],
)
def test_other_slow_losses_do_not_blame_the_rate(
    changes: Curves,
) -> None:
    assert Fault.RATE_TOO_LOW not in found(changes)


@pytest.mark.parametrize("last", [1, 20, 99, 100])
def test_a_few_steps_tell_nothing_of_the_rate(last: int) -> None:
    curves = HEALTHY | slow(lambda x: 0.7 - 0.05 * x / last, flat(1.0))
    seen = Seen(replace(FACTS, steps=last))
    x = np.arange(last + 1.0)
    seen.take(
        Points(CurveName(*name, BASE, FACTS.plan.seed), x, shape(x))
        for name, shape in curves.items()
    )
    seen.end()
    assert (rate_too_low(seen) is not None) == (last >= 100)


@pytest.mark.parametrize(("fall", "blamed"), [(0.01, True), (0.038, False)])
def test_a_fall_is_slow_against_the_way_to_the_base_rates(fall: float, blamed: bool) -> None:
    first = FACTS.base_rate_loss(OVERALL) + 0.04
    changes = slow(lambda x: first - fall * x / STEPS, flat(1.0))
    assert (Fault.RATE_TOO_LOW in found(changes)) == blamed


def test_a_loss_that_is_not_finite_is_told_with_what_came_before() -> None:
    plan = TrainingPlan(
        model=ModelPlan(), optimiser=OptimiserPlan(clip_norm=1.0, warmup_steps=5, learning_rate=9.0)
    )
    watch = Watch(replace(FACTS, plan=plan), NO_ROWS)
    (event,) = watch.diverged(7).events
    finding = Finding.told_by(event)
    assert (finding.fault, finding.step) == (Fault.NOT_FINITE, 7.0)
    assert "learning rate is 9" in finding.evidence
    assert "warm-up" not in finding.remedy
    assert "clipping" not in finding.remedy
    watch.watch(frames(HEALTHY)[0])
    watch.watch(frames(HEALTHY)[1])
    assert "step 1 " in Finding.told_by(watch.diverged(7).events[0]).evidence


# Gradients, groups, weights


def layered(*levels: float) -> Curves:
    return {
        (f"gradient norm, layer {number}", OVERALL, TRAINING): flat(level)
        for number, level in enumerate(levels, start=1)
    }


UNLEARNT = {("loss", OVERALL, TRAINING): falling(0.7, 0.3)}


def test_gradient_vanishes_towards_the_input() -> None:
    finding = found(UNLEARNT | layered(1e-6, 1e-3, 1.0))[Fault.VANISHING_GRADIENT]
    assert "1.0e-06, 1.0e-03, 1.0e+00" in finding.evidence


@pytest.mark.parametrize(
    "changes",
    [
        layered(1e-6, 1e-3, 1.0) | {("loss", OVERALL, TRAINING): flat(0.05)},
        UNLEARNT | layered(0.1, 0.3, 1.0),
        UNLEARNT | layered(1.0, 1e-3, 1e-6),
    ],
    ids=["all-learnt", "mild", "other-way-round"],
)
def test_other_gradients_do_not_vanish(changes: Curves) -> None:
    assert Fault.VANISHING_GRADIENT not in found(changes)


def test_group_is_too_small_where_its_interval_is_wide() -> None:
    few = {OVERALL: (900, 100), A: (885, 90), B: (15, 10)}
    unsure: Curves = {("accuracy", group, VALIDATION): flat(0.8) for group in (A, B)}
    finding = found(unsure, replace(FACTS, validation=few))[Fault.SMALL_GROUP]
    assert "group B" in finding.sentence
    assert "group A" not in finding.sentence
    assert "25 rows" in finding.evidence
    assert finding.step == STEPS


def test_group_that_can_be_judged_at_the_end_is_not_too_small_before() -> None:
    few = {OVERALL: (900, 100), A: (860, 52), B: (44, 44)}
    late = {("accuracy", B, VALIDATION): lambda x: np.where(x < 0.9 * STEPS, 0.5, 1.0)}
    assert Fault.SMALL_GROUP not in found(late, replace(FACTS, validation=few))


@given(rows=st.integers(1, 400), accuracy=st.floats(0.0, 1.0))
def test_width_of_the_interval_decides_what_is_too_small(rows: int, accuracy: float) -> None:
    correct = round(accuracy * rows)
    interval = binomtest(correct, rows).proportion_ci(method="wilson")
    seen = Seen(replace(FACTS, validation={A: (999, 1), B: (rows, 0)}))
    seen.take(
        Points(
            CurveName("accuracy", group, VALIDATION, BASE, FACTS.plan.seed),
            np.array([float(FACTS.epoch)]),
            np.array([share]),
        )
        for group, share in ((A, 0.5), (B, correct / rows))
    )
    assert small_group(seen) is None
    seen.end()
    small = small_group(seen) is not None
    assert small == (interval.high - interval.low > 0.2)


WEIGHTED = MitigationPlan(class_weighting="balanced")


def weak(area: float) -> Curves:
    return {
        ("ROC AUC", OVERALL, TRAINING): flat(area),
        ("true positive rate", OVERALL, VALIDATION): flat(0.5),
        ("false positive rate", OVERALL, VALIDATION): flat(0.45),
        ("accuracy", OVERALL, VALIDATION): flat(0.55),
    }


def test_weights_have_no_effect_on_a_linear_unit_that_ranks_badly() -> None:
    finding = found(
        weak(0.55), replace(FACTS, plan=replace(LINEAR, mitigation=WEIGHTED), parameters=11)
    )
    assert "11 parameters" in finding[Fault.IDLE_WEIGHTS].evidence


@pytest.mark.parametrize(
    ("area", "plan", "parameters"),
    [
        (0.55, LINEAR, 11),
        (0.9, replace(LINEAR, mitigation=WEIGHTED), 11),
        (0.55, replace(FACTS.plan, mitigation=WEIGHTED), 2817),
    ],
    ids=["no-weights", "ranks-well", "large-network"],
)
def test_other_weights_are_not_blamed(area: float, plan: TrainingPlan, parameters: int) -> None:
    assert Fault.IDLE_WEIGHTS not in found(
        weak(area), replace(FACTS, plan=plan, parameters=parameters)
    )
