"""Settings of a training run, translated for `models`."""

from pathlib import Path

from experiments.settings import (
    AdultData,
    BreastCancerData,
    DigitsData,
    FashionData,
    FileData,
    FullData,
    MixtureData,
    MnistData,
    OpenmlData,
    RotatedData,
    ShapesData,
    SignalData,
    TrainingSettings,
)
from models.changes import Change
from models.plan import TrainingPlan
from models.preparation import PreparationPlan, Prepared, prepare
from models.rows import Rows


def rows_of(settings: TrainingSettings) -> Rows:
    """Read or draw all rows; raises `models.dataset.DataUnavailableError`."""
    data = settings.data
    match data:
        case AdultData():
            from models.sources.adult import adult_rows

            return adult_rows(data.group)
        case BreastCancerData():
            from models.sources.breast_cancer import breast_cancer_rows

            return breast_cancer_rows(data.group)
        case DigitsData() | MnistData() | FashionData():
            from models.sources.images import image_rows, read_images

            return image_rows(
                read_images(data.set), group="ink" if data.group == "ink" else "class"
            )
        case RotatedData():
            from models.sources.rotated import rotated_rows

            return rotated_rows(
                data.images,
                task=(data.negative, data.positive) if data.task == "two-classes" else "halves",
                angle=data.angle,
                representation=data.representation,
                contrasts=(data.contrast_upright, data.contrast_rotated),
                positive_shares=(data.positive_share_upright, data.positive_share_rotated),
                seed=settings.seed,
            )
        case MixtureData():
            from models.sources.mixture_samples import mixture_rows

            return mixture_rows(
                data.mixture.teacher_mixture(),
                dimension=data.dimension,
                samples=data.samples,
                seed=settings.seed,
            )
        case ShapesData():
            from models.sources.shapes import shape_rows

            return shape_rows(
                data.shape,
                samples=data.samples,
                representation=data.representation,
                positive_share=data.positive_share,
                noise=(data.noise_a, data.noise_b),
                turn=data.turn,
                move=(data.move_x, data.move_y),
                seed=settings.seed,
            )
        case FileData():
            from models.sources.file import file_rows

            return file_rows(Path(data.path), data.choices(), sha256=data.sha256)
        case FullData():
            from experiments.downloading import download_folder
            from models.sources.full import full_rows

            return full_rows(data.name, group=data.group, folder=download_folder())
        case OpenmlData():
            from experiments.downloading import download_folder
            from models.sources.openml import openml_rows

            return openml_rows(data.data_id, data.choices(), folder=download_folder())
        case SignalData():
            from models.sources.signal import signal_rows

            return signal_rows(
                rows=data.rows,
                columns=data.columns,
                representation=data.representation,
                positive_share=data.positive_share,
                signal=(data.signal_a, data.signal_b),
                seed=settings.seed,
            )


def preparation_of(settings: TrainingSettings) -> PreparationPlan:
    """Say how rows become a data set."""
    chosen = settings.preparation
    return PreparationPlan(
        validation_share=settings.data.validation_share,
        test_share=settings.data.test_share,
        seed=settings.seed,
        imputation=chosen.imputation,
        indicator=chosen.indicator == "yes",
        scaling=chosen.scaling,
        encoding=chosen.encoding,
        rare_share=chosen.rare_share,
        outliers=chosen.outliers,
        fences=chosen.fences,
        outlier_reach=chosen.outlier_reach,
        outlier_share=chosen.outlier_share,
        leave_out=chosen.leave_out,
        trouble=settings.trouble.plan(),
    )


def prepared_data(settings: TrainingSettings) -> Prepared:
    """Read rows and prepare them; raises `models.dataset.DataUnavailableError`."""
    return prepare(rows_of(settings), preparation_of(settings))


def plan_of(settings: TrainingSettings) -> TrainingPlan:
    """Say what is trained, and how."""
    return TrainingPlan(
        model=settings.model.plan(),
        loss=settings.loss.plan(),
        optimiser=settings.optimiser.plan(),
        mitigation=settings.mitigation.plan(),
        augmentation=settings.augmentation.plan(),
        stopping=settings.stopping.plan(),
        seed=settings.seed,
        record_points=settings.output.points,
        changes=tuple(Change(each.step, each.setting, each.value) for each in settings.changes),
        replay=settings.output.replay,
    )
