"""Texts from users as cells of a CSV file, which spreadsheets must not take for formulas.

This module needs the standard library alone: its source is also part of ``reproduce.py``.
"""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = r"[+-]?(inf|\d[\d,]*(\.\d+)?([eE][+-]?\d+)?( ?%)?)"
_HARMLESS = re.compile(rf"[+-]|{_NUMBER}( · ({_NUMBER}|–))*")


def cell_of(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    Numbers stay as they are, and so does a sign alone, of which nothing can be computed.
    """
    if _FORMULA.match(text) and not _HARMLESS.fullmatch(text):
        return f"'{text}"
    return text


def text_of(cell: str) -> str:
    """Give the text that `cell_of` wrote."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
