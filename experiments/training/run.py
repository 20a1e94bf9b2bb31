"""The kind ``training``: streams what `models.training` measures as frames."""

from collections.abc import Iterator

import numpy as np

from experiments.crossings import measured_crossings
from experiments.curves import CurveSet
from experiments.frames import (
    OVERALL,
    TO_NEXT_POINT,
    CurveName,
    Event,
    EventKind,
    Frame,
    Points,
    Progress,
    Source,
)
from experiments.run import FrameGenerator, RunFailedError
from experiments.settings import TrainingSettings
from experiments.training.plans import plan_of, prepared_data
from experiments.views import group_label
from models.dataset import Dataset, DataUnavailableError
from models.training import Measurement, Record, TrainingDivergedError, train

ARM = "base"


def run_training(settings: TrainingSettings) -> FrameGenerator:
    """Train a classifier and yield its per-group curves.

    Raises
    ------
    RunFailedError
        When the data cannot be read or the loss stops being finite.
    """
    try:
        dataset = prepared_data(settings).dataset
        yield from _stream(settings, dataset)
    except (DataUnavailableError, TrainingDivergedError) as error:
        raise RunFailedError(str(error)) from error


def _stream(settings: TrainingSettings, dataset: Dataset) -> FrameGenerator:
    plan = plan_of(settings)
    rows = dataset.training.y.size
    total = plan.total_steps(rows)
    curves = CurveSet()
    told_until = 0.0
    sizes = np.bincount(dataset.training.group, minlength=len(dataset.group_names))
    texts = ", ".join(f"{name} {n:,}" for name, n in zip(dataset.group_names, sizes, strict=True))
    start = Event(EventKind.NOTICE, 0.0, f"Training rows by group: {texts}.")
    wanted = yield Frame(events=(start,), progress=Progress(0, total, (("step", 0.0),)))
    stream = train(dataset=dataset, plan=plan)
    news = next(stream)
    while True:
        points: tuple[Points, ...] = ()
        events: list[Event] = []
        if isinstance(news, Record):
            points = tuple(_points(news, dataset.group_names, settings.seed))
            curves.extend(points)
            events = [event for event in _crossings(curves) if event.x > told_until]
            told_until = max((event.x for event in events), default=told_until)
        counters = (("epoch", news.epoch), ("step", float(news.step)))
        wanted = yield Frame(points, tuple(events), Progress(news.step, total, counters))
        try:
            news = stream.send(None if wanted == TO_NEXT_POINT else wanted)
        except StopIteration:
            return


def _points(record: Record, groups: tuple[str, ...], seed: int) -> Iterator[Points]:
    x = np.array([float(record.step)])
    sides: tuple[tuple[Source, Measurement], ...] = (
        (Source.TRAINING, record.training),
        (Source.VALIDATION, record.validation),
    )
    for source, measured in sides:
        for quantity, values, overall in (
            ("loss", measured.loss, measured.overall_loss),
            ("accuracy", measured.accuracy, measured.overall_accuracy),
        ):
            for group, value in zip(groups, values, strict=True):
                name = CurveName(quantity, group, source, ARM, seed)
                yield Points(name, x, np.array([value]))
            name = CurveName(quantity, OVERALL, source, ARM, seed)
            yield Points(name, x, np.array([overall]))


def _crossings(curves: CurveSet) -> list[Event]:
    """Tell where the validation losses of the first two groups cross for good measure."""
    losses = [
        curve
        for curve in curves.select(quantity="loss", source=Source.VALIDATION)
        if curve.name.group != OVERALL
    ]
    if len(losses) != 2:
        return []
    first, second = losses
    names = (first.name.group, second.name.group)
    later = first.x > 0
    found = measured_crossings(first.x[later], first.value[later], second.value[later])
    return [
        Event(
            EventKind.CROSSING,
            crossing.x,
            f"Step {crossing.x:,.0f}: now {group_label(names[crossing.after])} is ahead.",
        )
        for crossing in found
    ]
