"""What each row costs, from its class and the network's logits."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.plan import LossPlan

if TYPE_CHECKING:
    import tensorflow as tf

RowLosses = Callable[["tf.Tensor", "tf.Tensor"], "tf.Tensor"]
"""Gives the loss of each row (n,) from class indices (n,) and logits (n, 1) or (n, K)."""

_LEAST_DOUBT = 1e-7


def cross_entropies(*, labels: "tf.Tensor", logits: "tf.Tensor") -> "tf.Tensor":
    """Cross-entropy of each row, from class indices (n,) and logits (n, 1) or (n, K)."""
    import tensorflow as tf

    if logits.shape[1] == 1:
        return tf.nn.sigmoid_cross_entropy_with_logits(
            labels=tf.cast(labels, logits.dtype), logits=logits[:, 0]
        )
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)


def row_losses(plan: LossPlan, *, shares: NDArray[np.float64]) -> RowLosses:
    """Choose the loss of a plan.

    Two classes have one logit z, that of the second class over the first; p is the softmax of
    (0, z). More have one logit for each class. With the label y as the distribution
    t_k = (1 - ε) [k = y] + ε/K, where ε is the label smoothing:

    * ``cross-entropy``: -Σ_k t_k ln p_k; for two classes also called the logistic loss;
    * ``focal``: -Σ_k t_k (1 - p_k)^γ ln p_k (Lin et al. 2017, eq. 4), times alpha for the second
      class and 1 - alpha for the first where two classes are balanced (eq. 5);
    * ``logit-adjusted``: the cross-entropy of the logits f_k + τ ln π_k, where π_k is the share of
      class k (Menon et al. 2021, eq. 10); predictions are made by f.

    Without probabilities, and never smoothed, with s = ±1 for the second and first class:

    * ``squared``: (1 - s z)²/2 for two classes, Σ_k (1 - s_k f_k)²/2 for more with s_k = 1 for the
      row's class and -1 for the others;
    * ``hinge``: max(0, 1 - s z) for two classes, max(0, 1 - f_y + max_{k≠y} f_k) for more
      (Crammer & Singer 2001; Keras' categorical hinge takes a 0 among the other f_k as well).

    Parameters
    ----------
    plan
        Which loss, and its parameters.
    shares
        Share π_k of the training rows in each class, shape (K,), > 0.
    """
    match plan.name:
        case "cross-entropy" if not plan.label_smoothing:
            return lambda labels, logits: cross_entropies(labels=labels, logits=logits)
        case "cross-entropy":
            return lambda labels, logits: _focal(plan, labels, logits, gamma=0.0)
        case "focal":
            return lambda labels, logits: _focal(plan, labels, logits, gamma=plan.focal_gamma)
        case "logit-adjusted":
            offset = plan.adjustment * np.log(shares)
            offset = (offset if shares.size > 2 else offset[1:] - offset[0]).astype(np.float32)
            return lambda labels, logits: _focal(plan, labels, logits + offset, gamma=0.0)
        case "squared":
            return _squared
        case "hinge":
            return _hinge


def _focal(
    plan: LossPlan, labels: "tf.Tensor", logits: "tf.Tensor", *, gamma: float
) -> "tf.Tensor":
    import tensorflow as tf

    if logits.shape[1] == 1:
        surprise = tf.concat([tf.nn.softplus(logits), tf.nn.softplus(-logits)], axis=1)
    else:
        surprise = -tf.nn.log_softmax(logits)
    classes = surprise.shape[1]
    smoothing = plan.label_smoothing
    target = tf.one_hot(labels, classes, on_value=1.0 - smoothing + smoothing / classes)
    target += (1.0 - tf.one_hot(labels, classes)) * (smoothing / classes)
    if gamma:
        # bounded away from 0, where a power below 1 has no slope
        surprise *= tf.maximum(-tf.math.expm1(-surprise), _LEAST_DOUBT) ** gamma
    if plan.balances_two_classes:
        surprise *= tf.constant([1.0 - plan.focal_alpha, plan.focal_alpha])
    return tf.reduce_sum(target * surprise, axis=1)


def _squared(labels: "tf.Tensor", logits: "tf.Tensor") -> "tf.Tensor":
    import tensorflow as tf

    return tf.reduce_sum(0.5 * (1.0 - _signs(labels, logits) * logits) ** 2, axis=1)


def _hinge(labels: "tf.Tensor", logits: "tf.Tensor") -> "tf.Tensor":
    import tensorflow as tf

    if logits.shape[1] == 1:
        return tf.nn.relu(1.0 - _signs(labels, logits)[:, 0] * logits[:, 0])
    own = tf.one_hot(labels, logits.shape[1])
    best_other = tf.reduce_max(tf.where(own > 0.0, -np.inf, logits), axis=1)
    return tf.nn.relu(1.0 - tf.reduce_sum(own * logits, axis=1) + best_other)


def _signs(labels: "tf.Tensor", logits: "tf.Tensor") -> "tf.Tensor":
    """Code classes by +1 and -1 in the shape of the logits."""
    import tensorflow as tf

    if logits.shape[1] == 1:
        return tf.cast(2 * labels - 1, logits.dtype)[:, None]
    return tf.one_hot(labels, logits.shape[1], on_value=1.0, off_value=-1.0)
