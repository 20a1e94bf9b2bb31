"""Many settings of the two-group model at once: the cells of a phase diagram."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from simulation.learning import DIVERGENCE_NORM, LearningRule
from simulation.losses import Squared
from simulation.mixture import GRAM_TOLERANCE, FloatArray, TeacherMixture

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]

_OVERLAP_TOLERANCE, _NORM_TOLERANCE = 1e-8, 1e-9
"""Rounding that `learning.place` allows."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TwoGroupCells:
    """Mixtures of two groups, each with a rule of plain SGD on the squared loss.

    The fields are float64 arrays that broadcast to the shape of the cells, a number being an
    array of shape ().

    Attributes
    ----------
    representation, variance_plus, variance_minus, rule_similarity
        As in `TeacherMixture.two_group`, like the next five.
    label_correlation_plus, label_correlation_minus, shift, threshold_plus, threshold_minus
        m_±, V and b_±.
    learning_rate, weight_decay, batch_size, initial_norm
        As in `LearningRule`.
    group_weight_plus, group_weight_minus
        c_± ≥ 0, not both 0.
    class_weight
        a_y > 0 of both labels; different ones have no closed form.
    initial_overlap_plus, initial_overlap_minus, initial_overlap_shift
        w·T_+/d, w·T_−/d and w·v/d at the start.
    sampling_plus
        Probability π_+ with which a training sample comes from the group "+"; None: its
        representation.
    """

    representation: FloatArray
    variance_plus: FloatArray
    variance_minus: FloatArray
    rule_similarity: FloatArray
    label_correlation_plus: FloatArray
    label_correlation_minus: FloatArray
    shift: FloatArray
    threshold_plus: FloatArray
    threshold_minus: FloatArray
    learning_rate: FloatArray
    weight_decay: FloatArray
    batch_size: FloatArray
    initial_norm: FloatArray
    group_weight_plus: FloatArray
    group_weight_minus: FloatArray
    class_weight: FloatArray
    initial_overlap_plus: FloatArray
    initial_overlap_minus: FloatArray
    initial_overlap_shift: FloatArray
    sampling_plus: FloatArray | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """What the fields broadcast to.

        Raises
        ------
        ValueError
            If they do not.
        """
        return np.broadcast_shapes(*(values.shape for values in self._values().values()))

    def blocks(self, size: int) -> Iterator[tuple[slice, "TwoGroupCells"]]:
        """Part the cells in C order; their fields have the shape (1,) or (n,) with n ≤ size."""
        shape = self.shape
        flat = {
            name: (values if values.size == 1 else np.broadcast_to(values, shape)).reshape(-1)
            for name, values in self._values().items()
        }
        for first in range(0, int(np.prod(shape)), size):
            part = slice(first, first + size)
            yield (
                part,
                TwoGroupCells(**{name: v if v.size == 1 else v[part] for name, v in flat.items()}),
            )

    def where(self, chosen: BoolArray) -> Self:
        """Keep some of the cells of a block, as told by an array of shape (n,)."""
        return type(self)(
            **{name: v if v.size == 1 else v[chosen] for name, v in self._values().items()}
        )

    def cell(self, *index: int) -> tuple[TeacherMixture, LearningRule]:
        """Return what one cell stands for.

        Raises
        ------
        ValueError
            If the cell is not admissible; an `InadmissibleGeometryError` if no vectors exist.
        """
        shape = self.shape
        values = {
            name: float(np.broadcast_to(v, shape)[index]) for name, v in self._values().items()
        }
        mixture = TeacherMixture.two_group(
            **{field: values[field] for field in _MIXTURE},
        )
        plus, minus, shift = (values[f"initial_overlap_{u}"] for u in ("plus", "minus", "shift"))
        sampling = values.get("sampling_plus")
        return mixture, LearningRule(
            loss=Squared(),
            learning_rate=values["learning_rate"],
            weight_decay=values["weight_decay"],
            batch_size=int(values["batch_size"]),
            group_weights=np.array([values["group_weight_plus"], values["group_weight_minus"]]),
            class_weights=np.full(2, values["class_weight"]),
            initial_norm=values["initial_norm"],
            initial_overlaps=np.array([plus, minus, shift, -shift]),
            sampling=None if sampling is None else np.array([sampling, 1 - sampling]),
        )

    def admissible(self) -> BoolArray:
        """Say which cells `TeacherMixture`, `LearningRule` and `start` accept."""
        accepted = self._in_range()
        with np.errstate(all="ignore"):
            limit = np.sqrt(self.shift)
            plus, minus = (
                np.divide(m, limit, out=np.zeros(np.broadcast(m, limit).shape), where=limit > 0)
                for m in (self.label_correlation_plus, self.label_correlation_minus)
            )
            for m in (self.label_correlation_plus, self.label_correlation_minus):
                accepted = accepted & (np.abs(m) <= limit * (1 + GRAM_TOLERANCE))
            spread = np.sqrt(np.maximum(1 - plus**2, 0) * np.maximum(1 - minus**2, 0))
            low = np.maximum(plus * minus - spread, -1)
            high = np.minimum(plus * minus + spread, 1)
            q = self.rule_similarity
            accepted = accepted & (low - GRAM_TOLERANCE <= q) & (q <= high + GRAM_TOLERANCE)
            inside = (low <= q) & (q <= high) & (np.abs(plus) <= 1) & (np.abs(minus) <= 1)
            moving = (
                (self.initial_overlap_plus != 0)
                | (self.initial_overlap_minus != 0)
                | (self.initial_overlap_shift != 0)
            )
        accepted = np.broadcast_to(accepted, self.shape).copy()
        doubtful = accepted & (moving | ~inside)
        if doubtful.any():
            accepted[doubtful] = self._exist(doubtful)
        return accepted

    def _values(self) -> dict[str, FloatArray]:
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: values for name, values in found.items() if values is not None}

    def _in_range(self) -> BoolArray:
        """Say which cells have every number within its own bounds."""
        plus, minus = self.group_weight_plus, self.group_weight_minus
        holds = (
            (self.representation > 0)
            & (self.representation < 1)
            & (self.variance_plus > 0)
            & (self.variance_minus > 0)
            & (self.shift >= 0)
            & (self.learning_rate > 0)
            & (self.weight_decay >= 0)
            & (self.batch_size >= 1)
            & (self.initial_norm >= 0)
            & (self.initial_norm < DIVERGENCE_NORM)
            & (plus >= 0)
            & (minus >= 0)
            & (plus + minus > 0)
            & (self.class_weight > 0)
        )
        for values in self._values().values():
            holds = holds & np.isfinite(values)
        if self.sampling_plus is not None:
            share = self.sampling_plus
            learnt = share * plus + (1 - share) * minus > 0
            holds = holds & (share >= 0) & (share <= 1) & learnt
        return holds

    def _exist(self, chosen: BoolArray) -> BoolArray:
        """Say whether vectors with these overlaps exist, and initial weights; shape (chosen,)."""

        def of_chosen(values: FloatArray) -> FloatArray:
            return np.broadcast_to(values, self.shape)[chosen]

        gram = np.zeros((np.count_nonzero(chosen), 4, 4))
        gram[:, :2, :2] = np.eye(2)
        gram[:, 0, 1] = gram[:, 1, 0] = of_chosen(self.rule_similarity)
        gram[:, 2:, 2:] = of_chosen(self.shift)[:, None, None] * _OPPOSITE
        for group, m in enumerate((self.label_correlation_plus, self.label_correlation_minus)):
            gram[:, group, 2:] = gram[:, 2:, group] = of_chosen(m)[:, None] * _OPPOSITE[0]
        values, vectors = np.linalg.eigh(gram)
        exists = values[:, 0] >= -GRAM_TOLERANCE * np.maximum(gram[:, 2, 2], 1)

        shift = of_chosen(self.initial_overlap_shift)
        overlaps = np.column_stack(
            [
                of_chosen(self.initial_overlap_plus),
                of_chosen(self.initial_overlap_minus),
                shift,
                -shift,
            ]
        )
        kept = values > GRAM_TOLERANCE * values[:, -1:]
        along = np.where(kept, np.vecdot(overlaps[:, None], vectors.swapaxes(1, 2)), 0)
        nearest = np.vecdot(vectors, along[:, None])
        needed = np.sum(along**2 / np.where(kept, values, 1), axis=1)
        consistent = np.all(np.abs(nearest - overlaps) <= _OVERLAP_TOLERANCE, axis=1)
        long_enough = needed <= of_chosen(self.initial_norm) + _NORM_TOLERANCE
        return np.asarray(exists & consistent & long_enough)


_OPPOSITE = np.array([[1.0, -1.0], [-1.0, 1.0]])
_MIXTURE = tuple(field.name for field in fields(TwoGroupCells))[:9]
