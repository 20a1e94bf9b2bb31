"""Settings of data sets that have to be downloaded once."""

from typing import ClassVar, Literal

from experiments.settings.base import SettingsTable, setting
from experiments.settings.data_sets import (
    GROUP_HELP,
    SET_HELP,
    held_out_for_test,
    held_out_for_validation,
)
from models.tables.choices import TableChoices


class FullData(SettingsTable):
    """All images of MNIST, Fashion-MNIST or CIFAR-10, downloaded once."""

    class_count: ClassVar[int | None] = 10

    set: Literal["full"] = setting("full", title="Data set", help_text=SET_HELP)
    name: Literal["mnist", "fashion-mnist", "cifar10"] = setting(
        "mnist",
        title="Images",
        help_text=(
            "70,000 digits or garments of 28 × 28 pixels, or 60,000 things of 32 × 32 in colour.",
            "A set that is not on this machine has to be downloaded first: 11, 31 or 170 MB.",
            "The usual division into training and test images is not kept: all are split anew.",
        ),
    )
    group: Literal["ink", "class"] = setting("ink", title="Groups", help_text=GROUP_HELP)
    validation_share: float = held_out_for_validation()
    test_share: float = held_out_for_test()


class OpenmlData(SettingsTable):
    """A table of OpenML, downloaded once."""

    class_count: ClassVar[int | None] = None

    set: Literal["openml"] = setting("openml", title="Data set", help_text=SET_HELP)
    data_id: int = setting(
        1590,
        title="OpenML number",
        low=1,
        high=999_999_999,
        slider=(1, 50_000),
        help_text=(
            "The number of the table at openml.org; 1590 is Adult.",
            "A table that is not on this machine has to be downloaded first.",
            "Tables there come from anyone: read where one comes from before you trust it.",
        ),
    )
    label: str = setting(
        "",
        title="Label",
        help_text=(
            "The column that the model learns to predict; empty takes the one that OpenML names.",
            "It must hold classes, not measurements.",
            "A label is a decision somebody made or recorded: it may carry a bias itself.",
        ),
    )
    positive: tuple[str, ...] = setting(
        (),
        title="Positive values",
        help_text=(
            "Values of the label that make up the second class; all others make up the first.",
            "Empty makes each value a class of its own.",
            "Base rates are shares of the positive class: swapping classes swaps who is ahead.",
        ),
    )
    groups: tuple[str, ...] = setting(
        ("sex",),
        title="Group columns",
        help_text=(
            "Columns whose values, or combinations of values, are the groups that are compared.",
            "Another table has other columns: name one of them.",
            "Many columns make small groups with noisy curves: look at their sizes first.",
        ),
    )
    bins: int = setting(
        4,
        title="Bins",
        low=2,
        high=20,
        help_text=(
            "How many groups of about equal size a group column with many numbers is cut into.",
            "Numbers with few different values are not binned.",
            "Where bins begin and end is arbitrary and can make or hide a gap.",
        ),
    )
    leave_out: tuple[str, ...] = setting(
        (),
        title="Columns left out",
        help_text=(
            "Columns that the model does not see; they may still define groups.",
            "What OpenML calls an identifier is left out anyway.",
            "Leaving a group column out does not hide it: others may give it away.",
        ),
    )
    validation_share: float = held_out_for_validation()
    test_share: float = held_out_for_test()

    def choices(self) -> TableChoices:
        """Give the settings that decide how the table is read."""
        return TableChoices(
            format="parquet",
            label=self.label,
            positive=self.positive,
            groups=self.groups,
            bins=self.bins,
            leave_out=self.leave_out,
        )
