from collections.abc import Callable

import fairlearn.metrics
import numpy as np
import pytest
from fairlearn.metrics import MetricFrame, make_derived_metric
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation_cases import three_groups, two_groups
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from simulation.disparities import DISPARITIES, Method, disparities
from simulation.mixture import FloatArray, TeacherMixture
from simulation.observables import Confusion, confusion
from simulation.sampling import draw_groups, labels

_METHODS: tuple[Method, ...] = ("between_groups", "to_overall")

_DERIVED = {"precision_score": precision_score, "f1_score": f1_score}

_RATES = {
    "selection_rate": fairlearn.metrics.selection_rate,
    "accuracy": accuracy_score,
    "true_positive_rate": recall_score,
    "false_positive_rate": fairlearn.metrics.false_positive_rate,
    "precision": precision_score,
    "f1": f1_score,
}

_PREDICTIONS, _LABELS = np.array([1, 1, -1, -1]), np.array([1, -1, 1, -1])


def _by_fairlearn(name: str) -> Callable[..., float]:
    base, kind = name.rsplit("_", 1)
    if base in _DERIVED:
        derived: Callable[..., float] = make_derived_metric(metric=_DERIVED[base], transform=kind)
        return derived
    metric: Callable[..., float] = getattr(fairlearn.metrics, name)
    return metric


def _confusion(cells: FloatArray) -> Confusion:
    """Cells in the order of `Confusion`, along the last axis."""
    return Confusion(*np.moveaxis(cells, -1, 0))


def _table(cells: FloatArray, shares: FloatArray) -> dict[str, FloatArray]:
    """The population as a weighted table of four rows per group, as fairlearn takes it."""
    groups = shares.size
    return {
        "y_true": np.tile(_LABELS, groups),
        "y_pred": np.tile(_PREDICTIONS, groups),
        "sensitive_features": np.repeat(np.arange(groups), 4),
        "sample_weight": (cells * shares[:, None]).ravel(),
    }


@st.composite
def _populations(draw: st.DrawFn) -> tuple[FloatArray, FloatArray]:
    """Cells (K, 4) that add up to 1 in each group, and shares (K,)."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    groups = draw(st.integers(1, 5))
    cells = rng.dirichlet(np.full(4, draw(st.sampled_from([0.3, 1.0, 5.0]))), groups)
    return cells, rng.dirichlet(np.full(groups, 2.0))


@pytest.mark.parametrize("method", _METHODS)
@settings(deadline=None, max_examples=6)
@given(population=_populations())
def test_they_are_fairlearns_on_the_exact_population(
    method: Method, population: tuple[FloatArray, FloatArray]
) -> None:
    cells, shares = population
    table = _table(cells, shares)
    found = disparities(_confusion(cells), shares, method)
    assert tuple(found) == DISPARITIES
    for name, value in found.items():
        expected = _by_fairlearn(name)(**table, method=method)
        assert value == pytest.approx(expected, rel=1e-11, abs=1e-12), name


@pytest.mark.parametrize("method", _METHODS)
def test_they_are_fairlearns_where_rates_are_0_or_1(method: Method) -> None:
    cells = np.array([[0.0, 0.2, 0.3, 0.5], [0.3, 0.2, 0.0, 0.5], [0.2, 0.0, 0.4, 0.4]])
    shares = np.array([0.2, 0.5, 0.3])
    table = _table(cells, shares)
    for name, value in disparities(_confusion(cells), shares, method).items():
        expected = _by_fairlearn(name)(**table, method=method)
        assert value == pytest.approx(expected, abs=1e-15), name


def test_the_worked_example_of_twenty_samples() -> None:
    counts = np.array([[4.0, 1.0, 1.0, 4.0], [1.0, 1.0, 3.0, 5.0]]) / 10
    shares = np.array([0.5, 0.5])
    found = disparities(_confusion(counts), shares)
    assert found["demographic_parity_difference"] == pytest.approx(0.3)
    assert found["demographic_parity_ratio"] == pytest.approx(0.4)
    assert found["equal_opportunity_difference"] == pytest.approx(0.55)
    assert found["equal_opportunity_ratio"] == pytest.approx(0.3125)
    assert found["equalized_odds_difference"] == pytest.approx(0.55)
    assert found["equalized_odds_ratio"] == pytest.approx(0.3125)
    to_overall = disparities(_confusion(counts), shares, "to_overall")
    assert to_overall["demographic_parity_difference"] == pytest.approx(0.15)


@pytest.mark.parametrize("thresholds", [(0.0,), (0.3,), (-0.2, 0.3, 0.1)])
@pytest.mark.parametrize("mixture", [two_groups(), three_groups()], ids=["two", "three"])
def test_rates_and_disparities_are_what_fairlearn_measures_in_samples(
    mixture: TeacherMixture, thresholds: tuple[float, ...]
) -> None:
    per_group = np.resize(thresholds, mixture.size)
    weights = np.random.default_rng(11).standard_normal((mixture.coordinates.shape[1],))
    norm = np.array(weights @ weights)
    exact = confusion(mixture, mixture.coordinates @ weights, norm, per_group)
    count = 1_000_000
    table = _table(_sampled_cells(mixture, weights, per_group, count), np.ones(mixture.size))
    noisy = _redrawn(exact, mixture.shares, count)

    rows = {name: values for name, values in table.items() if name != "sample_weight"}
    weight = {"sample_weight": table["sample_weight"]}
    params = dict.fromkeys(_RATES, weight)
    by_group = MetricFrame(metrics=_RATES, sample_params=params, **rows).by_group
    for name in _RATES:
        error = getattr(noisy, name).std(axis=0)
        assert np.all(np.abs(by_group[name] - getattr(exact, name)) < 4 * error), name
    for method in _METHODS:
        errors = disparities(noisy, mixture.shares, method)
        for name, value in disparities(exact, mixture.shares, method).items():
            measured = _by_fairlearn(name)(**table, method=method)
            assert abs(measured - value) < 4 * errors[name].std(), (name, method)


def _sampled_cells(
    mixture: TeacherMixture, weights: FloatArray, thresholds: FloatArray, count: int
) -> FloatArray:
    """Shares of samples by group and cell, shape (K, 4), of a student with fixed weights."""
    rng = np.random.default_rng(12)
    directions = mixture.coordinates
    group = draw_groups(mixture.shares, rng.random(count))
    x = rng.standard_normal((count, weights.size)) * np.sqrt(mixture.variances)[group, None]
    x += directions[mixture.size + group]
    label = labels(mixture, group, x)
    predicted = np.where(x @ weights > thresholds[group], 1, -1)
    cells = [
        np.bincount(group[(predicted == guess) & (label == true)], minlength=mixture.size)
        for guess, true in zip(_PREDICTIONS, _LABELS, strict=True)
    ]
    return np.stack(cells, axis=-1) / count


def _redrawn(exact: Confusion, shares: FloatArray, count: int) -> Confusion:
    """The confusion as 300 samples of the population would have it, shape (300, K)."""
    cells = np.stack([getattr(exact, name) for name in Confusion.__slots__], axis=-1)
    rng = np.random.default_rng(13)
    drawn = np.stack(
        [
            rng.multinomial(int(count * share), probabilities, size=300) / int(count * share)
            for share, probabilities in zip(shares, cells, strict=True)
        ],
        axis=1,
    )
    return _confusion(drawn)


@settings(deadline=None)
@given(population=_populations(), method=st.sampled_from(_METHODS), seed=st.integers(0, 100))
def test_the_order_of_the_groups_does_not_matter(
    population: tuple[FloatArray, FloatArray], method: Method, seed: int
) -> None:
    cells, shares = population
    order = np.random.default_rng(seed).permutation(shares.size)
    found = disparities(_confusion(cells), shares, method)
    reordered = disparities(_confusion(cells[order]), shares[order], method)
    for name, value in found.items():
        assert reordered[name] == pytest.approx(value, abs=1e-12)


@settings(deadline=None)
@given(population=_populations(), method=st.sampled_from(_METHODS))
def test_groups_that_are_alike_have_no_disparity(
    population: tuple[FloatArray, FloatArray], method: Method
) -> None:
    cells, shares = population
    for name, value in disparities(_confusion(cells[[0] * shares.size]), shares, method).items():
        assert value == pytest.approx(0 if name.endswith("difference") else 1, abs=1e-12)


@settings(deadline=None)
@given(population=_populations(), method=st.sampled_from(_METHODS))
def test_turning_every_decision_round_keeps_the_differences_of_parity_and_odds(
    population: tuple[FloatArray, FloatArray], method: Method
) -> None:
    cells, shares = population
    found = disparities(_confusion(cells), shares, method)
    turned = disparities(_confusion(cells[:, [2, 3, 0, 1]]), shares, method)
    for name in ("demographic_parity", "equal_opportunity", "equalized_odds", "accuracy_score"):
        difference = f"{name}_difference"
        assert turned[difference] == pytest.approx(found[difference], abs=1e-12)


@settings(deadline=None)
@given(population=_populations())
def test_comparisons_to_overall_lie_within_those_between_groups(
    population: tuple[FloatArray, FloatArray],
) -> None:
    cells, shares = population
    between = disparities(_confusion(cells), shares, "between_groups")
    overall = disparities(_confusion(cells), shares, "to_overall")
    for name, value in between.items():
        if name.endswith("difference"):
            assert value / 2 - 1e-12 <= overall[name] <= value + 1e-12
        else:
            assert value - 1e-12 <= overall[name] <= 1


@pytest.mark.parametrize("method", _METHODS)
def test_a_rate_among_no_one_leaves_its_disparities_unknown(method: Method) -> None:
    none_selected = [0.0, 0.0, 0.5, 0.5]
    no_positives = [0.0, 0.4, 0.0, 0.6]
    other = [0.3, 0.2, 0.1, 0.4]
    shares = np.array([0.5, 0.5])
    cells = np.array([[none_selected, other], [no_positives, other]])
    found = disparities(_confusion(cells), shares, method)
    unknown = {name for name, value in found.items() if np.isnan(value[0])}
    assert unknown == {"precision_score_difference", "precision_score_ratio"}
    unknown = {name for name, value in found.items() if np.isnan(value[1])}
    assert {name.rsplit("_", 1)[0] for name in unknown} == {"equal_opportunity", "equalized_odds"}


@pytest.mark.parametrize("method", _METHODS)
def test_when_no_one_is_selected_the_ratio_alone_is_unknown(method: Method) -> None:
    cells = np.array([[0.0, 0.0, 0.5, 0.5], [0.0, 0.0, 0.1, 0.9]])
    found = disparities(_confusion(cells), np.array([0.5, 0.5]), method)
    assert found["demographic_parity_difference"] == 0
    assert np.isnan(found["demographic_parity_ratio"])
    expected = fairlearn.metrics.demographic_parity_ratio(
        **_table(cells, np.array([0.5, 0.5])), method=method
    )
    assert np.isnan(expected)


def test_arrays_over_time_are_taken_as_one() -> None:
    mixture = three_groups()
    overlaps = np.random.default_rng(2).normal(size=(4, 5, 6)) / 10
    found = confusion(mixture, overlaps, np.ones((4, 5)))
    one = confusion(mixture, overlaps[2, 3], np.array(1.0))
    for method in _METHODS:
        values = disparities(found, mixture.shares, method)
        single = disparities(one, mixture.shares, method)
        for name, value in values.items():
            assert value.shape == (4, 5)
            assert value[2, 3] == pytest.approx(single[name], abs=1e-13)
