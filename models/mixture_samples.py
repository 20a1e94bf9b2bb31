"""Samples of the teacher-mixture as a data set, to train networks where the theory is exact."""

import numpy as np

from models.dataset import Dataset, Split
from simulation.mixture import TeacherMixture
from simulation.sampling import sample


def load_mixture(
    *,
    mixture: TeacherMixture,
    dimension: int,
    samples: int,
    validation_share: float,
    seed: int,
) -> Dataset:
    """Draw independent samples of a teacher-mixture and hold out the last of them.

    Inputs are x/√d, as the theory feeds its student: labels then follow from fields of order 1,
    and nothing is standardised, because the groups' variances are what is studied.

    Parameters
    ----------
    mixture
        Groups, their shares, variances, shifts and labelling rules.
    dimension
        Number of inputs d.
    samples
        Number of rows, training and validation together.
    validation_share
        Share of the rows that is held out, in (0, 1).
    seed
        Source of the samples, >= 0.

    Raises
    ------
    DataUnavailableError
        When a split would lack a group or class.
    ValueError
        When `validation_share` is not admissible.
    """
    if not 0.0 < validation_share < 1.0:
        raise ValueError(f"validation_share must lie in (0, 1), but got {validation_share}")
    x, y, group = sample(mixture, dimension=dimension, count=samples, seed=seed)
    inputs = x / np.sqrt(dimension)
    labels = (y > 0).astype(np.int32)
    groups = group.astype(np.int32)
    first_held_out = samples - round(samples * validation_share)
    return Dataset(
        name="Teacher-mixture",
        training=Split(inputs[:first_held_out], labels[:first_held_out], groups[:first_held_out]),
        validation=Split(inputs[first_held_out:], labels[first_held_out:], groups[first_held_out:]),
        group_names=mixture.names,
        class_names=("y = -1", "y = +1"),
        feature_names=tuple(f"x{index}" for index in range(1, dimension + 1)),
    )
