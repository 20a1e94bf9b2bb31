"""What a training has measured so far, as detectors look at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

import numpy as np

from experiments.findings import Fault
from experiments.frames import OVERALL, FloatArray, Points, Source
from experiments.training.watch.facts import Facts

_OF_NETWORK = {"learning rate", "gradient norm", "weight norm"}
_WANTED: dict[Source, set[str]] = {
    Source.TRAINING: {"loss", "balanced accuracy", "ROC AUC"} | _OF_NETWORK,
    Source.VALIDATION: {
        *("loss", "accuracy", "balanced accuracy", "ROC AUC"),
        *("selection rate", "true positive rate", "false positive rate"),
    },
}
"""What some detector looks at; nothing else is kept."""
LAYER = "gradient norm, layer "
"""Begins the name of the gradient norm of one layer, counted from 1 nearest the input."""

_LATE = 0.5
"""Share of a run after which what has not been learnt counts as missed: any earlier, a network
that merely has not come to it yet would be blamed."""
_MIDDLE = 3
"""Points whose median is a level: one lucky or unlucky measurement must not decide."""


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One curve after step 0 where it is defined: steps and values, shape (n,)."""

    x: FloatArray
    value: FloatArray

    def level(self, step: float = np.inf) -> float:
        """Give the median of the last three values up to a step; NaN before there are any."""
        end = self.x.size if step == np.inf else np.searchsorted(self.x, step, side="right")
        values = self.value[:end][-_MIDDLE:].tolist()
        return float(median(values)) if values else float("nan")

    def since(self, step: float) -> FloatArray:
        """Give the values from a step on."""
        return self.value[np.searchsorted(self.x, step) :]


_Key = tuple[str, str, bool]
"""Quantity, group, and whether it was measured on validation rows; Points have slower names."""


class Seen:
    """Curves of one training, as far as detectors need them.

    Attributes
    ----------
    facts
        What was known before.
    step
        The step last measured.
    told
        The faults told so far.
    ended
        Whether nothing more will be measured.
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.step = 0.0
        self.told: set[Fault] = set()
        self.ended = False
        self._columns: dict[_Key, tuple[list[float], list[float]]] = {}
        self._traces: dict[_Key, Trace] = {}

    def take(self, points: Iterable[Points]) -> None:
        """Note what has been measured."""
        self._traces.clear()
        for each in points:
            name = each.name
            if not (
                name.quantity in _WANTED.get(name.source, ()) or name.quantity.startswith(LAYER)
            ):
                continue
            key = (name.quantity, name.group, name.source is Source.VALIDATION)
            columns = self._columns.get(key)
            if columns is None:
                columns = self._columns[key] = ([], [])
            columns[0].extend(each.x.tolist())
            columns[1].extend(each.value.tolist())
            self.step = max(self.step, columns[0][-1])

    def end(self) -> None:
        """Note that nothing more will be measured."""
        self.ended = True

    @property
    def late(self) -> bool:
        """Whether what has not been learnt by now counts as missed."""
        return self.ended or self.step >= _LATE * self.facts.steps

    def trace(
        self, quantity: str, group: str = OVERALL, source: Source = Source.VALIDATION
    ) -> Trace:
        """Give one curve, empty where there is none."""
        key = (quantity, group, source is Source.VALIDATION)
        if key not in self._traces:
            x, value = map(np.array, self._columns.get(key, ([], [])))
            kept = (x > 0) & np.isfinite(value)
            self._traces[key] = Trace(x[kept], value[kept])
        return self._traces[key]

    def level(
        self, quantity: str, group: str = OVERALL, source: Source = Source.VALIDATION
    ) -> float:
        """Give the present level of a curve; NaN where there is none."""
        return self.trace(quantity, group, source).level()

    def layers(self) -> list[Trace]:
        """Give the gradient norm of each layer, from the input on."""
        found: list[Trace] = []
        while (trace := self.trace(f"{LAYER}{len(found) + 1}", source=Source.TRAINING)).x.size:
            found.append(trace)
        return found

    def first(self, quantity: str) -> float:
        """Give the first training value of a quantity, step 0 included; NaN where there is none."""
        _, values = self._columns.get((quantity, OVERALL, False), ([], []))
        return values[0] if values else float("nan")
