"""What a training measured, as points of named curves."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from experiments.frames import OVERALL, CurveName, FloatArray, Points, Source
from models.dataset import Dataset, Indices, Split
from models.evaluation import Measurement
from models.scores import scores, sizes
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
        """Give loss and accuracy where they were measured."""
        sides = ((Source.TRAINING, record.training), (Source.VALIDATION, record.validation))
        for source, measured in sides:
            yield from self._measured(measured, source, record.step)
            if measured.clean is not None:
                yield from self._measured(measured.clean, source, record.step, prefix=CLEAN)

    def of_predictions(self, predictions: Predictions) -> Iterator[Points]:
        """Give every score at the end that no curve has reached by then."""
        answers = (predictions.training, predictions.validation, predictions.test)
        for (source, split), predicted in zip(self._splits(), answers, strict=False):
            for prefix, labels in self._labels(split):
                found = scores(
                    predicted,
                    labels=labels,
                    group=split.group,
                    groups=len(self.dataset.group_names),
                )
                known = set() if source is Source.TEST else {"loss", "accuracy"}
                if prefix:
                    known.add("selection rate")  # it asks for no labels
                for quantity, values in found.items():
                    if quantity not in known:
                        name = f"{prefix}{quantity}"
                        yield from self._points(name, source, predictions.step, values)

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

    def _measured(
        self, measured: Measurement, source: Source, step: int, *, prefix: str = ""
    ) -> Iterator[Points]:
        loss = np.append(measured.loss, measured.overall_loss)
        accuracy = np.append(measured.accuracy, measured.overall_accuracy)
        yield from self._points(f"{prefix}loss", source, step, loss)
        yield from self._points(f"{prefix}accuracy", source, step, accuracy)

    def _points(
        self, quantity: str, source: Source, step: int, values: FloatArray
    ) -> Iterator[Points]:
        """Give one point for each group, then the overall one."""
        x = np.array([float(step)])
        names = chain(self.dataset.group_names, [OVERALL])
        for group, value in zip(names, values, strict=True):
            name = CurveName(quantity, group, source, self.arm, self.seed)
            yield Points(name, x, np.array([value]))
