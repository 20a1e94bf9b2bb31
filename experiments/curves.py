"""Curves that grow while a run streams."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from experiments.frames import (
    BASE,
    OVERALL,
    CurveName,
    EnsemblePoints,
    FloatArray,
    Points,
    Source,
)

_LEAST_ROOM = 64


class _Column:
    """A one-dimensional array that grows at its end in amortised constant time.

    What it begins with is not copied, and never written to.
    """

    def __init__(self, values: FloatArray) -> None:
        self._data = np.asarray(values, dtype=np.float64)
        self._size = values.size

    def extend(self, values: FloatArray) -> None:
        if not values.size:
            return
        needed = self._size + values.size
        if needed > self._data.size:
            grown = np.empty(max(needed, 2 * self._data.size, _LEAST_ROOM))
            grown[: self._size] = self._data[: self._size]
            self._data = grown
        self._data[self._size : needed] = values
        self._size = needed

    def view(self) -> FloatArray:
        view = self._data[: self._size]
        view.flags.writeable = False
        return view


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One curve as it stands: read-only arrays of equal length (n,)."""

    name: CurveName
    x: FloatArray
    value: FloatArray


class CurveSet:
    """Every curve and every ensemble of a run; each only ever grows at its end."""

    def __init__(
        self, points: Iterable[Points | Curve] = (), ensembles: Iterable[EnsemblePoints] = ()
    ) -> None:
        self._columns: dict[CurveName, tuple[_Column, _Column]] = {}
        self._ensembles: dict[CurveName, list[EnsemblePoints]] = {}  # parts, joined when read
        self.extend(points, ensembles)

    def extend(
        self, points: Iterable[Points | Curve] = (), ensembles: Iterable[EnsemblePoints] = ()
    ) -> None:
        """Append new points to the curves and ensembles they name."""
        for grown in ensembles:
            self._ensembles.setdefault(grown.name, []).append(grown)
        for part in points:
            columns = self._columns.get(part.name)
            if columns is None:
                self._columns[part.name] = (_Column(part.x), _Column(part.value))
            else:
                columns[0].extend(part.x)
                columns[1].extend(part.value)

    def __len__(self) -> int:
        return len(self._columns) + len(self._ensembles)

    def __contains__(self, name: CurveName) -> bool:
        return name in self._columns

    def __getitem__(self, name: CurveName) -> Curve:
        x, value = self._columns[name]
        return Curve(name, x.view(), value.view())

    def __iter__(self) -> Iterator[Curve]:
        return (self[name] for name in self._columns)

    @property
    def names(self) -> tuple[CurveName, ...]:
        """Name every curve, in the order they appeared."""
        return tuple(self._columns)

    @property
    def ensembles(self) -> tuple[EnsemblePoints, ...]:
        """Every ensemble, in the order they appeared."""
        return tuple(self._whole(name) for name in self._ensembles)

    def ensemble(self, quantity: str, group: str) -> EnsemblePoints | None:
        """Return the ensemble of a quantity; None if there is none."""
        for name in self._ensembles:
            if (name.quantity, name.group) == (quantity, group):
                return self._whole(name)
        return None

    def runs(self) -> Iterator[Curve]:
        """Give the kept traces of every ensemble as one curve for each run."""
        for ensemble in self.ensembles:
            for run, values in enumerate(ensemble.traces.T):
                known = np.isfinite(values)
                name = replace(ensemble.name, seed=ensemble.name.seed + run)
                yield Curve(name, ensemble.x[known], values[known])

    def select(
        self,
        *,
        quantity: str | None = None,
        source: Source | None = None,
        group: str | None = None,
        arm: str | None = None,
    ) -> tuple[Curve, ...]:
        """List the curves with these parts in their names, in the order they appeared."""
        return tuple(
            self[name]
            for name in self._columns
            if quantity in {None, name.quantity}
            and source in {None, name.source}
            and group in {None, name.group}
            and arm in {None, name.arm}
        )

    def groups(self) -> tuple[str, ...]:
        """List the groups in the order they appeared, ``overall`` left out."""
        names = dict.fromkeys(name.group for name in (*self._columns, *self._ensembles))
        names.pop(OVERALL, None)
        return tuple(names)

    def in_arm(self, arm: str) -> "CurveSet":
        """Copy everything under the name of an arm, to tell this run from another one.

        Arms of its own keep their names as a part.
        """

        def renamed(name: CurveName) -> CurveName:
            return replace(name, arm=arm if name.arm == BASE else f"{arm}, {name.arm}")

        return CurveSet(
            (replace(curve, name=renamed(curve.name)) for curve in self),
            (replace(each, name=renamed(each.name)) for each in self.ensembles),
        )

    @classmethod
    def joined(cls, sets: "Sequence[CurveSet]") -> "CurveSet":
        """Put all curves and ensembles of several sets into one."""
        return cls(
            (curve for each in sets for curve in each),
            (ensemble for each in sets for ensemble in each.ensembles),
        )

    def _whole(self, name: CurveName) -> EnsemblePoints:
        parts = self._ensembles[name]
        if len(parts) > 1:
            parts[:] = [EnsemblePoints.joined(parts)]
        return parts[0]
