"""One training as frames."""

from collections.abc import Callable
from contextlib import closing

from experiments.frames import TO_NEXT_POINT, Event, Frame, Points, Progress
from experiments.run import FrameGenerator
from experiments.training.notices import told
from experiments.training.points import CurvePoints
from models.plan import TrainingPlan
from models.training import Ended, Predictions, Record, Slowed, train


def stream(curves: CurvePoints, plan: TrainingPlan) -> FrameGenerator:
    """Train, and yield what is measured: sizes first, then losses and accuracies, then scores.

    Raises
    ------
    TrainingDivergedError
        When the loss stops being finite.
    """
    total = plan.total_steps(curves.dataset.training.y.size)
    with closing(train(dataset=curves.dataset, plan=plan)) as training:
        news = next(training)
        points: tuple[Points, ...] = tuple(curves.of_sizes())
        events: tuple[Event, ...] = ()
        while True:
            if isinstance(news, Record):
                points += tuple(curves.of_record(news))
            elif isinstance(news, Predictions):
                points += tuple(curves.of_predictions(news))
            elif isinstance(news, Slowed | Ended):
                events = (told(news),)
            counters = (("epoch", news.epoch), ("step", float(news.step)))
            wanted = yield Frame(points, events, Progress(news.step, total, counters))
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
