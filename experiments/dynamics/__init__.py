"""The kind ``dynamics``: exact curves, then finite-size runs over them."""

from experiments.dynamics.rule import learning_rule
from experiments.dynamics.run import run_dynamics
from experiments.dynamics.theory import Theory, has_closed_form, theory

__all__ = ["Theory", "has_closed_form", "learning_rule", "run_dynamics", "theory"]
