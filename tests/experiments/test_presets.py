"""What the presets of the solvable model tell is what their exact curves show."""

from collections.abc import Iterator, Mapping
from functools import cache

import numpy as np
import pytest
from scipy.special import ndtr
from told_numbers import untold

from experiments.catalogue import preset, presets
from experiments.curves import CurveSet
from experiments.dynamics import learning_rule, theory
from experiments.frames import OVERALL, EventKind, FloatArray, Source
from experiments.settings import DynamicsSettings, SettingInfo, describe, replace, value_at
from simulation.closed_form import applies, largest_learning_rate

Changes = Mapping[str, object]

NAMES = tuple(entry.name for entry in presets() if entry.kind == "dynamics")

LEADS = {
    "theory-and-simulation": "-+",
    "all-alike": "",
    "zero-shift": "-+",
    "crossing": "+-+",
    "variance-of-the-rare-group": "-+",
    "variance-of-the-frequent-group": "+",
    "label-imbalance": "-+",
    "single-change-of-lead": "+-",
    "double-change-by-labels": "+-+",
    "spurious-feature": "+",
    "general-fairness": "+-+",
    "reweighting": "-",
    "switch-time": "-",
    "class-weights": "-+",
    "weights-that-backfire": "+",
    "balanced-sampling": "",
    "decision-thresholds": "+-+",
    "rate-too-high": "+",
    "batch-size": "+-+",
    "weight-decay": "-",
    "cosine-decay": "+",
    "step-decay": "+",
    "warm-up": "+-+",
    "rate-falls-too-early": "+-",
    "logistic-loss": "+-+",
    "focal-loss": "+-+",
    "smooth-hinge": "-+",
}
"""Who visibly has the lower loss, from the start to the end of each preset."""

BASES = {
    "rate-too-high": ("crossing", {"learning.learning_rate", "learning.duration"}),
    "reweighting": ("label-imbalance", {"learning.group_weights"}),
    "switch-time": (
        "label-imbalance",
        {"mitigation.switch_time", "mitigation.later_group_weights"},
    ),
    "class-weights": ("label-imbalance", {"learning.class_weights"}),
    "weights-that-backfire": ("general-fairness", {"learning.group_weights"}),
    "balanced-sampling": ("spurious-feature", {"mitigation.sampling"}),
    "decision-thresholds": ("general-fairness", {"mitigation.decision_thresholds"}),
    "batch-size": ("general-fairness", {"learning.batch_size"}),
    "weight-decay": ("zero-shift", {"learning.weight_decay"}),
    "cosine-decay": (
        "general-fairness",
        {"learning.learning_rate", "learning.schedule", "learning.decay_steps"},
    ),
    "step-decay": (
        "cosine-decay",
        {"learning.schedule", "learning.decay_steps", "learning.decay_rate"},
    ),
    "warm-up": ("cosine-decay", {"learning.schedule", "learning.warmup_steps"}),
    "rate-falls-too-early": (
        "step-decay",
        {"learning.schedule", "learning.decay_steps", "learning.decay_rate"},
    ),
    "logistic-loss": ("crossing", {"learning.loss", "learning.duration"}),
    "focal-loss": ("logistic-loss", {"learning.loss"}),
    "smooth-hinge": ("crossing", {"learning.loss", "learning.duration"}),
}
"""The preset that each one is to be compared with, and all the settings in which they differ."""

EXPLORED: dict[str, tuple[Changes, ...]] = {
    "zero-shift": ({"mixture.rule_similarity": 0.5},),
    "variance-of-the-rare-group": (
        {"mixture.variance_minus": 0.5},
        {"mixture.variance_minus": 0.1},
    ),
    "variance-of-the-frequent-group": ({"mixture.variance_plus": 0.1},),
    "double-change-by-labels": ({"mixture.threshold_plus": 0.25},),
    "single-change-of-lead": ({"mixture.representation": 0.8},),
    "reweighting": (
        {"mitigation.switch_time": 20.0, "mitigation.later_group_weights": (1.0, 2.0)},
    ),
    "switch-time": ({"mitigation.switch_time": 5.0}, {"mitigation.switch_time": 100.0}),
    "class-weights": ({"learning.class_weights": (1.0, 2.5)},),
    "weights-that-backfire": ({"learning.learning_rate": 0.05},),
    "balanced-sampling": (
        {"mitigation.sampling": "as-represented", "learning.group_weights": (1.0, 5.667)},
    ),
    "batch-size": ({"learning.batch_size": 1000},),
    "weight-decay": ({"learning.weight_decay": 0.3},),
    "cosine-decay": ({"learning.decay_steps": 20.0}, {"learning.schedule": "constant"}),
    "step-decay": ({"learning.decay_steps": 5.0},),
    "logistic-loss": ({"learning.loss": "squared"},),
    "focal-loss": ({"learning.focal_gamma": 4.0},),
    "smooth-hinge": ({"learning.hinge_sharpness": 1.0},),
}
"""What the texts tell to change, where they tell what comes of it in numbers."""


@cache
def settings_of(name: str) -> DynamicsSettings:
    settings = preset(name).settings
    assert isinstance(settings, DynamicsSettings)
    return settings


def changed(name: str, changes: Changes) -> DynamicsSettings:
    settings = settings_of(name)
    for key, value in changes.items():
        new = replace(settings, key, value)
        assert isinstance(new, DynamicsSettings)
        settings = new
    return settings


def all_settings(settings: DynamicsSettings) -> Iterator[SettingInfo]:
    return (info for section in describe(settings) for info in section.settings)


class World:
    """The exact curves of some settings."""

    def __init__(self, settings: DynamicsSettings) -> None:
        found = theory(settings)
        self.settings = settings
        self.curves = CurveSet(found.points)
        self.events = found.events

    def values(self, quantity: str, group: str = OVERALL) -> FloatArray:
        (curve,) = self.curves.select(quantity=quantity, group=group, source=Source.THEORY)
        return curve.value

    def end(self, quantity: str, group: str = OVERALL) -> float:
        return float(self.values(quantity, group)[-1])

    @property
    def early_gap(self) -> float:
        """How far group - is ahead at most."""
        return float(self.values("loss_gap").max())

    @property
    def leads(self) -> str:
        gap = self.values("loss_gap")
        if np.abs(gap).max() < 1e-3:
            return ""
        changes = sum(event.kind is EventKind.CROSSING for event in self.events)
        last = "+-" if gap[-1] > 0 else "-+"
        return "".join(last[(index + 1 + changes) % 2] for index in range(changes + 1))

    def moments(self) -> Iterator[float]:
        """Times of changes of the lead and of the widest gaps, and of the switch."""
        yield self.settings.mitigation.switch_time
        crossings = (EventKind.CROSSING, EventKind.ERROR_CROSSING)
        yield from (event.x for event in self.events if event.kind in crossings)
        for curve in self.curves.select(quantity="loss_gap"):
            yield from (curve.x[curve.value.argmax()], curve.x[curve.value.argmin()])

    def numbers(self) -> Iterator[float]:
        """Settings, and every quantity at the start, at the end and at its extremes."""
        for info in all_settings(self.settings):
            if info.kind in {"number", "numbers"}:
                yield from np.ravel(value_at(self.settings, info.key))
        for curve in self.curves:
            value = curve.value
            yield from np.abs([value[0], value[-1], value.min(), value.max()])
        gap = self.values("loss_gap")
        leads = np.split(np.abs(gap), np.flatnonzero(np.diff(np.sign(gap))) + 1)
        yield from (lead.max() for lead in leads)
        mixture, rule = self.settings.mixture.teacher_mixture(), learning_rule(self.settings)
        yield from (*mixture.shares, *ndtr(mixture.label_margins))
        if applies(rule):
            yield largest_learning_rate(mixture, rule)


@cache
def world(name: str) -> World:
    return World(settings_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_number_in_the_texts_is_computed(name: str) -> None:
    worlds = [world(name), *(World(changed(name, changes)) for changes in EXPLORED.get(name, ()))]
    base = name
    while base in BASES:
        base = BASES[base][0]
        worlds.append(world(base))
    moments = [moment for each in worlds for moment in each.moments()]
    numbers = [float(number) for each in worlds for number in each.numbers()]
    about = settings_of(name).about
    for text in (about.see, about.why, about.explore):
        assert not [*untold(text, moments=moments, numbers=numbers)], text


@pytest.mark.parametrize("name", NAMES)
def test_lead_changes_as_told(name: str) -> None:
    assert world(name).leads == LEADS[name]


@pytest.mark.parametrize("name", BASES)
def test_only_what_is_told_differs_from_the_preset_to_compare_with(name: str) -> None:
    base, keys = BASES[name]
    ours, theirs = settings_of(name), settings_of(base)
    differing = {
        info.key
        for info in all_settings(ours)
        if not info.key.startswith("simulation.")
        and value_at(ours, info.key) != value_at(theirs, info.key)
    }
    assert differing == keys


@pytest.mark.parametrize(
    ("name", "changes", "leads"),
    [
        ("crossing", {"mixture.variance_plus": 1.0}, "+"),
        ("single-change-of-lead", {"mixture.representation": 0.8}, "+"),
        ("double-change-by-labels", {"mixture.threshold_plus": 0.0}, "-+"),
        ("double-change-by-labels", {"mixture.threshold_plus": 0.25}, "+"),
        ("variance-of-the-rare-group", {"mixture.variance_minus": 0.5}, "+"),
        ("variance-of-the-frequent-group", {"mixture.variance_plus": 0.1}, "-+"),
        ("switch-time", {"mitigation.switch_time": 100.0}, "-+-"),
        ("warm-up", {"learning.schedule": "cosine"}, "+"),
        ("rate-falls-too-early", {"learning.decay_steps": 10.0}, "+"),
    ],
)
def test_changes_to_try_move_the_lead_as_told(name: str, changes: Changes, leads: str) -> None:
    assert World(changed(name, changes)).leads == leads


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("reweighting", "label-imbalance"),
        ("class-weights", "label-imbalance"),
        ("switch-time", "label-imbalance"),
        ("balanced-sampling", "spurious-feature"),
        ("weight-decay", "zero-shift"),
        ("batch-size", "general-fairness"),
    ],
)
def test_means_against_a_gap_shrink_it_at_the_end(name: str, base: str) -> None:
    assert abs(world(name).end("loss_gap")) < abs(world(base).end("loss_gap")) / 2


@pytest.mark.parametrize("name", ["reweighting", "class-weights", "batch-size"])
def test_what_mends_the_end_can_widen_the_early_gap(name: str) -> None:
    base, _ = BASES[name]
    assert world(name).early_gap > 1.4 * world(base).early_gap


def test_switch_leaves_the_early_gap_and_reaches_the_same_end() -> None:
    switched, always = world("switch-time"), world("reweighting")
    assert switched.early_gap == pytest.approx(world("label-imbalance").early_gap, rel=1e-3)
    for time in (5.0, 100.0):
        other = World(changed("switch-time", {"mitigation.switch_time": time}))
        assert other.end("loss_gap") == pytest.approx(always.end("loss_gap"), abs=1e-3)
    assert switched.end("loss_gap") == pytest.approx(always.end("loss_gap"), abs=1e-6)


def test_balanced_sampling_of_mirror_images_leaves_no_gap_at_all() -> None:
    balanced = world("balanced-sampling")
    np.testing.assert_allclose(balanced.values("loss_gap"), 0.0, atol=1e-12)
    assert balanced.end("loss") > world("spurious-feature").end("loss") + 0.1
    weighted = World(changed("balanced-sampling", EXPLORED["balanced-sampling"][0]))
    assert abs(weighted.end("loss_gap")) < 1e-3
    assert weighted.end("loss") > balanced.end("loss") + 0.02


def test_weights_backfire_by_their_noise() -> None:
    heavy, base = world("weights-that-backfire"), world("general-fairness")
    assert heavy.end("loss_gap") < 2 * base.end("loss_gap") < 0
    slow = World(changed("weights-that-backfire", EXPLORED["weights-that-backfire"][0]))
    assert abs(slow.end("loss_gap")) < abs(base.end("loss_gap")) / 2
    exact = {"learning.group_weights": (1.0, 1.0), "mitigation.sampling": "balanced"}
    assert abs(World(changed("weights-that-backfire", exact)).end("loss_gap")) < 0.1


def test_thresholds_close_one_disparity_and_open_others() -> None:
    thresholds, base = world("decision-thresholds"), world("general-fairness")
    assert thresholds.end("demographic_parity_difference") < 0.001
    assert base.end("demographic_parity_difference") > 0.3
    for name in ("accuracy_score_difference", "equalized_odds_difference"):
        assert thresholds.end(name) > base.end(name) + 0.03
    for group in ("+", "-"):
        np.testing.assert_array_equal(thresholds.values("loss", group), base.values("loss", group))


@pytest.mark.parametrize("name", ["zero-shift", "weight-decay"])
def test_without_shift_the_error_of_the_rare_group_is_never_the_lower(name: str) -> None:
    assert world(name).values("error_gap").max() < 1e-12


def test_dissimilar_rules_widen_the_gap_without_shift() -> None:
    unlike = World(changed("zero-shift", EXPLORED["zero-shift"][0]))
    assert unlike.end("loss_gap") < world("zero-shift").end("loss_gap") - 0.05


def test_variance_draws_the_end_towards_its_group() -> None:
    alike = World(changed("variance-of-the-rare-group", {"mixture.variance_minus": 0.5}))
    rare, frequent = (
        world(f"variance-of-the-{which}-group").end("loss_gap") for which in ("rare", "frequent")
    )
    assert frequent < alike.end("loss_gap") < rare < 0


def test_decay_leaves_the_errors_as_they_were() -> None:
    for group in ("+", "-"):
        kept, base = world("weight-decay"), world("zero-shift")
        assert kept.end("error", group) == pytest.approx(base.end("error", group), abs=1e-3)
        assert abs(kept.end("loss", group) - base.end("loss", group)) > 0.03


@pytest.mark.parametrize("name", ["cosine-decay", "step-decay", "warm-up"])
def test_falling_rates_take_the_noise_out_of_the_end(name: str) -> None:
    constant = World(changed(name, {"learning.schedule": "constant"}))
    gap = world(name).values("loss_gap")
    assert abs(gap[-1]) < abs(constant.end("loss_gap")) / 4
    assert abs(gap[-1]) < np.abs(gap).max() / 3


def test_rate_that_falls_too_early_freezes_the_curves() -> None:
    frozen = world("rate-falls-too-early")
    (curve,) = frozen.curves.select(quantity="loss", group=OVERALL)
    late = curve.value[curve.x > 10.0]
    assert np.ptp(late) < 1e-3
    assert late[-1] > world("step-decay").end("loss") + 0.05


def test_losses_trade_overall_error_against_its_gap() -> None:
    squared = World(changed("logistic-loss", {"learning.loss": "squared"}))
    ends = {
        name: (each.end("error"), abs(each.end("error_gap")))
        for name, each in {
            "squared": squared,
            **{name: world(name) for name in ("logistic-loss", "focal-loss", "smooth-hinge")},
        }.items()
    }
    assert min(ends, key=lambda name: ends[name][0]) == "smooth-hinge"
    assert max(ends, key=lambda name: ends[name][1]) == "smooth-hinge"
    assert min(ends, key=lambda name: ends[name][1]) == "focal-loss"


def test_rate_too_high_diverges_and_a_smaller_one_does_not() -> None:
    assert any(event.kind is EventKind.DIVERGED for event in world("rate-too-high").events)
    lower = World(changed("rate-too-high", {"learning.learning_rate": 1.0}))
    assert not any(event.kind is EventKind.DIVERGED for event in lower.events)
    assert lower.end("loss_gap") < -0.3


@pytest.mark.parametrize("name", NAMES)
def test_simulations_take_seconds(name: str) -> None:
    settings = settings_of(name)
    steps = settings.learning.duration * settings.simulation.dimension
    samples = steps * settings.simulation.runs * settings.learning.batch_size
    assert steps <= 240_000
    assert samples <= 50_000_000
