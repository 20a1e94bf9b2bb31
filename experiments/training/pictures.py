"""What a network says of held-out rows, as snapshots of a run."""

import numpy as np

from experiments.frames import BASE
from experiments.snapshots import Plane, Snapshot, SnapshotRows
from models.preparation import Prepared
from models.snapshots import CELLS, Sample
from models.training import Record


def snapshot_rows(prepared: Prepared, sample: Sample, *, seed: int) -> SnapshotRows:
    """Describe the rows that the snapshots of a single training are of."""
    dataset = prepared.dataset
    validation = dataset.validation
    clean = validation.y if validation.clean_y is None else validation.clean_y
    return SnapshotRows(
        arm=BASE,
        seed=seed,
        group_names=dataset.group_names,
        class_names=dataset.class_names,
        label=validation.y[sample.rows],
        clean_label=clean[sample.rows],
        group=validation.group[sample.rows],
        rows=validation.y.size,
        feature_names=sample.column_names,
        inputs=sample.shown,
        levels=sample.levels,
        image_shape=dataset.image_shape or (),
        plane=_plane(sample),
    )


def snapshots(record: Record, *, seed: int) -> tuple[Snapshot, ...]:
    """Give the snapshot of a record, if it has one."""
    if record.snapshot is None:
        return ()
    rows, boundary = (
        np.ascontiguousarray(part, np.float32)
        for part in (record.snapshot.rows, record.snapshot.boundary)
    )
    return (Snapshot(BASE, seed, float(record.step), rows, boundary),)


def _plane(sample: Sample) -> Plane | None:
    plane = sample.plane
    if plane is None:
        return None
    return Plane(
        axes=plane.axes,
        points=plane.points,
        low=plane.low,
        high=plane.high,
        cells=CELLS,
        exact=plane.exact,
    )
