"""From rows as they were found to a data set to learn from."""

from models.preparation.plan import PreparationPlan
from models.preparation.prepare import Prepared, prepare

__all__ = ["PreparationPlan", "Prepared", "prepare"]
