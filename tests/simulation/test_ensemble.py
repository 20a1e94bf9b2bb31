"""What both simulations promise alike."""

from typing import Any

import numpy as np
import pytest
from recording import Simulator, collect
from simulation_cases import rule, three_groups, two_groups

from simulation import direct_sgd, reduced_sgd
from simulation.learning import DIVERGENCE_NORM
from simulation.losses import Focal

simulators = pytest.mark.parametrize(
    "simulate",
    [
        pytest.param(direct_sgd.simulate, id="direct"),
        pytest.param(reduced_sgd.simulate, id="reduced"),
    ],
)


@simulators
@pytest.mark.parametrize("batch_size", [1, 11])
def test_a_run_depends_on_its_seed_alone(simulate: Simulator, batch_size: int) -> None:
    learning = rule(3, loss=Focal(1.5), batch_size=batch_size, weight_decay=0.1)
    options: dict[str, Any] = {"dimension": 60, "steps": [0, 1, 77, 500]}
    together = collect(simulate, three_groups(), learning, seeds=[4, 5, 6], **options)
    alone = collect(simulate, three_groups(), learning, seeds=[5], **options)
    np.testing.assert_array_equal(together.overlaps[:, [1]], alone.overlaps)
    np.testing.assert_array_equal(together.norm[:, [1]], alone.norm)
    for record in (together.overlaps[1:], together.norm[1:]):
        assert np.all(record[:, 0] != record[:, 1])


@simulators
def test_where_chunks_end_does_not_matter(simulate: Simulator) -> None:
    options: dict[str, Any] = {"dimension": 40, "seeds": [1, 2], "steps": range(0, 6001, 7)}
    free = collect(simulate, two_groups(), rule(), **options)
    caps = [1, 1, 5, 0, 130, 999]
    capped = collect(simulate, two_groups(), rule(), caps=caps, **options)
    done = np.diff([chunk.step for chunk in capped.chunks[:7]])
    assert done[:2].tolist() == [1, 1]
    assert np.all(done <= caps)
    for name in ("steps", "overlaps", "norm", "alive"):
        np.testing.assert_array_equal(getattr(capped, name), getattr(free, name))
    np.testing.assert_array_equal(free.steps, np.arange(0, 6001, 7))


@simulators
def test_the_first_chunk_comes_before_the_first_step(simulate: Simulator) -> None:
    stream = simulate(two_groups(), rule(), dimension=40, seeds=[1], steps=[5, 10])
    first = next(stream)
    assert (first.step, first.steps.size, first.norm.shape) == (0, 0, (0, 1))
    assert first.overlaps.shape == (0, 1, 4)
    assert stream.send(7).steps.tolist() == [5]
    assert stream.send(None).steps.tolist() == [10]
    with pytest.raises(StopIteration):
        next(stream)


@simulators
def test_divergence_is_marked_and_ends_the_stream(simulate: Simulator) -> None:
    steps = list(range(0, 100_000, 50))
    record = collect(
        simulate, two_groups(), rule(learning_rate=40.0), dimension=20, seeds=[1, 2], steps=steps
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
        assert np.all(record.overlaps[record.steps >= step, run] == 0)


@simulators
def test_a_diverging_run_leaves_the_others_alone(simulate: Simulator) -> None:
    """At the edge of stability some runs diverge and some do not."""
    learning = rule(learning_rate=3.0)
    options: dict[str, Any] = {"dimension": 4, "steps": [0, 20, 40]}
    mixture = two_groups()
    record = collect(simulate, mixture, learning, seeds=range(40), **options)
    fates = record.alive[-1]
    assert fates.any()
    assert not fates.all()
    survivor = int(np.flatnonzero(fates)[0])
    alone = collect(simulate, mixture, learning, seeds=[survivor], **options)
    np.testing.assert_array_equal(record.norm[:, [survivor]], alone.norm)


@simulators
def test_a_run_that_has_diverged_stays_at_rest(simulate: Simulator) -> None:
    """Also when the samples of the next block are drawn."""
    record = collect(
        simulate,
        two_groups(),
        rule(learning_rate=3.0),
        dimension=4,
        seeds=range(40),
        steps=[40, 40_000],
    )
    dead = ~record.alive[0]
    assert dead.any()
    assert np.all(record.norm[-1, dead] == 0)


@simulators
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
def test_options_that_are_refused_at_once(
    simulate: Simulator, changes: dict[str, Any], message: str
) -> None:
    options: dict[str, Any] = {"dimension": 10, "seeds": [0], "steps": [0, 5]}
    with pytest.raises(ValueError, match=message):
        simulate(two_groups(), rule(), **(options | changes))


@simulators
def test_a_start_that_cannot_be_is_refused_at_once(simulate: Simulator) -> None:
    learning = rule(initial_overlaps=[0.9, 0.0, 0.0, 0.0])
    with pytest.raises(ValueError, match="initial_norm"):
        simulate(two_groups(), learning, dimension=10, seeds=[0], steps=[1])
