"""A run of the kind ``phase-diagram``: the map, then finite-size runs at some of its points."""

import time
from collections import Counter
from collections.abc import Generator
from typing import Protocol

from experiments.frames import TO_NEXT_POINT, Cells, Event, EventKind, Frame, Progress
from experiments.maps import CellMap
from experiments.phase_diagram.exact import ExactCells, has_closed_form
from experiments.phase_diagram.integrated import IntegratedCells
from experiments.phase_diagram.measuring import (
    Point,
    check_cost,
    choose_points,
    simulate,
    wanted_points,
)
from experiments.phase_diagram.words import measuring_notices, summary, unsolved_notice
from experiments.run import FrameGenerator
from experiments.settings import PhaseDiagramSettings

_SECONDS = 0.05
"""Work between two frames."""

_POINT_SECONDS = 1.0
"""How long a point is thought to take as long as it is not chosen."""

_CELL_SECONDS = {True: 2e-6, False: 0.04}
"""How long a cell takes, about, with and without a closed form."""


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
    """Yield the cells of the map as they are computed, then what finite-size runs do.

    A step is a cell; a point that is simulated counts as many as could be computed meanwhile.

    Raises
    ------
    RunFailedError
        When what is to be simulated would take too long.
    """
    check_cost(settings)
    painted = CellMap(settings)
    closed = has_closed_form(settings)
    work: _Work = ExactCells(settings) if closed else IntegratedCells(settings)
    second = 1 / _CELL_SECONDS[closed]
    later = round(wanted_points(settings) * _POINT_SECONDS * second)
    yield from _paint(work, painted, later=later)
    texts = [summary(painted)]
    if isinstance(work, IntegratedCells) and work.failed:
        texts.append(unsolved_notice(work.failed))
    yield Frame(events=_notices(texts), progress=_progress(work.done, work.done, cells=work.done))
    chosen = list(choose_points(painted))
    points = [point for point in chosen if isinstance(point, Point)]
    left_out = Counter(point for point in chosen if isinstance(point, str))
    steps = [max(1, round(point.seconds * second)) for point in points]
    total = work.done + sum(steps)
    for number, point in enumerate(points):
        begun = work.done + sum(steps[:number])
        measuring = simulate(point, settings.map.measure)
        while True:
            try:
                share = next(measuring)
            except StopIteration as ending:
                measured = ending.value
                break
            step = begun + int(share * (steps[number] - 1))
            yield Frame(progress=_progress(step, total, cells=work.done, points=number))
        progress = _progress(begun + steps[number], total, cells=work.done, points=number + 1)
        yield Frame(measured=(measured,), progress=progress)
    texts = measuring_notices(settings, points, left_out)
    if texts:
        yield Frame(events=_notices(texts))


def _paint(work: _Work, painted: CellMap, *, later: int) -> Generator[Frame, int | None, None]:
    """Compute the map; `later` steps follow it."""
    wanted: int | None = None
    while not work.finished:
        began, begun = time.perf_counter(), work.done
        parts: list[Cells] = []
        while not work.finished:
            parts.extend(work.advance(None if not wanted else begun + wanted - work.done))
            if time.perf_counter() - began > _SECONDS or (wanted and work.done - begun >= wanted):
                break
        painted.extend(parts)
        wanted = yield Frame(
            cells=tuple(parts),
            progress=_progress(work.done, work.total + later, cells=work.done),
        )
        wanted = None if wanted == TO_NEXT_POINT else wanted


def _notices(texts: list[str]) -> tuple[Event, ...]:
    return tuple(Event(EventKind.NOTICE, 0.0, text) for text in texts)


def _progress(step: int, total: int, *, cells: int, points: int | None = None) -> Progress:
    counters = [("cells", float(cells))]
    if points is not None:
        counters.append(("points", float(points)))
    return Progress(step, total, tuple(counters))
