"""How much each row counts in the training loss."""

import numpy as np
from numpy.typing import NDArray

from models.bounds import PlanError
from models.plan import MitigationPlan

Counts = NDArray[np.int64]


def cell_weights(
    plan: MitigationPlan,
    *,
    counts: Counts,
    group_names: tuple[str, ...],
    class_names: tuple[str, ...],
) -> NDArray[np.float64]:
    """Multiply the weight of a row's class by the weight of its group.

    With n_a of n rows in group a of G, n_y in class y and n_ay in both, the second factor is

    * ``none``: 1;
    * ``balanced``: n / (G n_a);
    * ``reweighing``: n_a n_y / (n n_ay), which makes group and class independent in the weighted
      rows and, where every group has rows of every class, changes the total weight of none
      (Kamiran & Calders 2012, section 4.1.2);
    * ``custom``: the weights as given.

    Parameters
    ----------
    plan
        Where both weights come from.
    counts
        Rows of each group and class that are learnt from, shape (G, K); no group and no class is
        without any.
    group_names, class_names
        Names of the G groups and K classes.

    Returns
    -------
    NDArray
        Weight of a row of each group and class, shape (G, K); not 0 for all rows.

    Raises
    ------
    PlanError
        When custom weights do not fit the groups or classes, or leave no row any weight.
    """
    of_groups, of_classes, rows = counts.sum(axis=1), counts.sum(axis=0), counts.sum()
    weights = np.tile(
        class_weights(plan, counts=of_classes, class_names=class_names), (len(counts), 1)
    )
    match plan.group_weighting:
        case "balanced":
            weights *= (rows / (len(counts) * of_groups))[:, None]
        case "reweighing":
            weights *= np.outer(of_groups, of_classes) / (rows * np.maximum(counts, 1))
        case "custom":
            weights *= _custom("group", plan.group_weights, group_names)[:, None]
    if not weights[counts > 0].any():
        raise PlanError(
            "mitigation.class_weights and mitigation.group_weights: together they give every"
            " training row the weight 0; raise those of a class and a group that have rows together"
        )
    return weights


def class_weights(
    plan: MitigationPlan, *, counts: Counts, class_names: tuple[str, ...]
) -> NDArray[np.float64]:
    """Resolve a choice of class weights.

    With n_c of n rows in class c of K:

    * ``none``: 1;
    * ``balanced``: n / (K n_c), of mean 1 over the rows;
    * ``effective-number``: (1 - β)/(1 - β^n_c), rescaled to the sum K (Cui et al. 2019, eq. 2 and
      section 4): the class-balanced loss. β = 0 weighs all alike, β → 1 by inverse frequency;
    * ``custom``: the weights as given.

    Parameters
    ----------
    plan
        The choice.
    counts
        Rows of each class that are learnt from, shape (K,), >= 1.
    class_names
        Names of the K classes.

    Returns
    -------
    NDArray
        Weights, shape (K,).

    Raises
    ------
    PlanError
        When custom weights do not fit the classes.
    """
    classes = len(class_names)
    match plan.class_weighting:
        case "none":
            return np.ones(classes)
        case "balanced":
            return np.asarray(counts.sum() / (classes * counts))
        case "effective-number":
            weights = (1.0 - plan.effective_beta) / (1.0 - plan.effective_beta**counts)
            return np.asarray(weights * classes / weights.sum())
        case "custom":
            return _custom("class", plan.class_weights, class_names)


def _custom(what: str, given: tuple[float, ...], names: tuple[str, ...]) -> NDArray[np.float64]:
    weights = np.asarray(given, dtype=np.float64)
    setting = f"mitigation.{what}_weights"
    if weights.shape != (len(names),) or not np.isfinite(weights).all() or weights.min() < 0.0:
        message = f"{setting}: give {len(names)} finite numbers of at least 0"
        raise PlanError(f"{message}, one for each of {', '.join(names)}; got {given}")
    if not weights.any():
        raise PlanError(f"{setting}: one weight must be above 0; got {given}")
    return weights
