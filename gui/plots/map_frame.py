"""Where the cells of a map lie on the axes, and which value a position on them means."""

import math
from dataclasses import dataclass

from experiments.frames import FloatArray
from experiments.map_view import MapView
from gui.plots.intervals import Interval
from gui.plots.scales import coordinate, value_at


@dataclass(frozen=True, slots=True)
class Side:
    """One axis of a map.

    Attributes
    ----------
    low, high
        Values at the centres of the first and the last cell.
    count
        Cells along the axis.
    log
        Whether they lie evenly on a log scale.
    """

    low: float
    high: float
    count: int
    log: bool

    @classmethod
    def of(cls, values: FloatArray, *, log: bool) -> "Side":
        """Describe the axis of rising values (n,) at the centres of cells."""
        return cls(float(values[0]), float(values[-1]), values.size, log)

    @property
    def shown(self) -> Interval:
        """All cells from edge to edge, in axis coordinates."""
        low, high = self.coordinate(self.low), self.coordinate(self.high)
        if self.count == 1:
            return Interval(low, high).padded(below=0.25, above=0.25)
        half = (high - low) / (self.count - 1) / 2
        return Interval(low - half, high + half)

    def coordinate(self, value: float) -> float:
        """Turn a value into its axis coordinate."""
        return coordinate(value, log=self.log)

    def value(self, position: float, *, step: float) -> float:
        """Turn an axis coordinate into a value with no more digits than a step of it tells apart.

        Values beyond the outermost centres are those at the centres.
        """
        value = value_at(position, log=self.log)
        wide = step * (value * math.log(10) if self.log else 1.0)
        rounded = round(value, -math.floor(math.log10(wide)))
        return min(max(rounded, self.low), self.high)


def sides(view: MapView) -> tuple[Side, Side]:
    """Describe both axes of a map."""
    return Side.of(view.x, log=view.x_log), Side.of(view.y, log=view.y_log)
