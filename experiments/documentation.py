"""The pages of documentation that the program itself can show."""

from importlib.resources import files
from pathlib import Path


def theory_text() -> str:
    """Return the page about the model as Markdown; links to presets read ``preset:name``."""
    return _page("theory.md")


def findings_text() -> str:
    """Return the page about what the watch looks for, as Markdown."""
    return _page("findings.md")


def _page(name: str) -> str:
    installed = files("resources") / name
    page = installed if installed.is_file() else Path(__file__).parents[1] / "docs" / name
    return page.read_text(encoding="utf-8")
