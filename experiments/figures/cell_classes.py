"""How the classes of the cells of a map look, with and without colour."""

import numpy as np

from experiments.cell_classes import ENDINGS
from experiments.map_view import MapEntry
from experiments.views import group_colour, group_label

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
        MapEntry(f"{ends_ahead(ending)}, {crossings}", colour, "/" if index == 2 else "")
        for ending, tints in zip(ENDINGS, _TINTS, strict=True)
        for index, (crossings, colour) in enumerate(zip(_CROSSINGS, tints, strict=True))
    ),
    MapEntry("training diverges", "#FFFFFF"),
    MapEntry("not computed yet", "#F1F3F5"),
    MapEntry("cannot exist", "#DADDE1", "\\"),
)
"""The legend of every class, by its number."""

PALETTE = np.array([rgb(entry.colour) for entry in ENTRIES], dtype=np.uint8)
HATCHES = tuple(entry.hatch for entry in ENTRIES)
