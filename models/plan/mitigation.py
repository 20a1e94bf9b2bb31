"""What is done about imbalance: a plan that names nothing of the data."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.bounds import PlanError, check_bounds, check_words
from models.dataset import Dataset

ClassWeighting = Literal["none", "balanced", "effective-number", "custom"]
GroupWeighting = Literal["none", "balanced", "reweighing", "custom"]
Resampling = Literal["none", "over-sampling", "under-sampling", "smote"]
Balanced = Literal["classes", "groups", "both"]
Normalisation = Literal["batch-size", "sum-of-weights"]
Flip = Literal["none", "horizontal", "vertical", "both"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MitigationPlan:
    """Which rows are learnt from, how often, and how much each of them counts.

    Attributes
    ----------
    resampling, resampling_by
        Whether training rows are repeated, left out or invented, and what becomes equally
        frequent by that; see `models.resampling`.
    neighbours
        Nearest rows among which SMOTE looks for the other end of a line, >= 1.
    balanced_batches
        What is equally frequent in each batch; see `models.batches`.
    class_weighting, group_weighting
        Where weights come from; see `models.weighting`. A row counts their product.
    class_weights, group_weights
        Custom weights, one for each class or group, >= 0.
    effective_beta
        Of ``effective-number``, in [0, 1).
    normalisation
        What the weighted sum of a batch's losses is divided by.
    """

    resampling: Resampling = "none"
    resampling_by: Balanced = "classes"
    neighbours: int = 5
    balanced_batches: Literal["none", Balanced] = "none"
    class_weighting: ClassWeighting = "none"
    class_weights: tuple[float, ...] = ()
    group_weighting: GroupWeighting = "none"
    group_weights: tuple[float, ...] = ()
    effective_beta: float = 0.999
    normalisation: Normalisation = "batch-size"

    def __post_init__(self) -> None:
        check_words(self, resampling=Resampling, resampling_by=Balanced)
        check_words(self, balanced_batches=Literal["none", Balanced], normalisation=Normalisation)
        check_words(self, class_weighting=ClassWeighting, group_weighting=GroupWeighting)
        check_bounds(self, neighbours=(1, 1000), effective_beta=(0.0, np.nextafter(1.0, 0.0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class AugmentationPlan:
    """How images are changed at random each time that they are learnt from.

    Attributes
    ----------
    flip
        Along which axes an image is mirrored, each with probability 1/2.
    rotation
        Largest angle in degrees, in [0, 180], either way.
    shift
        Largest shift along each axis, as a share of the image, in [0, 1].
    zoom
        Largest change of scale, as a share, in [0, 1).
    contrast
        Largest change of the distance from the mean, as a share, in [0, 1].
    only_class, only_group
        Name of the one class and group whose images are changed; empty for all.
    """

    flip: Flip = "none"
    rotation: float = 0.0
    shift: float = 0.0
    zoom: float = 0.0
    contrast: float = 0.0
    only_class: str = ""
    only_group: str = ""

    def __post_init__(self) -> None:
        check_words(self, flip=Flip)
        check_bounds(self, rotation=(0.0, 180.0), shift=(0.0, 1.0), contrast=(0.0, 1.0))
        check_bounds(self, zoom=(0.0, np.nextafter(1.0, 0.0)))

    @property
    def is_active(self) -> bool:
        """Whether any image is changed."""
        return self.flip != "none" or any((self.rotation, self.shift, self.zoom, self.contrast))

    def check(self, dataset: Dataset) -> None:
        """Raise `PlanError` where these data cannot be changed so."""
        if not self.is_active:
            return
        if dataset.image_shape is None:
            raise PlanError(
                "augmentation: only images can be changed so, and the columns of "
                f"{dataset.name} are no image; choose flip none and 0 for all strengths"
            )
        for what, name, names in (
            ("class", self.only_class, dataset.class_names),
            ("group", self.only_group, dataset.group_names),
        ):
            if name and name not in names:
                message = f"augmentation.only_{what}: there is no {what} {name!r}"
                raise PlanError(f"{message}; leave it empty or choose {', '.join(names)}")
