"""Settings of bundled data sets, and what the settings of every data set have in common."""

from typing import ClassVar, Literal

from experiments.settings.base import SettingsTable, setting

SET_HELP = (
    "The data that the model learns from.",
    "Real tables and images come as they are; generated sets have dials and a known truth.",
    "What holds for one set need not hold for another.",
)
GROUP_HELP = (
    "The attribute whose groups are compared.",
    "Every curve is drawn once per group.",
    "Small groups have noisy curves: look at their sizes first.",
)


def held_out_for_validation() -> float:
    """Declare the setting that every data set has."""
    share: float = setting(
        0.25,
        title="Validation share",
        low=0.05,
        high=0.9,
        help_text=(
            "Share of the rows that are kept away from training to measure on.",
            "Solid curves are measured on these rows.",
            "A small share makes the curves of small groups noisy.",
        ),
    )
    return share


def held_out_for_test() -> float:
    """Declare the other setting that every data set has."""
    share: float = setting(
        0.0,
        title="Test share",
        low=0.0,
        high=0.9,
        help_text=(
            "Share of the rows that are looked at once, after training; 0 holds none out.",
            "Scores on these rows are not coloured by choices made while watching the curves.",
            "A small share makes the scores of small groups noisy.",
        ),
    )
    return share


class AdultData(SettingsTable):
    """The Adult census income rows."""

    class_count: ClassVar[int | None] = 2
    """Number of classes where it is known before rows are read; None elsewhere."""

    set: Literal["adult"] = setting("adult", title="Data set", help_text=SET_HELP)
    group: Literal["gender", "race", "gender-and-race", "age"] = setting(
        "gender", title="Groups", help_text=GROUP_HELP
    )
    validation_share: float = held_out_for_validation()
    test_share: float = held_out_for_test()


class DigitsData(SettingsTable):
    """Handwritten digits, 8 × 8 pixels."""

    class_count: ClassVar[int | None] = 10

    set: Literal["digits"] = setting("digits", title="Data set", help_text=SET_HELP)
    group: Literal["ink", "digit"] = setting("ink", title="Groups", help_text=GROUP_HELP)
    validation_share: float = held_out_for_validation()
    test_share: float = held_out_for_test()


class MnistData(SettingsTable):
    """Handwritten digits, 5,000 images of 28 × 28 pixels from MNIST."""

    class_count: ClassVar[int | None] = 10

    set: Literal["mnist"] = setting("mnist", title="Data set", help_text=SET_HELP)
    group: Literal["ink", "digit"] = setting("ink", title="Groups", help_text=GROUP_HELP)
    validation_share: float = held_out_for_validation()
    test_share: float = held_out_for_test()


class FashionData(SettingsTable):
    """Garments, 5,000 images of 28 × 28 pixels from Fashion-MNIST."""

    class_count: ClassVar[int | None] = 10

    set: Literal["fashion"] = setting("fashion", title="Data set", help_text=SET_HELP)
    group: Literal["ink", "garment"] = setting("ink", title="Groups", help_text=GROUP_HELP)
    validation_share: float = held_out_for_validation()
    test_share: float = held_out_for_test()


class BreastCancerData(SettingsTable):
    """Breast tumours, benign or malignant, by 30 measures of their cells' nuclei."""

    class_count: ClassVar[int | None] = 2

    set: Literal["breast-cancer"] = setting("breast-cancer", title="Data set", help_text=SET_HELP)
    group: Literal["size", "diagnosis"] = setting("size", title="Groups", help_text=GROUP_HELP)
    validation_share: float = held_out_for_validation()
    test_share: float = held_out_for_test()
