"""Ends of the bars that show how the runs of an ensemble spread."""

import numpy as np

from experiments.frames import EnsemblePoints, FloatArray
from experiments.views import Spread


def bars(
    spread: Spread, ensemble: EnsemblePoints
) -> tuple[FloatArray, FloatArray] | tuple[None, None]:
    """Return the lower and the upper end at each position, (n,); None twice for no bars.

    `experiments.export.drawing` says the same of the columns of an exported table.
    """
    if spread is Spread.NONE:
        return None, None
    if spread is Spread.RANGE:
        return ensemble.lowest, ensemble.highest
    half = {
        Spread.DEVIATION: ensemble.deviation,
        Spread.ERROR: ensemble.deviation / np.sqrt(np.maximum(ensemble.count, 1.0)),
        Spread.INTERVAL: interval_half_width(ensemble),
    }[spread]
    return ensemble.mean - half, ensemble.mean + half


def interval_half_width(ensemble: EnsemblePoints) -> FloatArray:
    """Return half the width of the 95 % interval of the mean, by Student's t; (n,).

    0 for a single run, as is the standard deviation.
    """
    from scipy.special import stdtrit  # not needed to see the window

    count = np.maximum(ensemble.count, 2.0)
    error = ensemble.deviation / np.sqrt(np.maximum(ensemble.count, 1.0))
    return np.asarray(stdtrit(count - 1, 0.975) * error)
