"""From rows as they were found to a data set to learn from."""

from models.preparation.checks import mistakes_of
from models.preparation.plan import Mistake, PreparationPlan, twin_plans
from models.preparation.prepare import prepare
from models.preparation.prepared import Prepared
from models.preparation.splitting import LEFT_OUT, Part

__all__ = [
    "LEFT_OUT",
    "Mistake",
    "Part",
    "PreparationPlan",
    "Prepared",
    "mistakes_of",
    "prepare",
    "twin_plans",
]
