"""Samples of the teacher-mixture as a data set, to train networks where the theory is exact."""

import numpy as np

from models.rows import Rows
from simulation.mixture import TeacherMixture
from simulation.sampling import sample


def mixture_rows(mixture: TeacherMixture, *, dimension: int, samples: int, seed: int) -> Rows:
    """Draw independent samples of a teacher-mixture.

    Inputs are x/√d, as the theory feeds its student: labels then follow from fields of order 1,
    and nothing is standardised, because the groups' variances are what is studied.

    Parameters
    ----------
    mixture
        Groups, their shares, variances, shifts and labelling rules.
    dimension
        Number of inputs d.
    samples
        Number of rows.
    seed
        Source of the samples, >= 0.

    Raises
    ------
    ValueError
        If the dimension is too small for the mixture's directions.
    """
    import pandas as pd

    x, y, group = sample(mixture, dimension=dimension, count=samples, seed=seed)
    x /= np.sqrt(dimension)
    names = [f"x{index}" for index in range(1, dimension + 1)]
    return Rows(
        name="Teacher-mixture",
        columns=pd.DataFrame(x, columns=names, copy=False),
        y=(y > 0).astype(np.int32),
        group=group.astype(np.int32),
        class_names=("y = -1", "y = +1"),
        group_names=mixture.names,
        has_own_scale=True,
    )
