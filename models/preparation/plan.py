"""How rows are held out, filled in, encoded and scaled."""

from dataclasses import dataclass, field, replace
from typing import Literal

from models.dataset import DataUnavailableError
from models.trouble import LEAK_COLUMN, Trouble

Imputation = Literal["mean", "median", "most-frequent", "knn", "iterative", "drop"]
Scaling = Literal["auto", "standard", "min-max", "robust", "none"]
Encoding = Literal["one-hot", "ordinal"]
OutlierTreatment = Literal["keep", "clip", "remove"]
Fences = Literal["tukey", "quantiles"]
Mistake = Literal["none", "scaler", "imputer", "resampling", "dropped-rows", "leak"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationPlan:
    """What `models.preparation.prepare` is asked to do.

    Attributes
    ----------
    validation_share, test_share
        Shares of the rows that are held out: the first in (0, 1), the second in [0, 1), 0 for no
        test part; together below 1.
    seed
        Source of every random number, >= 0.
    imputation
        What fills missing numbers; missing categories take the most frequent one. ``drop``
        leaves training rows with missing cells out, and fills those of held-out rows with the
        median.
    indicator
        Whether a column is added for each one with missing training cells, that says which.
    scaling
        ``auto``: standard for tables, none where rows have a scale of their own.
    encoding
        What categories become.
    rare_share
        Categories of a smaller share of the training rows are grouped, in [0, 1).
    outliers
        Whether numbers beyond the fences are moved onto them, or their training rows left out.
    fences
        ``tukey``: `outlier_reach` interquartile ranges below the first and above the third
        quartile. ``quantiles``: those that cut `outlier_share` of the numbers off on each side.
    over_sampling
        Whether rows of rarer training classes are repeated until all classes are as frequent, so
        that twins can do so before the split or after; training alone has `models.resampling`.
    leave_out
        Names of columns that are not to be learnt from.
    trouble
        What is done to the rows on purpose once they are split.
    mistake
        What is done wrong on purpose.
    """

    validation_share: float
    test_share: float = 0.0
    seed: int
    imputation: Imputation = "median"
    indicator: bool = False
    scaling: Scaling = "auto"
    encoding: Encoding = "one-hot"
    rare_share: float = 0.0
    outliers: OutlierTreatment = "keep"
    fences: Fences = "tukey"
    outlier_reach: float = 1.5
    outlier_share: float = 0.01
    over_sampling: bool = False
    leave_out: tuple[str, ...] = ()
    trouble: Trouble = field(default_factory=Trouble)
    mistake: Mistake = "none"

    @property
    def unseen(self) -> tuple[str, ...]:
        """Columns that are not learnt from: none where keeping them is the mistake."""
        return () if self.mistake == "leak" else self.leave_out


def twin_plans(plan: PreparationPlan, mistake: Mistake) -> tuple[PreparationPlan, PreparationPlan]:
    """Give the right and the wrong way to do the same, on the same seed.

    Both over-sample when the mistake is when to do that. The right way leaves leaking columns
    out: those that `plan` names and the one that its trouble adds.

    Raises
    ------
    DataUnavailableError
        When no column leaks that could be kept.
    """
    right = replace(plan, mistake="none")
    if mistake == "resampling":
        right = replace(right, over_sampling=True)
    elif mistake == "dropped-rows" and plan.imputation == "drop":
        right = replace(right, imputation="median")
    elif mistake == "leak":
        if plan.trouble.leak.strength:
            right = replace(right, leave_out=(*plan.leave_out, LEAK_COLUMN))
        if not right.leave_out:
            message = "no column leaks, so none can be kept by mistake"
            advice = "raise trouble.leak.strength, or name a column in preparation.leave_out"
            raise DataUnavailableError(f"{message}; {advice}")
    return right, replace(right, mistake=mistake)
