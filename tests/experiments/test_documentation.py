"""The page about the model names only what there is, and everything there is to set."""

import re
from pathlib import Path

import pytest

from experiments import documentation
from experiments.catalogue import presets
from experiments.documentation import theory_text
from experiments.figures import titles
from experiments.settings import (
    DynamicsSettings,
    GroupsMixture,
    PhaseDiagramSettings,
    describe,
)

SHOWN = {entry.name: entry for entry in presets()}


def settings_keys() -> set[str]:
    gram = [[float(i == j and i < 3) for i in range(6)] for j in range(6)]
    groups = GroupsMixture(gram=tuple(map(tuple, gram)))
    forms = (DynamicsSettings(), DynamicsSettings(mixture=groups), PhaseDiagramSettings())
    return {
        info.key for form in forms for section in describe(form) for info in section.settings
    } - {"seed"}


def links() -> list[tuple[str, str]]:
    return [
        (" ".join(title.split()), target)
        for title, target in re.findall(r"\[([^\]]+)\]\(([^)]+)\)", theory_text())
    ]


def test_every_link_opens_a_preset_under_its_title() -> None:
    assert len(links()) > 20
    for title, target in links():
        scheme, _, name = target.partition(":")
        assert scheme == "preset"
        assert SHOWN[name].title == title


def test_every_preset_of_the_model_is_an_example() -> None:
    wanted = {name for name, entry in SHOWN.items() if entry.kind != "training"}
    assert wanted <= {target.partition(":")[2] for _, target in links()}


def test_every_view_has_its_heading_in_the_order_of_the_tabs() -> None:
    _, _, views = theory_text().partition("## 5. Reading the views")
    section, _, _ = views.partition("\n## ")
    assert tuple(re.findall(r"^### (.+)$", section, re.MULTILINE)) == titles("dynamics")


def test_every_setting_is_told_of_and_no_other() -> None:
    tables = {key.partition(".")[0] for key in settings_keys()}
    told = {
        name
        for name in re.findall(r"`(\w+\.\w+)`", theory_text())
        if name.partition(".")[0] in tables
    }
    assert told == settings_keys()


def test_page_keeps_to_what_a_text_browser_can_show() -> None:
    text = theory_text()
    assert not re.search(r"</?[a-z]+>|\$", text)
    prose = [line for line in text.splitlines() if not line.startswith(("|", "    "))]
    assert max(map(len, prose)) <= 100
    widths = [line.replace(r"\|", "").count("|") for line in text.splitlines() if line[:1] == "|"]
    assert set(widths) <= {3, 4, 5, 6}


def test_page_of_an_installation_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "theory.md").write_text("# Installed\n", encoding="utf-8")
    assert theory_text().startswith("# The model")
    monkeypatch.setattr(documentation, "files", lambda _: tmp_path)
    assert theory_text() == "# Installed\n"
