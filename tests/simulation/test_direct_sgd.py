from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from simulation_cases import rule, three_groups, two_groups

from simulation.direct_sgd import Chunk, simulate
from simulation.dynamics import solve
from simulation.learning import DIVERGENCE_NORM, LearningRule
from simulation.losses import Focal, Logistic
from simulation.mixture import FloatArray, TeacherMixture
from simulation.observables import group_losses
from simulation.sampling import IntArray

_DIMENSION = 200
_RUNS = 200


class _Record(NamedTuple):
    steps: IntArray
    overlaps: FloatArray
    norm: FloatArray
    alive: NDArray[np.bool_]
    chunks: list[Chunk]


def _collect(
    mixture: TeacherMixture,
    learning: LearningRule,
    *,
    caps: list[int] | None = None,
    dimension: int,
    seeds: Sequence[int],
    steps: Sequence[int],
) -> _Record:
    stream = simulate(mixture, learning, dimension=dimension, seeds=seeds, steps=steps)
    chunks = [next(stream)]
    asked = iter(caps or [])
    try:
        while True:
            chunks.append(stream.send(next(asked, None)))
    except StopIteration:
        pass
    return _Record(
        steps=np.concatenate([chunk.steps for chunk in chunks]),
        overlaps=np.concatenate([chunk.overlaps for chunk in chunks]),
        norm=np.concatenate([chunk.norm for chunk in chunks]),
        alive=np.concatenate([chunk.alive for chunk in chunks]),
        chunks=chunks,
    )


_CASES: dict[str, tuple[TeacherMixture, LearningRule]] = {
    "squared": (two_groups(), rule()),
    "squared, one rule, no shift": (
        two_groups(rule_similarity=1, label_correlation_plus=0, label_correlation_minus=0, shift=0),
        rule(learning_rate=0.8),
    ),
    "weights, L2, batch, start": (
        two_groups(),
        rule(
            weight_decay=0.3,
            batch_size=2,
            learning_rate=0.8,
            group_weights=[0.5, 1.5],
            class_weights=[1.0, 2.0],
            initial_norm=0.5,
            initial_overlaps=[0.1, 0.2, -0.1, 0.1],
        ),
    ),
    "logistic": (two_groups(), rule(loss=Logistic(), learning_rate=1.5, class_weights=[3.0, 1.0])),
    "focal, three groups": (
        three_groups(),
        rule(3, loss=Focal(2.0), learning_rate=2.0, group_weights=[1.0, 2.0, 0.5]),
    ),
}


@pytest.mark.parametrize("name", _CASES)
def test_the_mean_over_runs_follows_the_theory(name: str) -> None:
    mixture, learning = _CASES[name]
    steps = [0, 100, 400, 1000]
    record = _collect(mixture, learning, dimension=_DIMENSION, seeds=range(_RUNS), steps=steps)
    theory = solve(mixture, learning, np.array(steps) / _DIMENSION)
    losses = group_losses(mixture, learning.loss, record.overlaps, record.norm)
    for simulated, exact in (
        (record.overlaps, theory.overlaps),
        (record.norm, theory.norm),
        (losses, theory.group_losses),
    ):
        error = simulated.std(axis=1, ddof=1) / np.sqrt(_RUNS)
        np.testing.assert_array_less(
            np.abs(simulated.mean(axis=1) - exact), 4 * error + 2 / _DIMENSION
        )
    start = np.broadcast_to(learning.initial_overlaps, record.overlaps[0].shape)
    np.testing.assert_allclose(record.overlaps[0], start, atol=1e-14)
    np.testing.assert_allclose(record.norm[0], learning.initial_norm)


def test_runs_gather_around_the_theory_as_the_dimension_grows() -> None:
    mixture, learning = two_groups(), rule()
    spread = []
    for dimension in (50, 800):
        record = _collect(
            mixture, learning, dimension=dimension, seeds=range(40), steps=[2 * dimension]
        )
        exact = solve(mixture, learning, [2.0]).overlaps
        spread.append(np.sqrt(np.mean((record.overlaps - exact) ** 2)))
    assert spread[0] / spread[1] == pytest.approx(4, rel=0.3)


@pytest.mark.parametrize("batch_size", [1, 3])
def test_a_run_depends_on_its_seed_alone(batch_size: int) -> None:
    learning = rule(batch_size=batch_size, weight_decay=0.1)
    options: dict[str, Any] = {"dimension": 60, "steps": [0, 1, 77, 500]}
    together = _collect(two_groups(), learning, seeds=[4, 5, 6], **options)
    alone = _collect(two_groups(), learning, seeds=[5], **options)
    np.testing.assert_array_equal(together.overlaps[:, [1]], alone.overlaps)
    np.testing.assert_array_equal(together.norm[:, [1]], alone.norm)
    assert not np.array_equal(together.norm[:, 0], together.norm[:, 1])


def test_where_chunks_end_does_not_matter() -> None:
    options: dict[str, Any] = {"dimension": 40, "seeds": [1, 2], "steps": range(0, 6001, 7)}
    free = _collect(two_groups(), rule(), **options)
    caps = [1, 1, 5, 0, 130, 999]
    capped = _collect(two_groups(), rule(), caps=caps, **options)
    done = np.diff([chunk.step for chunk in capped.chunks[:7]])
    assert done[:2].tolist() == [1, 1]
    assert np.all(done <= caps)
    for name in ("steps", "overlaps", "norm", "alive"):
        np.testing.assert_array_equal(getattr(capped, name), getattr(free, name))
    np.testing.assert_array_equal(free.steps, np.arange(0, 6001, 7))


def test_the_first_chunk_comes_before_the_first_step() -> None:
    stream = simulate(two_groups(), rule(), dimension=40, seeds=[1], steps=[5, 10])
    first = next(stream)
    assert (first.step, first.steps.size, first.norm.shape) == (0, 0, (0, 1))
    assert stream.send(7).steps.tolist() == [5]
    assert stream.send(None).steps.tolist() == [10]
    with pytest.raises(StopIteration):
        next(stream)


def test_divergence_is_marked_and_ends_the_stream() -> None:
    steps = list(range(0, 100_000, 50))
    record = _collect(
        two_groups(), rule(learning_rate=40.0), dimension=20, seeds=[1, 2, 3], steps=steps
    )
    diverged_at = record.chunks[-1].diverged_at
    assert record.chunks[-1].step < steps[-1]
    assert record.alive[0].all()
    assert np.isfinite(record.overlaps).all()
    assert record.norm.max() <= DIVERGENCE_NORM
    for run, step in enumerate(diverged_at):
        assert step is not None
        np.testing.assert_array_equal(record.alive[:, run], record.steps < step)
        assert np.all(record.norm[record.steps >= step, run] == 0)


def test_a_diverging_run_leaves_the_others_alone() -> None:
    """At the edge of stability some runs diverge and some do not."""
    learning = rule(learning_rate=3.0)
    options: dict[str, Any] = {"dimension": 4, "steps": [0, 20, 40]}
    mixture = two_groups()
    record = _collect(mixture, learning, seeds=range(40), **options)
    fates = record.alive[-1]
    assert fates.any()
    assert not fates.all()
    survivor = int(np.flatnonzero(fates)[0])
    alone = _collect(mixture, learning, seeds=[survivor], **options)
    np.testing.assert_array_equal(record.norm[:, [survivor]], alone.norm)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dimension": 3}, "dimension = 3 must be at least 4"),
        ({"seeds": []}, "seeds"),
        ({"steps": []}, "steps"),
        ({"steps": [5, 5]}, "steps"),
        ({"steps": [-1, 5]}, "steps"),
    ],
)
def test_options_that_are_refused_at_once(changes: dict[str, Any], message: str) -> None:
    options: dict[str, Any] = {"dimension": 10, "seeds": [0], "steps": [0, 5]}
    with pytest.raises(ValueError, match=message):
        simulate(two_groups(), rule(), **(options | changes))


def test_a_start_that_cannot_be_is_refused_at_once() -> None:
    learning = rule(initial_overlaps=[0.9, 0.0, 0.0, 0.0])
    with pytest.raises(ValueError, match="initial_norm"):
        simulate(two_groups(), learning, dimension=10, seeds=[0], steps=[1])
