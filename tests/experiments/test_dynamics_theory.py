"""The exact curves of settings: they add up, keep to the times, and tell what happens."""

import numpy as np
import pytest
from dynamics_runs import GENERAL, Table, dynamics, exact, many_groups, times, values
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import ndtr
from scipy.stats import multivariate_normal

from experiments.curves import CurveSet
from experiments.dynamics import has_closed_form, theory
from experiments.dynamics.theory import record_steps
from experiments.frames import OVERALL, EventKind, FloatArray
from experiments.settings import DynamicsSettings

SHORT = {"duration": 20.0}
LOSSES = ("squared", "logistic", "focal", "smooth-hinge")
NEUTRAL = {
    "squared": 0.5,
    "logistic": np.log(2),
    "focal": np.log(2) / 4,
    "smooth-hinge": np.log1p(np.exp(5)) / 5,
}
"""Loss of a student who knows nothing, whose margin is always 0."""


def by_group(settings: DynamicsSettings, curves: CurveSet, quantity: str) -> FloatArray:
    """Values of every group, shape (n, K)."""
    groups = settings.mixture.group_names
    return np.column_stack([values(curves, quantity, group) for group in groups])


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("mixture", [GENERAL, many_groups(3)])
def test_quantities_add_up(loss: str, mixture: Table) -> None:
    settings = dynamics(
        mixture=mixture,
        learning=SHORT | {"loss": loss},
        mitigation={"sampling": "balanced", "decision_thresholds": (0.1,)},
        output={"points": 40},
    )
    model = settings.mixture.teacher_mixture()
    curves = exact(settings)
    losses = by_group(settings, curves, "loss")
    parts = sum(by_group(settings, curves, part) for part in ("alignment", "norm", "shift"))
    assert_allclose(parts + NEUTRAL[loss], losses, rtol=1e-10)
    for quantity in ("loss", "error", "selection_rate"):
        groups = by_group(settings, curves, quantity)
        assert_allclose(values(curves, quantity), groups @ model.shares, rtol=1e-10)
        if quantity == "selection_rate":
            continue
        gap = f"{quantity}_gap"
        if model.size == 2:
            assert_allclose(values(curves, gap), groups[:, 0] - groups[:, 1], atol=1e-12)
        else:
            expected = groups - values(curves, quantity)[:, None]
            assert_allclose(by_group(settings, curves, gap), expected, atol=1e-12)
            assert_allclose(by_group(settings, curves, gap) @ model.shares, 0, atol=1e-12)
    lengths = np.sqrt(np.outer(values(curves, "Q"), np.diagonal(model.gram)[: model.size]))
    overlaps = by_group(settings, curves, "R")
    assert_allclose(by_group(settings, curves, "cosine"), overlaps / lengths, atol=1e-10)


def _ratio(rates: FloatArray, others: FloatArray) -> FloatArray:
    return np.asarray(np.minimum(rates, others) / np.maximum(rates, others))


@pytest.mark.parametrize("mixture", [GENERAL, many_groups(3)])
def test_disparities_are_those_of_the_rate_curves(mixture: Table) -> None:
    settings = dynamics(mixture=mixture, learning=SHORT)
    curves = exact(settings)
    compared = {
        "demographic_parity": ("selection_rate",),
        "equal_opportunity": ("true_positive_rate",),
        "equalized_odds": ("true_positive_rate", "false_positive_rate"),
        "false_positive_rate": ("false_positive_rate",),
        "accuracy_score": ("error",),
        "precision_score": ("precision",),
        "f1_score": ("f1",),
    }
    for name, quantities in compared.items():
        between, ratios, distances, overall_ratios = [], [], [], []
        for quantity in quantities:
            rates, overall = by_group(settings, curves, quantity), values(curves, quantity)
            if name == "accuracy_score":
                rates, overall = 1 - rates, 1 - overall
            between.append(np.ptp(rates, axis=1))
            ratios.append(rates.min(axis=1) / rates.max(axis=1))
            distances.append(np.abs(rates - overall[:, None]).max(axis=1))
            overall_ratios.append(_ratio(rates, overall[:, None]).min(axis=1))
        for suffix, found in (
            ("difference", np.max(between, axis=0)),
            ("ratio", np.min(ratios, axis=0)),
            ("difference_to_overall", np.max(distances, axis=0)),
            ("ratio_to_overall", np.min(overall_ratios, axis=0)),
        ):
            assert_allclose(values(curves, f"{name}_{suffix}"), found, atol=1e-10)


def test_errors_are_bivariate_normal_probabilities_and_move_with_the_thresholds() -> None:
    moments = {"times": (0.0, 0.3, 2.0, 9.0)}
    plain = exact(dynamics(mixture=GENERAL, output=moments))
    settings = dynamics(
        mixture=GENERAL, output=moments, mitigation={"decision_thresholds": (0.15, -0.25)}
    )
    moved = exact(settings)
    for group, name in enumerate(("+", "-")):
        for curves, threshold in ((plain, 0.0), (moved, (0.15, -0.25)[group])):
            expected = []
            for row in range(4):
                field = (values(curves, "M", name)[row] - threshold) / np.sqrt(
                    (0.5, 1.2)[group] * values(curves, "Q")[row]
                )
                cosine = values(curves, "cosine", name)[row]
                margin = (0.3 + 0.2, 0.2 - 0.4)[group] / np.sqrt((0.5, 1.2)[group])
                both = multivariate_normal.cdf(
                    [field, margin], cov=[[1, cosine], [cosine, 1]], abseps=1e-12, releps=1e-12
                )
                expected.append(ndtr(field) + ndtr(margin) - 2 * both)
            assert_allclose(values(curves, "error", name), expected, atol=1e-8)
        moves = np.abs(values(moved, "error", name) - values(plain, "error", name))
        assert np.all(moves > 1e-3)
        for quantity in ("loss", "R", "M"):
            assert_array_equal(values(moved, quantity, name), values(plain, quantity, name))


@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_balanced_sampling_learns_as_from_equal_shares_and_reports_by_the_real_ones(
    loss: str,
) -> None:
    learning = SHORT | {"loss": loss}
    output = {"points": 20}
    balanced = exact(
        dynamics(
            mixture=GENERAL, learning=learning, mitigation={"sampling": "balanced"}, output=output
        )
    )
    halves = exact(
        dynamics(mixture=GENERAL | {"representation": 0.5}, learning=learning, output=output)
    )
    for quantity in ("loss", "error", "R", "M"):
        for group in ("+", "-"):
            found = values(balanced, quantity, group)
            assert_allclose(found, values(halves, quantity, group), atol=1e-8)
    expected = 0.7 * values(balanced, "loss", "+") + 0.3 * values(balanced, "loss", "-")
    assert_allclose(values(balanced, "loss"), expected, rtol=1e-12)
    assert np.abs(values(balanced, "loss") - values(halves, "loss")).max() > 1e-3


def test_before_the_switch_it_does_not_matter_and_after_it_does() -> None:
    output = {"times": (0.5, 1.0, 2.0, 3.0, 3.5, 10.0)}
    plain = values(exact(dynamics(mixture=GENERAL, output=output)), "loss_gap")
    mitigation = {"switch_time": 3.0, "later_group_weights": (0.2, 3.0)}
    switched = exact(dynamics(mixture=GENERAL, output=output, mitigation=mitigation))
    assert_allclose(values(switched, "loss_gap")[:4], plain[:4], atol=1e-12)
    assert np.all(np.abs(values(switched, "loss_gap")[4:] - plain[4:]) > 1e-3)


def test_times_are_kept_to_as_given() -> None:
    given = (0.0, 1 / 3, 0.5, 0.123456789 + 1, 7.0)
    for runs in (0, 3):
        settings = dynamics(
            output={"times": given}, learning=SHORT, simulation={"runs": runs, "dimension": 77}
        )
        simulated = [step / 77 for step in record_steps(settings)] if runs else []
        assert times(exact(settings)).tolist() == sorted({*given, *simulated})


@pytest.mark.parametrize("runs", [0, 2])
@pytest.mark.parametrize("duration", [1e-3, 0.7, 1e6])
@pytest.mark.parametrize("points", [2, 3, 20_000])
def test_curves_run_from_the_start_to_the_end(runs: int, duration: float, points: int) -> None:
    settings = dynamics(
        learning={"duration": duration},
        output={"points": points},
        simulation={"runs": runs, "dimension": 90},
    )
    moments = times(exact(settings))
    assert moments[0] == 0.0
    assert moments[-1] == duration
    assert np.all(np.diff(moments) > 0)
    assert moments.size == points if not runs else moments.size >= points
    assert points == 2 or moments[1] <= 1e-3 * duration + 1 / 90


@pytest.mark.parametrize(
    ("duration", "dimension"),
    [
        *[(5.0, 300), (0.0317, 41), (17.3, 10**9), (1e-3, 4), (100.0, 7)],
        *[(2.5, 7), (0.05, 333), (0.9, 4), (0.3, 10)],
    ],
)
def test_simulated_times_are_among_those_of_theory(duration: float, dimension: int) -> None:
    settings = dynamics(
        learning={"duration": duration}, simulation={"runs": 2, "dimension": dimension}
    )
    steps = record_steps(settings)
    simulated = np.array(steps) / dimension
    assert list(steps) == sorted(set(steps))
    if duration * dimension < 1:
        assert steps == (1,)
    else:
        assert duration - 1 / dimension < simulated[-1] <= duration
        assert np.isin(simulated, times(exact(settings))).all()


def test_nothing_is_missing_from_a_curve_while_training_is_stable() -> None:
    for mixture in (GENERAL, many_groups(3), many_groups(1)):
        for curve in exact(dynamics(mixture=mixture, learning=SHORT)):
            assert np.isfinite(curve.value[1:]).all(), curve.name


def _diverging(**learning: object) -> DynamicsSettings:
    return dynamics(mixture=GENERAL, learning={"duration": 200.0} | learning)


def test_a_rate_beyond_the_limit_ends_the_curves_and_is_told_with_the_limit() -> None:
    damping = 0.7 * 0.5 + 0.3 * 1.2
    limit = 2 * 3 * damping / (0.7 * 0.5**2 + 0.3 * 1.2**2)
    settings = _diverging(learning_rate=1.5 * limit, batch_size=3)
    found = theory(settings)
    (event,) = (event for event in found.events if event.kind is EventKind.DIVERGED)
    assert f"must be below {limit:.3g}" in event.text
    curves = CurveSet(found.points)
    assert times(curves)[-1] < event.x < 200
    assert np.isfinite(values(curves, "loss")).all()
    norm = values(curves, "Q")
    assert 1e4 < norm[-1] < 1e6
    stable = theory(_diverging(learning_rate=0.95 * limit, batch_size=3))
    assert not any(event.kind is EventKind.DIVERGED for event in stable.events)


@pytest.mark.parametrize(("switch_time", "lowered"), [(150.0, True), (1e6, False)])
def test_the_limit_counts_weights_that_come_into_force_and_no_others(
    switch_time: float, lowered: bool
) -> None:
    limit = 2 * 0.71 / (0.7 * 0.5**2 + 0.3 * 1.2**2) / (100 if lowered else 1)
    later = {"switch_time": switch_time, "later_group_weights": (100.0, 100.0)}
    settings = dynamics(
        mixture=GENERAL, learning={"duration": 200.0, "learning_rate": 8.0}, mitigation=later
    )
    (event,) = (event for event in theory(settings).events if event.kind is EventKind.DIVERGED)
    assert event.x < 150
    assert f"must be below {limit:.3g}" in event.text


def test_a_rate_slightly_beyond_the_limit_is_told_before_it_shows() -> None:
    limit = 2 * 0.71 / (0.7 * 0.5**2 + 0.3 * 1.2**2)
    found = theory(_diverging(learning_rate=1.001 * limit, duration=5.0))
    (event,) = (event for event in found.events if event.kind is EventKind.DIVERGED)
    assert event.x == times(CurveSet(found.points))[-1] == 5.0


@pytest.mark.parametrize(
    "learning",
    [
        {"class_weights": (1.0, 2.0), "learning_rate": 8.0},
        {"loss": "logistic", "learning_rate": 1e3, "group_weights": (50.0, 50.0)},
        {"loss": "smooth-hinge", "learning_rate": 1e3, "group_weights": (50.0, 50.0)},
    ],
)
def test_without_a_formula_divergence_is_told_without_a_limit(learning: Table) -> None:
    found = theory(_diverging(**({"duration": 2000.0} | learning)))
    (event,) = (event for event in found.events if event.kind is EventKind.DIVERGED)
    assert event.text == "The weights grow without bound."
    assert times(CurveSet(found.points))[-1] < event.x < 2000


@pytest.mark.parametrize("given", [(0.0, 150.0), (150.0,)])
def test_divergence_before_the_first_point_is_told_all_the_same(given: tuple[float, ...]) -> None:
    settings = dynamics(learning={"duration": 200.0, "learning_rate": 8.0}, output={"times": given})
    found = theory(settings)
    (event,) = found.events
    assert event.kind is EventKind.DIVERGED
    assert 0 < event.x < 150
    assert times(CurveSet(found.points)).size == len(given) - 1


ALIKE = {
    "representation": 0.8,
    "variance_plus": 0.7,
    "variance_minus": 0.7,
    "rule_similarity": 1.0,
    "shift": 0.0,
}


@pytest.mark.parametrize("loss", LOSSES)
def test_where_all_are_alike_there_is_nothing_to_explain(loss: str) -> None:
    settings = dynamics(mixture=ALIKE, learning=SHORT | {"loss": loss})
    found = theory(settings)
    assert {event.kind for event in found.events} <= {EventKind.PHASE}
    curves = CurveSet(found.points)
    assert np.abs(values(curves, "loss_gap")).max() < 1e-12
    assert np.abs(values(curves, "demographic_parity_difference")).max() < 1e-12


def test_crossings_are_those_of_the_reference() -> None:
    """Published with the model's golden trajectories, found by adaptive quadrature."""
    for mixture, rate, start, expected in (
        ({}, 0.25, 0.02, [0.9431, 3.1104]),
        (
            {
                "representation": 0.84,
                "variance_plus": 0.15,
                "variance_minus": 2.0,
                "rule_similarity": 0.76,
                "label_correlation_plus": -0.07,
                "label_correlation_minus": -0.59,
                "shift": 1.0,
                "threshold_plus": -0.04,
                "threshold_minus": -0.08,
            },
            0.29,
            0.05,
            [0.5540, 9.6058],
        ),
    ):
        learning = {"duration": 400.0, "learning_rate": rate, "initial_norm": start}
        events = theory(dynamics(mixture=mixture, learning=learning)).events
        found = [event.x for event in events if event.kind is EventKind.CROSSING]
        assert_allclose(found, expected, atol=6e-5)


def test_crossings_in_error_use_the_thresholds() -> None:
    for thresholds, count in (((), 0), ((0.1,), 1), ((0.2, 0.0), 1)):
        settings = dynamics(
            mixture=GENERAL,
            learning={"duration": 50.0},
            mitigation={"decision_thresholds": thresholds},
            output={"points": 4000},
        )
        found = theory(settings)
        told = [event.x for event in found.events if event.kind is EventKind.ERROR_CROSSING]
        assert len(told) == count
        curves = CurveSet(found.points)
        for moment in told:
            near = np.interp(
                moment * np.array([0.99, 1, 1.01]), times(curves), values(curves, "error_gap")
            )
            assert near[0] * near[2] < 0
            assert abs(near[1]) < 0.01 * abs(near[0])


def test_phases_end_where_their_direction_is_learnt() -> None:
    rate, damping, shift = 0.3, 0.7 * 0.5 + 0.3 * 1.2, 0.8
    learning = {"learning_rate": rate, "duration": 50.0}

    def phases(**tables: Table) -> list[tuple[str, float]]:
        events = theory(dynamics(**tables)).events
        return [(event.text, event.x) for event in events if event.kind is EventKind.PHASE]

    tau_shift, tau_rules = 1 / (rate * (damping + shift)), 1 / (rate * damping)
    expected = [("class imbalance", 0.0), ("saliency", tau_shift), ("representation", tau_rules)]
    found = phases(mixture=GENERAL, learning=learning)
    assert [text for text, _ in found] == [text for text, _ in expected]
    assert_allclose([moment for _, moment in found], [moment for _, moment in expected], rtol=1e-6)
    for duration, count in ((2.0, 1), (4.0, 2)):
        cut = phases(mixture=GENERAL, learning=learning | {"duration": duration})
        assert [text for text, _ in cut] == [text for text, _ in expected[:count]]
    centred = phases(
        mixture=GENERAL
        | {"shift": 0.0, "label_correlation_plus": 0.0, "label_correlation_minus": 0.0},
        learning=learning,
    )
    assert [text for text, _ in centred] == ["saliency", "representation"]


@pytest.mark.parametrize(
    ("learning", "closed"),
    [
        ({}, True),
        ({"class_weights": (2.0, 2.0)}, True),
        ({"class_weights": (2.0, 1.0)}, False),
        ({"loss": "logistic"}, False),
    ],
)
def test_what_has_a_closed_form(learning: Table, closed: bool) -> None:
    assert has_closed_form(dynamics(learning=learning)) is closed


def test_curves_carry_the_seed_of_their_settings() -> None:
    names = {point.name for point in theory(dynamics(seed=7)).points}
    assert {name.seed for name in names} == {7}
    assert {name.group for name in names} == {"+", "-", OVERALL}
