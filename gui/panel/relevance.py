"""Which settings are shown at each density, and which have no effect at the moment."""

from collections.abc import Callable
from typing import Any, Literal

from experiments.settings.description import all_keys
from experiments.settings.trouble import Trouble
from gui.panel.training_relevance import TRAINING_NO_EFFECT, Rule

Density = Literal["simple", "default", "everything"]
Lookup = Callable[[str], Any]
"""Reads the value of a dotted key."""

SIMPLE = {
    "mixture.representation",
    "mixture.variance_plus",
    "mixture.variance_minus",
    "mixture.rule_similarity",
    "mixture.shift",
    "mixture.shares",
    "mixture.variances",
    "learning.loss",
    "learning.learning_rate",
    "learning.duration",
    "map.x",
    "map.y",
    "simulation.runs",
    "data.set",
    "data.group",
    "data.path",
    "data.label",
    "data.groups",
    "data.shape",
    "data.images",
    "data.angle",
    "data.turn",
    "data.representation",
    "data.positive_share",
    "data.noise_a",
    "data.noise_b",
    "data.signal_a",
    "data.signal_b",
    "trouble.under_sampling.strength",
    "trouble.label_flips.strength",
    "trouble.missing.strength",
    "preparation.imputation",
    "preparation.scaling",
    "model.widths",
    "loss.name",
    "optimiser.learning_rate",
    "optimiser.epochs",
    "mitigation.class_weighting",
}

EXPERT = {
    "data.sha256",
    "data.format",
    "data.delimiter",
    "data.encoding",
    "data.decimal",
    "data.header",
    "data.numbers",
    "data.categories",
    "mixture.gram",
    "mixture.names",
    "learning.initial_overlaps",
    "mitigation.later_group_weights",
    "mitigation.later_class_weights",
    "mitigation.later_sampling",
    "map.x_scale",
    "map.y_scale",
    "map.measured_at",
    "model.initialiser",
    "optimiser.beta_1",
    "optimiser.beta_2",
    "optimiser.rho",
    "optimiser.epsilon",
    "optimiser.restart_stretch",
    "optimiser.restart_height",
    "stopping.least_gain",
    "output.times",
    "output.points",
    "output.plane_right",
    "output.plane_up",
    "preparation.fences",
    "preparation.outlier_share",
    "preparation.rare_share",
    "trouble.class_imbalance.group",
    "trouble.under_sampling.label",
    "trouble.noise.group",
    "trouble.noise.label",
    "trouble.proxy.label",
    "trouble.duplicates.group",
    "trouble.duplicates.label",
    *(
        f"trouble.{name}"
        for name in all_keys(Trouble)
        if name.endswith((".where", ".column"))
        or (
            name.startswith(("shift.", "outliers.", "units.", "leak."))
            and not name.endswith(".strength")
        )
    ),
}

NO_EFFECT: tuple[Rule, ...] = (
    (
        "mixture.label_correlation_plus",
        "mixture.shift",
        lambda shift: shift == 0,
        "Without a shift it must be 0: raise the shift first.",
    ),
    (
        "mixture.label_correlation_minus",
        "mixture.shift",
        lambda shift: shift == 0,
        "Without a shift it must be 0: raise the shift first.",
    ),
    (
        "learning.focal_gamma",
        "learning.loss",
        lambda loss: loss != "focal",
        "It belongs to the focal loss: choose that loss first.",
    ),
    (
        "learning.hinge_sharpness",
        "learning.loss",
        lambda loss: loss != "smooth-hinge",
        "It belongs to the smooth hinge loss: choose that loss first.",
    ),
    (
        "learning.decay_steps",
        "learning.schedule",
        lambda schedule: schedule == "constant",
        "A constant rate does not decay: choose another schedule first.",
    ),
    (
        "learning.decay_rate",
        "learning.schedule",
        lambda schedule: schedule not in {"exponential", "step", "inverse-time"},
        "It belongs to the schedules exponential, step and inverse time.",
    ),
    (
        "learning.alpha",
        "learning.schedule",
        lambda schedule: schedule not in {"cosine", "warmup-cosine"},
        "It belongs to the schedules with a cosine.",
    ),
    (
        "learning.warmup_steps",
        "learning.schedule",
        lambda schedule: schedule != "warmup-cosine",
        "It belongs to the schedule warm-up and cosine.",
    ),
    *(
        (
            f"mitigation.later_{weights}",
            "mitigation.switch_time",
            lambda time: time == 0,
            "Nothing changes while the switch time is 0.",
        )
        for weights in ("group_weights", "class_weights", "sampling")
    ),
    *(
        (
            f"simulation.{key}",
            "simulation.runs",
            lambda runs: runs == 0,
            "Nothing is simulated while runs is 0.",
        )
        for key in ("dimension", "method")
    ),
    (
        "mitigation.decision_thresholds",
        "map.measure",
        lambda measure: measure == "loss",
        "They change errors, and losses are compared: choose that errors are.",
    ),
    (
        "map.measured_cells",
        "simulation.runs",
        lambda runs: runs == 0,
        "Nothing is simulated while runs is 0.",
    ),
    (
        "output.points",
        "output.times",
        bool,
        "The times are given one by one.",
    ),
    (
        "twin.seeds",
        "twin.mistake",
        lambda mistake: mistake == "none",
        "A single pipeline is trained: choose a mistake first.",
    ),
    *(
        (
            f"data.{key}",
            "data.task",
            lambda task: task != "two-classes",
            "All classes are used: choose the task of two classes first.",
        )
        for key in ("negative", "positive")
    ),
    (
        "data.turn",
        "data.shape",
        lambda shape: shape == "circles",
        "Circles look the same at every angle.",
    ),
    *(
        (
            f"data.{key}",
            "data.format",
            lambda form: form == "parquet",
            "A Parquet file says itself how it is written.",
        )
        for key in ("delimiter", "encoding", "decimal", "header")
    ),
    *TRAINING_NO_EFFECT,
    *(
        (
            f"trouble.{key}",
            f"trouble.{key.split('.')[0]}.strength",
            lambda strength: strength == 0,
            "Nothing is done while the strength is 0.",
        )
        for key in all_keys(Trouble)
        if "." in key and not key.endswith(".strength")
    ),
    *(
        (
            f"preparation.{key}",
            "preparation.outliers",
            lambda treatment: treatment == "keep",
            "Extreme numbers are kept.",
        )
        for key in ("fences", "outlier_reach", "outlier_share")
    ),
    (
        "preparation.outlier_reach",
        "preparation.fences",
        lambda fences: fences != "tukey",
        "It belongs to Tukey's fences.",
    ),
    (
        "preparation.outlier_share",
        "preparation.fences",
        lambda fences: fences != "quantiles",
        "It belongs to the fences at quantiles.",
    ),
)


def is_shown(key: str, density: Density) -> bool:
    """Tell whether a setting is shown at a density."""
    _, topic = _split(key)
    match density:
        case "simple":
            return topic in SIMPLE
        case "default":
            return topic not in EXPERT
        case "everything":
            return True


def no_effect_reason(key: str, value_of: Lookup) -> str:
    """Say why a setting has no effect among the present values; empty if it has one."""
    prefix, topic = _split(key)
    for setting, other, switches_off, reason in NO_EFFECT:
        if topic != setting:
            continue
        others = (other,) if isinstance(other, str) else other
        try:
            values = [value_of(prefix + key) for key in others]
        except AttributeError:  # the other kind of experiment has no such setting
            continue
        if switches_off(*values):
            return reason
    return ""


def _split(key: str) -> tuple[str, str]:
    """Separate the table in which a mixture is nested from the rest of its key."""
    nested = key.startswith("data.mixture.")
    return ("data.", key.removeprefix("data.")) if nested else ("", key)
