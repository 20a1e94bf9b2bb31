"""The kind ``training``: a Keras classifier on rows of any source, its curves per group."""

from experiments.training.plans import plan_of, prepared_data, rows_of
from experiments.training.run import run_training

__all__ = ["plan_of", "prepared_data", "rows_of", "run_training"]
