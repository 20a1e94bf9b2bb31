"""Baselines fitted once the network is trained, while the run can still be stopped at once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from experiments.frames import BASE, Frame, Points, Progress
from experiments.run import SteeredGenerator
from experiments.training.notices import notice
from experiments.training.points import CurvePoints
from experiments.training.stream import changed
from models.background import ProcessEndedError, in_background, in_process
from models.baselines import Baseline, BaselineError, fit
from models.dataset import Dataset
from models.learning_rows import learning_rows
from models.plan import TrainingPlan


def followed_by(
    frames: SteeredGenerator, baselines: Sequence[Baseline], *, dataset: Dataset, plan: TrainingPlan
) -> SteeredGenerator:
    """Yield the frames of a training, then the scores of each baseline on the same rows.

    Each baseline is an arm of its name. It has no steps: its points stand at step 0. It is fitted
    in a process of its own, which ends when the run is stopped meanwhile.
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
    told = tuple(notice(note, float(ended.steps)) for note in _notes(plan))
    for baseline in baselines:
        work = partial(fit, baseline, rows, inputs=curves.inputs(), classes=classes, seed=plan.seed)
        title = f"{baseline[0].upper()}{baseline[1:]}"
        points: tuple[Points, ...] = ()
        try:
            fitted = yield from in_process(work, waiting)
        except (BaselineError, ProcessEndedError) as error:
            told += (notice(f"{title} was not fitted: {error}.", float(ended.steps)),)
        else:
            points = tuple(replace(curves, arm=baseline).of_answers(fitted.answers))
            if not fitted.has_probabilities:
                points = tuple(map(_without_probability, points))
            told += tuple(notice(f"{title}: {note}", float(ended.steps)) for note in fitted.notes)
        yield Frame(points, told, ended)
        told = ()


def _notes(plan: TrainingPlan) -> Iterator[str]:
    """Tell what of the network's learning baselines lack."""
    own = ["balanced batches"] if plan.mitigation.balanced_batches != "none" else []
    if plan.augmentation.is_active:
        own.append("changed images")
    if own:
        yield (
            f"The network alone has {' and '.join(own)}: baselines learn from each of its rows as"
            " it is and as often as it is there."
        )


def _without_probability(points: Points) -> Points:
    if points.name.quantity.endswith(("loss", "calibration error")):
        return Points(points.name, points.x, np.full(points.x.shape, np.nan))
    return points
