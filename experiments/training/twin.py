"""Twin pipelines: the same training on data prepared right and prepared wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from experiments.curves import CurveSet
from experiments.frames import RIGHT, WRONG, Frame, Progress
from experiments.inflation import Ends, headline
from experiments.run import RunFailedError, SteeredGenerator
from experiments.settings import TrainingSettings
from experiments.training.notices import notice, notices
from experiments.training.plans import plan_of, preparation_of, rows_of
from experiments.training.points import CurvePoints
from experiments.training.stream import changed, stream
from models.dataset import DataUnavailableError
from models.learning_rows import learning_counts
from models.plan import TrainingPlan
from models.preparation import Mistake, Prepared, prepare, twin_plans
from models.training import TrainingDivergedError

_WRONG_WAYS: dict[Mistake, str] = {
    "scaler": "scales by all rows, held-out ones included",
    "imputer": "fills missing cells by all rows, held-out ones included",
    "resampling": "repeats rows before the split, so that held-out rows have copies in training",
    "dropped-rows": "drops all rows with a missing cell, held-out ones too",
    "leak": "keeps a column that knows the label",
}


@dataclass(frozen=True, slots=True, eq=False)
class _Trainee:
    """One of the trainings."""

    prepared: Prepared
    plan: TrainingPlan
    arm: str

    @property
    def steps(self) -> int:
        return self.plan.total_steps(int(learning_counts(self.prepared.dataset, self.plan).sum()))


class _Clock:
    """Counts the steps of all trainings as one run; sizes of pairs to come are estimated."""

    def __init__(self, first: Sequence[_Trainee], *, pairs: int) -> None:
        self._each = sum(trainee.steps for trainee in first)
        self._pairs = pairs
        self._done = 0
        self._training = 1
        self.longest = 0
        self.take(first, number=0)

    def take(self, pair: Sequence[_Trainee], *, number: int) -> None:
        """Begin a pair, of which all steps are known now."""
        to_come = self._each * (self._pairs - number - 1)
        self.total = self._done + sum(trainee.steps for trainee in pair) + to_come
        self.longest = max(self.longest, *(trainee.steps for trainee in pair))

    def shifted(self, frame: Frame) -> Frame:
        """Place a frame of the present training among all of them."""
        own = frame.progress
        assert own is not None
        counters = (("training", float(self._training)), *own.counters)
        return replace(frame, progress=self._progress(own.steps, counters))

    def finish(self, trainee: _Trainee) -> None:
        """End the present training."""
        self._done += trainee.steps
        self._training += 1

    def progress(self) -> Progress:
        """Tell how far all of it is between trainings."""
        return self._progress(0, (("step", 0.0),))

    def _progress(self, steps: int, counters: tuple[tuple[str, float], ...]) -> Progress:
        return Progress(self._done + steps, self.total, counters, self.longest)


def run_twins(settings: TrainingSettings) -> SteeredGenerator:
    """Train right and wrong on one seed after the other, and tell how much the mistake inflates.

    Raises
    ------
    DataUnavailableError
        When the data cannot be read or prepared.
    RunFailedError
        When a loss stops being finite.
    """
    pair = _pair(settings, settings.seed)
    clock = _Clock(pair, pairs=settings.twin.seeds)
    words = _WRONG_WAYS[settings.twin.mistake]
    events = (*notices(pair[0].prepared, pair[0].plan), notice(f"The wrong pipeline {words}."))
    yield Frame(events=events, progress=clock.progress())
    measured = CurveSet()

    def follow(frame: Frame) -> Frame:
        measured.extend(frame.points)
        return clock.shifted(frame)

    for number in range(settings.twin.seeds):
        seed = settings.seed + number
        if number:
            pair = _pair(settings, seed)
            clock.take(pair, number=number)
        for trainee in pair:
            curves = CurvePoints(trainee.prepared.dataset, trainee.arm, seed)
            try:
                yield from changed(stream(curves, trainee.plan), follow)
            except TrainingDivergedError as error:
                raise RunFailedError(f"{trainee.arm} pipeline, seed {seed}: {error}") from error
            clock.finish(trainee)
    yield Frame(events=(notice(headline(Ends(measured)), float(clock.longest)),))


def _pair(settings: TrainingSettings, seed: int) -> list[_Trainee]:
    """Prepare the same rows right and wrong."""
    settings = settings.model_copy(update={"seed": seed})
    rows, plan = rows_of(settings), plan_of(settings)
    ways = twin_plans(preparation_of(settings), settings.twin.mistake)
    pair = []
    for arm, way in zip((RIGHT, WRONG), ways, strict=True):
        try:
            pair.append(_Trainee(prepare(rows, way), plan, arm))
        except DataUnavailableError as error:
            raise DataUnavailableError(f"{arm} pipeline, seed {seed}: {error}") from error
    return pair
