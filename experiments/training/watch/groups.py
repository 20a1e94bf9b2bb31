"""Groups with too few held-out rows, and a lead that is no more than their noise."""

import numpy as np

from experiments.findings import Fault, Finding
from experiments.frames import FloatArray
from experiments.snapshots import Snapshot, SnapshotRows
from experiments.training.watch.seen import Seen
from experiments.views import group_label
from models.scores import wilson_interval

_WIDE = 0.2
"""Width of the 95 % interval of a validation accuracy from which a group cannot be judged: groups
that differ by 10 points would not be told apart."""
_SURE = 1.96
"""Standard errors by which a gap must exceed 0 for 95 % confidence."""


def small_group(seen: Seen) -> Finding | None:
    """Find the groups whose validation accuracy is known too vaguely at the end of training.

    Any earlier, an accuracy that is still on its way through one half, where the interval is
    widest, would blame groups that can be judged in the end.
    """
    if len(seen.facts.group_names) < 2 or not seen.ended:
        return None
    found = []
    for group in seen.facts.group_names:
        rows = sum(seen.facts.validation[group])
        low, high = wilson_interval(np.array(seen.level("accuracy", group)), np.array(float(rows)))
        if high - low > _WIDE:
            words = f"{group_label(group)}, {rows:,} rows: between {low:.2f} and {high:.2f}"
            found.append((rows, words, group))
    if not found:
        return None
    found.sort()
    listed = "; ".join(words for _, words, _ in found)
    whose = ", ".join(group_label(group) for *_, group in found)
    return Finding(
        Fault.SMALL_GROUP,
        seen.step,
        f"too few validation rows of {whose}.",
        f"Their accuracy is known no better than this, with 95 % confidence: {listed}.",
        "hold more rows out, merge groups, or repeat with other seeds before you compare them.",
    )


def unsure_lead(crossing: float, snapshot: Snapshot, rows: SnapshotRows) -> Finding | None:
    """Find that the lead of one of two groups, just changed, is within the noise of its rows.

    Parameters
    ----------
    crossing
        Step at which the lead changed.
    snapshot
        What the network says at a later moment, at which the change was told.
    rows
        Of what.
    """
    losses = _losses(snapshot.scores.astype(np.float64), rows.label)
    parts = [losses[rows.group == index] for index in range(len(rows.group_names))]
    if len(parts) != 2 or min(part.size for part in parts) < 2:
        return None
    gap = float(parts[0].mean() - parts[1].mean())
    error = float(np.sqrt(sum(part.var(ddof=1) / part.size for part in parts)))
    if abs(gap) >= _SURE * error:
        return None
    ahead = group_label(rows.group_names[int(gap > 0)])
    sizes = " and ".join(f"{part.size:,}" for part in parts)
    return Finding(
        Fault.UNSURE_LEAD,
        crossing,
        f"the lead that changed at step {crossing:,.0f} may be chance.",
        f"At step {snapshot.step:,.0f} {ahead} is ahead by {abs(gap):.3g} in validation loss, with"
        f" a standard error of {error:.2g} ({sizes} rows).",
        "more validation rows, and the same run with other seeds.",
    )


def _losses(scores: FloatArray, labels: np.ndarray) -> FloatArray:
    """Cross-entropy of each row from a logit (n, 1) or logarithms of probabilities (n, K)."""
    if scores.shape[1] == 1:
        signs = 2.0 * labels - 1.0
        return np.asarray(np.logaddexp(0.0, -signs * scores[:, 0]))
    return np.asarray(-np.take_along_axis(scores, labels[:, None].astype(np.intp), axis=1)[:, 0])
