"""What is suspicious about rows and about how they are to be prepared, in sentences."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from models.dataset import Indices
from models.percent import percent
from models.preparation.plan import PreparationPlan
from models.preparation.splitting import split_parts
from models.rows import Rows
from models.trouble import Parts

if TYPE_CHECKING:
    import pandas as pd

_KNOWS = 0.95
_BINS, _ROWS_OF_A_BIN = 100, 20
_MOST_ROWS = 100_000
"""A column that tells the label of about so many rows tells that of all."""
_DUPLICATES = 0.01
_SPREAD = 100.0

_MISTAKES = {
    "scaler": "Scaling is learnt from all rows, those held out among them: learn it from the"
    " training part.",
    "imputer": "What fills missing cells is learnt from all rows, those held out among them: learn"
    " it from the training part.",
    "resampling": "Rows are repeated before the split, so that copies of training rows are held"
    " out: over-sample the training part alone.",
}


def mistakes_of(rows: Rows, plan: PreparationPlan) -> tuple[str, ...]:
    """Warn of what makes scores of these rows, prepared like this, better than they are.

    Trouble that is injected on purpose is not looked at.

    Parameters
    ----------
    rows
        The rows as they were found.
    plan
        How they are to be prepared.

    Returns
    -------
    tuple
        A sentence for each thing, empty where nothing is suspicious.

    Raises
    ------
    DataUnavailableError
        When the rows cannot be split as planned.
    """
    parts = split_parts(
        rows, validation_share=plan.validation_share, test_share=plan.test_share, seed=plan.seed
    )
    named = [_MISTAKES[plan.mistake]] if plan.mistake in _MISTAKES else []
    seen = rows.columns.drop(columns=list(plan.unseen), errors="ignore")
    return (
        *named,
        *_leaks(seen, rows),
        *_dropped(seen, rows, plan),
        *_duplicates(seen, rows, parts),
        *_unscaled(seen, rows, plan),
    )


def _leaks(seen: "pd.DataFrame", rows: Rows) -> Iterator[str]:
    """Name the columns that tell nearly every label alone; pixels are not looked at one by one."""
    if rows.image_shape is not None:
        return
    step = -(-len(rows) // _MOST_ROWS)
    y, classes = rows.y[::step], len(rows.class_names)
    base = np.bincount(y).max() / y.size
    for name, column in seen.items():
        right = _best_accuracy(column.iloc[::step], y, classes=classes)
        if right - base >= _KNOWS * (1.0 - base) > 0.0:
            yield (
                f"The column {name} alone tells {percent(right)} of the labels: if it is known only"
                " after the label is, name it in preparation.leave_out."
            )


def _best_accuracy(column: "pd.Series[Any]", y: Indices, *, classes: int) -> float:
    """Give the share of labels that the most frequent class of each value gets right.

    Numbers are cut into bins of as many rows each; 0 where there are too few rows for each value
    to tell a coincidence from knowledge.
    """
    most = min(_BINS, y.size // _ROWS_OF_A_BIN)
    if str(column.dtype) == "category":
        values = column.cat.codes.to_numpy().astype(np.int64) + 1
    else:
        cells = column.to_numpy(np.float64)
        known = cells[~np.isnan(cells)]
        if not known.size or most < 1:
            return 0.0
        edges = np.unique(np.quantile(known, np.arange(1, most) / most, method="nearest"))
        values = np.where(np.isnan(cells), 0, np.searchsorted(edges, cells) + 1)
    if np.count_nonzero(np.bincount(values)) > max(most, classes):
        return 0.0
    counts = np.bincount(values * classes + y, minlength=(values.max() + 1) * classes)
    return float(counts.reshape(-1, classes).max(axis=1).sum() / y.size)


def _dropped(seen: "pd.DataFrame", rows: Rows, plan: PreparationPlan) -> Iterator[str]:
    """Tell whom dropping incomplete rows hits."""
    if plan.imputation != "drop" and plan.mistake != "dropped-rows":
        return
    incomplete = np.asarray(seen.isna().to_numpy().any(axis=1))
    if not incomplete.any():
        return
    told = ", ".join(
        f"{percent(incomplete[rows.group == index].mean())} of {name}"
        for index, name in enumerate(rows.group_names)
        if (rows.group == index).any()
    )
    which = "Rows" if plan.mistake == "dropped-rows" else "Training rows"
    yield f"{which} with missing cells are left out: {told}. Fill them in, and compare."


def _duplicates(seen: "pd.DataFrame", rows: Rows, parts: Parts) -> Iterator[str]:
    """Tell how many held-out rows equal a training row."""
    import pandas as pd

    cells = pd.util.hash_pandas_object(seen, index=False).to_numpy()
    hashes = cells.astype(np.uint64) + rows.y.astype(np.uint64)
    held_out = parts > 0
    both = np.isin(hashes[held_out], hashes[parts == 0])
    if both.mean() > _DUPLICATES:
        yield (
            f"{percent(both.mean())} of the held-out rows equal a training row in all columns and"
            " the label, by coincidence or as copies: leave copies out, and keep rows of the same"
            " person or thing in one part."
        )


def _unscaled(seen: "pd.DataFrame", rows: Rows, plan: PreparationPlan) -> Iterator[str]:
    """Tell when one column of numbers drowns another."""
    if plan.scaling != "none" or rows.has_own_scale:
        return
    spread = seen.select_dtypes("number").std()
    spread = spread[spread > 0.0]
    if spread.size and spread.max() > _SPREAD * spread.min():
        yield (
            f"The numbers of {spread.idxmax()} spread {spread.max() / spread.min():,.0f} times as"
            f" far as those of {spread.idxmin()}: choose a preparation.scaling."
        )
