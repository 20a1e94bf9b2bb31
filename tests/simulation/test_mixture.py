from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from simulation_cases import mixtures, two_group_mixtures, two_groups

from simulation.mixture import InadmissibleGeometryError, TeacherMixture, two_group_gram


def _mixture(**changes: object) -> TeacherMixture:
    fields: dict[str, Any] = {
        "names": ("a", "b"),
        "shares": [0.5, 0.5],
        "variances": [1.0, 2.0],
        "thresholds": [0.0, 0.0],
        "gram": np.eye(4),
    }
    fields.update(changes)
    return TeacherMixture(**fields)


def test_two_groups_have_opposite_shifts() -> None:
    mixture = two_groups()
    expected = [
        [1.0, 0.4, 0.3, -0.3],
        [0.4, 1.0, -0.2, 0.2],
        [0.3, -0.2, 0.8, -0.8],
        [-0.3, 0.2, -0.8, 0.8],
    ]
    np.testing.assert_array_equal(mixture.gram, expected)
    assert mixture.names == ("+", "-")
    assert mixture.shares.tolist() == [0.7, pytest.approx(0.3)]


def test_arrays_are_read_only_copies() -> None:
    shares = np.array([0.5, 0.5])
    mixture = _mixture(shares=shares)
    shares[0] = 9
    assert mixture.shares[0] == 0.5
    with pytest.raises(ValueError, match="read-only"):
        mixture.gram[0, 0] = 2


@settings(deadline=None)
@given(mixtures() | two_group_mixtures())
def test_coordinates_have_the_gram_matrix(mixture: TeacherMixture) -> None:
    directions = mixture.coordinates
    scale = np.abs(mixture.gram).max()
    np.testing.assert_allclose(directions @ directions.T, mixture.gram, atol=2e-10 * scale)


def test_positive_rates_follow_from_shift_and_threshold() -> None:
    rates = two_groups(threshold_plus=-0.3, threshold_minus=50.0).positive_rates
    np.testing.assert_allclose(rates, [0.5, 1.0], atol=1e-15)


@settings(deadline=None)
@given(
    q=st.floats(-1.2, 1.2), plus=st.floats(-1, 1), minus=st.floats(-1, 1), shift=st.floats(0.01, 2)
)
def test_rule_similarity_is_refused_exactly_when_no_vectors_exist(
    q: float, plus: float, minus: float, shift: float
) -> None:
    plus, minus = plus * np.sqrt(shift), minus * np.sqrt(shift)
    smallest = np.linalg.eigvalsh(two_group_gram(q, plus, minus, shift)[:3, :3])[0]
    assume(abs(smallest) > 1e-8)
    changes = {
        "rule_similarity": q,
        "label_correlation_plus": plus,
        "label_correlation_minus": minus,
        "shift": shift,
    }
    if smallest > 0:
        two_groups(**changes)
    else:
        with pytest.raises(InadmissibleGeometryError) as refusal:
            two_groups(**changes)
        assert refusal.value.parameters == ("rule_similarity",)


def test_the_nearest_rule_similarity_is_named_and_admissible() -> None:
    correlations = {"label_correlation_plus": 0.6, "label_correlation_minus": -0.6, "shift": 1.0}
    with pytest.raises(InadmissibleGeometryError, match=r"between -1 and 0\.28 .*nearest.* 0\.28"):
        two_groups(rule_similarity=0.95, **correlations)
    two_groups(rule_similarity=0.28, **correlations)


@pytest.mark.parametrize("q", [1.0, -1.0])
def test_singular_geometries_are_admissible(q: float) -> None:
    mixture = two_groups(
        rule_similarity=q, label_correlation_plus=0, label_correlation_minus=0, shift=0
    )
    assert mixture.coordinates.shape == (4, 1)


@pytest.mark.parametrize(
    ("changes", "parameter", "message"),
    [
        ({"label_correlation_plus": 1.0}, "label_correlation_plus", r"-0\.894427 and 0\.894427"),
        ({"label_correlation_minus": -2.0}, "label_correlation_minus", r"√shift"),
        ({"shift": 0.0}, "label_correlation_plus", r"shift = 0"),
        ({"shift": -1.0}, "shift", "0 or more"),
        ({"shift": np.nan}, "shift", "0 or more"),
        ({"rule_similarity": np.nan}, "rule_similarity", "must lie between"),
        ({"label_correlation_plus": np.nan}, "label_correlation_plus", "must lie between"),
        ({"representation": 1.0}, "representation", "between 0 and 1"),
        ({"variance_minus": 0.0}, "variance_minus", "above 0"),
    ],
)
def test_two_group_settings_that_are_refused(
    changes: dict[str, float], parameter: str, message: str
) -> None:
    with pytest.raises(InadmissibleGeometryError, match=message) as refusal:
        two_groups(**changes)
    assert refusal.value.parameters == (parameter,)
    assert parameter in str(refusal.value)


def _gram(**entries: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    gram = np.eye(4)
    for name, value in entries.items():
        row, column = int(name[1]), int(name[2])
        gram[row, column] = gram[column, row] = value
    return gram


@pytest.mark.parametrize(
    ("changes", "parameter", "message"),
    [
        ({"names": ("a", "a")}, "names", "different"),
        ({"names": ()}, "names", "different"),
        ({"shares": [0.5, 0.6]}, "shares", r"add up to 1\.1"),
        ({"shares": [1.0, 0.0]}, "shares", "above 0"),
        ({"shares": [1.0]}, "shares", r"shape \(2,\)"),
        ({"variances": [1.0, -1.0]}, "variances", "above 0"),
        ({"thresholds": [0.0, np.nan]}, "thresholds", "finite"),
        ({"gram": np.eye(3)}, "gram", r"shape \(4, 4\)"),
        ({"gram": np.eye(4) + np.eye(4, k=1)}, "gram", "symmetric"),
        ({"gram": np.diag([1.0, 0, 1, 1])}, "gram", "above 0 for the teachers"),
        ({"gram": _gram(e02=1.5)}, "gram", r"T\[a\] and v\[a\] is 1\.5.* -1 to 1"),
        ({"gram": _gram(e01=0.9, e02=0.9, e12=-0.9)}, "gram", "not positive semi-definite"),
    ],
)
def test_mixtures_that_are_refused(
    changes: dict[str, object], parameter: str, message: str
) -> None:
    with pytest.raises(InadmissibleGeometryError, match=message) as refusal:
        _mixture(**changes)
    assert refusal.value.parameters == (parameter,)
