"""Seeded, stratified splits into training and validation rows."""

import numpy as np
from numpy.typing import NDArray

from models.dataset import DataUnavailableError


def stratified_split(
    strata: NDArray[np.integer], *, validation_share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Split rows so that every stratum keeps its share in both parts.

    Parameters
    ----------
    strata
        Stratum index of each row, shape (n,).
    validation_share
        Share of the rows that goes to validation, in (0, 1).
    seed
        Source of the random choice, >= 0.

    Returns
    -------
    tuple
        Row numbers of training and of validation: disjoint, together all rows.

    Raises
    ------
    ValueError
        When `validation_share` is not in (0, 1).
    DataUnavailableError
        When a part would have too few rows to hold every stratum.
    """
    from sklearn.model_selection import train_test_split

    if not 0.0 < validation_share < 1.0:
        raise ValueError(f"validation_share must lie in (0, 1), but got {validation_share}")
    random_state = int(np.random.SeedSequence(seed).generate_state(1)[0])
    try:
        training, validation = train_test_split(
            np.arange(strata.size),
            test_size=validation_share,
            stratify=strata,
            random_state=random_state,
        )
    except ValueError as error:
        message = (
            f"validation_share = {validation_share} leaves a split without some group or class"
        )
        raise DataUnavailableError(f"{message}; try a value nearer to 0.25") from error
    return training, validation
