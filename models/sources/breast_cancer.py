"""The breast cancer table of scikit-learn: benign or malignant, by size or by diagnosis."""

from typing import Literal

import numpy as np

from models.rows import Rows

BreastCancerGroup = Literal["size", "diagnosis"]


def breast_cancer_rows(group: BreastCancerGroup) -> Rows:
    """Read 569 tumours with 30 measures of their cells' nuclei each (Wolberg et al., 1993).

    Parameters
    ----------
    group
        ``size``: nuclei of at most ("small") or more than ("large") the median mean radius of all
        tumours. The radius stays among the inputs, and most large ones are malignant, so base
        rates differ widely. ``diagnosis``: each class is a group, so that group losses are class
        losses.

    Raises
    ------
    ValueError
        When `group` is not admissible.
    """
    from sklearn import datasets

    table = datasets.load_breast_cancer(as_frame=True)
    class_names = tuple(str(name) for name in table.target_names)
    if group == "diagnosis":
        groups, group_names = table.target, class_names
    elif group == "size":
        radius = table.data["mean radius"]
        groups, group_names = radius > radius.median(), ("small", "large")
    else:
        raise ValueError(f"group must be 'size' or 'diagnosis', but got {group!r}")
    return Rows(
        name=f"Breast cancer by {group}",
        columns=table.data.astype(np.float64),
        y=table.target.to_numpy(),
        group=groups.to_numpy(),
        class_names=class_names,
        group_names=group_names,
    )
