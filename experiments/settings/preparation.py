"""Settings of how rows become what the network sees."""

from typing import Literal

from pydantic import model_validator

from experiments.settings.base import SettingsTable, setting
from experiments.settings.errors import ParameterError


class Preparation(SettingsTable):
    """How cells are filled in, encoded and scaled; all of it is learnt from training rows."""

    imputation: Literal["median", "mean", "most-frequent", "knn", "iterative", "drop"] = setting(
        "median",
        title="Missing numbers",
        help_text=(
            "What fills missing numbers: a number that is typical for the column, that of the"
            " nearest rows, a prediction from the other columns, or nothing: drop leaves training"
            " rows with a missing cell out. Missing categories take the most frequent one.",
            "Compare with drop to see what the incomplete rows are worth.",
            "Groups differ in what is missing, so a typical value can be typical of one of them.",
        ),
    )
    indicator: Literal["no", "yes"] = setting(
        "no",
        title="Missing as inputs",
        help_text=(
            "Whether a column is added for each one with missing cells, 1 where it was missing.",
            "That a cell is missing can tell as much as its value.",
            "What is missing may be known later, or in another place, for another reason.",
        ),
    )
    scaling: Literal["auto", "standard", "min-max", "robust", "none"] = setting(
        "auto",
        title="Scaling",
        help_text=(
            "How numbers get a common scale: mean 0 and SD 1, from 0 to 1, median 0 and"
            " interquartile range 1, or as they are; auto is standard for tables and none for"
            " images and for samples of the theory.",
            "Steps of the optimiser suit all columns only when their scales are alike.",
            "One extreme number squeezes all others with standard and with min-max.",
        ),
    )
    encoding: Literal["one-hot", "ordinal"] = setting(
        "one-hot",
        title="Categories",
        help_text=(
            "What categories become: a column each, or their position in alphabetical order.",
            "Ordinal is small where there are many categories.",
            "An order that means nothing makes neighbours of what is far apart.",
        ),
    )
    rare_share: float = setting(
        0.0,
        title="Rare below",
        low=0.0,
        high=0.5,
        slider=(0.0, 0.1),
        help_text=(
            "Categories of a column with a smaller share of the training rows become one.",
            "A category with few rows is learnt by heart.",
            "What is rare overall can be frequent in a small group.",
        ),
    )
    outliers: Literal["keep", "clip", "remove"] = setting(
        "keep",
        title="Extreme numbers",
        help_text=(
            "Whether numbers beyond the fences stay, are moved onto them, or have their training"
            " rows left out.",
            "Held-out rows are never left out, so that scores are of all of them.",
            "What is extreme overall can be usual in a small group.",
        ),
    )
    fences: Literal["tukey", "quantiles"] = setting(
        "tukey",
        title="Fences",
        help_text=(
            "What counts as extreme: far from the quartiles (Tukey), or beyond outer quantiles.",
            "Tukey's fences stay away where the middle half of a column is one number.",
            "Quantiles cut the same share off, whether or not there is anything extreme.",
        ),
    )
    outlier_reach: float = setting(
        1.5,
        title="Reach",
        unit="IQR",
        low=0.0,
        high=100.0,
        slider=(0.5, 10.0),
        help_text=(
            "How many interquartile ranges Tukey's fences stand off the quartiles.",
            "1.5 is Tukey's own choice; 3 is for what is far out.",
            "Skewed columns have many numbers beyond it that are no errors.",
        ),
    )
    outlier_share: float = setting(
        0.01,
        title="Cut off",
        low=0.0,
        high=0.25,
        slider=(0.0, 0.1),
        help_text=(
            "Share of the training rows beyond the quantile fences, on each side of a column.",
            "0.01 keeps what lies between the first and the last percent.",
            "Over many columns, few rows are within all fences.",
        ),
    )
    leave_out: tuple[str, ...] = setting(
        (),
        title="Leave out",
        help_text=(
            "Names of columns that the network does not see.",
            "Leave out what is not known at the time of a decision.",
            "Leaving the column of the group out does not hide it: others tell it too.",
        ),
    )

    @model_validator(mode="after")
    def _distinct(self) -> "Preparation":
        if len(set(self.leave_out)) < len(self.leave_out):
            raise ParameterError("a column is named twice", parameters=("leave_out",))
        return self
