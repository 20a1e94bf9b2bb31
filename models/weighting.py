"""How much each row counts in the training loss."""

import numpy as np
from numpy.typing import NDArray

from models.bounds import PlanError
from models.dataset import Indices
from models.mitigation_plan import MitigationPlan


def row_weights(
    plan: MitigationPlan,
    *,
    labels: Indices,
    group: Indices,
    class_names: tuple[str, ...],
    group_names: tuple[str, ...],
) -> NDArray[np.float64]:
    """Multiply the weight of each row's class by the weight of its group.

    With n_a of n rows in group a of G, n_y in class y and n_ay in both, the second factor is

    * ``none``: 1;
    * ``balanced``: n / (G n_a);
    * ``reweighing``: n_a n_y / (n n_ay), which makes group and class independent in the weighted
      rows and changes the total weight of no group and no class (Kamiran & Calders 2012,
      section 4.1.2);
    * ``custom``: the weights as given.

    Parameters
    ----------
    plan
        Where both weights come from.
    labels, group
        Class and group index of the rows that are learnt from, shape (n,); every class and group
        has a row.
    class_names, group_names
        Names of the K classes and G groups.

    Returns
    -------
    NDArray
        Weights, shape (n,), not all 0.

    Raises
    ------
    PlanError
        When custom weights do not fit the classes or groups, or leave no row any weight.
    """
    weights = class_weights(plan, labels=labels, class_names=class_names)[labels]
    groups, classes = len(group_names), len(class_names)
    counts = np.bincount(group, minlength=groups)
    match plan.group_weighting:
        case "balanced":
            weights *= (group.size / (groups * counts))[group]
        case "reweighing":
            cell = group * classes + labels
            expected = counts[group] * np.bincount(labels, minlength=classes)[labels] / group.size
            weights *= expected / np.bincount(cell)[cell]
        case "custom":
            weights *= _custom("group", plan.group_weights, group_names)[group]
    if not weights.any():
        raise PlanError(
            "mitigation.class_weights and mitigation.group_weights: together they give every"
            " training row the weight 0; raise one of a class and group that has rows above 0"
        )
    return weights


def class_weights(
    plan: MitigationPlan, *, labels: Indices, class_names: tuple[str, ...]
) -> NDArray[np.float64]:
    """Resolve a choice of class weights against the training labels.

    With n_c of n training rows in class c of K:

    * ``none``: 1;
    * ``balanced``: n / (K n_c), of mean 1 over the training rows;
    * ``effective-number``: (1 - β)/(1 - β^n_c), rescaled to the sum K (Cui et al. 2019, eq. 2 and
      section 4): the class-balanced loss. β = 0 weighs all alike, β → 1 by inverse frequency;
    * ``custom``: the weights as given.

    Parameters
    ----------
    plan
        The choice.
    labels
        Class indices of the rows that are learnt from, shape (n,); every class has a row.
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
    counts = np.bincount(labels, minlength=classes)
    match plan.class_weighting:
        case "none":
            return np.ones(classes)
        case "balanced":
            return np.asarray(labels.size / (classes * counts))
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
