"""What happens along the exact curves: crossings, phases and divergence."""

from collections.abc import Iterator

from experiments.dynamics.explanation import explain
from experiments.frames import Event, EventKind, FloatArray
from experiments.views import group_label
from simulation.closed_form import applies, largest_learning_rate, relaxation, time_scales
from simulation.crossings import Crossing, Measure, find_crossings
from simulation.dynamics import Trajectory

_CROSSINGS: tuple[tuple[EventKind, Measure, str], ...] = (
    (EventKind.CROSSING, "loss", ""),
    (EventKind.ERROR_CROSSING, "error", " in error"),
)


def theory_events(trajectory: Trajectory, thresholds: FloatArray) -> Iterator[Event]:
    """Tell what happens along the exact curves.

    Parameters
    ----------
    trajectory
        The exact curves.
    thresholds
        Decision threshold of each group, shape (K,).
    """
    names = trajectory.mixture.names
    if not trajectory.times.size or not trajectory.times[-1] > 0:
        return
    if trajectory.mixture.size == 2:
        for kind, measure, words in _CROSSINGS:
            crossings = visible_crossings(trajectory, measure, thresholds)
            for crossing in crossings:
                ahead = group_label(names[crossing.ahead_after])
                text = f"t = {crossing.time:.3g}: now {ahead} is ahead{words}."
                yield Event(kind, crossing.time, text)
            if measure == "loss":
                yield from explain(trajectory, crossings)
    if trajectory.diverged_at is not None or _is_unstable(trajectory):
        yield Event(EventKind.DIVERGED, float(trajectory.times[-1]), _divergence(trajectory))
    elif applies(trajectory.rule) and trajectory.mixture.size == 2:
        yield from _phases(trajectory)


def _is_unstable(trajectory: Trajectory) -> bool:
    """Say whether the norm would grow for ever at the last learning rate (squared loss)."""
    rule, end = trajectory.rule, trajectory.times[-1:]
    if not applies(rule):
        return False
    switched = rule.switch is not None and rule.switch.time < end[0]
    pace = relaxation(trajectory.mixture, rule.after_switch() if switched else rule)
    return bool(pace.norm_damping <= rule.learning_rates(end)[0] * pace.norm_noise)


def _divergence(trajectory: Trajectory) -> str:
    text = "The weights grow without bound"
    if not applies(trajectory.rule):
        return f"{text}."
    limit = largest_learning_rate(trajectory.mixture, trajectory.rule)
    return f"{text}: the learning rate must be below {limit:.3g}."


def _phases(trajectory: Trajectory) -> Iterator[Event]:
    """Tell what mostly decides who is ahead, from when on; soft stretches, not switches."""
    scales = time_scales(trajectory.mixture, trajectory.rule)
    start = 0.0
    if scales.shift is not None:
        yield Event(EventKind.PHASE, start, "class imbalance")
        start = scales.shift
    yield Event(EventKind.PHASE, start, "saliency")
    yield Event(EventKind.PHASE, scales.teachers, "representation")


def visible_crossings(
    trajectory: Trajectory, measure: Measure, thresholds: FloatArray
) -> tuple[Crossing, ...]:
    """List the crossings of two groups that a reader can see."""
    found = find_crossings(
        trajectory.mixture,
        trajectory.rule,
        until=float(trajectory.times[-1]),
        measure=measure,
    )
    return tuple(crossing for crossing in found if crossing.visible)
