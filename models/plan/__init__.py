"""What a training run is asked to do, in plain numbers, and the order in which it does it.

Tables and their fields are named like the settings that fill them.
"""

from models.bounds import Answer, PlanError
from models.plan.loss import LossName, LossPlan
from models.plan.mitigation import (
    AugmentationPlan,
    Balanced,
    ClassWeighting,
    Flip,
    GroupWeighting,
    MitigationPlan,
    Normalisation,
    Resampling,
)
from models.plan.model import MOST_UNITS, Activation, Initialiser, ModelPlan, NetworkKind
from models.plan.optimiser import OptimiserName, OptimiserPlan, ScheduleName
from models.plan.stopping import StoppingPlan, Watched
from models.plan.training import Replay, TrainingPlan

__all__ = [
    "MOST_UNITS",
    "Activation",
    "Answer",
    "AugmentationPlan",
    "Balanced",
    "ClassWeighting",
    "Flip",
    "GroupWeighting",
    "Initialiser",
    "LossName",
    "LossPlan",
    "MitigationPlan",
    "ModelPlan",
    "NetworkKind",
    "Normalisation",
    "OptimiserName",
    "OptimiserPlan",
    "PlanError",
    "Replay",
    "Resampling",
    "ScheduleName",
    "StoppingPlan",
    "TrainingPlan",
    "Watched",
]
