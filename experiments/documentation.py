"""The pages of documentation that the program itself can show."""

from importlib.resources import files
from pathlib import Path

_THEORY = "theory.md"


def theory_text() -> str:
    """Return the page about the model as Markdown; links to presets read ``preset:name``."""
    installed = files("resources") / _THEORY
    page = installed if installed.is_file() else Path(__file__).parents[1] / "docs" / _THEORY
    return page.read_text(encoding="utf-8")
