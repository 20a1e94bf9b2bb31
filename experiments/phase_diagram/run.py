"""A run of the kind ``phase-diagram``: the map, then finite-size runs at some of its points."""

import time
from collections.abc import Generator
from typing import Protocol

from experiments.frames import TO_NEXT_POINT, Cells, Event, EventKind, Frame, Progress
from experiments.maps import CellMap
from experiments.phase_diagram.exact import ExactCells, has_closed_form
from experiments.phase_diagram.integrated import IntegratedCells
from experiments.phase_diagram.words import summary
from experiments.run import FrameGenerator
from experiments.settings import PhaseDiagramSettings

_SECONDS = 0.05
"""Work between two frames."""


class _Work(Protocol):
    """A map that is computed little by little."""

    @property
    def done(self) -> int:
        """Cells computed."""

    @property
    def total(self) -> int:
        """Cells computed in the end, as far as can be told."""

    @property
    def finished(self) -> bool:
        """Whether nothing is left to compute."""

    def advance(self, most: int | None) -> tuple[Cells, ...]:
        """Compute a few more cells, `most` at most."""


def run_phase_diagram(settings: PhaseDiagramSettings) -> FrameGenerator:
    """Yield the cells of the map as they are computed.

    Raises
    ------
    RunFailedError
        When what is to be simulated would take too long.
    """
    painted = CellMap(settings)
    work: _Work = ExactCells(settings) if has_closed_form(settings) else IntegratedCells(settings)
    yield from _paint(work, painted)
    text = summary(painted)
    yield Frame(events=(Event(EventKind.NOTICE, 0.0, text),), progress=_progress(work))


def _paint(work: _Work, painted: CellMap) -> Generator[Frame, int | None, int | None]:
    """Compute the map; returns what was wanted last."""
    wanted: int | None = None
    while not work.finished:
        began, begun = time.perf_counter(), work.done
        parts: list[Cells] = []
        while not work.finished:
            left = None if not wanted else begun + wanted - work.done
            parts.extend(work.advance(left))
            if time.perf_counter() - began > _SECONDS or (wanted and work.done - begun >= wanted):
                break
        painted.extend(parts)
        wanted = yield Frame(cells=tuple(parts), progress=_progress(work))
        wanted = None if wanted == TO_NEXT_POINT else wanted
    return wanted


def _progress(work: _Work) -> Progress:
    return Progress(work.done, work.total, (("cells", float(work.done)),))
