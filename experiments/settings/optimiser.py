"""Settings of how a network learns, and for how long."""

from collections.abc import Mapping

from pydantic import model_validator

from experiments.settings.base import SettingsTable, setting
from experiments.settings.errors import ParameterError
from experiments.settings.network import Whole
from models import plan as plans

MOST_STEPS = 10_000_000
USED_BY: Mapping[str, tuple[plans.OptimiserName, ...]] = {
    "momentum": ("momentum", "nesterov"),
    "beta_1": ("adam", "adamw"),
    "beta_2": ("adam", "adamw"),
    "rho": ("rmsprop",),
    "epsilon": ("adam", "adamw", "rmsprop"),
    "weight_decay": ("adamw",),
}
"""The optimisers that know a setting; what is not listed is known to all."""

_MOST_PIECES = 100


def _memory(default: float, title: str, symbol: str, of_what: str) -> float:
    memory: float = setting(
        default,
        title=title,
        symbol=symbol,
        low=0.0,
        high=0.9999,
        help_text=(
            f"Share of the past that the running mean of {of_what} keeps in each step.",
            "0.9 looks back about 10 steps, 0.999 about 1,000.",
            "A long memory goes on where small groups no longer pull.",
        ),
    )
    return memory


class Optimiser(SettingsTable):
    """How the network learns."""

    name: plans.OptimiserName = setting(
        "adam",
        title="Optimiser",
        help_text=(
            "The rule that turns gradients into steps.",
            "Adam and RMSprop adapt the step to each weight; SGD does not.",
            "A good learning rate for one is rarely good for another.",
        ),
    )
    learning_rate: float = setting(
        1e-3,
        title="Learning rate",
        symbol="η",
        low=1e-8,
        high=100.0,
        slider=(1e-5, 1.0),
        scale="log",
        help_text=(
            "Size of each step.",
            "Too high: curves jump or blow up. Too low: nothing happens.",
            "What it does to a small group is easily missed in the overall curve.",
        ),
    )
    momentum: float = _memory(0.9, "Momentum", "μ", "steps")
    beta_1: float = _memory(0.9, "Memory of gradients", "β₁", "gradients")
    beta_2: float = _memory(0.999, "Memory of squares", "β₂", "squared gradients")
    rho: float = _memory(0.9, "Memory of RMSprop", "ρ", "squared gradients")
    epsilon: float = setting(
        1e-7,
        title="Least denominator",
        symbol="ε",
        low=1e-12,
        high=1.0,
        scale="log",
        help_text=(
            "What Adam and RMSprop add before they divide by the size of recent gradients.",
            "Larger values make them behave more like SGD.",
            "Where gradients are tiny it decides the size of the step.",
        ),
    )
    weight_decay: float = setting(
        0.004,
        title="Weight decay",
        symbol="λ",
        low=0.0,
        high=10.0,
        slider=(0.0, 0.1),
        help_text=(
            "Share of each weight, times the learning rate, that AdamW takes off in each step.",
            "Unlike L2 it is not scaled by the size of recent gradients.",
            "It shrinks what is seldom needed most, such as what a small group needs.",
        ),
    )
    clip_norm: float = setting(
        0.0,
        title="Gradient clipping",
        low=0.0,
        high=1e4,
        slider=(0.0, 10.0),
        help_text=(
            "Largest norm of the whole gradient, which is shortened to it; 0: no limit.",
            "It tames jumps after batches that are hard or full of outliers.",
            "A low limit takes the strength from just the batches in which rare rows count.",
        ),
    )
    schedule: plans.ScheduleName = setting(
        "constant",
        title="Schedule",
        help_text=(
            "How the learning rate changes during training, as in Keras; reduce-on-plateau lowers"
            " it where the overall validation loss stands still.",
            "A rate that falls takes the noise out of the end state.",
            "A rate that falls too early freezes the gap of the moment: nothing is learnt then.",
        ),
    )
    decay_steps: int = setting(
        1000,
        title="Decay steps",
        unit="steps",
        low=1,
        high=MOST_STEPS,
        slider=(10, 100_000),
        scale="log",
        help_text=(
            "Steps over which the schedule decays: until the rate has fallen by the decay rate"
            " once, or the length of the cosine or polynomial.",
            "Compare it with the steps of the whole run.",
            "A cosine shorter than the run leaves the rest of it at its final share.",
        ),
    )
    decay_rate: float = setting(
        0.5,
        title="Decay rate",
        low=1e-6,
        high=1e3,
        slider=(0.05, 1.0),
        help_text=(
            "Factor by which an exponential or step schedule falls in each decay time, or the rate"
            " falls on each plateau; strength of the inverse time schedule.",
            "Exponential and step: η × rate^(s / decay steps); inverse time:"
            " η / (1 + rate × s / decay steps).",
            "Above 1 it is allowed for inverse time alone.",
        ),
    )
    alpha: float = setting(
        0.0,
        title="Final share",
        symbol="α",
        low=0.0,
        high=1.0,
        help_text=(
            "Learning rate at the end of a cosine or polynomial, as a share of the rate as set.",
            "0 ends with no learning at all, 1 is a constant rate.",
            "The noise that is left at the end grows with it.",
        ),
    )
    power: float = setting(
        1.0,
        title="Power",
        low=0.1,
        high=10.0,
        slider=(0.5, 4.0),
        help_text=(
            "Exponent of the polynomial schedule: (1 − s / decay steps)^power.",
            "1 falls in a straight line, 2 fast at first.",
            "With a high power most of the run has a rate near its end.",
        ),
    )
    restart_stretch: float = setting(
        2.0,
        title="Stretch of restarts",
        low=1.0,
        high=10.0,
        help_text=(
            "How many times longer each cosine is than the one before it.",
            "1 restarts evenly, 2 seldom later on.",
            "The end of the run may fall into the middle of a cosine.",
        ),
    )
    restart_height: float = setting(
        1.0,
        title="Height of restarts",
        low=0.0,
        high=1.0,
        help_text=(
            "How high each restart begins, as a share of the one before it.",
            "1 begins at the full rate each time.",
            "A high restart can undo what was learnt of a small group.",
        ),
    )
    boundaries: tuple[Whole, ...] = setting(
        (),
        title="Boundaries",
        unit="steps",
        help_text=(
            "Steps after which the piecewise schedule changes, e.g. 1000, 5000.",
            "Each has its factor in the next list.",
            "Steps of warm-up come before them and are not counted.",
        ),
    )
    factors: tuple[float, ...] = setting(
        (),
        title="Factors",
        help_text=(
            "Learning rate after each boundary, as a share of the rate as set, e.g. 0.1, 0.01.",
            "Before the first boundary it is 1.",
            "A factor above 1 raises the rate.",
        ),
    )
    warmup_steps: int = setting(
        0,
        title="Warm-up steps",
        unit="steps",
        low=0,
        high=MOST_STEPS,
        slider=(0, 10_000),
        help_text=(
            "Length of the linear rise from 0 to the learning rate, before any schedule.",
            "It protects the beginning, when gradients are large.",
            "It delays the early phases, and changes little of what comes after them.",
        ),
    )
    patience: int = setting(
        10,
        title="Patience of the rate",
        unit="epochs",
        low=1,
        high=10_000,
        slider=(1, 100),
        scale="log",
        help_text=(
            "Epochs without a lower overall validation loss after which the rate is reduced.",
            "Each reduction multiplies it by the decay rate.",
            "The overall loss can stand still while one group still learns.",
        ),
    )
    batch_size: int = setting(
        128,
        title="Batch size",
        low=1,
        high=10_000,
        slider=(1, 1024),
        scale="log",
        help_text=(
            "Rows averaged in each step.",
            "Small batches are noisy and see small groups rarely.",
            "Changing it changes the number of steps in an epoch.",
        ),
    )
    epochs: int = setting(
        20,
        title="Epochs",
        low=1,
        high=10_000,
        slider=(1, 200),
        scale="log",
        help_text=(
            "How often every training row is seen.",
            "Watch where the validation curve of each group turns upwards.",
            "Groups turn at different moments, so the best end differs from group to group.",
        ),
    )
    steps: int = setting(
        0,
        title="Steps",
        low=0,
        high=MOST_STEPS,
        slider=(0, 100_000),
        help_text=(
            "How many steps to take in all; 0: as many as the epochs have.",
            "Equal steps make runs of different batch sizes comparable in updates.",
            "They are not comparable in rows seen.",
        ),
    )

    @model_validator(mode="after")
    def _schedule_exists(self) -> "Optimiser":
        falls = {"exponential", "step", "reduce-on-plateau"}
        if self.schedule in falls and self.decay_rate > 1.0:
            message = f"{self.decay_rate:g} must be at most 1 for the schedule {self.schedule}"
            raise ParameterError(message, parameters=("decay_rate", "schedule"))
        if any(not 1 <= boundary <= MOST_STEPS for boundary in self.boundaries):
            message = f"every boundary must be at least 1 and at most {MOST_STEPS}"
            raise ParameterError(message, parameters=("boundaries",))
        if list(self.boundaries) != sorted(set(self.boundaries)):
            raise ParameterError("the boundaries must ascend", parameters=("boundaries",))
        if any(not 0.0 <= factor <= 1e3 for factor in self.factors):
            message = "every factor must be at least 0 and at most 1000"
            raise ParameterError(message, parameters=("factors",))
        count = len(self.boundaries)
        if count > _MOST_PIECES:
            message = f"{count} boundaries; there may be at most {_MOST_PIECES}"
            raise ParameterError(message, parameters=("boundaries",))
        if self.schedule == "piecewise" and not 0 < count == len(self.factors):
            message = (
                f"{count} boundaries and {len(self.factors)} factors; the piecewise schedule needs"
                " one factor for each boundary, e.g. [1000, 5000] and [0.1, 0.01]"
            )
            raise ParameterError(message, parameters=("boundaries", "factors"))
        return self

    def plan(self) -> plans.OptimiserPlan:
        """Say the same to `models`."""
        return plans.OptimiserPlan(**dict(self))
