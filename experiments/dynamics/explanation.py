"""Why a group is ahead, in sentences computed from the parts of the gap."""

from collections.abc import Iterator, Sequence

import numpy as np

from experiments.frames import Event, EventKind
from experiments.views import group_label
from simulation.crossings import VISIBLE_GAP, Crossing
from simulation.decomposition import Cause, GroupNumbers, explain_crossing, explain_lead
from simulation.dynamics import Trajectory, flow
from simulation.mixture import TeacherMixture

_CLEAR = 1.05
"""Numbers that differ by less than this factor explain nothing."""


def explain(trajectory: Trajectory, crossings: Sequence[Crossing]) -> Iterator[Event]:
    """Say what made the first lead in loss of two groups, and what carried each crossing."""
    mixture, loss = trajectory.mixture, trajectory.rule.loss
    names = [group_label(name) for name in mixture.names]
    solution = flow(mixture, trajectory.rule, float(trajectory.times[-1]))
    if not crossings:
        gaps = trajectory.group_losses[:, 0] - trajectory.group_losses[:, 1]
        widest = int(np.argmax(np.abs(gaps)))
        if abs(gaps[widest]) < VISIBLE_GAP:
            return
        lead = explain_lead(
            mixture,
            loss,
            overlaps=trajectory.overlaps[widest],
            norm=float(trajectory.norm[widest]),
        )
        grows = bool(trajectory.norm[widest] > trajectory.norm[0])
        reason = _reason(lead, mixture, grows=grows)
        text = f"{names[lead.ahead]} is ahead because {reason}."
        yield Event(EventKind.EXPLANATION, float(trajectory.times[widest]), _capital(text))
        return
    for crossing in crossings:
        moments = np.array([crossing.extreme_before, crossing.time, crossing.extreme_after])
        overlaps, norm = solution.evaluate(moments)
        cause = explain_crossing(mixture, loss, overlaps=overlaps, norm=norm)
        reason = _reason(cause, mixture, grows=bool(norm[2] > norm[0]))
        text = f"At t = {crossing.time:.3g} {names[cause.ahead]} gets ahead: {reason}."
        yield Event(EventKind.EXPLANATION, crossing.time, text)


def _reason(cause: Cause, mixture: TeacherMixture, *, grows: bool) -> str:
    """Give the reason, with its numbers."""
    ahead, behind = cause.groups[cause.ahead], cause.groups[1 - cause.ahead]
    other = group_label(mixture.names[1 - cause.ahead])
    match cause.carrier:
        case "alignment":
            return _alignment(cause, mixture, ahead, behind)
        case "norm":
            more, less = sorted((ahead.noise, behind.noise), reverse=True)
            numbers = f"field variance ΔQ {_pair(more, less)}"
            if behind.noise > ahead.noise:
                growth = "the growing norm" if grows else "the norm of the weights"
                return f"{growth} costs {other} more noise ({numbers})"
            return f"the shrinking norm relieves it of more noise than {other} ({numbers})"
        case "shift":
            return (
                "its shift and the base rate of its labels serve it better"
                f" (mean field M {_pair(ahead.shift_overlap, behind.shift_overlap)},"
                f" mean label {_pair(ahead.mean_label, behind.mean_label)})"
            )


def _alignment(
    cause: Cause, mixture: TeacherMixture, ahead: GroupNumbers, behind: GroupNumbers
) -> str:
    saliency = f"saliency κ {_pair(ahead.saliency, behind.saliency)}"
    overlap = f"overlap R {_pair(ahead.teacher_overlap, behind.teacher_overlap)}"
    if cause.alignment_factor == "saliency" and ahead.saliency > _CLEAR * behind.saliency:
        source = _source_of_saliency(mixture, cause.ahead)
        return f"{source} makes its rule easier to read and faster to learn ({saliency})"
    if ahead.teacher_overlap > behind.teacher_overlap:
        return f"the weights turn towards its rule ({overlap})"
    return f"the lead of the other in alignment shrinks ({overlap}, {saliency})"


def _source_of_saliency(mixture: TeacherMixture, ahead: int) -> str:
    """Name what makes the labels of one of two groups more readable."""
    behind, balance = 1 - ahead, np.abs(mixture.label_margins)
    if mixture.variances[ahead] > mixture.variances[behind]:
        return "its larger variance"
    if balance[ahead] < balance[behind]:
        return "the better balance of its labels"
    return "the shorter length of its rule"


def _pair(first: float, second: float) -> str:
    return f"{first:.3g} against {second:.3g}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
