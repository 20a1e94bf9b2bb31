"""One training as frames."""

from collections.abc import Callable
from contextlib import closing

from experiments.frames import TO_NEXT_POINT, AppliedChange, Event, Frame, Points, Progress
from experiments.protocol import Change, Stop
from experiments.run import SteeredGenerator
from experiments.snapshots import Snapshot
from experiments.training.notices import told
from experiments.training.pictures import snapshots
from experiments.training.points import CurvePoints
from models.changes import Measure, Request
from models.learning_rows import learning_counts
from models.plan import TrainingPlan
from models.snapshots import Sample
from models.training import Changed, Ended, Predictions, Record, Refused, Slowed, train


def stream(
    curves: CurvePoints, plan: TrainingPlan, *, sample: Sample | None = None
) -> SteeredGenerator:
    """Train, and yield what is measured: sizes first, then scores and snapshots of a sample.

    A step that is measured again, for a snapshot, gives no second points.

    Raises
    ------
    TrainingDivergedError
        When the loss stops being finite.
    """
    total = plan.total_steps(int(learning_counts(curves.dataset, plan).sum()))
    with closing(train(dataset=curves.dataset, plan=plan, sample=sample)) as training:
        news = next(training)
        points: tuple[Points, ...] = tuple(curves.of_sizes())
        events: tuple[Event, ...] = ()
        measured = -1
        while True:
            pictures: tuple[Snapshot, ...] = ()
            changes: tuple[AppliedChange, ...] = ()
            if isinstance(news, Record):
                if news.step > measured:
                    points += tuple(curves.of_record(news))
                measured = news.step
                pictures = snapshots(news, seed=curves.seed)
            elif isinstance(news, Predictions):
                points += tuple(curves.of_predictions(news))
            elif isinstance(news, Slowed | Ended | Changed | Refused):
                events = (told(news),)
            if isinstance(news, Changed) and not news.is_planned:
                changes = (AppliedChange(news.step, news.setting, news.value),)
            counters = (("epoch", news.epoch), ("step", float(news.step)))
            progress = Progress(news.step, total, counters)
            frame = Frame(points, events, progress, snapshots=pictures, changes=changes)
            wanted = yield frame
            points, events = (), ()
            try:
                news = training.send(_order(wanted))
            except StopIteration:
                return


def _order(wanted: int | Change | Stop | None) -> int | Request | Measure | None:
    """Translate what is sent to a run for its training."""
    match wanted:
        case Change(setting, value):
            return Request(setting, value)
        case Stop():
            return Measure()
    return None if wanted == TO_NEXT_POINT else wanted


def changed(frames: SteeredGenerator, change: Callable[[Frame], Frame]) -> SteeredGenerator:
    """Yield every frame as `change` makes it, and pass on what is sent."""
    with closing(frames):
        frame = next(frames, None)
        while frame is not None:
            wanted = yield change(frame)
            try:
                frame = frames.send(wanted)
            except StopIteration:
                return
