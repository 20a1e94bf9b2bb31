"""Several frames as one."""

from collections.abc import Sequence

from experiments.frames import CurveName, EnsemblePoints, Frame, Points


def merge(frames: Sequence[Frame]) -> Frame:
    """Join frames in their order: one part for each curve, all events, the last progress."""
    if len(frames) == 1:
        return frames[0]
    points: dict[CurveName, list[Points]] = {}
    ensembles: dict[CurveName, list[EnsemblePoints]] = {}
    for frame in frames:
        for part in frame.points:
            points.setdefault(part.name, []).append(part)
        for grown in frame.ensembles:
            ensembles.setdefault(grown.name, []).append(grown)
    return Frame(
        points=tuple(Points.joined(parts) for parts in points.values()),
        ensembles=tuple(EnsemblePoints.joined(parts) for parts in ensembles.values()),
        events=tuple(event for frame in frames for event in frame.events),
        cells=tuple(cells for frame in frames for cells in frame.cells),
        measured=tuple(cell for frame in frames for cell in frame.measured),
        snapshot_rows=tuple(rows for frame in frames for rows in frame.snapshot_rows),
        snapshots=tuple(snapshot for frame in frames for snapshot in frame.snapshots),
        changes=tuple(change for frame in frames for change in frame.changes),
        progress=next((f.progress for f in reversed(frames) if f.progress is not None), None),
    )
