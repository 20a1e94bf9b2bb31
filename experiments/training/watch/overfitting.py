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
_SHOWN = 4
"""Groups told of, so that the evidence stays readable."""


@dataclass(frozen=True, slots=True)
class _Turn:
    group: str
    step: float
    lowest: float
    now: float
    training: tuple[float, float]

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
    found = (_turn(seen, group) for group in seen.facts.group_names)
    turned = [turn for turn in found if turn is not None]
    if not turned and (overall := _turn(seen, OVERALL)) is not None:
        turned = [overall]
    if not turned:
        return None
    turned.sort(key=lambda turn: turn.step)
    first = turned[0]
    order = " first" if len(seen.facts.group_names) > 1 and first.group != OVERALL else ""
    whose = "overall" if first.group == OVERALL else f"of {group_label(first.group)}"
    listed = "; ".join(turn.words for turn in turned[:_SHOWN])
    more = f"; {len(turned) - _SHOWN} more groups too" if len(turned) > _SHOWN else ""
    return Finding(
        Fault.OVERFITTING,
        first.step,
        f"the validation loss {whose} turned upwards{order}, at step {first.step:,.0f}, and has"
        f" risen by {100 * first.rise:.0f} %.",
        f"{listed[:1].upper()}{listed[1:]}{more}, measured up to step {seen.step:,.0f}."
        f"{_rest(seen, turned)}",
        _remedy(seen),
        max(turn.rise for turn in turned),
    )


def _rest(seen: Seen, turned: Sequence[_Turn]) -> str:
    """Name the groups that have not turned, where they are few."""
    found = {turn.group for turn in turned}
    rest = [group_label(name) for name in seen.facts.group_names if name not in found]
    if not rest or OVERALL in found or len(rest) > _SHOWN:
        return ""
    return f" Not yet: {', '.join(rest)}."


def _turn(seen: Seen, group: str) -> _Turn | None:
    held_out = seen.trace("loss", group)
    learnt = seen.trace("loss", group, Source.TRAINING)
    if held_out.x.size < 7 or learnt.x.size != held_out.x.size:
        return None
    value = held_out.value
    smooth = np.sort(np.stack([value[:-2], value[1:-1], value[2:]]), axis=0)[1]
    lowest = int(smooth.argmin()) + 1
    low, now = float(smooth.min()), float(value[-3:].min())
    rows = sum(seen.facts.validation[group])
    needed = max(
        _RISE * low,
        _LEAST * seen.facts.base_rate_loss(OVERALL),
        _WOBBLE * max(_wobble(value), _wobble(value[lowest:])),
        low / rows**0.5,  # about the standard error of a mean of so many losses
    )
    before, after = float(learnt.value[lowest]), learnt.level()
    learns = after <= min((1.0 - _FALL) * before, seen.facts.base_rate_loss(group))
    if now - low <= needed or not learns:
        return None
    return _Turn(group, float(held_out.x[lowest]), low, now, (before, after))


def _wobble(value: FloatArray) -> float:
    """Estimate the scatter around a smooth curve, from the distance of points to neighbours."""
    if value.size < 3:
        return 0.0
    residuals = value[1:-1] - (value[:-2] + value[2:]) / 2
    return float(1.4826 * np.median(np.abs(residuals)) * (2.0 / 3.0) ** 0.5)


def _remedy(seen: Seen) -> str:
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
    ways.append("more rows of the group that turned first")
    return f"{', '.join(ways[:-1])} or {ways[-1]}."
