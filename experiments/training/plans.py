"""Settings of a training run, translated for `models`."""

from experiments.settings import AdultData, DigitsData, MixtureData, TrainingSettings
from models.plan import TrainingPlan
from models.preparation import PreparationPlan, Prepared, prepare
from models.rows import Rows
from models.weighting import ClassWeights


def rows_of(settings: TrainingSettings) -> Rows:
    """Read or draw all rows; raises `models.dataset.DataUnavailableError`."""
    data = settings.data
    match data:
        case AdultData():
            from models.sources.adult import adult_rows

            return adult_rows(data.group)
        case DigitsData():
            from models.sources.digits import digits_rows

            return digits_rows(data.group)
        case MixtureData():
            from models.sources.mixture_samples import mixture_rows

            return mixture_rows(
                data.mixture.teacher_mixture(),
                dimension=data.dimension,
                samples=data.samples,
                seed=settings.seed,
            )


def preparation_of(settings: TrainingSettings) -> PreparationPlan:
    """Say how rows become a data set."""
    return PreparationPlan(validation_share=settings.data.validation_share, seed=settings.seed)


def prepared_data(settings: TrainingSettings) -> Prepared:
    """Read rows and prepare them; raises `models.dataset.DataUnavailableError`."""
    return prepare(rows_of(settings), preparation_of(settings))


def plan_of(settings: TrainingSettings) -> TrainingPlan:
    """Say what is trained, and how."""
    weighting = settings.mitigation
    weights: ClassWeights = (
        weighting.class_weights
        if weighting.class_weighting == "custom"
        else weighting.class_weighting
    )
    return TrainingPlan(
        width=settings.model.width,
        depth=settings.model.depth,
        activation=settings.model.activation,
        dropout=settings.model.dropout,
        l2=settings.model.l2,
        optimiser=settings.optimiser.name,
        learning_rate=settings.optimiser.learning_rate,
        batch_size=settings.optimiser.batch_size,
        epochs=settings.optimiser.epochs,
        class_weights=weights,
        seed=settings.seed,
        record_points=settings.output.points,
    )
