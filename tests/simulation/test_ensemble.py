"""What both simulations promise alike."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recording import Simulator, collect
from simulation_cases import mixtures, rule, starts, three_groups, two_groups

from simulation import direct_sgd, reduced_sgd
from simulation.learning import DIVERGENCE_NORM, LearningRule, Switch
from simulation.losses import Focal, Logistic, Loss, SmoothHinge, Squared
from simulation.mixture import TeacherMixture
from simulation.schedules import (
    CONSTANT,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    Schedule,
)

simulators = pytest.mark.parametrize(
    "simulate",
    [
        pytest.param(direct_sgd.simulate, id="direct"),
        pytest.param(reduced_sgd.simulate, id="reduced"),
    ],
)


def _busy(**changes: object) -> LearningRule:
    """Every knob turned, with a switch at t = 2.31."""
    knobs: dict[str, Any] = {
        "loss": Focal(1.5),
        "weight_decay": 0.1,
        "schedule": CosineDecay(decay_steps=6.0, alpha=0.1, warmup_steps=1.0),
        "sampling": np.array([0.2, 0.5, 0.3]),
        "switch": Switch(
            time=2.31,
            group_weights=np.array([0.0, 1.0, 2.0]),
            class_weights=np.array([0.5, 1.5]),
            sampling=np.array([0.3, 0.3, 0.4]),
        ),
    }
    return rule(3, **(knobs | changes))


@simulators
@pytest.mark.parametrize(
    ("batch_size", "runs", "steps"),
    [(1, 3, [0, 1, 77, 500]), (11, 3, [1, 77, 500]), (1, 300, [1, 200]), (3000, 110, [1, 2])],
)
def test_a_run_depends_on_its_seed_alone(
    simulate: Simulator, batch_size: int, runs: int, steps: list[int]
) -> None:
    """Whatever team it is trained in."""
    mixture, learning = three_groups(), _busy(batch_size=batch_size)
    options: dict[str, Any] = {"dimension": 60, "steps": steps}
    together = collect(simulate, mixture, learning, seeds=range(4, 4 + runs), **options)
    for run in (1, runs - 1):
        alone = collect(simulate, mixture, learning, seeds=[4 + run], **options)
        np.testing.assert_array_equal(together.order_parameters[:, [run]], alone.order_parameters)
    last = together.order_parameters[-1]
    assert np.all(last[0] != last[1])


@simulators
def test_thousands_of_runs_do_not_disturb_one_another(simulate: Simulator) -> None:
    mixture, learning = two_groups(), rule()
    options: dict[str, Any] = {"dimension": 5, "steps": [70]}
    together = collect(simulate, mixture, learning, seeds=range(9000), **options)
    some = collect(simulate, mixture, learning, seeds=range(4400, 4600), **options)
    np.testing.assert_array_equal(together.norm[:, 4400:4600], some.norm)


@simulators
@pytest.mark.parametrize(("runs", "batch_size"), [(200, 5000), (5000, 1)])
def test_memory_is_bounded_whatever_is_asked_for(
    simulate: Simulator, runs: int, batch_size: int
) -> None:
    """All samples at once would take over 150 MB."""
    tracemalloc.start()
    try:
        collect(
            simulate,
            two_groups(),
            rule(batch_size=batch_size),
            dimension=40,
            seeds=range(runs),
            steps=[max(1, 100 // batch_size)],
        )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 60e6


@simulators
def test_where_chunks_end_does_not_matter(simulate: Simulator) -> None:
    options: dict[str, Any] = {"dimension": 40, "seeds": [1, 2], "steps": range(0, 6001, 7)}
    mixture, learning = three_groups(), _busy()
    free = collect(simulate, mixture, learning, **options)
    caps = [1, 1, 5, 0, 130, 999]
    capped = collect(simulate, mixture, learning, caps=caps, **options)
    done = np.diff([chunk.step for chunk in capped.chunks[:7]])
    assert done[:2].tolist() == [1, 1]
    assert np.all(done <= caps)
    for name in ("steps", "overlaps", "norm", "alive"):
        np.testing.assert_array_equal(getattr(capped, name), getattr(free, name))
    np.testing.assert_array_equal(free.steps, np.arange(0, 6001, 7))


@simulators
@pytest.mark.parametrize(
    ("time", "dimension", "first"), [(0.1, 30, 3), (0.7, 10, 7), (1.234, 60, 75), (2.0, 700, 1400)]
)
def test_the_switch_comes_at_its_step(
    simulate: Simulator, time: float, dimension: int, first: int
) -> None:
    """Also where t_s·d is rounded up past a whole number, and in the middle of a block."""
    switch = Switch(time=time, group_weights=np.array([0.3, 2.0]), class_weights=np.ones(2))
    steps = [first, first + 1]
    options: dict[str, Any] = {"dimension": dimension, "seeds": [1, 2], "steps": steps}
    with_switch = collect(simulate, two_groups(), rule(switch=switch), **options)
    without = collect(simulate, two_groups(), rule(), **options)
    np.testing.assert_array_equal(with_switch.norm[0], without.norm[0])
    assert np.all(with_switch.norm[1] != without.norm[1])


@simulators
def test_a_switch_to_the_same_weights_changes_nothing(simulate: Simulator) -> None:
    switch = Switch(time=1.7, group_weights=np.ones(2), class_weights=np.ones(2))
    options: dict[str, Any] = {"dimension": 30, "seeds": [1, 2], "steps": [40, 200]}
    switched = collect(simulate, two_groups(), rule(switch=switch), **options)
    plain = collect(simulate, two_groups(), rule(), **options)
    np.testing.assert_array_equal(switched.norm, plain.norm)


@simulators
def test_the_learning_rate_falls_at_its_step(simulate: Simulator) -> None:
    """At step 3 of 10 per unit of time; from then on weight decay stands still as well."""
    stop = ExponentialDecay(decay_steps=0.3, decay_rate=1e-30, staircase=True)
    options: dict[str, Any] = {"dimension": 10, "seeds": [1, 2], "steps": [2, 3, 4, 9]}
    falling = collect(simulate, two_groups(), rule(weight_decay=0.5, schedule=stop), **options)
    constant = collect(simulate, two_groups(), rule(weight_decay=0.5), **options)
    np.testing.assert_array_equal(falling.norm[:2], constant.norm[:2])
    np.testing.assert_allclose(falling.norm[2:], falling.norm[[1, 1]], rtol=1e-14)
    assert np.all(constant.norm[2] != constant.norm[1])


@simulators
def test_a_group_that_is_never_sampled_teaches_nothing(simulate: Simulator) -> None:
    """Weights on it have no effect, and samples of the other come at every step."""
    options: dict[str, Any] = {"dimension": 30, "seeds": [1, 2], "steps": [1, 100]}
    for sampling in (np.array([1.0, 0.0]), np.array([0.0, 1.0])):
        one, other = (
            collect(
                simulate,
                two_groups(),
                rule(sampling=sampling, group_weights=1 + factor * (1 - sampling)),
                **options,
            )
            for factor in (0, 5)
        )
        np.testing.assert_array_equal(one.norm, other.norm)


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
    for run, step in enumerate(record.chunks[-1].diverged_at):
        assert not dead[run] or (step is not None and step <= 40)


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


@simulators
@pytest.mark.parametrize("steps", [[0], [1], [0, 1]])
def test_almost_no_steps(simulate: Simulator, steps: list[int]) -> None:
    learning = rule(initial_norm=0.5, initial_overlaps=[0.1, 0.2, -0.1, 0.1])
    record = collect(simulate, two_groups(), learning, dimension=4, seeds=[7], steps=steps)
    np.testing.assert_array_equal(record.steps, steps)
    if steps[0] == 0:
        np.testing.assert_allclose(record.overlaps[0, 0], learning.initial_overlaps, atol=1e-14)
        np.testing.assert_allclose(record.norm[0], learning.initial_norm)


@st.composite
def _extreme_mixtures(draw: st.DrawFn) -> TeacherMixture:
    """Two groups at the edges of the admissible box."""
    share = draw(st.sampled_from([1e-4, 0.5, 0.9999]))
    singular = draw(st.booleans())
    return two_groups(
        representation=share,
        variance_plus=draw(st.sampled_from([1e-4, 1.0, 1e4])),
        variance_minus=draw(st.sampled_from([1e-4, 1.0, 1e4])),
        rule_similarity=draw(st.sampled_from([-1.0, 1.0])) if singular else 0.3,
        label_correlation_plus=0,
        label_correlation_minus=0,
        shift=draw(st.sampled_from([0.0, 1.0, 1e4])),
        threshold_plus=draw(st.sampled_from([-100.0, 0.0, 100.0])),
    )


@st.composite
def _rules(draw: st.DrawFn, mixture: TeacherMixture) -> LearningRule:
    """Any rule, stable or not."""
    groups = mixture.size
    losses: list[Loss] = [Squared(), Logistic(), Focal(0.0), Focal(5.0), SmoothHinge(20.0)]
    schedules: list[Schedule] = [
        CONSTANT,
        ExponentialDecay(decay_steps=1e-3, decay_rate=1e-3),
        CosineDecay(decay_steps=1.0, warmup_steps=1.0),
        InverseTimeDecay(decay_steps=0.1, decay_rate=10.0),
    ]
    weights = st.lists(st.floats(0.01, 100), min_size=groups, max_size=groups).map(np.array)
    shares = weights.map(lambda array: array / array.sum())
    initial_norm, initial_overlaps = draw(starts(mixture))
    if draw(st.booleans()):  # nothing outside the span of the directions
        coordinates = mixture.coordinates_of_overlaps @ initial_overlaps
        initial_norm = float(coordinates @ coordinates)
    switch = Switch(
        time=draw(st.floats(0.01, 3)),
        group_weights=draw(weights),
        class_weights=np.array([0.0, 1.0]),
        sampling=draw(st.none() | shares),
    )
    return rule(
        groups,
        loss=draw(st.sampled_from(losses)),
        schedule=draw(st.sampled_from(schedules)),
        learning_rate=draw(st.sampled_from([1e-6, 0.3, 100.0])),
        weight_decay=draw(st.sampled_from([0.0, 1e-3, 50.0])),
        batch_size=draw(st.sampled_from([1, 3, 100])),
        group_weights=draw(weights),
        sampling=draw(st.none() | shares),
        switch=draw(st.none() | st.just(switch)),
        initial_norm=initial_norm,
        initial_overlaps=initial_overlaps,
    )


@settings(max_examples=60, deadline=None)
@given(
    mixture=mixtures() | _extreme_mixtures(),
    data=st.data(),
    runs=st.sampled_from([1, 2, 5]),
    spare=st.sampled_from([0, 1, 20]),
)
def test_no_admissible_input_breaks_the_numbers(
    mixture: TeacherMixture, data: st.DataObject, runs: int, spare: int
) -> None:
    """Warnings are errors; and a student is at least as long as its part along the directions."""
    learning = data.draw(_rules(mixture))
    dimension = mixture.coordinates.shape[1] + 1 + spare
    for simulate in (direct_sgd.simulate, reduced_sgd.simulate):
        record = collect(
            simulate,
            mixture,
            learning,
            dimension=dimension,
            seeds=range(runs),
            steps=[0, 1, 2 * dimension, 130],
        )
        assert np.isfinite(record.order_parameters).all()
        assert record.norm.max() <= DIVERGENCE_NORM
        inside = np.sum((record.overlaps @ mixture.coordinates_of_overlaps.T) ** 2, axis=-1)
        assert np.all(inside <= record.norm * (1 + 1e-9) + 1e-9)
