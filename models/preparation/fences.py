"""What counts as an extreme number, as the training rows say."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.preparation.plan import PreparationPlan

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """The span of usual numbers in each column, shapes (p,)."""

    low: Floats
    high: Floats

    @classmethod
    def learnt(cls, numbers: Floats, plan: PreparationPlan) -> Self:
        """Learn the fences of columns, shape (n, p), NaN where missing.

        Tukey's (1977, Exploratory Data Analysis, ch. 2D) leave a column alone whose quartiles
        are one number: all else would be extreme.
        """
        low = np.full(numbers.shape[1], -np.inf)
        high = np.full(numbers.shape[1], np.inf)
        tukey = plan.fences == "tukey"
        outer = 0.25 if tukey else plan.outlier_share
        for column in range(numbers.shape[1]):
            known = numbers[:, column]
            known = known[~np.isnan(known)]
            if not known.size:
                continue
            first, last = np.quantile(known, [outer, 1.0 - outer])
            reach = plan.outlier_reach * (last - first) if tukey else 0.0
            if not tukey or last > first:
                low[column], high[column] = first - reach, last + reach
        return cls(low, high)

    def beyond(self, numbers: Floats) -> NDArray[np.bool_]:
        """Mark numbers outside the fences, shape (n, p); missing ones are not."""
        outside: NDArray[np.bool_] = (numbers < self.low) | (numbers > self.high)
        return outside

    def clipped(self, numbers: Floats) -> Floats:
        """Move numbers outside the fences onto them; missing ones stay missing."""
        return np.clip(numbers, self.low, self.high)
