"""The classes that the cells of a map fall into, and how they look with and without colour."""

import numpy as np
from numpy.typing import NDArray

from experiments.map_view import MapEntry
from experiments.maps import CellMap
from experiments.views import group_colour, group_label

ClassArray = NDArray[np.uint8]

ENDINGS = ("+", "-", "level")
"""Who ends ahead; three classes each, by the number of crossings."""

DIVERGES, INADMISSIBLE, UNKNOWN = 9, 10, 11
"""Numbers of the other classes; those of the endings come before them."""

_TINTS = (
    (group_colour(0), "#71B0D4", "#B6D6E9"),
    (group_colour(1), "#EAAF81", "#F5DBC5"),
    ("#555B63", "#93969C", "#C1C4C7"),
)
"""Each ending in the order of the crossings; every tint has a lightness of its own."""

_CROSSINGS = ("no crossing", "1 crossing", "2 or more crossings")


def rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of ``#RRGGBB``."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def ends_ahead(ending: str) -> str:
    """Say who ends ahead."""
    return "level in the end" if ending == "level" else f"{group_label(ending)} ends ahead"


ENTRIES = (
    *(
        MapEntry(f"{ends_ahead(ending)}, {crossings}", colour, hatched=index == 2)
        for ending, tints in zip(ENDINGS, _TINTS, strict=True)
        for index, (crossings, colour) in enumerate(zip(_CROSSINGS, tints, strict=True))
    ),
    MapEntry("training diverges", "#FFFFFF"),
    MapEntry("cannot exist", "#DADDE1"),
    MapEntry("not computed yet", "#F1F3F5"),
)
"""The legend of every class, by its number."""

PALETTE = np.array([rgb(entry.colour) for entry in ENTRIES], dtype=np.uint8)
HATCHED = np.array([entry.hatched for entry in ENTRIES])


def class_of(preference: int, crossings: int, *, diverges: bool) -> int:
    """Return the class of what happened at one point."""
    return DIVERGES if diverges else 3 * (preference % 3) + min(crossings, 2)


def classes(cells: CellMap) -> ClassArray:
    """Return the class of every cell, shape (rows, columns)."""
    preference, crossings = cells.layer("asymptotic_preference"), cells.layer("crossings")
    found = np.full(preference.shape, 6, dtype=np.uint8)
    found[preference == 0] = 0
    found[preference == 1] = 3
    found += crossings >= 1
    found += crossings >= 2
    found[cells.layer("diverges") == 1] = DIVERGES
    found[cells.layer("admissible") != 1] = INADMISSIBLE
    found[(cells.size == 0) | unsolved(cells)] = UNKNOWN
    return found


def unsolved(cells: CellMap) -> NDArray[np.bool_]:
    """Say which cells exist but could not be integrated, shape (rows, columns)."""
    return np.asarray((cells.layer("admissible") == 1) & np.isnan(cells.layer("crossings")))
