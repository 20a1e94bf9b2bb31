"""What is wrong with a training, told while it runs: one detector for each fault."""

from experiments.training.watch.facts import Facts
from experiments.training.watch.watch import Watch, watched

__all__ = ["Facts", "Watch", "watched"]
