"""How far Keras is from the exact curves as the dimension grows, and what these curves cost.

One linear unit on samples of the teacher-mixture, six trainings for each dimension and learning
rate. The length of its weights needs no rows to be measured on; its root mean square distance from
the exact curve, relative to that, is to fall as one over the root of the dimension: slope −0.5.

Run it with ``python -m benchmarks.training_theory``.
"""

from time import perf_counter

import numpy as np

from experiments.curves import CurveSet
from experiments.frames import OVERALL, Source
from experiments.settings import TrainingSettings, from_table
from experiments.training import plan_of, prepared_data, run_training
from experiments.training.theory import theory

_DIMENSIONS = (20, 80, 320)
_SEEDS = range(6)
_DURATION = 8


def _settings(dimension: int, seed: int, rate: float) -> TrainingSettings:
    steps = _DURATION * dimension
    settings = from_table(
        {
            "version": 1,
            "kind": "training",
            "seed": seed,
            "data": {
                "set": "mixture",
                "dimension": dimension,
                "samples": 2 * steps + 400,
                "validation_share": 0.2,
            },
            "model": {"widths": [], "bias": "no"},
            "optimiser": {"name": "sgd", "learning_rate": rate, "batch_size": 1, "steps": steps},
        }
    )
    assert isinstance(settings, TrainingSettings)
    return settings


def _distance(settings: TrainingSettings, dimension: int) -> float:
    """Return the mean squared distance at t = 1, 2, ..., relative to the exact length."""
    curves = CurveSet()
    for frame in run_training(settings):
        curves.extend(frame.points)
    at = dimension * np.arange(1.0, _DURATION)
    exact, measured = (
        np.interp(at, curve.x, curve.value)
        for source in (Source.THEORY, Source.TRAINING)
        for curve in curves.select(quantity="weight norm", source=source, group=OVERALL)
    )
    return float(np.mean((measured / exact - 1) ** 2))


def main() -> None:
    """Print both."""
    for rate in (0.5, 2.0):
        distances = []
        for dimension in _DIMENSIONS:
            squares = [_distance(_settings(dimension, seed, rate), dimension) for seed in _SEEDS]
            distances.append(float(np.sqrt(np.mean(squares))))
            print(f"rate {rate}, d = {dimension}: off by {distances[-1]:.2%}")
        slope = np.polyfit(np.log(_DIMENSIONS), np.log(distances), 1)[0]
        print(f"rate {rate}: slope {slope:.2f}, −0.5 wanted")
    settings = _settings(1000, 0, 0.5)
    dataset = prepared_data(settings).dataset
    begun = perf_counter()
    theory(settings, plan_of(settings), dataset)
    print(f"exact curves over 8,000 steps at d = 1,000: {perf_counter() - begun:.2f} s")


if __name__ == "__main__":
    main()
