"""Runs that end while held-out rows are still served better with every step."""

import numpy as np

from experiments.findings import Fault, Finding
from experiments.frames import Source
from experiments.training.watch.seen import Seen

_FALL = 0.1
"""Least fall of training and validation loss over the second half of the steps, as a share."""
_NEAR = 3
"""Measurements before and after half of the steps, and at the end, that all must have fallen so."""
_CAUSES = {Fault.RATE_TOO_HIGH, Fault.RATE_TOO_LOW}
"""Faults that already say why the loss is not down yet."""


def too_short(seen: Seen) -> Finding | None:
    """Find losses that still fall at the end."""
    if not seen.ended or seen.told & _CAUSES:
        return None
    before, after = _half_and_end(seen, Source.VALIDATION)
    learnt_before, learnt_after = _half_and_end(seen, Source.TRAINING)
    # written so that what is not known counts as not falling
    if not (after <= (1 - _FALL) * before and learnt_after <= (1 - _FALL) * learnt_before):
        return None
    schedule = seen.facts.plan.optimiser.schedule
    later = "" if schedule == "constant" else ", a schedule that falls later"
    return Finding(
        Fault.TOO_SHORT,
        seen.step,
        "the validation loss still falls when the run ends: by"
        f" {100 * (1 - after / before):.0f} % over the second half of the steps.",
        f"It went from {before:.3g} to {after:.3g}, and the training loss from {learnt_before:.3g}"
        f" to {learnt_after:.3g}.",
        f"more epochs or steps{later} or a larger learning rate.",
    )


def _half_and_end(seen: Seen, side: Source) -> tuple[float, float]:
    """Give the lowest loss around half of the steps and the highest one at the end."""
    loss = seen.trace("loss", source=side)
    half = int(np.searchsorted(loss.x, seen.step / 2))
    if not _NEAR <= half < loss.x.size - 2 * _NEAR:
        return np.nan, np.nan
    return float(loss.value[half - _NEAR : half + _NEAR].min()), float(loss.value[-_NEAR:].max())
