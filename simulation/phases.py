"""How long each order parameter is learnt under a schedule, and where the squared loss ends."""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from simulation.closed_form import applies, first_passage, relaxation
from simulation.learning import LearningRule, spans
from simulation.mixture import FloatArray, TeacherMixture


@dataclass(frozen=True, slots=True)
class PhaseEnds:
    """When each order parameter has been learnt for one time-scale, in units of t = steps/d.

    Attributes
    ----------
    shift
        When ∫_0^t k_M du = 1, for the fastest shift mode; None without any shift.
    teachers
        When ∫_0^t k_R du = 1.
    norm
        When ∫_0^t k_Q du = 1.

    Each is None if that is not reached.
    """

    shift: float | None
    teachers: float | None
    norm: float | None


class Asymptote(NamedTuple):
    """Where training ends: the overlaps of shape (2K,), and the norm."""

    overlaps: FloatArray
    norm: float


def phase_ends(mixture: TeacherMixture, rule: LearningRule, end: float) -> PhaseEnds:
    """Return the ends of the phases up to t = `end`, along the schedule and past the switch.

    At a constant learning rate without a switch they are the time-scales τ_M, τ_R and τ_Q.

    Raises
    ------
    ValueError
        If the rule has no closed form.
    """
    parts = [(span, relaxation(mixture, span.rule)) for span in spans(rule, end)]

    def done(times: FloatArray, quantity: int) -> FloatArray:
        """Return ∫_0^t of k_M, k_R or k_Q, shape (n,)."""
        total = np.zeros_like(times)
        for (part, edges), pace in parts:
            inside = np.clip(times, edges[0], edges[-1])
            age, noise = (
                part.learning_rate**power
                * (part.schedule.integral(inside, power) - part.schedule.integral(edges[:1], power))
                for power in (1, 2)
            )
            *_, shift, teachers = pace.rates
            norm = pace.norm_damping * age - pace.norm_noise * noise
            total += (shift * age, teachers * age, norm)[quantity]
        return total

    moments = [edge for span, _ in parts for edge in span.edges]
    grid = np.unique(np.concatenate([moments, np.linspace(0, end, 257)]))
    shift, teachers, norm = (
        first_passage(partial(done, quantity=quantity), grid, bound=1.0) for quantity in range(3)
    )
    if not any(pace.has_shift for _, pace in parts):
        shift = None
    return PhaseEnds(shift, teachers, norm)


def is_unstable(mixture: TeacherMixture, rule: LearningRule, time: float) -> bool:
    """Say whether the norm would grow for ever at the learning rate of a moment (squared loss).

    Raises
    ------
    ValueError
        If the rule has no closed form.
    """
    later = rule.switch is not None and rule.switch.time < time
    pace = relaxation(mixture, rule.after_switch() if later else rule)
    eta = float(rule.learning_rates(np.array(time)))
    return eta > 0 and eta * pace.norm_noise >= pace.norm_damping


def asymptote(mixture: TeacherMixture, rule: LearningRule) -> Asymptote | None:
    """Return W and Q at t → ∞ under the squared loss.

    None for other losses, for a learning rate that falls to 0, which freezes the student on the
    way, and for one beyond the stability limit.
    """
    last = rule.after_switch()
    eta = np.array(rule.learning_rate * rule.schedule.final)
    if not applies(last) or eta == 0:
        return None
    pace = relaxation(mixture, last)
    if pace.norm_rate(eta) <= 0:
        return None
    source = (pace.drift + eta * pace.noise)[0]
    return Asymptote(pace.asymptote, float(eta * source / pace.norm_rate(eta)))
