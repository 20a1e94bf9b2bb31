"""Settings of how images are changed at random while they are learnt from."""

from experiments.settings.base import SettingsTable, setting
from models import plan as plans

CHANGES = ("flip", "rotation", "shift", "zoom", "contrast")
"""Settings that say how images are changed, flip and four strengths."""

_WHOSE = (
    "Empty changes the images of all; a rare one alone gets variety where rows are few.",
    "Where only one is changed, the change itself may tell which it is.",
)


class Augmentation(SettingsTable):
    """Images changed at random each time that they are learnt from; measured as they are."""

    flip: plans.Flip = setting(
        "none",
        title="Flip",
        help_text=(
            "Along which axes an image is mirrored, each time with probability 1/2.",
            "It doubles the variety of what looks alike both ways round, as clothes do.",
            "A mirrored digit or letter is none, or another one.",
        ),
    )
    rotation: float = setting(
        0.0,
        title="Rotation",
        unit="degrees",
        low=0.0,
        high=180.0,
        slider=(0.0, 45.0),
        help_text=(
            "The largest angle by which an image is turned, either way; 0 does not turn it.",
            "A group that is turned is learnt from the other one's images, once these turn as far.",
            "Far turns make a 6 a 9.",
        ),
    )
    shift: float = setting(
        0.0,
        title="Shift",
        low=0.0,
        high=1.0,
        slider=(0.0, 0.3),
        help_text=(
            "The largest shift along each axis, as a share of the image; 0 does not shift it.",
            "Dense networks have to learn every position anew, convolutions less so.",
            "What leaves the image is lost; far shifts leave nothing to learn from.",
        ),
    )
    zoom: float = setting(
        0.0,
        title="Zoom",
        low=0.0,
        high=0.9,
        slider=(0.0, 0.5),
        help_text=(
            "The largest change of scale, as a share; 0 keeps the scale.",
            "0.2 shows between 80 and 120 % of an image's height and width.",
            "On small images fine strokes are lost.",
        ),
    )
    contrast: float = setting(
        0.0,
        title="Contrast",
        low=0.0,
        high=1.0,
        slider=(0.0, 0.8),
        help_text=(
            "The largest change of each pixel's distance from the image's mean, as a share.",
            "Groups that differ in ink or contrast alone come to look more alike.",
            "Pixels are cut off at the darkest and brightest of all training images.",
        ),
    )
    only_class: str = setting(
        "",
        title="Only the class",
        help_text=("Name of the one class whose images are changed, e.g. 3.", *_WHOSE),
    )
    only_group: str = setting(
        "",
        title="Only the group",
        help_text=("Name of the one group whose images are changed.", *_WHOSE),
    )

    @property
    def active(self) -> tuple[str, ...]:
        """Names of the settings that change images."""
        return tuple(name for name in CHANGES if getattr(self, name) not in {"none", 0.0})

    def plan(self) -> plans.AugmentationPlan:
        """Say the same to `models`."""
        return plans.AugmentationPlan(**dict(self))
