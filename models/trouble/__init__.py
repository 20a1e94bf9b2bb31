"""Trouble that is put into rows on purpose, so that the truth is known."""

from models.trouble.masks import Mask, Masks
from models.trouble.plan import (
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

__all__ = [
    "ColumnStrike",
    "Known",
    "Leak",
    "Mask",
    "Masks",
    "Mechanism",
    "MissingCells",
    "Outliers",
    "Shift",
    "Strike",
    "Target",
    "Trouble",
    "Units",
    "Where",
]
