"""Baselines fitted once the network is trained, while the run can still be stopped at once."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from experiments.frames import BASE, Frame, Points, Progress
from experiments.run import SteeredGenerator
from experiments.training.notices import notice
from experiments.training.points import CurvePoints
from experiments.training.stream import changed
from models.background import in_background
from models.baselines import Baseline, BaselineError, fit
from models.dataset import Dataset
from models.learning_rows import learning_rows
from models.plan import TrainingPlan


def followed_by(
    frames: SteeredGenerator, baselines: Sequence[Baseline], *, dataset: Dataset, plan: TrainingPlan
) -> SteeredGenerator:
    """Yield the frames of a training, then the scores of each baseline on the same rows.

    Each baseline is an arm of its name. It has no steps: its points stand at step 0. It is fitted
    in a thread, which is left alone when the run is stopped meanwhile.
    """
    ended = Progress(0, 0, ())

    def follow(frame: Frame) -> Frame:
        nonlocal ended
        ended = frame.progress or ended
        return frame

    yield from changed(frames, follow)
    if not baselines:
        return
    waiting = Frame(progress=ended)
    rows = yield from in_background(partial(learning_rows, dataset, plan), waiting)
    curves = CurvePoints(dataset, BASE, plan.seed)
    classes = len(dataset.class_names)
    for baseline in baselines:
        work = partial(fit, baseline, rows, inputs=curves.inputs(), classes=classes, seed=plan.seed)
        title = f"{baseline[0].upper()}{baseline[1:]}"
        try:
            fitted = yield from in_background(work, waiting)
        except BaselineError as error:
            text = f"{title} was not fitted: {error}."
            yield Frame(events=(notice(text, float(ended.steps)),), progress=ended)
            continue
        points = tuple(replace(curves, arm=baseline).of_answers(fitted.answers))
        if not fitted.has_probabilities:
            points = tuple(map(_without_probability, points))
        told = tuple(notice(f"{title}: {note}", float(ended.steps)) for note in fitted.notes)
        yield Frame(points, told, ended)


def _without_probability(points: Points) -> Points:
    if points.name.quantity.endswith(("loss", "calibration error")):
        return Points(points.name, points.x, np.full(points.x.shape, np.nan))
    return points
