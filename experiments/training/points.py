"""What a training measured, as points of named curves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from experiments.frames import OVERALL, CurveName, FloatArray, Points, Source
from experiments.inflation import WEIGHTS_STEP
from models.dataset import Dataset, Features, Indices, Split
from models.scores import Logits, Score, scores, sizes
from models.training import Predictions, Record

CLEAN = "clean "
"""Begins the name of a quantity against the labels before some were flipped on purpose."""


@dataclass(frozen=True, slots=True, eq=False)
class CurvePoints:
    """Names the curves of one training.

    Attributes
    ----------
    dataset
        What is learnt.
    arm, seed
        Parts of every name.
    """

    dataset: Dataset
    arm: str
    seed: int

    def of_sizes(self) -> Iterator[Points]:
        """Give rows and base rate of each part, at the start."""
        for source, split in self._splits():
            for prefix, labels in self._labels(split):
                counted = sizes(
                    labels,
                    group=split.group,
                    groups=len(self.dataset.group_names),
                    classes=len(self.dataset.class_names),
                )
                for quantity, values in counted.items():
                    if not (prefix and quantity == "rows"):
                        yield from self._points(f"{prefix}{quantity}", source, 0, values)

    def of_record(self, record: Record) -> Iterator[Points]:
        """Give every score of every group, then what belongs to the network as a whole."""
        sides = ((Source.TRAINING, record.training), (Source.VALIDATION, record.validation))
        for source, measured in sides:
            yield from self._scored(measured.scores, source, record.step)
            if measured.clean is not None:
                yield from self._scored(measured.clean.scores, source, record.step, prefix=CLEAN)
        yield self._point("learning rate", record.step, record.learning_rate)
        yield self._point("weight norm", record.step, record.norms.weights)
        yield self._point("gradient norm", record.step, record.norms.gradient)
        for number, norm in enumerate(record.norms.layers, start=1):
            yield self._point(f"gradient norm, layer {number}", record.step, norm)

    def of_predictions(self, predictions: Predictions) -> Iterator[Points]:
        """Give every score on the rows for testing, and which step's weights it is of."""
        split = self.dataset.test
        if split is not None:
            for prefix, labels in self._labels(split):
                found = scores(
                    predictions.test,
                    labels=labels,
                    group=split.group,
                    groups=len(self.dataset.group_names),
                )
                yield from self._scored(found, Source.TEST, predictions.step, prefix=prefix)
        yield self._point(WEIGHTS_STEP, predictions.step, predictions.weights_step)

    def inputs(self) -> list[Features]:
        """List the inputs of each part, in the order of answers."""
        return [split.x for _, split in self._splits()]

    def of_answers(self, answers: Sequence[Logits]) -> Iterator[Points]:
        """Give every score of a model without steps, from its answers on each part."""
        for (source, split), logits in zip(self._splits(), answers, strict=True):
            for prefix, labels in self._labels(split):
                found = scores(
                    logits,
                    labels=labels,
                    group=split.group,
                    groups=len(self.dataset.group_names),
                )
                yield from self._scored(found, source, 0, prefix=prefix)

    def _splits(self) -> Iterator[tuple[Source, Split]]:
        yield Source.TRAINING, self.dataset.training
        yield Source.VALIDATION, self.dataset.validation
        if self.dataset.test is not None:
            yield Source.TEST, self.dataset.test

    def _labels(self, split: Split) -> Iterator[tuple[str, Indices]]:
        """Give the labels on record, and the clean ones where some were flipped in any part."""
        yield "", split.y
        if any(each.clean_y is not None for _, each in self._splits()):
            yield CLEAN, split.y if split.clean_y is None else split.clean_y

    def _scored(
        self, found: Mapping[Score, FloatArray], source: Source, step: int, *, prefix: str = ""
    ) -> Iterator[Points]:
        for quantity, values in found.items():
            if not (prefix and quantity == "selection rate"):  # it asks for no labels
                yield from self._points(f"{prefix}{quantity}", source, step, values)

    def _points(
        self, quantity: str, source: Source, step: int, values: FloatArray
    ) -> Iterator[Points]:
        """Give one point for each group, then the overall one."""
        x = np.array([float(step)])
        names = chain(self.dataset.group_names, [OVERALL])
        for group, value in zip(names, values, strict=True):
            name = CurveName(quantity, group, source, self.arm, self.seed)
            yield Points(name, x, np.array([value]))

    def _point(self, quantity: str, step: int, value: float) -> Points:
        name = CurveName(quantity, OVERALL, Source.TRAINING, self.arm, self.seed)
        return Points(name, np.array([float(step)]), np.array([float(value)]))
