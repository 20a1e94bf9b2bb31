"""What the history shows of a run: where each group ended, the gap, and when the lead changed."""

import json
from dataclasses import asdict, dataclass
from typing import Self

import numpy as np

from experiments.crossings import crossings, measured_crossings
from experiments.curves import Curve, CurveSet
from experiments.frames import OVERALL, FloatArray, Source
from experiments.maps import CellMap
from experiments.seeds import typical

_PREFERRED = (Source.THEORY, Source.VALIDATION, Source.SIMULATION, Source.TRAINING)


@dataclass(frozen=True, slots=True)
class Summary:
    """The end of a run in a few numbers.

    Attributes
    ----------
    losses
        Final loss of each group in the order the groups appeared; the mean over runs where there
        is no other.
    gap
        First group's final loss minus the second's; with more groups, largest minus smallest;
        None with fewer than two.
    last_crossing
        Position of the last moment at which the two groups' losses swapped places; None if they
        never did or there are not exactly two.
    curves
        Number of curves.
    cells
        Cells of a map that are known.
    crossed
        Of those that can exist and do not diverge, the share in which the lead changes; None if
        there are none.
    """

    losses: tuple[tuple[str, float], ...] = ()
    gap: float | None = None
    last_crossing: float | None = None
    curves: int = 0
    cells: int = 0
    crossed: float | None = None

    def to_json(self) -> str:
        """Write as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        table = json.loads(text)
        table["losses"] = tuple((group, loss) for group, loss in table["losses"])
        return cls(**table)


def summarise(curves: CurveSet) -> Summary:
    """Summarise the losses of a run.

    The numbers come from the theory where there are some, else from validation, simulation or
    training, in this order; of twin pipelines, from the right one.
    """
    source, by_group = _losses(typical(curves))
    finals = tuple((group, float(values[-1])) for group, (_, values) in by_group.items())
    gap = crossing = None
    if len(finals) == 2:
        gap = finals[0][1] - finals[1][1]
        (x, first), (other_x, second) = by_group.values()
        shared = min(x.size, other_x.size)
        if np.array_equal(x[:shared], other_x[:shared]):
            kept = np.flatnonzero(x[:shared] > 0)
            find = crossings if source is Source.THEORY else measured_crossings
            found = find(x[kept], first[kept], second[kept])
            crossing = found[-1].x if found else None
    elif len(finals) > 2:
        losses = [loss for _, loss in finals]
        gap = max(losses) - min(losses)
    return Summary(losses=finals, gap=gap, last_crossing=crossing, curves=len(curves))


def summarise_map(cells: CellMap) -> Summary:
    """Summarise a map as far as it is known."""
    told = (cells.layer("diverges") == 0) & np.isfinite(cells.layer("crossings"))
    changes = cells.layer("crossings")[told] > 0
    return Summary(cells=len(cells), crossed=float(changes.mean()) if changes.size else None)


def _losses(curves: CurveSet) -> tuple[Source, dict[str, tuple[FloatArray, FloatArray]]]:
    """Give the preferred source and the loss of each group from it."""
    means = [
        Curve(each.name, each.x[each.count > 0], each.mean[each.count > 0])
        for each in curves.ensembles
    ]
    for source in _PREFERRED:
        chosen = {
            curve.name.group: (curve.x, curve.value)
            for curve in (*curves.select(source=source), *means)
            if (curve.name.quantity, curve.name.source) == ("loss", source)
            and curve.name.group != OVERALL
            and curve.x.size
        }
        if chosen:
            return source, chosen
    return Source.THEORY, {}
