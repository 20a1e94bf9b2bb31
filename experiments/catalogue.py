"""The bundled presets: settings files that are ready to run."""

import difflib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.settings import Settings


class UnknownPresetError(ValueError):
    """No preset has this name; the message suggests one that exists."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A settings file under a name.

    Attributes
    ----------
    kind
        Kind of experiment.
    title, summary
        What people read in a list.
    text
        The whole file.
    """

    name: str
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
    """List every preset, by kind and then by name."""
    folder = resources.files("resources") / "presets"
    found = [
        _preset(file.name.removesuffix(".toml"), file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda preset: (preset.kind, preset.name)))


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


def _preset(name: str, text: str) -> Preset:
    table = tomllib.loads(text)
    about = table["about"]
    return Preset(name, table["kind"], about["title"], about["summary"], text)
