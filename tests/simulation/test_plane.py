"""The plane against the Gram matrix, against regressions on many samples, and at its edges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation_cases import mixtures, three_groups, two_group_mixtures, two_groups

from simulation.mixture import FloatArray, TeacherMixture
from simulation.observables import confusion
from simulation.plane import (
    Plane,
    PlaneChoice,
    Samples,
    distinct_choices,
    draw_samples,
    plane_of,
    rule_cuts,
    sample_counts,
    student_on,
)

CHOICES = st.sampled_from(list(PlaneChoice))
UNRELATED = {"label_correlation_plus": 0.0, "label_correlation_minus": 0.0}
EDGES = {
    "no shift": two_groups(shift=0.0, **UNRELATED),
    "one rule": two_groups(rule_similarity=1.0, label_correlation_minus=0.3),
    "opposite rules": two_groups(rule_similarity=-1.0, label_correlation_minus=-0.3),
    "rule along the shift": two_groups(
        shift=1.0,
        label_correlation_plus=1.0,
        label_correlation_minus=-0.2,
        rule_similarity=-0.2,
    ),
    "rule against the shift": two_groups(
        shift=1.0,
        label_correlation_plus=-1.0,
        label_correlation_minus=0.2,
        rule_similarity=-0.2,
    ),
    "one direction": two_groups(shift=0.0, rule_similarity=-1.0, **UNRELATED),
    "rare group": two_groups(representation=0.9999),
    "three groups": three_groups(),
}


@pytest.fixture(params=list(EDGES.values()), ids=list(EDGES))
def mixture(request: pytest.FixtureRequest) -> TeacherMixture:
    found: TeacherMixture = request.param
    return found


@pytest.fixture(params=list(PlaneChoice))
def plane(request: pytest.FixtureRequest, mixture: TeacherMixture) -> Plane:
    return plane_of(mixture, request.param)


def learnt(mixture: TeacherMixture) -> tuple[FloatArray, float]:
    """Overlaps and norm of a student that has learnt something of every direction."""
    rank = mixture.coordinates.shape[1]
    weights = np.linspace(0.6, -0.4, rank)
    return mixture.coordinates @ weights, float(weights @ weights + 0.15)


def many(plane: Plane) -> Samples:
    return draw_samples(plane, count=120_000, least=30_000, seed=11)


@given(st.one_of(mixtures(), two_group_mixtures()), CHOICES)
@settings(max_examples=80, deadline=None)
def test_basis_is_orthonormal_and_keeps_all_overlaps(
    mixture: TeacherMixture, choice: PlaneChoice
) -> None:
    plane = plane_of(mixture, choice)
    np.testing.assert_allclose(plane.basis @ plane.basis.T, np.eye(len(plane.basis)), atol=1e-12)
    longest = np.diagonal(mixture.gram).max()
    np.testing.assert_allclose(
        plane.directions @ plane.directions.T, mixture.gram, atol=1e-8 * longest
    )


@given(st.one_of(mixtures(), two_group_mixtures()), CHOICES)
@settings(max_examples=80, deadline=None)
def test_axes_follow_the_directions_they_are_named_after(
    mixture: TeacherMixture, choice: PlaneChoice
) -> None:
    plane = plane_of(mixture, choice)
    for number, index in enumerate(plane.axes):
        if index is None:
            np.testing.assert_allclose(plane.directions[:, number], 0, atol=1e-12)
        else:
            assert plane.directions[index, number] > 0
            np.testing.assert_allclose(plane.directions[index, number + 1 :], 0, atol=1e-8)


@pytest.mark.parametrize(
    ("name", "shift_and_rule", "two_rules", "planes"),
    [
        ("no shift", (0, 1), (0, 1), 1),
        ("one rule", (2, 0), (0, 2), 1),
        ("opposite rules", (2, 0), (0, 2), 1),
        ("rule along the shift", (2, 1), (0, 1), 1),
        ("rule against the shift", (2, 1), (0, 1), 1),
        ("one direction", (0, None), (0, None), 1),
        ("rare group", (2, 0), (0, 1), 2),
        ("three groups", (3, 0), (0, 1), 2),
    ],
)
def test_missing_directions_are_replaced(
    name: str,
    shift_and_rule: tuple[int, int | None],
    two_rules: tuple[int, int | None],
    planes: int,
) -> None:
    mixture = EDGES[name]
    assert plane_of(mixture, PlaneChoice.SHIFT_AND_RULE).axes == shift_and_rule
    assert plane_of(mixture, PlaneChoice.TWO_RULES).axes == two_rules
    assert len(distinct_choices(mixture)) == planes


def test_cuts_are_the_regression_of_the_field_on_the_plane(plane: Plane) -> None:
    samples = many(plane)
    student = student_on(plane, *learnt(plane.mixture))
    for group, cut in enumerate(student.cuts(0.3)):
        members = samples.group == group
        inputs = np.column_stack((np.ones(members.sum()), samples.components[members, :2]))
        field = student.fields(samples)[members] - 0.3
        (offset, *slopes), (rest,), *_ = np.linalg.lstsq(inputs, field)
        margin = 6 * cut.noise / np.sqrt(members.sum() * plane.mixture.variances[group])
        np.testing.assert_allclose(slopes, cut.normal, atol=margin + 1e-9)
        assert offset == pytest.approx(-cut.level, abs=4 * margin + 1e-9)
        assert np.sqrt(rest / members.sum()) == pytest.approx(cut.noise, rel=0.02, abs=1e-7)


def test_rules_cut_the_plane_where_labels_are_a_toss_up(plane: Plane) -> None:
    samples = many(plane)
    for group, cut in enumerate(rule_cuts(plane)):
        members = samples.group == group
        distance = samples.components[members, :2] @ cut.normal - cut.level
        if cut.noise < 1e-6:
            clear = np.abs(distance) > 1e-6
            np.testing.assert_array_equal(
                samples.label[members][clear], np.sign(distance[clear]).astype(int)
            )
        else:
            near = np.abs(distance) < 0.2 * cut.noise
            assert near.sum() > 500
            assert abs(samples.label[members][near].mean()) < 5 / np.sqrt(near.sum())


def test_shown_answers_have_the_exact_error(plane: Plane) -> None:
    mixture = plane.mixture
    overlaps, norm = learnt(mixture)
    thresholds = np.linspace(-0.2, 0.3, mixture.size)
    samples = many(plane)
    right = student_on(plane, overlaps, norm).answers(samples, thresholds) == samples.label
    exact = confusion(mixture, overlaps, np.array(norm), thresholds)
    for group in range(mixture.size):
        members = samples.group == group
        error = exact.error[group]
        margin = 5 * np.sqrt(error * (1 - error) / members.sum()) + 1e-9
        assert 1 - right[members].mean() == pytest.approx(error, abs=margin)
        positive = (samples.label[members] > 0).mean()
        assert positive == pytest.approx(
            mixture.positive_rates[group], abs=2.5 / np.sqrt(members.sum())
        )


def test_a_student_that_is_a_rule_lies_in_the_plane_and_cuts_it_there(plane: Plane) -> None:
    mixture = plane.mixture
    student = student_on(plane, mixture.gram[0], float(mixture.gram[0, 0]))
    assert student.share_in_plane == pytest.approx(1)
    cut, rule = student.cuts(-mixture.thresholds[0])[0], rule_cuts(plane)[0]
    np.testing.assert_allclose(cut.normal, rule.normal, atol=1e-8)
    assert cut.level == pytest.approx(rule.level, abs=1e-8)
    assert cut.noise == pytest.approx(0, abs=1e-6)


def test_weights_keep_their_length_and_noise_lies_outside(plane: Plane) -> None:
    overlaps, norm = learnt(plane.mixture)
    student = student_on(plane, overlaps, norm)
    assert student.weights @ student.weights + student.remainder == pytest.approx(norm)
    np.testing.assert_allclose(plane.directions @ student.weights, overlaps, atol=1e-8)
    blank = student_on(plane, np.zeros_like(overlaps), 0.4)
    assert blank.share_in_plane == 0
    assert blank.remainder == pytest.approx(0.4)
    assert all(not cut.normal.any() for cut in blank.cuts())


def test_a_threshold_moves_the_boundary_towards_the_positive_side(plane: Plane) -> None:
    student = student_on(plane, *learnt(plane.mixture))
    groups = plane.mixture.size
    thresholds = np.arange(1.0, groups + 1)
    for before, after, threshold in zip(
        student.cuts(), student.cuts(thresholds), thresholds, strict=True
    ):
        assert after.level - before.level == pytest.approx(threshold)


@given(
    st.lists(st.floats(1e-6, 1), min_size=1, max_size=12),
    st.integers(0, 40),
    st.integers(12, 500),
)
def test_counts_follow_the_shares_but_show_every_group(
    weights: list[float], least: int, count: int
) -> None:
    shares = np.array(weights) / sum(weights)
    counts = sample_counts(shares, count=count, least=least)
    assert counts.sum() == count
    low = min(least, count // len(shares))
    assert (counts >= low).all()
    if (shares * count >= low).all():
        np.testing.assert_allclose(counts, shares * count, atol=1 + 1e-6)


def test_too_few_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="at least the number of groups, 3"):
        sample_counts(np.full(3, 1 / 3), count=2, least=1)


@pytest.mark.parametrize("choice", list(PlaneChoice))
def test_samples_glide_as_the_mixture_changes(choice: PlaneChoice) -> None:
    def positions(**changes: float) -> FloatArray:
        plane = plane_of(two_groups(**changes), choice)
        samples = draw_samples(plane, count=400, least=20, seed=5)
        return np.asarray(samples.components[samples.group == 0, :2][:200])

    for change in ({"rule_similarity": 0.401}, {"variance_plus": 0.502}, {"representation": 0.71}):
        np.testing.assert_allclose(positions(**change), positions(), atol=0.02)


@pytest.mark.parametrize("choice", list(PlaneChoice))
def test_samples_stay_where_a_direction_comes_into_being(choice: PlaneChoice) -> None:
    most = 0.3 * -0.2 / 0.8 + np.sqrt((1 - 0.09 / 0.8) * (1 - 0.04 / 0.8))
    flat, solid = (
        plane_of(two_groups(rule_similarity=float(similarity)), choice)
        for similarity in (most, most - 1e-5)
    )
    assert len(solid.basis) == len(flat.basis) + 1
    before, after = (draw_samples(plane, count=400, least=20, seed=5) for plane in (flat, solid))
    np.testing.assert_allclose(after.components[:, :2], before.components[:, :2], atol=0.05)
