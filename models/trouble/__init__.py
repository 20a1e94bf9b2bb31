"""Trouble that is put into rows on purpose, so that the truth is known."""

from models.trouble.injection import inject
from models.trouble.masks import Mask, Masks
from models.trouble.plan import (
    LEAK_COLUMN,
    PROXY_COLUMN,
    ColumnStrike,
    Known,
    Leak,
    Mechanism,
    MissingCells,
    Outliers,
    Shift,
    Strike,
    Target,
    Trouble,
    Units,
    Where,
)
from models.trouble.state import Parts, State

__all__ = [
    "LEAK_COLUMN",
    "PROXY_COLUMN",
    "ColumnStrike",
    "Known",
    "Leak",
    "Mask",
    "Masks",
    "Mechanism",
    "MissingCells",
    "Outliers",
    "Parts",
    "Shift",
    "State",
    "Strike",
    "Target",
    "Trouble",
    "Units",
    "Where",
    "inject",
]
