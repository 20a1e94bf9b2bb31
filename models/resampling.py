"""Training rows repeated, left out or invented, so that classes or groups are equally frequent.

Rows of one group and class make up a cell. Whatever is balanced, only cells grow and shrink, and
new rows come from rows of their own cell: so each has a group and a class.
"""

import numpy as np
from numpy.typing import NDArray

from models.bounds import PlanError
from models.dataset import Dataset, Features, Split
from models.plan import MitigationPlan
from models.trouble.seeds import generator
from models.weighting import Counts

_MOST_NUMBERS = 2**29


def cell_counts(dataset: Dataset) -> Counts:
    """Count the training rows of each group and class, shape (G, K)."""
    shape = (len(dataset.group_names), len(dataset.class_names))
    counts = np.zeros(shape, np.int64)
    np.add.at(counts, (dataset.training.group, dataset.training.y), 1)
    return counts


def target_counts(dataset: Dataset, plan: MitigationPlan) -> Counts:
    """Say how many rows of each group and class are learnt from, shape (G, K).

    All classes get as many rows as the largest has, or as the smallest when rows are left out;
    within a class, groups keep their shares. Groups likewise, or every cell that has rows.

    Raises
    ------
    PlanError
        When a group or class would have no row left, SMOTE lacks neighbours or numbers, or there
        would be too many rows.
    """
    counts = cell_counts(dataset)
    if plan.resampling == "none":
        return counts
    match plan.resampling_by:
        case "classes":
            target = _balanced(counts.T, plan).T
        case "groups":
            target = _balanced(counts, plan)
        case "both":
            target = _balanced(counts.reshape(-1, 1), plan).reshape(counts.shape)
    _check_none_is_lost(dataset, plan, target)
    if plan.resampling == "smote":
        _check_neighbours(dataset, plan, counts, target)
    numbers = int(target.sum()) * len(dataset.feature_names)
    if numbers > _MOST_NUMBERS:
        message = f"mitigation.resampling: {target.sum():,} rows would take"
        advice = "choose under-sampling, weights or balanced batches instead"
        raise PlanError(f"{message} {numbers * 4 / 2**30:.0f} GB; {advice}")
    return target


def resampled(dataset: Dataset, plan: MitigationPlan, *, seed: int) -> Split:
    """Give the training rows that are learnt from; new ones stand last.

    * ``over-sampling``: rows are repeated, drawn at random with replacement;
    * ``under-sampling``: rows are left out at random;
    * ``smote``: a new row is x + λ (x' - x), with x' one of the nearest neighbours of the row x in
      its cell and λ uniform in (0, 1) (Chawla et al. 2002, section 4.2). Where there are category
      columns, SMOTENC of the same paper, section 6.1: categories are the most frequent ones of
      the neighbours, and count in the distance.

    Parameters
    ----------
    dataset, plan
        What to resample, and how.
    seed
        Source of every random number, >= 0.

    Raises
    ------
    PlanError
        See `target_counts`.
    """
    rows, classes = dataset.training, len(dataset.class_names)
    target = target_counts(dataset, plan).ravel()
    if plan.resampling == "none":
        return rows
    cell = rows.group * np.int64(classes) + rows.y
    random = generator(seed, "resampling")
    if plan.resampling == "smote":
        growing = np.flatnonzero(target > np.bincount(cell, minlength=target.size))
        if not growing.size:
            return rows
        wanted = {int(each): int(target[each]) for each in growing}
        return _invented(dataset, cell, wanted, plan.neighbours, int(random.integers(2**31)))
    chosen = [np.arange(cell.size)] if plan.resampling == "over-sampling" else []
    for each in np.flatnonzero(target):
        members = np.flatnonzero(cell == each)
        if plan.resampling == "over-sampling":
            chosen.append(random.choice(members, target[each] - members.size))
        else:
            chosen.append(random.choice(members, target[each], replace=False))
    picked = np.concatenate(chosen)
    if plan.resampling == "under-sampling":
        picked.sort()
    return Split(x=rows.x[picked], y=rows.y[picked], group=rows.group[picked])


def _balanced(counts: Counts, plan: MitigationPlan) -> Counts:
    """Bring the sum of every line that has rows to that of the largest or smallest line."""
    totals = counts.sum(axis=1)
    present = totals[totals > 0]
    goal = present.min() if plan.resampling == "under-sampling" else present.max()
    return np.array([_apportioned(line, goal) if line.any() else line for line in counts])


def _apportioned(counts: Counts, goal: int) -> Counts:
    """Share `goal` rows out in proportion to counts (m,), by largest remainder."""
    shares, remainders = np.divmod(counts * goal, counts.sum())
    left = goal - shares.sum()
    shares[np.argsort(-remainders, kind="stable")[:left]] += 1
    return np.asarray(shares)


def _check_none_is_lost(dataset: Dataset, plan: MitigationPlan, target: Counts) -> None:
    for axis, (what, names) in enumerate(
        (("group", dataset.group_names), ("class", dataset.class_names))
    ):
        left = target.sum(axis=1 - axis)
        if not left.all():
            message = f"no row of the {what} {names[int(left.argmin())]} would be left"
            advice = "choose both, over-sampling or smote"
            raise PlanError(f"mitigation.resampling_by: {plan.resampling_by}: {message}; {advice}")


def _check_neighbours(
    dataset: Dataset, plan: MitigationPlan, counts: Counts, target: Counts
) -> None:
    if sum(map(len, dataset.category_blocks)) == len(dataset.feature_names):
        message = "SMOTE needs a column of numbers, but there are only categories"
        raise PlanError(f"mitigation.resampling: {message}; choose over-sampling")
    growing = np.where(target > counts, counts, counts.max() + plan.neighbours + 1)
    group, label = np.unravel_index(int(growing.argmin()), counts.shape)
    rows = int(growing[group, label])
    if rows > plan.neighbours:
        return
    where = f"group {dataset.group_names[group]}, class {dataset.class_names[label]}"
    have = "1 training row" if rows == 1 else f"{rows:,} training rows"
    needed = f"SMOTE with {plan.neighbours:,} neighbours needs {plan.neighbours + 1:,} rows"
    advice = "choose over-sampling" if rows == 1 else f"choose 1 to {rows - 1:,}, or over-sampling"
    raise PlanError(f"mitigation.neighbours: {needed}, but {where} has {have}; {advice}")


def _invented(
    dataset: Dataset, cell: NDArray[np.int64], wanted: dict[int, int], neighbours: int, seed: int
) -> Split:
    """Add rows until cells have as many as are wanted."""
    from imblearn.over_sampling import SMOTE, SMOTENC

    rows, classes = dataset.training, len(dataset.class_names)
    how = {"sampling_strategy": wanted, "k_neighbors": neighbours, "random_state": seed}
    blocks = dataset.category_blocks
    if not blocks:
        x, cells = SMOTE(**how).fit_resample(rows.x, cell)
    else:
        table, numbers, values = _collapsed(rows.x, blocks)
        categories = list(range(numbers.size, table.shape[1]))
        table, cells = SMOTENC(categories, **how).fit_resample(table, cell)
        x = np.empty((len(table), rows.x.shape[1]), np.float32)
        x[:, numbers] = table[:, : numbers.size]
        for column, block, patterns in zip(categories, blocks, values, strict=True):
            x[:, list(block)] = patterns[table[:, column].astype(np.intp)]
    group, y = np.divmod(cells, classes)
    return Split(x=x, y=y, group=group)


def _collapsed(
    x: Features, blocks: tuple[tuple[int, ...], ...]
) -> tuple[Features, NDArray[np.intp], list[Features]]:
    """Make one column of codes of each block of columns that encodes a category.

    Returns
    -------
    tuple
        Numbers, then codes; where the numbers were; for each block what each code stands for,
        shape (codes, columns of the block).
    """
    numbers = np.setdiff1d(np.arange(x.shape[1]), np.concatenate(blocks))
    columns, values = [x[:, numbers]], []
    for block in blocks:
        patterns, codes = np.unique(x[:, list(block)], axis=0, return_inverse=True)
        columns.append(codes.reshape(-1, 1).astype(np.float32))
        values.append(patterns)
    return np.concatenate(columns, axis=1), numbers, values
