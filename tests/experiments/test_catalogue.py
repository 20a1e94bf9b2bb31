"""The bundled presets."""

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


def test_presets_come_by_kind_and_name() -> None:
    order = [(entry.kind, entry.name) for entry in presets()]
    assert order == sorted(order)
    assert {entry.kind for entry in presets()} == {"dynamics", "training"}
    assert len({entry.title for entry in presets()}) == len(presets())


def test_preset_is_found_by_its_name() -> None:
    assert preset("crossing").kind == "dynamics"
    assert preset("adult").kind == "training"


def test_unknown_preset_names_the_closest() -> None:
    with pytest.raises(UnknownPresetError, match="'crosing'; did you mean 'crossing'"):
        preset("crosing")
    with pytest.raises(UnknownPresetError, match=r"known are .*adult"):
        preset("xyzzy")
