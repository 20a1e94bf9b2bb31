"""Made-up trainings to be watched: facts, and curves with the shapes that detectors look for."""

from collections.abc import Callable

import numpy as np

from experiments.findings import Fault, Finding
from experiments.frames import (
    BASE,
    OVERALL,
    CurveName,
    Event,
    EventKind,
    FloatArray,
    Frame,
    Points,
    Source,
)
from experiments.snapshots import Indices, SnapshotRows
from experiments.training.watch import Facts, Watch
from models.plan import ModelPlan, TrainingPlan

Shape = Callable[[FloatArray], FloatArray]
"""Gives the values of a curve at steps."""

STEPS = 10_000
X = np.unique(np.rint(np.append(np.geomspace(1, STEPS, 100), np.linspace(0, STEPS, 101))))
A, B = "group A", "group B"
TRAINING, VALIDATION = Source.TRAINING, Source.VALIDATION


ROWS = {OVERALL: (900, 100), A: (720, 80), B: (180, 20)}
FACTS = Facts(
    plan=TrainingPlan(model=ModelPlan(widths=(64, 32))),
    group_names=(A, B),
    class_names=("no", "yes"),
    parameters=2817,
    steps=STEPS,
    epoch=32,
    training=ROWS,
    validation=ROWS,
)
"""Facts of rows of which a tenth are positive, in two groups."""


def rows_of(group: Indices) -> SnapshotRows:
    """Rows of two groups, all of them positive, of which nothing else is known."""
    positive = np.ones(group.size, np.int32)
    return SnapshotRows(
        arm=BASE,
        seed=FACTS.plan.seed,
        group_names=FACTS.group_names,
        class_names=FACTS.class_names,
        label=positive,
        clean_label=positive,
        group=group,
        rows=group.size,
        feature_names=(),
        inputs=np.empty((0, 0), np.float32),
        levels=(),
        image_shape=(),
        plane=None,
    )


NO_ROWS = rows_of(np.empty(0, np.int32))


def flat(level: float) -> Shape:
    return lambda x: np.full(x.shape, level)


def falling(start: float, end: float, *, steps: float = 300.0) -> Shape:
    """Fall like an exponential from one level to another."""

    def values(x: FloatArray) -> FloatArray:
        return end + (start - end) * np.exp(-x / steps)

    return values


def turning(start: float, low: float, end: float, *, at: float) -> Shape:
    """Fall to the lowest value at a step, and rise from there to the end of the run."""

    def values(x: FloatArray) -> FloatArray:
        return np.interp(np.log1p(x), np.log1p([0, at, STEPS]), [start, low, end])

    return values


Curves = dict[tuple[str, str, Source], Shape]

HEALTHY: Curves = {
    ("loss", OVERALL, TRAINING): falling(0.7, 0.1),
    ("loss", A, TRAINING): falling(0.7, 0.1),
    ("loss", B, TRAINING): falling(0.7, 0.12),
    ("loss", OVERALL, VALIDATION): falling(0.7, 0.12),
    ("loss", A, VALIDATION): falling(0.7, 0.12),
    ("loss", B, VALIDATION): falling(0.7, 0.14),
    ("accuracy", OVERALL, VALIDATION): flat(0.97),
    ("accuracy", A, VALIDATION): flat(0.97),
    ("accuracy", B, VALIDATION): flat(0.97),
    ("balanced accuracy", OVERALL, VALIDATION): flat(0.93),
    ("ROC AUC", OVERALL, TRAINING): flat(0.97),
    ("ROC AUC", A, TRAINING): flat(0.97),
    ("ROC AUC", B, TRAINING): flat(0.97),
    ("ROC AUC", OVERALL, VALIDATION): flat(0.96),
    ("selection rate", OVERALL, VALIDATION): flat(0.1),
    ("selection rate", A, VALIDATION): flat(0.1),
    ("selection rate", B, VALIDATION): flat(0.1),
    ("true positive rate", OVERALL, VALIDATION): flat(0.85),
    ("true positive rate", A, VALIDATION): flat(0.85),
    ("true positive rate", B, VALIDATION): flat(0.85),
    ("false positive rate", OVERALL, VALIDATION): flat(0.02),
    ("false positive rate", A, VALIDATION): flat(0.02),
    ("false positive rate", B, VALIDATION): flat(0.02),
    ("learning rate", OVERALL, TRAINING): flat(0.001),
    ("gradient norm", OVERALL, TRAINING): falling(1.0, 0.1),
    ("weight norm", OVERALL, TRAINING): lambda x: 5.0 + np.log1p(x),
    ("gradient norm, layer 1", OVERALL, TRAINING): falling(0.6, 0.06),
    ("gradient norm, layer 2", OVERALL, TRAINING): falling(0.5, 0.05),
    ("gradient norm, layer 3", OVERALL, TRAINING): falling(0.6, 0.06),
}
"""A training in which nothing is wrong."""


def frames(curves: Curves) -> list[Frame]:
    """Stream curves as a run does: a frame for each step, with one point of each curve."""
    whole = [(CurveName(*name, BASE, FACTS.plan.seed), shape(X)) for name, shape in curves.items()]
    return [
        Frame(tuple(Points(name, X[at : at + 1], values[at : at + 1]) for name, values in whole))
        for at in range(X.size)
    ]


def events_of(curves: Curves, known: Facts = FACTS) -> list[Event]:
    """Watch curves to their end."""
    watch = Watch(known, NO_ROWS)
    watched = [*map(watch.watch, frames(curves)), *watch.end()]
    return [event for frame in watched for event in frame.events]


def found(changes: Curves, known: Facts = FACTS) -> dict[Fault, Finding]:
    """Give what is wrong with a healthy training that is changed so, each fault as last told."""
    events = events_of(HEALTHY | changes, known)
    assert {event.kind for event in events} <= {EventKind.FINDING}
    return {finding.fault: finding for finding in map(Finding.told_by, events)}


def looked_up(values: FloatArray) -> Shape:
    return lambda x: values[np.searchsorted(X, x)]


def noisy(shape: Shape, spread: float) -> Shape:
    """Scatter a curve from point to point."""
    scatter = np.random.default_rng(0).standard_normal(X.size)
    return lambda x: shape(x) * np.exp(spread * scatter[np.searchsorted(X, x)])
