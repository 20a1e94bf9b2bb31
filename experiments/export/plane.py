"""Turn a view of the plane into the plain specification that is drawn and written to disk."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from experiments.export.figure import origin
from experiments.export.plane_drawing import (
    ArrowSpecification,
    LineSpecification,
    MarkSpecification,
    PlaneSpecification,
)
from experiments.frames import FloatArray
from experiments.plane import PlaneArrow, PlaneLine, PlaneScene, PlaneView
from experiments.settings import Settings

_FLATTEST, _STEEPEST = 0.5, 1.1
"""Height of the axes relative to their width."""

# Lengths relative to the width of the axes.
_LETTER, _ROW = 0.017, 0.036
_SIDE = 0.032
_END = 0.05

_FAR = 1e3
"""A boundary farther away than this many diagonals of the axes is as good as none."""


def specify_plane(view: PlaneView, *, settings: Settings, dpi: int) -> PlaneSpecification:
    """Describe a plane at one moment, and where its numbers come from, in plain values."""
    scene = view.scene
    shown = f"Plane of {dict(scene.choices)[scene.choice]}" if len(scene.choices) > 1 else "Plane"
    frame = _frame(scene)
    x_span, y_span = zip(frame.low.tolist(), frame.high.tolist(), strict=True)
    boundaries = [line for line in view.boundaries if _distance(line, frame) < _FAR]
    return {
        "title": ": ".join(text for text in (settings.about.title, shown) if text),
        "caption": view.caption,
        "origin": origin(settings, f"{len(view.answer)} samples"),
        "dpi": dpi,
        "x_label": scene.x_label,
        "y_label": scene.y_label,
        "x_span": x_span,
        "y_span": y_span,
        "groups": [
            {"name": name, "label": group.label, "colour": group.colour}
            for name, group in zip(scene.plane.mixture.names, scene.groups, strict=True)
        ],
        "lines": [
            *(_line(rule, frame, dash="dashed", banded=False) for rule in scene.rules),
            *(_line(line, frame, dash="solid", banded=True) for line in boundaries),
        ],
        "arrows": [_arrow(arrow) for arrow in scene.arrows],
        "marks": _marks(boundaries, scene.arrows, frame),
    }


class _Frame(NamedTuple):
    """Lower left and upper right corner of the axes, each (2,)."""

    low: FloatArray
    high: FloatArray

    @property
    def width(self) -> float:
        return float(self.high[0] - self.low[0])

    @property
    def middle(self) -> FloatArray:
        return (self.low + self.high) / 2

    @property
    def reach(self) -> float:
        """Length of the diagonal."""
        return float(np.linalg.norm(self.high - self.low))


class _Tag(NamedTuple):
    """A text of about this size (2,) around its middle (2,)."""

    text: str
    middle: FloatArray
    size: FloatArray

    def covers(self, other: "_Tag") -> bool:
        apart = np.abs(self.middle - other.middle)
        return bool(np.all(2 * apart < self.size + other.size))


def _frame(scene: PlaneScene) -> _Frame:
    """Hold everything, neither too flat nor too steep."""
    low, high = np.array([scene.x_span, scene.y_span]).T
    width, height = (high - low).tolist()
    size = np.array([max(width, height / _STEEPEST), max(height, width * _FLATTEST)])
    middle = (low + high) / 2
    return _Frame(middle - size / 2, middle + size / 2)


def _distance(line: PlaneLine, frame: _Frame) -> float:
    """Tell how far a line is from the middle, in diagonals of the axes."""
    length = float(np.linalg.norm(line.normal))
    return abs(line.level / length - float(line.normal @ frame.middle) / length) / frame.reach


def _line(line: PlaneLine, frame: _Frame, *, dash: str, banded: bool) -> LineSpecification:
    x, y = (line.normal / np.linalg.norm(line.normal)).tolist()
    return {
        "normal": (x, y),
        "level": line.level / float(np.linalg.norm(line.normal)),
        "half_width": min(line.half_width, 2 * _FAR * frame.reach) if banded else 0.0,
        "colour": line.colour,
        "dash": dash,
        "label": line.label,
    }


def _arrow(arrow: PlaneArrow) -> ArrowSpecification:
    x, y = arrow.tip.tolist()
    return {"tip": (x, y), "colour": arrow.colour}


def _marks(
    boundaries: Sequence[PlaneLine], arrows: Sequence[PlaneArrow], frame: _Frame
) -> list[MarkSpecification]:
    """Name the sides of the outermost boundaries, and the arrows where there is room."""
    seen = [
        (line, segment) for line in boundaries if (segment := _visible(line, frame)) is not None
    ]
    tags = [tag for line, segment in seen[:1] for tag in _sides(line, segment[::-1], frame)]
    tags += [tag for line, segment in seen[1:][-1:] for tag in _sides(line, segment, frame)]
    for arrow in arrows:
        tags.append(_arrow_tag(arrow, tags, frame))
    return [
        {"x": float(tag.middle[0]), "y": float(tag.middle[1]), "text": tag.text} for tag in tags
    ]


def _visible(line: PlaneLine, frame: _Frame) -> FloatArray | None:
    """Cut out what the axes show of a line, the lower end first, shape (2, 2); None if nothing."""
    length = float(np.linalg.norm(line.normal))
    normal = line.normal / length
    foot = frame.middle + (line.level / length - normal @ frame.middle) * normal
    along = np.array([-normal[1], normal[0]])
    along *= 1.0 if along[1] > 0 else -1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.sort([(frame.low - foot) / along, (frame.high - foot) / along], axis=0)
    start, stop = float(np.nanmax(ends[0])), float(np.nanmin(ends[1]))
    return np.array([foot + start * along, foot + stop * along]) if start < stop else None


def _sides(line: PlaneLine, segment: FloatArray, frame: _Frame) -> list[_Tag]:
    """Say near the first end of a boundary which answer is given on either side."""
    start, stop = segment
    length = float(np.linalg.norm(stop - start))
    middle = start + (stop - start) * min(_END * frame.width / length, 0.5)
    step = line.normal * (_SIDE * frame.width / float(np.linalg.norm(line.normal)))
    return [_tag("+1", middle + step, frame), _tag("−1", middle - step, frame)]


def _arrow_tag(arrow: PlaneArrow, taken: Sequence[_Tag], frame: _Frame) -> _Tag:
    """Name an arrow beyond its tip, or beside it where another text is."""
    along = arrow.tip / np.linalg.norm(arrow.tip)
    across = np.array([-along[1], along[0]])
    size = _tag(arrow.label, arrow.tip, frame).size
    beyond, beside = (
        way * (np.abs(way) @ size / 2 + 0.3 * _ROW * frame.width) for way in (along, across)
    )
    places = (beyond, beside, -beside, 2 * beyond)
    tags = [_tag(arrow.label, arrow.tip + place, frame) for place in places]
    return next((tag for tag in tags if not any(map(tag.covers, taken))), tags[0])


def _tag(text: str, middle: FloatArray, frame: _Frame) -> _Tag:
    """Place a text, within the axes."""
    size = np.array([_LETTER * (len(text) + 0.5), _ROW]) * frame.width
    return _Tag(text, np.clip(middle, frame.low + size / 2, frame.high - size / 2), size)
