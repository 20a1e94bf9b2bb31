"""Class weights for the training loss."""

import numpy as np
from numpy.typing import NDArray

from models.dataset import Indices
from models.plan import MitigationPlan, PlanError


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
        Class indices of the training rows, shape (n,); every class has a row.
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
            return _custom(plan.class_weights, class_names)


def _custom(given: tuple[float, ...], class_names: tuple[str, ...]) -> NDArray[np.float64]:
    weights = np.asarray(given, dtype=np.float64)
    classes = len(class_names)
    if weights.shape != (classes,) or not np.isfinite(weights).all() or weights.min() < 0.0:
        message = f"mitigation.class_weights: give {classes} finite numbers of at least 0"
        raise PlanError(f"{message}, one for each of {', '.join(class_names)}; got {given}")
    if not weights.any():
        raise PlanError(f"mitigation.class_weights: one weight must be above 0; got {given}")
    return weights
