"""Whether simulated means agree with exact curves, given how the runs scatter."""

from dataclasses import dataclass

import numpy as np

from simulation.mixture import FloatArray


@dataclass(frozen=True, slots=True)
class Misfit:
    """The largest distance of simulated means from exact curves."""

    agrees: bool | None
    standard_errors: float
    absolute: float
    time: float
    curve_index: int
    allowed: float


def misfit(
    *,
    times: FloatArray,
    mean: FloatArray,
    deviation: FloatArray,
    runs: FloatArray,
    exact: FloatArray,
) -> Misfit:
    """Find it; arrays (curves, n), times (n,)."""
    error = np.maximum(deviation / np.sqrt(np.maximum(runs, 1)), 1e-12)
    scores = np.abs(mean - exact) / error
    curve, index = np.unravel_index(np.nanargmax(scores), scores.shape)
    return Misfit(
        agrees=bool(scores[curve, index] < 4) if runs.max() > 1 else None,
        standard_errors=float(scores[curve, index]),
        absolute=float(np.abs(mean - exact)[curve, index]),
        time=float(times[index]),
        curve_index=int(curve),
        allowed=4.0,
    )
