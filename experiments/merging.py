"""Several frames as one."""

from collections.abc import Sequence

import numpy as np

from experiments.frames import CurveName, Frame, Points


def merge(frames: Sequence[Frame]) -> Frame:
    """Join frames in their order: one `Points` for each curve, all events, the last progress."""
    if len(frames) == 1:
        return frames[0]
    parts: dict[CurveName, list[Points]] = {}
    for frame in frames:
        for points in frame.points:
            parts.setdefault(points.name, []).append(points)
    return Frame(
        points=tuple(
            Points(
                name,
                np.concatenate([points.x for points in same]),
                np.concatenate([points.value for points in same]),
            )
            for name, same in parts.items()
        ),
        events=tuple(event for frame in frames for event in frame.events),
        progress=next((f.progress for f in reversed(frames) if f.progress is not None), None),
    )
