"""Small tables whose inputs tell exactly as much about the label as is asked for."""

import numpy as np

from models.rows import Rows
from models.sources.strata import CLASSES, shuffled_strata, strata_counts

GROUPS = ("A", "B")


def signal_rows(
    *,
    rows: int,
    columns: int,
    representation: float,
    positive_share: float,
    signal: tuple[float, float],
    seed: int,
) -> Rows:
    """Draw a table of normal inputs with a signal s per group along one hidden direction.

    Inputs are x = ξ + (z − u·ξ) u with ξ ~ N(0, I) and a random unit vector u, the same for both
    groups. Along it, z = |ζ| or −|ζ|, ζ ~ N(0, 1): with probability s its sign is that of the
    label, else it is either sign by chance. So sign(u·x) is the label with probability (1 + s)/2
    in both classes, and:

    * s = 0 is pure noise, s = 1 is linearly separable; with equal classes inputs are N(0, I) at
      every s, so nothing but the labels tells tables apart;
    * the best rule for equal classes, sign(u·x), has the balanced accuracy (1 + s)/2, which also
      is the area under its ROC curve, and TPR − FPR = s;
    * with a share p < 1/2 of positives the highest accuracy that any rule has is
      max(1 − p, (1 + s)/2); while s < 1 − 2p it is reached by never saying positive.

    Parameters
    ----------
    rows, columns
        Size of the table.
    representation
        Share of group A, in (0, 1).
    positive_share
        Share p of positive rows in both groups, in (0, 1).
    signal
        s of groups A and B, in [0, 1].
    seed
        Source of the table, >= 0.

    Raises
    ------
    DataUnavailableError
        When a group would have no row of some class.
    ValueError
        When a signal is not in [0, 1].
    """
    import pandas as pd

    if not all(0.0 <= strength <= 1.0 for strength in signal):
        raise ValueError(f"signal must lie in [0, 1], but got {signal}")
    order, way, noise, told = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(4))
    counts = strata_counts(
        rows, representation=representation, positive_shares=(positive_share,) * 2
    )
    y, group = shuffled_strata(counts, group_names=GROUPS, rng=order)
    u = way.standard_normal(columns)
    u /= np.linalg.norm(u)
    x = noise.standard_normal((rows, columns))
    along = x @ u
    agrees = told.random(rows) < (1.0 + np.array(signal)[group]) / 2
    sign = np.where(agrees, 1.0, -1.0) * (2.0 * y - 1.0)
    x += np.outer(sign * np.abs(along) - along, u)
    return Rows(
        name="Table with a signal",
        columns=pd.DataFrame(x, columns=[f"x{index}" for index in range(1, columns + 1)]),
        y=y,
        group=group,
        class_names=CLASSES,
        group_names=GROUPS,
        has_own_scale=True,
    )
