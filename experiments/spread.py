"""Ends of the bars that show how the runs of an ensemble spread."""

import numpy as np

from experiments.frames import EnsemblePoints, FloatArray
from experiments.views import Spread

NORMAL_QUANTILE = 1.96
"""97.5 % of a normal distribution lie below it."""


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
    error = ensemble.deviation / np.sqrt(np.maximum(ensemble.count, 1.0))
    half = {
        Spread.DEVIATION: ensemble.deviation,
        Spread.ERROR: error,
        Spread.INTERVAL: NORMAL_QUANTILE * error,
    }[spread]
    return ensemble.mean - half, ensemble.mean + half
