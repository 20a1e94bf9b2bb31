"""Which settings of networks and their training have no effect at the moment."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from experiments.settings.augmentation import CHANGES, Augmentation
from experiments.settings.baselines import Baselines
from experiments.settings.optimiser import USED_BY
from experiments.settings.training import TABLES
from gui.panel.text import choice_words

Rule = tuple[str, str | tuple[str, ...], Callable[..., bool], str]
"""A setting, the one or those it depends on, whether their values switch it off, and why."""


def _unless(other: str, used_by: set[str], keys: str, reason: str) -> Iterator[Rule]:
    """Switch off settings of the same table unless a choice uses them."""
    table = other.partition(".")[0]

    def unused(choice: Any) -> bool:  # noqa: ANN401  (settings hold many types)
        return choice not in used_by

    for key in keys.split():
        yield f"{table}.{key}", other, unused, reason


def _only_input_and_output(network: str, widths: tuple[int, ...]) -> bool:
    return network == "dense" and not widths


_SCHEDULE = "optimiser.schedule"

TRAINING_NO_EFFECT: tuple[Rule, ...] = (
    *(
        (
            f"model.{key}",
            ("model.network", "model.widths"),
            _only_input_and_output,
            "There is no hidden layer.",
        )
        for key in ("activation", "batch_normalisation", "dropout")
    ),
    *_unless(
        "model.network", {"convolutional"}, "filters", "There is no convolution: choose it first."
    ),
    *_unless(
        "loss.name",
        {"focal"},
        "focal_gamma focal_balancing focal_alpha",
        "It belongs to the focal loss: choose that loss first.",
    ),
    *_unless("loss.focal_balancing", {"yes"}, "focal_alpha", "The focal loss is not balanced."),
    *_unless(
        "loss.name",
        {"logit-adjusted"},
        "adjustment",
        "It belongs to the logit-adjusted loss: choose that loss first.",
    ),
    *_unless(
        "loss.name",
        {"cross-entropy", "focal", "logit-adjusted"},
        "label_smoothing",
        "Squared and hinge losses use labels as they are.",
    ),
    *chain.from_iterable(
        _unless(
            "optimiser.name",
            set(users),
            key,
            f"Optimisers that use it: {', '.join(map(choice_words, users))}.",
        )
        for key, users in USED_BY.items()
    ),
    *_unless(
        _SCHEDULE,
        {"exponential", "step", "cosine", "cosine-restarts", "inverse-time", "polynomial"},
        "decay_steps",
        "This schedule has no decay time.",
    ),
    *_unless(
        _SCHEDULE,
        {"exponential", "step", "inverse-time", "reduce-on-plateau"},
        "decay_rate",
        "It belongs to the schedules exponential, step, inverse time and reduce on plateau.",
    ),
    *_unless(
        _SCHEDULE,
        {"cosine", "cosine-restarts", "polynomial"},
        "alpha",
        "It belongs to the schedules with a cosine and to the polynomial one.",
    ),
    *_unless(_SCHEDULE, {"polynomial"}, "power", "It belongs to the polynomial schedule."),
    *_unless(
        _SCHEDULE,
        {"cosine-restarts"},
        "restart_stretch restart_height",
        "It belongs to the cosine with restarts.",
    ),
    *_unless(
        _SCHEDULE, {"piecewise"}, "boundaries factors", "It belongs to the piecewise schedule."
    ),
    *_unless(_SCHEDULE, {"reduce-on-plateau"}, "patience", "It belongs to reduce on plateau."),
    ("optimiser.epochs", "optimiser.steps", bool, "The number of steps is given."),
    *_unless(
        "mitigation.class_weighting",
        {"custom"},
        "class_weights",
        "It is used when class weights are custom.",
    ),
    *_unless(
        "mitigation.class_weighting",
        {"effective-number"},
        "effective_beta",
        "It is used when class weights are by effective number.",
    ),
    *_unless(
        "mitigation.group_weighting",
        {"custom"},
        "group_weights",
        "It is used when group weights are custom.",
    ),
    (
        "mitigation.normalisation",
        ("mitigation.class_weighting", "mitigation.group_weighting"),
        lambda classes, groups: classes == groups == "none",
        "Without weights both are the same.",
    ),
    *_unless(
        "mitigation.resampling",
        {"over-sampling", "under-sampling", "smote"},
        "resampling_by",
        "Nothing is resampled: choose how first.",
    ),
    *_unless("mitigation.resampling", {"smote"}, "neighbours", "It belongs to SMOTE."),
    *(
        (
            f"augmentation.{key}",
            "data.set",
            TABLES.__contains__,
            "Only images can be changed so.",
        )
        for key in Augmentation.model_fields
    ),
    *(
        (
            f"augmentation.only_{part}",
            tuple(f"augmentation.{key}" for key in CHANGES),
            lambda flip, *strengths: flip == "none" and not any(strengths),
            "No image is changed: choose how first.",
        )
        for part in ("class", "group")
    ),
    *(
        (
            f"baselines.{key}",
            "twin.mistake",
            lambda mistake: mistake != "none",
            "Twin pipelines train networks alone.",
        )
        for key in Baselines.model_fields
    ),
    *(
        (f"output.{key}", other, switches_off, reason)
        for key in ("plane_right", "plane_up")
        for other, switches_off, reason in (
            ("data.set", "shapes".__eq__, "These data are a plane already."),
            ("twin.mistake", lambda mistake: mistake != "none", "Twins have no boundary page."),
        )
    ),
    *_unless(
        "stopping.watch",
        {"overall", "worst-group"},
        "patience least_gain weights",
        "Nothing is watched: training ends as planned.",
    ),
)
