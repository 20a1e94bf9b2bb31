"""Gradients that get lost on the way to the input."""

import numpy as np

from experiments.findings import Fault, Finding
from experiments.frames import OVERALL, Source
from experiments.training.watch.seen import Seen

_LOST = 1e-3
"""Gradient norm of the first layer as a share of the last one's: at a thousandth, the first layer
needs a thousand times the steps."""
_LASTING = 4.0
"""Over which factor of steps it must mostly have been so: the gradient is that of one batch."""
_LEAST_POINTS = 5
_UNLEARNT = 0.5
"""Share of the loss of base rates above which there is something left to learn; once all is learnt,
every gradient is small."""


def vanishing_gradient(seen: Seen) -> Finding | None:
    """Find that the first layers learn next to nothing."""
    layers = seen.layers()
    if len(layers) < 3 or seen.step < seen.facts.epoch:
        return None
    unlearnt = _UNLEARNT * seen.facts.base_rate_loss(OVERALL)
    if not seen.level("loss", source=Source.TRAINING) > unlearnt:
        return None
    norms = [layer.since(seen.step / _LASTING) for layer in layers]
    if len({each.size for each in norms}) > 1 or norms[0].size < _LEAST_POINTS:
        return None
    shares = norms[0] / np.maximum(norms[-1], np.finfo(np.float64).tiny)
    if np.median(shares) >= _LOST:
        return None
    now = ", ".join(f"{layer.level():.1e}" for layer in layers)
    return Finding(
        Fault.VANISHING_GRADIENT,
        seen.step,
        "hardly any gradient reaches the first layer.",
        f"Gradient norms from the first layer to the last at step {seen.step:,.0f}: {now}.",
        "fewer layers, ReLU or another activation that does not flatten, He initialisation, or"
        " batch normalisation.",
    )
