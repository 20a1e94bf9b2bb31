"""Learning rates that are too high or too low, and losses that are not finite any more."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from experiments.findings import Fault, Finding
from experiments.frames import OVERALL, FloatArray, Source
from experiments.training.watch.seen import Seen, Trace

_RUNAWAY = 2.0
"""How many times the larger of first loss and ln K the training loss may be: a network can always
do as well as ln K by saying that all classes are equally likely."""
_WINDOW = 12
"""Measurements in which a loss is looked at for going up and down."""
_SWINGS = 6
"""Least changes of direction among them; a smooth curve has one or two."""
_AMPLITUDE, _AMPLITUDE_OF_ANOTHER = 0.05, 0.15
"""Least mean change from one to the next, as a share of the loss itself; the second where training
minimises something else than this loss, which then may go up and down for other reasons."""
_RISEN = 0.1
"""Least rise of all these measurements over the lowest level before, as a share of it."""
_STUCK = 0.9
"""Least share of the loss that is left over these measurements, and since half as many steps: while
it falls, swings are noise of the batches that does no harm."""
_WORTH = 0.1
"""Share of ln K below which swings do not matter."""
_LEAST_STEPS = 100
"""Fewest steps that tell of a rate that is too low: in fewer, a rate that is right has hardly moved
a loss either, and more steps are what is missing."""
_SLOW_FALL = 0.1
"""Most that a loss has fallen, as a share of the first one, to be called slow."""
_SLOW_WAY = 0.5
"""Most that it has gone, to be called slow, of its way down to the loss of base rates: a loss that
begins close to that one has little to gain before it tells rows apart."""
_STEADY = 0.5
"""How fast per step the loss still falls, compared with its fall so far: a loss that is close to
its end slows down."""
_UNMOVED = 1e-3
"""Change of weight norm and loss, as a share of the first ones, that is none."""
_AT_BASE_RATES = 0.02
"""How close to the loss of base rates, as a share of it, a loss may well have settled, so that no
rate would lower it."""
_GRADIENT_LEFT = 0.5
"""Share of the first gradient norm that is left where hardly anything was learnt."""


def rate_too_high(seen: Seen) -> Finding | None:
    """Find a training loss that runs away, goes up and down, or has risen for good."""
    loss = seen.trace("loss", source=Source.TRAINING)
    bound = max(seen.first("loss"), seen.facts.chance)
    if loss.x.size >= 3 and loss.value[-3:].min() > _RUNAWAY * bound:
        seen_as = f"the training loss has run away to {loss.level():.3g}."
        evidence = (
            f"It was {seen.first('loss'):.3g} at the start; calling all classes equally likely"
            f" gives {seen.facts.chance:.3g}."
        )
        return _too_high(seen, seen_as, evidence)
    if loss.x.size < _WINDOW or np.median(loss.value[-_WINDOW:]) < _WORTH * seen.facts.chance:
        return None
    begin, window = float(loss.x[-_WINDOW]), loss.value[-_WINDOW:]
    least = _AMPLITUDE if seen.facts.minimises_the_loss else _AMPLITUDE_OF_ANOTHER
    if changes := _swings(loss, least):
        evidence = (
            f"Between steps {begin:,.0f} and {seen.step:,.0f} it changed direction {changes} times,"
            f" between {window.min():.3g} and {window.max():.3g}, over all training rows."
        )
        return _too_high(seen, "the training loss goes up and down instead of falling.", evidence)
    before = _level_before_rise(loss) if seen.facts.minimises_the_loss else None
    if before is None:
        return None
    evidence = (
        f"It was {before:.3g} before; from step {begin:,.0f} to {seen.step:,.0f} it was never below"
        f" {window.min():.3g}."
    )
    return _too_high(seen, "the training loss has risen again and stays up.", evidence)


def _level_before_rise(loss: Trace) -> float | None:
    """Give the lowest level before the last measurements if all of them lie above it."""
    earlier = loss.value[:-_WINDOW]
    if earlier.size < 3:
        return None
    lowest = float(np.median(sliding_window_view(earlier, 3), axis=1).min())
    return lowest if loss.value[-_WINDOW:].min() > (1.0 + _RISEN) * lowest else None


def _swings(loss: Trace, least: float) -> int:
    """Count changes of direction in the last measurements; 0 where they are few or small."""
    window: FloatArray = loss.value[-_WINDOW:]
    moves = np.diff(window)
    changes = int((moves[1:] * moves[:-1] < 0.0).sum())
    third = _WINDOW // 3
    half = int(np.searchsorted(loss.x, loss.x[-1] / 2, side="right"))
    before = (window[:third], loss.value[max(half - _WINDOW, 0) : half])
    fallen = np.median(window[-third:]) < _STUCK * max(map(np.median, before))
    if fallen or changes < _SWINGS or np.abs(moves).mean() < least * np.median(window):
        return 0
    return changes


def _too_high(seen: Seen, sentence: str, evidence: str) -> Finding:
    return Finding(
        Fault.RATE_TOO_HIGH,
        seen.step,
        sentence,
        f"{evidence}{_rate(seen)}",
        _slower(seen, "a third or a tenth of the learning rate"),
    )


def _slower(seen: Seen, first: str) -> str:
    """List what makes steps smaller or surer and is not used yet."""
    optimiser = seen.facts.plan.optimiser
    ways = [first]
    if not optimiser.warmup_steps:
        ways.append("warm-up")
    if not optimiser.clip_norm:
        ways.append("gradient clipping")
    return f"{', '.join(ways)} or larger batches."


def rate_too_low(seen: Seen) -> Finding | None:
    """Find a loss that hardly moves though there is a gradient to follow."""
    if not seen.late or seen.step < _LEAST_STEPS:
        return None
    gradient = seen.trace("gradient norm", source=Source.TRAINING)
    first_gradient = seen.first("gradient norm")
    if not gradient.level() >= _GRADIENT_LEFT * first_gradient > 0.0:
        return None
    loss = seen.trace("loss", source=Source.TRAINING)
    first, now = seen.first("loss"), loss.level()
    settled = seen.facts.base_rate_loss(OVERALL)
    if abs(now - settled) <= _AT_BASE_RATES * settled:
        return None
    if not (_is_unmoved(seen, first, now) or _is_slow(seen, loss, first, now)):
        return None
    return Finding(
        Fault.RATE_TOO_LOW,
        seen.step,
        "the training loss hardly moves, though there is a gradient to follow.",
        f"It went from {first:.4g} to {now:.4g} in {seen.step:,.0f} steps; the gradient norm is"
        f" {gradient.level():.3g}, after {first_gradient:.3g} at the start.{_rate(seen)}",
        "three or ten times the learning rate, a schedule that starts higher, Adam, or more"
        " epochs.",
    )


def _is_unmoved(seen: Seen, first: float, now: float) -> bool:
    norm, first_norm = seen.level("weight norm", source=Source.TRAINING), seen.first("weight norm")
    return bool(
        abs(now - first) < _UNMOVED * first and abs(norm - first_norm) < _UNMOVED * first_norm
    )


def _is_slow(seen: Seen, loss: Trace, first: float, now: float) -> bool:
    """Tell whether a loss has fallen little, and falls on as steadily as it did."""
    middle = loss.level(seen.step / 2)
    fallen, lately = first - now, middle - now
    settled = seen.facts.base_rate_loss(OVERALL)
    little = _SLOW_FALL * first
    if now > settled:
        little = min(little, _SLOW_WAY * (first - settled))
    return bool(_UNMOVED * first < fallen < little and lately > _STEADY * fallen / 2)


def not_finite(seen: Seen, step: int) -> Finding:
    """Tell that the loss is not a finite number at a step."""
    loss = seen.trace("loss", source=Source.TRAINING)
    last = (
        f"At step {loss.x[-1]:,.0f} the training loss was still {loss.value[-1]:.3g},"
        f" {loss.value[-1] / seen.first('loss'):.2g} times the one at the start."
        if loss.x.size
        else "No measurement came before it."
    )
    return Finding(
        Fault.NOT_FINITE,
        float(step),
        "weights or losses have grown beyond what numbers can hold, and training ends.",
        f"{last}{_rate(seen)}",
        _slower(seen, "a tenth of the learning rate, standardised inputs"),
    )


def _rate(seen: Seen) -> str:
    rate = seen.level("learning rate", source=Source.TRAINING)
    if np.isnan(rate):
        rate = seen.facts.plan.optimiser.learning_rate
    return f" The learning rate is {rate:.3g}."
