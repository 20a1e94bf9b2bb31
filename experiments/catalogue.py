"""The bundled presets: settings files that are ready to run."""

import difflib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from experiments.settings import Settings


_CONTENTS: Final = {
    "How gaps arise": (
        "theory-and-simulation",
        "all-alike",
        "zero-shift",
        "crossing",
        "variance-of-the-rare-group",
        "variance-of-the-frequent-group",
        "label-imbalance",
        "single-change-of-lead",
        "double-change-by-labels",
        "spurious-feature",
        "general-fairness",
    ),
    "What weights and sampling do": (
        "reweighting",
        "switch-time",
        "class-weights",
        "weights-that-backfire",
        "balanced-sampling",
        "decision-thresholds",
    ),
    "What rate and loss do": (
        "rate-too-high",
        "batch-size",
        "weight-decay",
        "cosine-decay",
        "step-decay",
        "warm-up",
        "rate-falls-too-early",
        "logistic-loss",
        "focal-loss",
        "smooth-hinge",
    ),
    "Maps of when and where": (
        "crossing-map",
        "errors-map",
        "variances-map",
        "rules-map",
        "labels-map",
        "rate-map",
        "decay-map",
        "weights-map",
    ),
    "Real networks": (
        "theory-over-keras",
        "samples-of-the-mixture",
        "adult",
        "adult-by-race",
        "adult-by-both",
        "balanced-weights",
        "small-groups-by-heart",
        "ten-digits",
        "rotated-digits",
        "linear-on-images",
    ),
    "What is done about imbalance": (
        "adult-group-weights",
        "adult-reweighing",
        "adult-over-sampling",
        "adult-under-sampling",
        "adult-smote",
        "adult-balanced-batches",
        "rare-digit-varied",
    ),
    "What optimisers do": (
        "adam-decay",
        "adam-rate-too-high",
        "adam-rate-too-low",
        "batches-of-1",
        "batches-of-512",
        "dropout-and-l2",
    ),
    "What goes wrong in training": (
        "accuracy-finds-nobody",
        "one-unit-rare-label",
        "one-unit-balanced-weights",
        "network-with-class-weights",
        "random-labels",
        "random-labels-l1-l2",
        "random-labels-dropout",
        "random-labels-stopped-early",
    ),
    "Broken data, broken pipelines": (
        "label-bias",
        "leak-of-the-label",
        "copies-before-the-split",
        "holes-in-few-rows",
        "holes-in-adult",
        "other-units",
        "outliers",
    ),
}
"""Names of the presets by topic, each topic in the order in which it is best learnt."""


class UnknownPresetError(ValueError):
    """No preset has this name; the message suggests one that exists."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A settings file under a name.

    Attributes
    ----------
    topic
        The heading under which it stands in a list.
    kind
        Kind of experiment.
    title, summary
        What people read in a list.
    text
        The whole file.
    """

    name: str
    topic: str
    kind: str
    title: str
    summary: str
    text: str

    @property
    def settings(self) -> "Settings":
        """The validated settings; only this needs the settings' declarations to be imported."""
        from experiments.settings import parse_toml

        return parse_toml(self.text, source=f"preset {self.name}")


@cache
def presets() -> tuple[Preset, ...]:
    """List every preset, topic by topic."""
    folder = resources.files("resources") / "presets"
    return tuple(
        _preset(name, topic, (folder / f"{name}.toml").read_text(encoding="utf-8"))
        for topic, names in _CONTENTS.items()
        for name in names
    )


def preset(name: str) -> Preset:
    """Find a preset.

    Raises
    ------
    UnknownPresetError
        If there is none of this name.
    """
    known = {entry.name: entry for entry in presets()}
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        advice = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
        message = f"no preset is called {name!r}; {advice}"
        raise UnknownPresetError(message)
    return known[name]


def preset_of(settings: "Settings") -> Preset | None:
    """Find the preset that settings were made from, by their title; None if there is none."""
    title = settings.about.title
    return next((entry for entry in presets() if entry.title == title), None)


def _preset(name: str, topic: str, text: str) -> Preset:
    table = tomllib.loads(text)
    about = table["about"]
    return Preset(name, topic, table["kind"], about["title"], about["summary"], text)
