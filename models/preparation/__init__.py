"""From rows as they were found to a data set to learn from."""

from models.preparation.plan import LEAK_COLUMN, Mistake, PreparationPlan, twin_plans
from models.preparation.prepare import prepare
from models.preparation.prepared import Prepared
from models.preparation.splitting import LEFT_OUT, Part, Parts

__all__ = [
    "LEAK_COLUMN",
    "LEFT_OUT",
    "Mistake",
    "Part",
    "Parts",
    "PreparationPlan",
    "Prepared",
    "prepare",
    "twin_plans",
]
