"""Snapshots of rows drawn at random, such as a training would give."""

from collections.abc import Sequence

import numpy as np

from experiments.curves import CurveSet
from experiments.figures import RunView
from experiments.settings import TrainingSettings
from experiments.snapshots import Plane, Snapshot, SnapshotRows

CELLS = 6


def snapshot_rows(
    n: int = 400,
    *,
    classes: Sequence[str] = ("no", "yes"),
    groups: Sequence[str] = ("A", "B"),
    flipped: float = 0.0,
    kept: int = 50,
    image_shape: tuple[int, ...] = (),
    has_plane: bool = True,
    seed: int = 0,
) -> SnapshotRows:
    """Draw rows of every class and group, with columns ``x``, ``y`` and a category."""
    generator = np.random.default_rng(seed)
    clean = generator.integers(len(classes), size=n).astype(np.int32)
    turned = generator.random(n) < flipped
    inputs = generator.random((kept, 3))
    inputs[:, 2] = generator.integers(2, size=kept)
    names: tuple[str, ...] = ("x", "y", "kind")
    if image_shape:
        inputs = generator.random((kept, int(np.prod(image_shape))))
        names = tuple(f"pixel {number}" for number in range(inputs.shape[1]))
    points = generator.normal(size=(n, 2)).astype(np.float32)
    return SnapshotRows(
        arm="base",
        seed=seed,
        group_names=tuple(groups),
        class_names=tuple(classes),
        label=np.where(turned, (clean + 1) % len(classes), clean).astype(np.int32),
        clean_label=clean,
        group=generator.integers(len(groups), size=n).astype(np.int32),
        rows=n,
        feature_names=names,
        inputs=inputs.astype(np.float32),
        levels=((),) * len(names) if image_shape else ((), (), ("round", "=1+1")),
        image_shape=image_shape,
        plane=Plane(("x", "y"), points, (-3.0, -2.0), (3.0, 2.0), CELLS, exact=True)
        if has_plane
        else None,
    )


def snapshot(rows: SnapshotRows, step: float, *, skill: float = 1.0) -> Snapshot:
    """Answer with noise, and the truth as much as `skill` says."""
    generator = np.random.default_rng([rows.seed, int(step)])
    cells = 0 if rows.plane is None else rows.plane.cells**2
    classes = len(rows.class_names)
    every = np.concatenate((rows.clean_label, generator.integers(classes, size=cells)))
    logits = generator.normal(size=(every.size, classes))
    logits[np.arange(every.size), every] += skill
    logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
    scores = (logits[:, 1:] - logits[:, :1] if classes == 2 else logits).astype(np.float32)
    n = rows.label.size
    return Snapshot(rows.arm, rows.seed, step, scores[:n], scores[n:])


def run_of(rows: SnapshotRows, steps: Sequence[float] = (0.0, 10.0, 100.0)) -> RunView:
    """Show a run that has kept a snapshot at each step, better from one to the next."""
    kept = tuple(snapshot(rows, step, skill=number) for number, step in enumerate(steps))
    return RunView("run-1", TrainingSettings(), CurveSet(), snapshot_rows=rows, snapshots=kept)
