"""The bundled presets."""

import itertools
from importlib import resources

import pytest

from experiments.catalogue import Preset, UnknownPresetError, preset, presets


@pytest.mark.parametrize("entry", presets(), ids=lambda entry: entry.name)
def test_every_preset_is_valid_and_says_what_it_shows(entry: Preset) -> None:
    settings = entry.settings
    assert settings.kind == entry.kind
    for text in (settings.about.see, settings.about.why, settings.about.explore):
        assert text.endswith((".", "?"))
    assert (entry.title, entry.summary) == (settings.about.title, settings.about.summary)
    assert entry.title
    assert entry.summary
    assert entry.name == entry.name.lower()
    assert " " not in entry.name


def test_every_file_is_listed_once() -> None:
    folder = resources.files("resources") / "presets"
    files = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    assert sorted(f"{entry.name}.toml" for entry in presets()) == files


def test_presets_come_topic_by_topic_and_theory_first() -> None:
    topics = [topic for topic, _ in itertools.groupby(entry.topic for entry in presets())]
    kinds = [kind for kind, _ in itertools.groupby(entry.kind for entry in presets())]
    assert len(set(topics)) == len(topics)
    assert kinds == ["dynamics", "phase-diagram", "training"]


def test_titles_tell_presets_apart_and_fit_the_gallery() -> None:
    assert len({entry.title for entry in presets()}) == len(presets())
    assert max(len(entry.title) for entry in presets()) <= 30
    assert max(len(entry.summary) for entry in presets()) <= 36


def test_preset_is_found_by_its_name() -> None:
    assert preset("crossing").kind == "dynamics"
    assert preset("adult").kind == "training"


def test_unknown_preset_names_the_closest() -> None:
    with pytest.raises(UnknownPresetError, match="'crosing'; did you mean 'crossing'"):
        preset("crosing")
    with pytest.raises(UnknownPresetError, match=r"known are .*adult"):
        preset("xyzzy")
