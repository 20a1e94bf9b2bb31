"""Runs with snapshots, made up: a network that gets better with every step."""

import numpy as np

from experiments.curves import CurveSet
from experiments.figures import RunView
from experiments.figures.measures import LOSS, SCORES
from experiments.frames import BASE, OVERALL, CurveName, Points, Source
from experiments.settings import Settings, TrainingSettings
from experiments.snapshots import Plane, Snapshot, SnapshotRows

STEPS = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0)
GROUPS = ("Female", "Male", "Other", "Fourth", "Fifth", "Sixth")
CLASSES = tuple("0123456789")
CELLS = 48


def run(kind: str = "table", settings: Settings | None = None, *, rows: int = 600) -> RunView:
    """Make up a run: ``table``, ``images`` (of six groups and ten classes) or ``flipped``."""
    images = kind == "images"
    told = snapshot_rows(
        rows=rows,
        groups=GROUPS if images else GROUPS[:2],
        classes=CLASSES if images else ("<=50K", ">50K"),
        flipped=kind == "flipped",
        images=images,
    )
    return RunView(
        "made-up-1",
        settings or TrainingSettings(),
        curves_of(told.group_names),
        end=2000.0,
        snapshot_rows=told,
        snapshots=tuple(snapshot(told, step) for step in STEPS),
    )


def snapshot_rows(
    *, rows: int, groups: tuple[str, ...], classes: tuple[str, ...], flipped: bool, images: bool
) -> SnapshotRows:
    """Make up rows of which the first group has most."""
    rng = np.random.default_rng(5)
    shares = 1.0 / (1.0 + np.arange(len(groups)))
    group = rng.choice(len(groups), rows, p=shares / shares.sum()).astype(np.int32)
    clean = rng.integers(0, len(classes), rows).astype(np.int32)
    label = clean.copy()
    if flipped:
        label = np.where(rng.random(rows) < 0.15, (clean + 1) % len(classes), clean)
    points = rng.normal(size=(rows, 2)) + 1.5 * np.stack((clean, group), axis=1)
    shown = min(rows, 2000)
    inputs = rng.random((shown, 64)) if images else np.column_stack((points[:shown], group[:shown]))
    plane = Plane(
        ("first component", "second component") if images else ("age", "hours per week"),
        points.astype(np.float32),
        (float(points[:, 0].min()), float(points[:, 1].min())),
        (float(points[:, 0].max()), float(points[:, 1].max())),
        CELLS,
        exact=not images,
    )
    return SnapshotRows(
        arm=BASE,
        seed=1,
        group_names=groups,
        class_names=classes,
        label=label.astype(np.int32),
        clean_label=clean,
        group=group,
        rows=rows,
        feature_names=tuple(map(str, range(64))) if images else ("age", "hours", "gender"),
        inputs=inputs.astype(np.float32),
        levels=() if images else ((), (), groups),
        image_shape=(8, 8) if images else (),
        plane=plane,
    )


def snapshot(rows: SnapshotRows, step: float) -> Snapshot:
    """Make up answers that are the better the later, and worse in later groups."""
    rng = np.random.default_rng(int(step) + 1)
    classes = len(rows.class_names)
    assert rows.plane is not None
    skill = 3.0 * step / (60.0 + step)
    sides = np.linspace(-1.0, 1.0, CELLS)
    across, upwards = np.meshgrid(sides, sides)
    slope = 3.0 * skill * (across + 0.4 * np.sin(3.0 * upwards))
    target = np.eye(classes)[rows.clean_label] * (skill / (1.0 + 0.5 * rows.group[:, None]))
    scores = target + rng.normal(size=target.shape)
    boundary = np.stack(
        [slope * (index - (classes - 1) / 2) - 0.4 * index**2 * skill for index in range(classes)],
        axis=-1,
    ).reshape(-1, classes)
    if classes == 2:
        scores = scores[:, 1:] - scores[:, :1]
        boundary = boundary[:, 1:] - boundary[:, :1]
    else:
        scores = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        boundary = boundary - np.log(np.exp(boundary).sum(axis=1, keepdims=True))
    return Snapshot(BASE, 1, step, scores.astype(np.float32), boundary.astype(np.float32))


def curves_of(groups: tuple[str, ...]) -> CurveSet:
    """Make up every score, the learning rate and the norms."""
    x = np.unique(np.concatenate(([0.0], np.rint(np.geomspace(1, 1024, 160)))))
    rng = np.random.default_rng(3)
    points = []
    for measure in (LOSS, *SCORES):
        for source in (Source.TRAINING, Source.VALIDATION):
            for index, group in enumerate((*groups, OVERALL)):
                level = 0.5 + 0.4 * x / (30.0 + x) - 0.05 * index
                level = 0.7 * np.exp(-x / 400) + 0.1 * index if measure is LOSS else level
                noisy = level + 0.01 * rng.normal(size=x.size)
                points.append(Points(CurveName(measure.quantity, group, source, BASE, 1), x, noisy))
    learnt = {"learning rate": 0.01 * 0.5 ** (x / 500), "weight norm": 3 + x / 300}
    learnt |= {
        name: (2.0 + number) / (1 + x / 50) + 0.01
        for number, name in enumerate(
            ("gradient norm", *(f"gradient norm, layer {layer}" for layer in (1, 2, 3)))
        )
    }
    for quantity, values in learnt.items():
        points.append(Points(CurveName(quantity, OVERALL, Source.TRAINING, BASE, 1), x, values))
    return CurveSet(points)
