"""What a training has measured so far, as detectors look at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

import numpy as np

from experiments.curves import CurveSet
from experiments.findings import Fault
from experiments.frames import BASE, OVERALL, CurveName, FloatArray, Points, Source
from experiments.training.watch.facts import Facts

QUANTITIES = (
    "loss",
    "accuracy",
    "balanced accuracy",
    "ROC AUC",
    "selection rate",
    "true positive rate",
    "false positive rate",
    "learning rate",
    "gradient norm",
    "weight norm",
)
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
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.step = 0.0
        self.told: set[Fault] = set()
        self._ended = False
        self._curves = CurveSet()
        self._traces: dict[CurveName, Trace] = {}

    def take(self, points: Iterable[Points]) -> None:
        """Note what has been measured."""
        wanted = [each for each in points if _is_wanted(each.name)]
        self._curves.extend(wanted)
        self._traces.clear()
        self.step = max((float(each.x[-1]) for each in wanted if each.x.size), default=self.step)

    def end(self) -> None:
        """Note that nothing more will be measured."""
        self._ended = True

    @property
    def late(self) -> bool:
        """Whether what has not been learnt by now counts as missed."""
        return self._ended or self.step >= _LATE * self.facts.steps

    def trace(
        self, quantity: str, group: str = OVERALL, source: Source = Source.VALIDATION
    ) -> Trace:
        """Give one curve, empty where there is none."""
        name = CurveName(quantity, group, source, BASE, self.facts.plan.seed)
        if name not in self._traces:
            self._traces[name] = self._trace(name)
        return self._traces[name]

    def level(
        self, quantity: str, group: str = OVERALL, source: Source = Source.VALIDATION
    ) -> float:
        """Give the present level of a curve; NaN where there is none."""
        return self.trace(quantity, group, source).level()

    def layers(self) -> list[Trace]:
        """Give the gradient norm of each layer, from the input on."""
        names = (name for name in self._curves.names if name.quantity.startswith(LAYER))
        ordered = sorted(names, key=lambda name: int(name.quantity.removeprefix(LAYER)))
        return [self._trace(name) for name in ordered]

    def first(self, quantity: str) -> float:
        """Give the first training value of a quantity, step 0 included; NaN where there is none."""
        name = CurveName(quantity, OVERALL, Source.TRAINING, BASE, self.facts.plan.seed)
        return float(self._curves[name].value[0]) if name in self._curves else float("nan")

    def _trace(self, name: CurveName) -> Trace:
        if name not in self._curves:
            return Trace(np.empty(0), np.empty(0))
        curve = self._curves[name]
        kept = (curve.x > 0) & np.isfinite(curve.value)
        return Trace(curve.x[kept], curve.value[kept])


def _is_wanted(name: CurveName) -> bool:
    """Tell whether a detector looks at a curve."""
    if name.source is Source.TEST:
        return False
    return name.quantity in QUANTITIES or name.quantity.startswith(LAYER)
