"""Where the words of markers and bands go, so that none covers another or is cut off."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from gui.plots.intervals import Interval

_BESIDE = 4.0
"""Distance between a marker's line and its caption, in pixels."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the canvas."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.left + self.width

    def overlaps(self, other: "Box") -> bool:
        """Tell whether two rectangles share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.top + other.height
            and other.top < self.top + self.height
        )


def band_caption(
    stretch: Interval, lines: Sequence[float], *, width: float, height: float
) -> Box | None:
    """Place a band's caption at the top, in the widest part no marker's line runs through.

    Parameters
    ----------
    stretch
        Visible part of the band, in pixels.
    lines
        Positions of the markers' lines, in pixels.
    width, height
        Size of the words; the box is narrower where there is less room, and None where there
        is too little to read any.
    """
    inside = sorted(line for line in lines if stretch.low < line < stretch.high)
    borders = [stretch.low, *inside, stretch.high]
    low, high = max(itertools.pairwise(borders), key=lambda part: part[1] - part[0])
    room = high - low - 2 * _BESIDE
    if room < min(width, 3 * height):
        return None
    fitting = min(width, room)
    return Box((low + high - fitting) / 2, 0.0, fitting, height)


def marker_captions(
    lines: Sequence[float],
    widths: Sequence[float],
    *,
    canvas_width: float,
    row: float,
    rows: range,
) -> list[Box | None]:
    """Place a caption beside each marker's line.

    Parameters
    ----------
    lines
        Positions of the lines, in pixels.
    widths
        Width of each caption, in pixels.
    canvas_width
        Captions stay between 0 and this.
    row
        Height of a row of captions.
    rows
        The rows that may be used, counted from the top.

    Returns
    -------
    list of Box or None
        One per line; None where no place is left. Captions cross no foreign line unless there
        is no other place.
    """
    placed: list[Box] = []
    result: list[Box | None] = []
    for index, (line, width) in enumerate(zip(lines, widths, strict=True)):
        others = [other for number, other in enumerate(lines) if number != index]
        best: tuple[int, Box] | None = None
        for number in rows if 0.0 <= line <= canvas_width else ():
            for left in (line + _BESIDE, line - _BESIDE - width):
                box = Box(left, number * row, width, row - 2.0)
                if box.left < 0.0 or box.right > canvas_width:
                    continue
                if any(box.overlaps(known) for known in placed):
                    continue
                crossed = sum(box.left < other < box.right for other in others)
                if best is None or crossed < best[0]:
                    best = (crossed, box)
        if best is not None:
            placed.append(best[1])
        result.append(None if best is None else best[1])
    return result
