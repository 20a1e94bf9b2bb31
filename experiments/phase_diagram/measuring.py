"""Finite-size runs held against a map."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np

from experiments.dynamics import learning_rule
from experiments.dynamics.rule import decision_thresholds
from experiments.frames import FloatArray, MeasuredCell
from experiments.maps import CellMap
from experiments.phase_diagram.cell import gaps, open_cell, point_layers
from experiments.phase_diagram.places import places_near_borders
from experiments.phase_diagram.verdict import Class, usual, verdicts
from experiments.run import RunFailedError
from experiments.settings import DynamicsSettings, PhaseDiagramSettings, SettingsError
from simulation import reduced_sgd
from simulation.crossings import Measure
from simulation.dynamics import flow
from simulation.ensemble import Chunk

_MOST_EFFORT = 10**9
"""What one point may take, in samples: a minute or two."""

_STEP_EFFORT = 300
"""What a step takes besides its samples."""

_SECONDS = 1e-7
"""What a sample takes, about."""

_BEYOND = 2.0
"""By what factor runs may take longer to diverge than the exact norm."""

_RECORDED, _RECORDED_LATE = 120, 40
"""Moments at which runs are looked at, even in log t, and more in the later half of the time."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a map that is to be simulated.

    Attributes
    ----------
    cell
        Its settings.
    expected
        What the map says of it.
    steps
        Steps of each run.
    cut
        Whether these are fewer than the map looks at.
    """

    x: float
    y: float
    cell: DynamicsSettings
    expected: Class
    steps: int
    cut: bool

    @property
    def runs(self) -> int:
        """How many runs: two at least, as one alone does not tell how much is chance."""
        return max(2, self.cell.simulation.runs)

    @property
    def seconds(self) -> float:
        """How long it takes, about."""
        return _SECONDS * self.steps * _effort_of_step(self.cell)


def wanted_points(settings: PhaseDiagramSettings) -> int:
    """Count the points to simulate; none without runs."""
    swept = settings.map
    return swept.measured_cells + len(swept.measured_at) if settings.simulation.runs else 0


def check_cost(settings: PhaseDiagramSettings) -> None:
    """Refuse runs so large that they would hardly get anywhere.

    Raises
    ------
    RunFailedError
        If even t = 1 is out of reach; the message says what to lower.
    """
    simulation, batch = settings.simulation, settings.learning.batch_size
    effort = simulation.dimension * _effort_of_step(settings)
    if wanted_points(settings) and effort > _MOST_EFFORT:
        samples = simulation.dimension * simulation.runs * batch
        message = (
            f"{simulation.runs:,} simulated runs up to t = 1 alone would take"
            f" {simulation.dimension:,} steps and draw {samples:,} samples at every measured point,"
            " which is too much; lower simulation.dimension, simulation.runs or"
            " learning.batch_size, or measure nowhere (map.measured_cells = 0)"
        )
        raise RunFailedError(message)


def choose_points(cells: CellMap) -> Iterator[Point | str]:
    """Give the points to simulate: those near the borders, then those asked for.

    Yields
    ------
    Point or str
        Or why a point is left out, in the words that follow it in a sentence.
    """
    settings = cells.settings
    if not wanted_points(settings):
        return
    chosen = places_near_borders(cells, settings.map.measured_cells, seed=settings.seed)
    places = [(float(cells.x[column]), float(cells.y[row])) for row, column in chosen.tolist()]
    for x, y in (*places, *((x, y) for x, y in settings.map.measured_at)):
        try:
            yield _point(settings, x, y)
        except SettingsError:
            yield "cannot exist"
        except ArithmeticError:
            yield "has exact curves that could not be integrated"


def _point(settings: PhaseDiagramSettings, x: float, y: float) -> Point | str:
    cell = open_cell(settings, x, y)
    expected = Class.of_layers(point_layers(settings, x, y))
    dimension = cell.simulation.dimension
    most = max(1, _MOST_EFFORT // _effort_of_step(cell))
    until = cell.learning.duration
    if expected.diverges:
        solution = flow(cell.mixture.teacher_mixture(), learning_rule(cell), most / dimension)
        if solution.diverged_at is None:
            return "diverges too slowly to be seen"
        until = max(until, _BEYOND * solution.diverged_at)
    steps = max(1, round(until * dimension))
    return Point(x, y, cell, expected, min(steps, most), steps > most)


def simulate(point: Point, measure: Measure) -> Generator[float, None, MeasuredCell]:
    """Simulate runs at a point, the same as when its settings are run as ``dynamics``.

    Yields
    ------
    float
        How much of it is done, every few hundredths of a second.

    Returns
    -------
    MeasuredCell
        What the runs did.
    """
    cell = point.cell
    mixture, rule = cell.mixture.teacher_mixture(), learning_rule(cell)
    seeds = range(cell.seed, cell.seed + point.runs)
    dimension = cell.simulation.dimension
    stream = reduced_sgd.simulate(
        mixture, rule, dimension=dimension, seeds=seeds, steps=_recorded(point.steps)
    )
    times: list[FloatArray] = []
    found: list[FloatArray] = []
    chunk: Chunk | None = None
    for chunk in stream:
        norm = np.where(chunk.alive, chunk.norm, 1.0)
        gap = gaps(
            mixture,
            rule.loss,
            measure=measure,
            thresholds=decision_thresholds(cell),
            overlaps=chunk.overlaps,
            norm=norm,
        )
        times.append(chunk.steps / dimension)
        found.append(np.where(chunk.alive, gap, np.nan))
        yield chunk.step / point.steps
    assert chunk is not None
    diverged = np.array([step is not None for step in chunk.diverged_at])
    every = verdicts(np.concatenate(times), np.concatenate(found), diverged)
    did = usual(every)
    return MeasuredCell(
        x=point.x,
        y=point.y,
        runs=point.runs,
        agreeing=sum(verdict.shown == point.expected for verdict in every),
        asymptotic_preference=did.preference,
        crossings=did.crossings,
        diverges=did.diverged,
    )


def _recorded(steps: int) -> tuple[int, ...]:
    even = np.geomspace(1, steps, _RECORDED)
    late = np.linspace(steps / 2, steps, _RECORDED_LATE)
    return tuple(int(step) for step in np.unique(np.rint(np.concatenate([[0.0], even, late]))))


def _effort_of_step(settings: PhaseDiagramSettings | DynamicsSettings) -> int:
    return _STEP_EFFORT + max(2, settings.simulation.runs) * settings.learning.batch_size
