from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import erf
from simulation_cases import mixtures, rule, starts, three_groups, two_groups

from simulation.closed_form import time_scales
from simulation.crossings import find_crossings, horizon
from simulation.decomposition import (
    Cause,
    GroupNumbers,
    decompose,
    explain_crossing,
    explain_lead,
    gap_parts,
)
from simulation.dynamics import solve
from simulation.learning import LearningRule
from simulation.losses import Focal, Logistic, Loss, Squared
from simulation.mixture import FloatArray, TeacherMixture
from simulation.observables import group_losses

_LOSSES = [Squared(), Logistic(), Focal(2.0)]


@st.composite
def _students(draw: st.DrawFn) -> tuple[TeacherMixture, FloatArray, FloatArray]:
    mixture = draw(mixtures())
    norm, overlaps = draw(starts(mixture))
    return mixture, overlaps, np.array(norm)


def _start_of(loss: Loss) -> float:
    return float(loss.value(np.zeros(1))[0])


@settings(deadline=None)
@given(student=_students())
def test_the_parts_of_the_squared_loss_are_those_of_its_formula(
    student: tuple[TeacherMixture, FloatArray, FloatArray],
) -> None:
    mixture, overlaps, norm = student
    teachers, shifts = np.split(overlaps, 2)
    h = mixture.label_margins
    saliency = np.sqrt(2 / np.pi * mixture.variances / mixture.teacher_norms) * np.exp(-(h**2) / 2)
    parts = decompose(mixture, Squared(), overlaps, norm)
    scale = 1e-13 * (1 + float(norm))
    np.testing.assert_allclose(parts.norm, mixture.variances * norm / 2, atol=scale)
    np.testing.assert_allclose(parts.alignment, -saliency * teachers, atol=scale)
    np.testing.assert_allclose(
        parts.shift, shifts**2 / 2 - shifts * erf(h / np.sqrt(2)), atol=scale
    )


@settings(deadline=None)
@given(student=_students())
def test_switching_on_one_part_at_a_time_gives_the_formula_of_the_squared_loss(
    student: tuple[TeacherMixture, FloatArray, FloatArray],
) -> None:
    mixture, overlaps, norm = student
    formula = decompose(mixture, Squared(), overlaps, norm)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("simulation.decomposition.Squared", Logistic)
        switched = decompose(mixture, Squared(), overlaps, norm)
    for found, expected in zip(switched, formula, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-13 * (1 + float(norm)))


@pytest.mark.parametrize("loss", _LOSSES)
@settings(deadline=None, max_examples=30)
@given(student=_students())
def test_the_parts_add_up_to_the_loss(
    loss: Loss, student: tuple[TeacherMixture, FloatArray, FloatArray]
) -> None:
    mixture, overlaps, norm = student
    losses = group_losses(mixture, loss, overlaps, norm)
    total = sum(decompose(mixture, loss, overlaps, norm)) + _start_of(loss)
    np.testing.assert_allclose(total, losses, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("loss", _LOSSES)
def test_the_norm_part_is_what_noise_alone_costs(loss: Loss) -> None:
    mixture = two_groups()
    norm = 0.8
    nodes, weights = np.polynomial.hermite_e.hermegauss(150)
    field = np.sqrt(mixture.variances * norm)[:, None] * nodes
    expected = loss.value(field) @ weights / np.sqrt(2 * np.pi) - _start_of(loss)
    overlaps = np.array([0.3, -0.1, 0.2, -0.2])
    found = decompose(mixture, loss, overlaps, np.array(norm)).norm
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("loss", _LOSSES)
def test_a_part_is_0_where_nothing_makes_it(loss: Loss) -> None:
    mixture = three_groups()
    aligned = np.array([0.3, -0.2, 0.5, 0.0, 0.0, 0.0])
    shifted = np.array([0.0, 0.0, 0.0, 0.4, -0.1, 0.2])
    norm = np.array(2.0)
    assert np.all(decompose(mixture, loss, aligned, norm).shift == 0)
    assert np.all(decompose(mixture, loss, shifted, norm).alignment == 0)
    nothing = decompose(mixture, loss, np.zeros(6), np.array(0.0))
    np.testing.assert_allclose(nothing, np.zeros((3, 3)), atol=1e-12)


@pytest.mark.parametrize("loss", _LOSSES)
def test_each_part_has_the_sign_of_what_it_does(loss: Loss) -> None:
    mixture = two_groups(threshold_plus=2.0, threshold_minus=-2.0)
    parts = decompose(mixture, loss, np.array([0.3, 0.3, 0.2, -0.2]), np.array(0.5))
    assert np.all(parts.norm > 0)
    assert np.all(parts.alignment < 0)
    assert np.all(parts.shift < 0)


@pytest.mark.parametrize("loss", _LOSSES)
def test_moments_are_decomposed_together_as_one_by_one(loss: Loss) -> None:
    mixture = three_groups()
    overlaps = np.random.default_rng(0).normal(size=(2, 5, 6)) / 10
    norm = np.linspace(0.5, 2, 10).reshape(2, 5)
    together = decompose(mixture, loss, overlaps, norm)
    alone = decompose(mixture, loss, overlaps[1, 3], norm[1, 3])
    for part, one in zip(together, alone, strict=True):
        assert part.shape == (2, 5, 3)
        np.testing.assert_allclose(part[1, 3], one, rtol=1e-13)
    gap = gap_parts(together, (2, 0))
    losses = group_losses(mixture, loss, overlaps, norm)
    np.testing.assert_allclose(sum(gap), losses[..., 2] - losses[..., 0], atol=1e-13)


_ZERO_SHIFT = {
    "representation": 0.8,
    "variance_plus": 0.25,
    "variance_minus": 1.3,
    "rule_similarity": 0.35,
    "label_correlation_plus": 0.0,
    "label_correlation_minus": 0.0,
    "shift": 0.0,
    "threshold_plus": 0.0,
    "threshold_minus": 0.0,
}
_LABEL_IMBALANCE = {
    "representation": 0.78,
    "variance_plus": 0.11,
    "variance_minus": 0.16,
    "rule_similarity": 0.22,
    "label_correlation_plus": -0.34,
    "label_correlation_minus": -0.13,
    "shift": 1.0,
    "threshold_plus": 0.46,
    "threshold_minus": -0.92,
}


def _causes(
    mixture: TeacherMixture,
    learning: LearningRule,
    until: float,
    groups: tuple[int, int] = (0, 1),
) -> list[Cause]:
    """The first lead and every crossing, with the moments at which the gap is largest."""
    first, second = groups
    crossings = find_crossings(mixture, learning, until=until, groups=groups)
    edges = [until * 1e-6, *(crossing.time for crossing in crossings), until]
    largest = []
    for low, high in pairwise(edges):
        times = np.geomspace(low, high, 300)
        losses = solve(mixture, learning, times).group_losses
        largest.append(float(times[np.argmax(np.abs(losses[:, first] - losses[:, second]))]))
    lead = solve(mixture, learning, largest[:1])
    causes = [
        explain_lead(
            mixture,
            learning.loss,
            overlaps=lead.overlaps[0],
            norm=float(lead.norm[0]),
            groups=groups,
        )
    ]
    for crossing, (before, after) in zip(crossings, pairwise(largest), strict=True):
        states = solve(mixture, learning, [before, crossing.time, after])
        cause = explain_crossing(
            mixture, learning.loss, overlaps=states.overlaps, norm=states.norm, groups=groups
        )
        gap = states.group_losses[:, first] - states.group_losses[:, second]
        assert sum(cause.changes.values()) == pytest.approx(abs(gap[2] - gap[0]), abs=1e-12)
        assert cause.changes[cause.carrier] == max(cause.changes.values())
        assert cause.ahead == crossing.ahead_after
        at = states.norm[1] * mixture.variances
        assert cause.groups[0].noise == pytest.approx(at[first])
        assert cause.groups[1].noise == pytest.approx(at[second])
        causes.append(cause)
    return causes


@pytest.mark.parametrize(
    ("values", "learning_rate", "norm", "carriers", "ahead"),
    [
        (_ZERO_SHIFT, 0.25, 0.02, ["norm", "alignment", "norm"], [0, 1, 0]),
        (_LABEL_IMBALANCE, 0.30, 0.05, ["norm", "shift", "alignment"], [0, 1, 0]),
    ],
    ids=["zero shift", "label imbalance"],
)
def test_each_part_carries_the_crossings_that_it_should(
    values: dict[str, float],
    learning_rate: float,
    norm: float,
    carriers: list[str],
    ahead: list[int],
) -> None:
    mixture = two_groups(**values)
    learning = rule(learning_rate=learning_rate, initial_norm=norm)
    causes = _causes(mixture, learning, horizon(time_scales(mixture, learning)))
    assert [cause.carrier for cause in causes] == carriers
    assert [cause.ahead for cause in causes] == ahead


def test_the_numbers_behind_a_crossing() -> None:
    mixture = two_groups(**_LABEL_IMBALANCE)
    learning = rule(learning_rate=0.30, initial_norm=0.05)
    crossing = find_crossings(mixture, learning, until=500.0)[0]
    states = solve(mixture, learning, [crossing.time] * 3)
    cause = explain_crossing(mixture, Squared(), overlaps=states.overlaps, norm=states.norm)
    for j, numbers in enumerate(cause.groups):
        assert numbers.noise == mixture.variances[j] * states.norm[1]
        assert numbers.teacher_overlap == states.teacher_overlaps[1, j]
        assert numbers.shift_overlap == states.shift_overlaps[1, j]
        assert numbers.mean_label == pytest.approx(2 * mixture.positive_rates[j] - 1, abs=1e-15)
        loss = 0.5 * (1 + numbers.noise + numbers.shift_overlap**2)
        loss -= numbers.saliency * numbers.teacher_overlap
        loss -= numbers.shift_overlap * numbers.mean_label
        assert loss == pytest.approx(states.group_losses[1, j], abs=1e-13)


def test_the_order_of_the_groups_only_exchanges_their_numbers() -> None:
    mixture = two_groups(**_ZERO_SHIFT)
    learning = rule(learning_rate=0.25, initial_norm=0.02)
    forward = _causes(mixture, learning, 200.0)
    backward = _causes(mixture, learning, 200.0, groups=(1, 0))
    for one, other in zip(forward, backward, strict=True):
        assert (one.ahead, one.carrier) == (other.ahead, other.carrier)
        assert one.changes == pytest.approx(other.changes)
        assert one.groups == other.groups[::-1]
        assert one.alignment_factor == other.alignment_factor


@pytest.mark.parametrize("loss", [Logistic(), Focal(1.0)])
def test_other_losses_have_their_crossings_explained_too(loss: Loss) -> None:
    mixture = two_groups(**_ZERO_SHIFT)
    causes = _causes(mixture, rule(loss=loss, learning_rate=0.5, initial_norm=0.02), 100.0)
    assert all(abs(cause.changes["shift"]) < 1e-12 for cause in causes)
    assert [cause.carrier for cause in causes] == ["norm", "alignment", "norm"]
    assert [cause.ahead for cause in causes] == [0, 1, 0]


def test_without_weights_at_the_start_the_first_lead_is_what_is_learnt() -> None:
    mixture = two_groups(**_ZERO_SHIFT)
    (cause, *_) = _causes(mixture, rule(learning_rate=0.25, initial_norm=0.0), 200.0)
    assert cause.carrier == "alignment"
    assert cause.ahead == 1


@pytest.mark.parametrize(
    ("changes", "factor"),
    [
        ({"rule_similarity": 1.0}, "saliency"),
        ({"variance_plus": 1.3}, "teacher_overlap"),
    ],
    ids=["one rule, two variances", "one variance, two rules"],
)
def test_what_makes_one_group_better_aligned(changes: dict[str, float], factor: str) -> None:
    mixture = two_groups(**(_ZERO_SHIFT | changes))
    state = solve(mixture, rule(initial_norm=0.0, learning_rate=0.1), [0.5])
    cause = explain_lead(mixture, Squared(), overlaps=state.overlaps[0], norm=float(state.norm[0]))
    assert cause.alignment_factor == factor
    assert cause.carrier == "alignment"
    assert cause.ahead == (1 if factor == "saliency" else 0)


def test_weights_against_a_rule_differ_in_their_alignment_whatever_the_saliency() -> None:
    numbers = GroupNumbers(noise=1, saliency=9, teacher_overlap=0.1, shift_overlap=0, mean_label=0)
    against = GroupNumbers(noise=1, saliency=1, teacher_overlap=-0.1, shift_overlap=0, mean_label=0)
    cause = Cause(
        ahead=0,
        carrier="alignment",
        changes={"alignment": 1.0, "norm": 0.0, "shift": 0.0},
        groups=(numbers, against),
    )
    assert cause.alignment_factor == "teacher_overlap"
