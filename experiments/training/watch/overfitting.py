"""Overfitting: held-out rows of a group are served worse while its training rows are still learnt.

Each group has a best moment of its own, and the overall curve hides all but one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.findings import Fault, Finding
from experiments.frames import OVERALL, FloatArray, Source
from experiments.training.watch.seen import Seen
from experiments.views import group_label

_RISE = 0.05
"""Least rise over the lowest validation loss, as a share of it: less is within what another split
of the same rows would change."""
_LEAST = 0.01
"""Least rise as a share of the loss of base rates: a loss of 0.001 that doubles hurts nobody."""
_WOBBLE = 4.0
"""Least rise in units of the curve's own wobble from point to point."""
_FALL = 0.05
"""Least fall of the training loss meanwhile, as a share of it: where it rises too, a group is
given up for another, or the rate is too high; and where it stays above the loss of base rates,
nothing is learnt by heart."""
_VALLEY = 0.01
"""By what share of its lowest value a loss may lie above it and still be in its valley."""
_SHOWN = 4
"""Groups told of, so that the evidence stays readable."""


@dataclass(frozen=True, slots=True)
class _Course:
    """The lowest validation loss of a group so far, and whether it has clearly risen since.

    Its valley is from the first to the last step at which the loss was about as low.
    """

    group: str
    step: float
    valley: tuple[float, float]
    lowest: float
    now: float
    training: tuple[float, float]
    turned: bool

    @property
    def rise(self) -> float:
        return self.now / self.lowest - 1.0

    @property
    def words(self) -> str:
        return (
            f"{group_label(self.group)}: lowest {self.lowest:.3g} at step {self.step:,.0f}, now"
            f" {self.now:.3g}, while its training loss went from {self.training[0]:.3g} to"
            f" {self.training[1]:.3g}"
        )


def overfitting(seen: Seen) -> Finding | None:
    """Find the groups whose validation loss has turned; graver the larger the relative rise."""
    found = (_course(seen, group) for group in seen.facts.group_names)
    courses = [course for course in found if course is not None]
    turned = [course for course in courses if course.turned]
    if not turned and (overall := _course(seen, OVERALL)) is not None and overall.turned:
        courses = turned = [overall]
    if not turned:
        return None
    turned.sort(key=lambda course: course.step)
    worst = max(turned, key=lambda course: course.rise)
    if Fault.OVERFITTING in seen.told:
        step, whose = worst.step, _whose(seen, [worst])
        sentence = (
            f"graver than told before: the validation loss of {whose} has risen by"
            f" {100 * worst.rise:.0f} % from its lowest."
        )
    else:
        step, whose, sentence = _earliest(seen, courses, turned)
    listed = "; ".join(course.words for course in turned[:_SHOWN])
    more = f"; {len(turned) - _SHOWN} more groups too" if len(turned) > _SHOWN else ""
    return Finding(
        Fault.OVERFITTING,
        step,
        sentence,
        f"{listed[:1].upper()}{listed[1:]}{more}, measured up to step {seen.step:,.0f}."
        f"{_rest(seen, turned)}",
        _remedy(seen, whose),
        worst.rise,
    )


def _earliest(
    seen: Seen, courses: Sequence[_Course], turned: Sequence[_Course]
) -> tuple[float, str, str]:
    """Tell the step of the earliest turn, whose it is, and all that in a sentence.

    It is the first one only if its valley ends before that of every other group begins: where the
    bottom is flat, chance decides which measurement is the lowest, and a group that has not clearly
    risen yet may have turned before.
    """
    step = turned[0].step
    earliest = [course for course in turned if course.step == step]
    others = [course for course in courses if course not in earliest]
    end = max(course.valley[1] for course in earliest)
    order = " first," if others and all(course.valley[0] > end for course in others) else ""
    whose = _whose(seen, earliest)
    return (
        step,
        whose,
        f"the validation loss of {whose} turned upwards{order} at step {step:,.0f}, and has risen"
        f" by {100 * max(course.rise for course in earliest):.0f} %.",
    )


def _whose(seen: Seen, courses: Sequence[_Course]) -> str:
    """Name the groups of courses, or how many they are."""
    if courses[0].group == OVERALL:
        return "all rows"
    if len(courses) == len(seen.facts.group_names) > 1:
        return "all groups"
    if len(courses) > _SHOWN:
        return f"{len(courses)} groups"
    return " and ".join(group_label(course.group) for course in courses)


def _rest(seen: Seen, turned: Sequence[_Course]) -> str:
    """Name the groups that have not turned, where they are few."""
    found = {course.group for course in turned}
    rest = [group_label(name) for name in seen.facts.group_names if name not in found]
    if not rest or OVERALL in found or len(rest) > _SHOWN:
        return ""
    return f" No clear rise yet: {', '.join(rest)}."


def _course(seen: Seen, group: str) -> _Course | None:
    held_out = seen.trace("loss", group)
    learnt = seen.trace("loss", group, Source.TRAINING)
    if held_out.x.size < 7 or learnt.x.size != held_out.x.size:
        return None
    value = held_out.value
    inner = np.sort(np.stack([value[:-2], value[1:-1], value[2:]]), axis=0)[1]
    smooth = np.append(value[0], inner)  # a loss may rise from its first measurement on
    low, now = float(smooth.min()), float(value[-3:].min())
    near = max(int(smooth.argmin()) - 1, 0)
    lowest = near + int((value[near:] == low).argmax())  # the measurement that is the median
    wobble = max(_wobble(value), _wobble(value[lowest:]))
    valley = held_out.x[: smooth.size][smooth <= low + max(_VALLEY * low, wobble)]
    rows = sum(seen.facts.validation[group])
    needed = max(
        _RISE * low,
        _LEAST * seen.facts.base_rate_loss(OVERALL),
        _WOBBLE * wobble,
        low / rows**0.5,  # about the standard error of a mean of so many losses
    )
    before, after = float(learnt.value[lowest]), learnt.level()
    learns = after <= min((1.0 - _FALL) * before, seen.facts.base_rate_loss(group))
    return _Course(
        group=group,
        step=float(held_out.x[lowest]),
        valley=(float(valley[0]), float(valley[-1])),
        lowest=low,
        now=now,
        training=(before, after),
        turned=now - low > needed and learns,
    )


def _wobble(value: FloatArray) -> float:
    """Estimate the scatter around a smooth curve, from the distance of points to neighbours."""
    if value.size < 3:
        return 0.0
    residuals = value[1:-1] - (value[:-2] + value[2:]) / 2
    return float(1.4826 * np.median(np.abs(residuals)) * (2.0 / 3.0) ** 0.5)


def _remedy(seen: Seen, whose: str) -> str:
    plan = seen.facts.plan
    ways = []
    if plan.stopping.watch == "nothing":
        ways.append("early stopping on the worst group")
    if plan.model.hidden:
        ways.append("a smaller network")
        if not plan.model.dropout:
            ways.append("dropout")
    if not plan.model.l2:
        ways.append("L2")
    ways.append("more rows" if whose == "all rows" else f"more rows of {whose}")
    return f"{', '.join(ways[:-1])} or {ways[-1]}."
