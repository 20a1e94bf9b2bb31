"""Settings and runs of the solvable model that tests share."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from experiments.curves import CurveSet
from experiments.dynamics import run_dynamics, theory
from experiments.figures import RunView
from experiments.frames import OVERALL, TO_NEXT_POINT, Event, FloatArray, Frame, Source
from experiments.run import FrameGenerator
from experiments.settings import DynamicsSettings, from_table

Table = dict[str, Any]

GENERAL: Table = {
    "representation": 0.7,
    "variance_plus": 0.5,
    "variance_minus": 1.2,
    "rule_similarity": 0.4,
    "label_correlation_plus": 0.3,
    "label_correlation_minus": -0.2,
    "shift": 0.8,
    "threshold_plus": 0.2,
    "threshold_minus": -0.4,
}
"""Two groups that differ in everything."""


def many_groups(count: int) -> Table:
    """Groups with rules, centres, variances, thresholds and shares of their own."""
    rng = np.random.default_rng(count)
    root = rng.normal(size=(2 * count, 3 * count)) / np.sqrt(3 * count)
    shares = np.arange(1.0, count + 1) / (count * (count + 1) / 2)
    return {
        "shares": tuple(shares.tolist()),
        "variances": tuple(rng.uniform(0.4, 1.6, count).tolist()),
        "thresholds": tuple(rng.normal(0, 0.3, count).tolist()),
        "gram": tuple(map(tuple, (root @ root.T).tolist())),
    }


def dynamics(**tables: object) -> DynamicsSettings:
    """Settings of theory alone unless the tables say otherwise."""
    whole: Table = {"version": 1, "kind": "dynamics", "simulation": {"runs": 0}}
    settings = from_table(whole | tables)
    assert isinstance(settings, DynamicsSettings)
    return settings


def exact(settings: DynamicsSettings) -> CurveSet:
    """The exact curves."""
    return CurveSet(theory(settings).points)


def values(curves: CurveSet, quantity: str, group: str = OVERALL) -> FloatArray:
    """The values of one exact curve."""
    (curve,) = curves.select(quantity=quantity, group=group, source=Source.THEORY)
    return curve.value


def times(curves: CurveSet) -> FloatArray:
    """The times of the exact curves, which they share."""
    first, *rest = curves.select(source=Source.THEORY)
    for curve in rest:
        np.testing.assert_array_equal(curve.x, first.x)
    return first.x


def point_by_point(frames: FrameGenerator) -> Iterator[Frame]:
    """Every frame of a run that pauses at each of its points."""
    try:
        yield next(frames)
        while True:
            yield frames.send(TO_NEXT_POINT)
    except StopIteration:
        return


def streaming(settings: DynamicsSettings, *, name: str = "run") -> Iterator[RunView]:
    """What plots see of a run after each of its frames; the curves grow from one to the next."""
    curves = CurveSet()
    events: list[Event] = []
    for frame in point_by_point(run_dynamics(settings)):
        curves.extend(frame.points, frame.ensembles)
        events += frame.events
        yield RunView(name, settings, curves, tuple(events), settings.learning.duration)


def streamed(settings: DynamicsSettings, *, name: str = "run") -> RunView:
    """What plots see of a run that has ended."""
    *_, last = streaming(settings, name=name)
    return last
