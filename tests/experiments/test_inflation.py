"""What a mistake inflates, against SciPy's paired test and simulated experiments."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_rel
from trained_runs import ends_of

from experiments.curves import CurveSet
from experiments.frames import OVERALL, RIGHT, WRONG, FloatArray, Source
from experiments.inflation import Ends, headline, inflation

SCORES = st.lists(
    st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=12, unique_by=lambda p: p[0]
)


def twins(right: FloatArray, wrong: FloatArray, *, group: str = OVERALL) -> CurveSet:
    """Accuracies of both arms, one seed after the other."""
    return CurveSet(
        points
        for arm, values in ((RIGHT, right), (WRONG, wrong))
        for seed, value in enumerate(values.tolist())
        for points in ends_of({("accuracy", group): value}, arm=arm, seed=seed)
    )


@given(SCORES)
def test_the_interval_is_that_of_the_paired_t_test(pairs: list[tuple[float, float]]) -> None:
    right, wrong = np.array(pairs).T
    found = inflation(Ends(twins(right, wrong)), "accuracy", OVERALL)
    assert found is not None
    assert found.seeds == len(pairs)
    assert found.mean == pytest.approx(np.mean(wrong - right), abs=1e-12)
    if np.std(wrong - right) > 1e-9:
        interval = ttest_rel(wrong, right).confidence_interval(0.95)
        ends = (found.mean - found.half_width, found.mean + found.half_width)
        assert ends == pytest.approx((interval.low, interval.high), rel=1e-9, abs=1e-12)


def test_the_interval_covers_the_true_inflation_in_95_of_100_experiments() -> None:
    random, experiments, seeds, truth = np.random.default_rng(0), 2000, 5, 0.04
    common = random.normal(0.8, 0.1, (experiments, seeds))
    right = common + random.normal(0, 0.02, common.shape)
    wrong = common + truth + random.normal(0, 0.02, common.shape)
    covered = 0
    for pair in zip(right, wrong, strict=True):
        found = inflation(Ends(twins(*pair)), "accuracy", OVERALL)
        assert found is not None
        covered += abs(found.mean - truth) <= found.half_width
    assert covered / experiments == pytest.approx(0.95, abs=4 * math.sqrt(0.05 * 0.95 / 2000))


def test_only_seeds_that_have_ended_in_both_arms_count() -> None:
    curves = twins(np.array([0.5, 0.6, 0.7]), np.array([0.6, 0.8]))
    found = inflation(Ends(curves), "accuracy", OVERALL)
    assert found is not None
    assert found.seeds == 2
    assert found.mean == pytest.approx(0.15)
    unfinished = [p for p in curves if (p.name.seed, p.name.arm) != (1, WRONG)]
    unfinished += [
        p for p in curves if (p.name.seed, p.name.arm, p.name.quantity) == (1, WRONG, "accuracy")
    ]
    alone = inflation(Ends(CurveSet(unfinished)), "accuracy", OVERALL)
    assert alone is not None
    assert alone.seeds == 1
    assert alone.mean == pytest.approx(0.1)
    assert math.isnan(alone.half_width)


def test_undefined_scores_have_no_inflation_and_those_of_some_seeds_one_over_the_others() -> None:
    nothing = twins(np.array([math.nan, 0.5]), np.array([0.5, math.nan]))
    assert inflation(Ends(nothing), "accuracy", OVERALL) is None
    some = twins(np.array([math.nan, 0.5]), np.array([0.5, 0.75]))
    found = inflation(Ends(some), "accuracy", OVERALL)
    assert found is not None
    assert (found.mean, found.seeds) == (0.25, 1)
    assert inflation(Ends(some), "accuracy", OVERALL, source=Source.TEST) is None
    assert inflation(Ends(CurveSet()), "accuracy", OVERALL) is None


def test_the_headline_names_the_groups_with_their_intervals() -> None:
    curves = CurveSet()
    for seed, (female, male) in enumerate([(0.04, -0.02), (0.05, -0.01)]):
        right = {("accuracy", "Female"): 0.8, ("accuracy", "Male"): 0.7, ("accuracy", OVERALL): 0.7}
        wrong = {
            ("accuracy", "Female"): 0.8 + female,
            ("accuracy", "Male"): 0.7 + male,
            ("accuracy", OVERALL): 0.71,
        }
        curves.extend(ends_of(right, arm=RIGHT, seed=seed))
        assert not headline(Ends(curves)) or seed
        curves.extend(ends_of(wrong, arm=WRONG, seed=seed))
    half = 12.706 * 0.5  # Student's t of one degree of freedom times the standard error
    assert headline(Ends(curves)) == (
        "The wrong pipeline reports 4.5 points more accuracy for Female (95 % interval"
        f" −{half - 4.5:.1f} to {half + 4.5:.1f} over 2 seeds), 1.5 points less for Male"
        f" (−{half - 1.5:.1f} to {half + 1.5:.1f}), 1.0 points more overall (1.0 to 1.0)."
    )


def test_the_headline_of_many_groups_names_the_extremes_and_of_one_seed_no_interval() -> None:
    groups = ["a", "b", "c", "d", OVERALL]
    right = {("accuracy", group): 0.5 for group in groups}
    wrong = {("accuracy", group): 0.5 + 0.01 * number for number, group in enumerate(groups)}
    curves = CurveSet([*ends_of(right, arm=RIGHT), *ends_of(wrong, arm=WRONG)])
    assert headline(Ends(curves)) == (
        "The wrong pipeline reports 3.0 points more accuracy for group d (on one seed, so without"
        " an interval), 0.0 points more for group a, 4.0 points more overall."
    )
