"""The kind ``training``: one pipeline, or twin pipelines of which one makes a mistake."""

from experiments.frames import BASE, Frame, Progress
from experiments.run import RunFailedError, SteeredGenerator
from experiments.settings import FileData, TrainingSettings
from experiments.training.baselines import followed_by
from experiments.training.lead import LeadWatch
from experiments.training.notices import notice, notices
from experiments.training.pictures import snapshot_rows
from experiments.training.plans import plan_of, preparation_of, prepared_data
from experiments.training.points import CurvePoints
from experiments.training.steering import steered
from experiments.training.stream import changed, stream
from experiments.training.theory import theory
from experiments.training.twin import run_twins
from experiments.training.watch import Facts, Watch, watched
from models.dataset import DataUnavailableError
from models.plan import PlanError
from models.preparation import mistakes_of
from models.snapshots import sample
from models.training import TrainingDivergedError


def run_training(settings: TrainingSettings) -> SteeredGenerator:
    """Train a classifier, or twins, and yield their per-group curves.

    Raises
    ------
    RunFailedError
        When the data cannot be read, do not fit the plan, or the loss stops being finite.
    """
    try:
        if settings.twin.mistake == "none":
            yield from steered(_run_single(settings), settings)
        else:
            yield from steered(run_twins(settings), settings)
    except (DataUnavailableError, PlanError, TrainingDivergedError) as error:
        raise RunFailedError(str(error)) from error


def _run_single(settings: TrainingSettings) -> SteeredGenerator:
    prepared, plan = prepared_data(settings), plan_of(settings)
    told = list(notices(prepared, plan))
    facts = Facts.of(prepared.dataset, plan)
    begun = Progress(0, facts.steps, (("step", 0.0),))
    if isinstance(settings.data, FileData):
        told += map(notice, mistakes_of(prepared.rows, preparation_of(settings)))
    output = settings.output
    components = (output.plane_right, output.plane_up)
    sampled = sample(prepared, seed=settings.seed, components=components)
    pictured = snapshot_rows(prepared, sampled, seed=settings.seed)
    if pictured.label.size < pictured.rows:
        told.append(
            notice(
                f"Snapshots are of {pictured.label.size:,} of the {pictured.rows:,} validation"
                " rows, drawn at random; all scores are of all rows."
            )
        )
    exact = theory(settings, plan, prepared.dataset)
    told += exact.events
    yield Frame(exact.points, tuple(told), begun, snapshot_rows=(pictured,))
    curves = CurvePoints(prepared.dataset, BASE, settings.seed)
    frames = changed(stream(curves, plan, sample=sampled), LeadWatch().watch)
    yield from followed_by(
        watched(frames, Watch(facts, pictured)),
        settings.baselines.chosen,
        dataset=prepared.dataset,
        plan=plan,
    )
