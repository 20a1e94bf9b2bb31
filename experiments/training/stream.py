"""One training as frames."""

from collections.abc import Callable
from contextlib import closing

from experiments.frames import TO_NEXT_POINT, Event, Frame, Points, Progress
from experiments.run import FrameGenerator
from experiments.snapshots import Snapshot
from experiments.training.notices import told
from experiments.training.pictures import snapshots
from experiments.training.points import CurvePoints
from models.learning_rows import learning_counts
from models.plan import TrainingPlan
from models.snapshots import Sample
from models.training import Ended, Predictions, Record, Slowed, train


def stream(
    curves: CurvePoints, plan: TrainingPlan, *, sample: Sample | None = None
) -> FrameGenerator:
    """Train, and yield what is measured: sizes first, then scores and snapshots of a sample.

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
        while True:
            pictures: tuple[Snapshot, ...] = ()
            if isinstance(news, Record):
                points += tuple(curves.of_record(news))
                pictures = snapshots(news, seed=curves.seed)
            elif isinstance(news, Predictions):
                points += tuple(curves.of_predictions(news))
            elif isinstance(news, Slowed | Ended):
                events = (told(news),)
            counters = (("epoch", news.epoch), ("step", float(news.step)))
            progress = Progress(news.step, total, counters)
            wanted = yield Frame(points, events, progress, snapshots=pictures)
            points, events = (), ()
            try:
                news = training.send(None if wanted == TO_NEXT_POINT else wanted)
            except StopIteration:
                return


def changed(frames: FrameGenerator, change: Callable[[Frame], Frame]) -> FrameGenerator:
    """Yield every frame as `change` makes it, and pass on what is sent."""
    with closing(frames):
        frame = next(frames, None)
        while frame is not None:
            wanted = yield change(frame)
            try:
                frame = frames.send(wanted)
            except StopIteration:
                return
