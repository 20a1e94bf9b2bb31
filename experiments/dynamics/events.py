"""What happens along the exact curves: crossings and their reasons, phases, divergence."""

from collections.abc import Iterator

from experiments.dynamics.explanation import explain
from experiments.dynamics.quantities import CROSSINGS
from experiments.frames import Event, EventKind, FloatArray
from experiments.views import group_label
from simulation.closed_form import applies, largest_learning_rate, relaxation
from simulation.crossings import Crossing, Measure, find_crossings, visible_crossings
from simulation.dynamics import Trajectory
from simulation.phases import is_unstable, phase_ends

_MEASURES: tuple[tuple[Measure, str], ...] = (("loss", ""), ("error", " in error"))


def theory_events(
    trajectory: Trajectory, thresholds: FloatArray, *, duration: float
) -> Iterator[Event]:
    """Tell what happens along the exact curves.

    Parameters
    ----------
    trajectory
        The exact curves.
    thresholds
        Decision threshold of each group, shape (K,).
    duration
        When training is to end, however far the curves reach.
    """
    mixture, rule, diverged_at = trajectory.mixture, trajectory.rule, trajectory.diverged_at
    end = float(trajectory.times[-1]) if trajectory.times.size else 0.0
    if end > 0 and mixture.size == 2:
        yield from _leads(trajectory, thresholds)
    closed = applies(rule)
    if diverged_at is not None or (closed and is_unstable(mixture, rule, end)):
        yield Event(EventKind.DIVERGED, diverged_at or end, _divergence(trajectory, duration))
    elif end > 0 and closed and mixture.size == 2:
        yield from _phases(trajectory, end)


def _leads(trajectory: Trajectory, thresholds: FloatArray) -> Iterator[Event]:
    """Tell when another group gets ahead, and why."""
    for measure, words in _MEASURES:
        crossings = _seen(trajectory, measure, thresholds)
        for crossing in crossings:
            ahead = group_label(trajectory.mixture.names[crossing.ahead_after])
            text = f"t = {crossing.time:.3g}: now {ahead} is ahead{words}."
            yield Event(CROSSINGS[measure], crossing.time, text)
        if measure == "loss":
            yield from explain(trajectory, crossings)


def _seen(trajectory: Trajectory, measure: Measure, thresholds: FloatArray) -> tuple[Crossing, ...]:
    """List the crossings of two groups that a reader can see."""
    found = find_crossings(
        trajectory.mixture,
        trajectory.rule,
        until=float(trajectory.times[-1]),
        measure=measure,
        decision_thresholds=thresholds,
    )
    return visible_crossings(found)


def _divergence(trajectory: Trajectory, duration: float) -> str:
    text = "The weights grow without bound"
    if not applies(trajectory.rule):
        return f"{text}."
    limit = largest_learning_rate(trajectory.mixture, trajectory.rule, until=duration)
    return f"{text}: the learning rate must be below {limit:.3g}."


def _phases(trajectory: Trajectory, end: float) -> Iterator[Event]:
    """Tell what mostly decides who is ahead, from when on; soft stretches, not switches."""
    ends = phase_ends(trajectory.mixture, trajectory.rule, end)
    start = 0.0
    if relaxation(trajectory.mixture, trajectory.rule).has_shift:
        yield Event(EventKind.PHASE, start, "class imbalance")
        if ends.shift is None:
            return
        start = ends.shift
    yield Event(EventKind.PHASE, start, "saliency")
    if ends.teachers is not None:
        yield Event(EventKind.PHASE, ends.teachers, "representation")
