import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from experiments.curves import CurveSet
from experiments.frames import ENSEMBLE_ARRAYS, OVERALL, CurveName, EnsemblePoints, Points, Source


def name_of(group: str, source: Source = Source.SIMULATION) -> CurveName:
    return CurveName("loss", group, source, "base", 4)


def ensemble(group: str, rows: list[list[float]], *, start: float = 0.0) -> EnsemblePoints:
    x = start + np.arange(float(len(rows)))
    return EnsemblePoints.of(name_of(group), x, np.array(rows), kept=2)


@given(st.lists(st.integers(0, 90), max_size=8))
def test_curves_grow_at_their_end(sizes: list[int]) -> None:
    curves = CurveSet()
    seen = 0
    for size in sizes:
        x = np.arange(float(seen), float(seen + size))
        curves.extend([Points(name_of("+"), x, -x)])
        seen += size
        assert_array_equal(curves[name_of("+")].x, np.arange(float(seen)))
        assert_array_equal(curves[name_of("+")].value, -np.arange(float(seen)))


def test_what_curves_are_made_of_stays_as_it_is_while_they_grow() -> None:
    name = name_of("+")
    begun = np.arange(3.0)
    first = CurveSet([Points(name, begun, -begun)])
    second = CurveSet(first)
    second.extend([Points(name, begun[:0], begun[:0]), Points(name, begun + 3, begun)])
    first.extend([Points(name, begun + 9, begun)])
    assert_array_equal(begun, np.arange(3.0))
    assert_array_equal(first[name].x, [0, 1, 2, 9, 10, 11])
    assert_array_equal(second[name].x, np.arange(6.0))


@given(parts=st.lists(st.integers(1, 4), min_size=1, max_size=8), reads=st.sets(st.integers(0, 7)))
def test_ensembles_grow_the_same_however_often_they_are_read(
    parts: list[int], reads: set[int]
) -> None:
    rng = np.random.default_rng(len(parts))
    curves, grown, start = CurveSet(), [], 0.0
    for number, size in enumerate(parts):
        grown.append(ensemble("+", rng.normal(size=(size, 5)).tolist(), start=start))
        curves.extend(ensembles=grown[-1:])
        start += size
        if number in reads:
            assert curves.ensembles[0].x.size == start
    whole = curves.ensemble("loss", "+")
    assert whole is not None
    for field in ENSEMBLE_ARRAYS:
        wanted = np.concatenate([getattr(part, field) for part in grown])
        assert_array_equal(getattr(whole, field), wanted)


def test_kept_runs_are_curves_with_seeds_of_their_own() -> None:
    rows = [[1.0, 2.0, 9.0], [3.0, np.nan, 9.0], [5.0, np.nan, 9.0]]
    curves = CurveSet([Points(name_of("+", Source.THEORY), np.ones(1), np.ones(1))])
    curves.extend(ensembles=[ensemble("+", rows)])
    assert len(curves) == 2
    assert len(list(curves)) == 1
    first, second = curves.runs()
    assert (first.name.seed, second.name.seed) == (4, 5)
    assert (first.x.tolist(), first.value.tolist()) == ([0.0, 1.0, 2.0], [1.0, 3.0, 5.0])
    assert (second.x.tolist(), second.value.tolist()) == ([0.0], [2.0])


def test_groups_come_from_curves_and_ensembles() -> None:
    curves = CurveSet(ensembles=[ensemble("b", [[1.0, 2.0]]), ensemble(OVERALL, [[1.0, 2.0]])])
    curves.extend([Points(name_of("a"), np.ones(1), np.ones(1))])
    assert curves.groups() == ("a", "b")
    assert curves.ensemble("loss", "a") is None
    assert curves.ensemble("error", "b") is None


def test_runs_laid_over_each_other_keep_apart_as_arms() -> None:
    one = CurveSet([Points(name_of("a"), np.ones(1), np.ones(1))], [ensemble("a", [[1.0, 2.0]])])
    both = CurveSet.joined([one, one.in_arm("other-1")])
    assert [curve.name.arm for curve in both] == ["base", "other-1"]
    assert [each.name.arm for each in both.ensembles] == ["base", "other-1"]
    assert [curve.name.seed for curve in both.runs()] == [4, 5, 4, 5]
    for curve in both:
        assert (curve.x.tolist(), curve.value.tolist()) == ([1.0], [1.0])
    assert [curve.name.arm for curve in one] == ["base"]
