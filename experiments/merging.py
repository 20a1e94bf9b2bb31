"""Several frames as one."""

from collections.abc import Sequence

import numpy as np

from experiments.frames import CurveName, EnsemblePoints, Frame, Points


def merge(frames: Sequence[Frame]) -> Frame:
    """Join frames in their order: one part for each curve, all events, the last progress."""
    if len(frames) == 1:
        return frames[0]
    parts: dict[CurveName, list[Points]] = {}
    for frame in frames:
        for points in frame.points:
            parts.setdefault(points.name, []).append(points)
    ensembles: dict[CurveName, list[EnsemblePoints]] = {}
    for frame in frames:
        for part in frame.ensembles:
            ensembles.setdefault(part.name, []).append(part)
    return Frame(
        points=tuple(
            Points(
                name,
                np.concatenate([points.x for points in same]),
                np.concatenate([points.value for points in same]),
            )
            for name, same in parts.items()
        ),
        ensembles=tuple(EnsemblePoints.joined(same) for same in ensembles.values()),
        events=tuple(event for frame in frames for event in frame.events),
        progress=next((f.progress for f in reversed(frames) if f.progress is not None), None),
    )
