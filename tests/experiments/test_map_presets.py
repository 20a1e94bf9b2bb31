"""What the presets of maps tell is what their exact cells show."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

import numpy as np
import pytest
from scipy.optimize import brentq
from told_numbers import untold

from experiments.catalogue import preset, presets
from experiments.cell_classes import layer_of
from experiments.dynamics import learning_rule
from experiments.frames import FloatArray
from experiments.maps import CellMap
from experiments.phase_diagram import exact_map
from experiments.phase_diagram.cell import point_layers
from experiments.phase_diagram.measuring import Point, choose_points
from experiments.settings import PhaseDiagramSettings, describe, replace, value_at
from experiments.settings.cells import cell_settings, marker
from simulation.closed_form import largest_learning_rate

NAMES = tuple(entry.name for entry in presets() if entry.kind == "phase-diagram")

PLUS, MINUS = 0, 1

CLASSES = {
    "crossing-map": {(PLUS, 0), (PLUS, 1), (MINUS, 0), (MINUS, 1)},
    "errors-map": {(PLUS, 0), (MINUS, 0)},
    "variances-map": {(PLUS, 0), (PLUS, 1), (MINUS, 0)},
    "rules-map": {(PLUS, 0), (PLUS, 2), (MINUS, 1)},
    "labels-map": {(PLUS, 0), (PLUS, 1), (PLUS, 2), (MINUS, 0)},
    "rate-map": {(PLUS, 0), (PLUS, 2)},
    "decay-map": {(PLUS, 0), (PLUS, 1), (MINUS, 0), (MINUS, 1)},
    "weights-map": {(PLUS, 0), (PLUS, 1), (MINUS, 0)},
}
"""Who ends ahead after how many crossings, in more than a hundredth of each map."""

DIVERGING = {"rate-map", "decay-map", "weights-map"}

BASES = {
    "crossing-map": "variance-of-the-rare-group",
    "rules-map": "general-fairness",
    "labels-map": "double-change-by-labels",
    "rate-map": "crossing",
    "decay-map": "weight-decay",
    "weights-map": "zero-shift",
}
"""The preset at whose settings the marker stands."""

EXPLORED: dict[str, Mapping[str, object]] = {
    "errors-map": {"mixture.shift": 1.0, "mixture.threshold_plus": 0.5},
    "variances-map": {"learning.learning_rate": 0.1},
    "labels-map": {"mixture.variance_minus": 4.0},
    "rate-map": {"learning.batch_size": 10},
    "decay-map": {"learning.batch_size": 10},
    "weights-map": {"learning.learning_rate": 0.02},
}
"""What the texts tell to change."""


def settings_of(name: str, changes: Mapping[str, object] | None = None) -> PhaseDiagramSettings:
    settings = preset(name).settings
    for key, value in (changes or {}).items():
        settings = replace(settings, key, value)
    assert isinstance(settings, PhaseDiagramSettings)
    return settings


@cache
def cells_of(name: str, *, explored: bool = False, resolution: int = 64) -> CellMap:
    cells = exact_map(settings_of(name, EXPLORED[name] if explored else None), resolution)
    assert cells is not None
    return cells


def limit(settings: PhaseDiagramSettings, x: float, y: float) -> float:
    cell = cell_settings(settings, x, y)
    return largest_learning_rate(cell.mixture.teacher_mixture(), learning_rule(cell))


def level(gap: Callable[[float], float], low: float, high: float) -> float:
    return float(brentq(gap, low, high))


def final_gap(settings: PhaseDiagramSettings, x: float, y: float) -> float:
    return float(layer_of(point_layers(settings, x, y), "final_gap"))


def level_across(settings: PhaseDiagramSettings, y: float, low: float, high: float) -> float:
    """Where on the line at y the groups end level."""
    return level(lambda x: final_gap(settings, x, y), low, high)


def level_upwards(settings: PhaseDiagramSettings, x: float, low: float, high: float) -> float:
    """Where on the line at x the groups end level."""
    return level(lambda y: final_gap(settings, x, y), low, high)


def shares(cells: CellMap) -> Iterator[float]:
    """Shares of the map that texts speak of: of each ending and each number of crossings."""
    crossings, diverges = cells.layer("crossings"), cells.layer("diverges") == 1
    counted = ~diverges & (cells.layer("admissible") == 1)
    yield float(np.mean(diverges))
    for preference in (PLUS, MINUS):
        yield float(np.mean(counted & (cells.layer("asymptotic_preference") == preference)))
    for chosen in (crossings == 0, crossings == 1, crossings >= 1, crossings >= 2):
        yield float(np.mean(counted & chosen))


def reach(cells: CellMap, values: FloatArray, chosen: FloatArray) -> tuple[float, float]:
    """Lowest and highest of the values, one per cell, where chosen."""
    found = np.broadcast_to(values, chosen.shape)[chosen.astype(bool)]
    assert len(cells) > found.size > 0
    return float(found.min()), float(found.max())


def ends(cells: CellMap, group: int) -> FloatArray:
    return np.asarray(cells.layer("asymptotic_preference") == group, dtype=np.float64)


def rate_numbers() -> Iterator[float]:
    settings, cells = settings_of("rate-map"), cells_of("rate-map", resolution=128)
    yield from (limit(settings, 0.25, low) for low in (0.25, 5.0))
    yield reach(cells, cells.x[None, :], cells.layer("crossings") == 2)[1]


def rules_numbers() -> Iterator[float]:
    settings, cells = settings_of("rules-map"), cells_of("rules-map", resolution=128)
    alike = reach(cells, cells.x[None, :], cells.layer("admissible") == 1)
    yield from (level_upwards(settings, similarity, 0.6, 0.8) for similarity in alike)
    plus, minus = settings.mixture.label_correlation_plus, settings.mixture.label_correlation_minus
    yield plus * minus + np.sqrt((1 - plus**2) * (1 - minus**2))


def labels_numbers() -> Iterator[float]:
    settings = settings_of("labels-map")

    def changes(threshold: float) -> float:
        layers = point_layers(settings, threshold, settings.mixture.shift)
        return float(layer_of(layers, "crossings")) - 1

    yield level(changes, 0.15, 0.4)


def decay_numbers() -> Iterator[float]:
    settings, cells = settings_of("decay-map"), cells_of("decay-map", resolution=128)
    yield level_across(settings, 0.1, 0.01, 1.0)
    yield reach(cells, cells.y[:, None], ends(cells, MINUS))[1]
    yield limit(settings, 0.003, 0.1)


def weights_numbers() -> Iterator[float]:
    settings = settings_of("weights-map")
    share = settings.mixture.representation
    for low, high in ((1.0, 4.0), (4.0, 10.0)):
        yield level_across(settings, share, low, high)
    rate = settings.learning.learning_rate
    yield level(lambda weight: limit(settings, weight, share) - rate, 1.0, 20.0)
    for explored in (False, True):
        cells = cells_of("weights-map", explored=explored, resolution=128)
        yield reach(cells, cells.y[:, None], ends(cells, MINUS))[1]


DERIVED: dict[str, Callable[[], Iterator[float]]] = {
    "rules-map": rules_numbers,
    "labels-map": labels_numbers,
    "rate-map": rate_numbers,
    "decay-map": decay_numbers,
    "weights-map": weights_numbers,
}
"""Numbers that are neither shares of a map nor known of the marker's cell."""


def numbers(name: str) -> Iterator[float]:
    """Settings, shares of the map and of the one to explore, and the gap where the marker is."""
    settings = settings_of(name)
    for key, value in EXPLORED.get(name, {}).items():
        assert value != value_at(settings, key)
        assert isinstance(value, int | float)
        yield value
    for section in describe(settings):
        for info in section.settings:
            if info.kind in {"number", "numbers"}:
                yield from np.ravel(value_at(settings, info.key))
    yield 1 - settings.mixture.representation
    yield abs(final_gap(settings, *marker(settings)))
    resolution = settings.map.resolution
    yield from shares(cells_of(name, resolution=resolution))
    if name in EXPLORED:
        yield from shares(cells_of(name, explored=True, resolution=resolution))
    if name == "errors-map":
        yield from shares(cells_of("crossing-map", resolution=resolution))
    if name == "variances-map":
        yield 0.6
        raised = exact_map(settings_of(name, {"learning.learning_rate": 0.6}))
        assert raised is not None
        yield from shares(raised)
    if name in DERIVED:
        yield from DERIVED[name]()


@pytest.mark.parametrize("name", NAMES)
def test_every_number_in_the_texts_of_a_map_is_computed(name: str) -> None:
    settings = settings_of(name)
    known = point_layers(settings, *marker(settings))
    moments = [float(layer_of(known, moment)) for moment in ("first_crossing", "last_crossing")]
    computed = [*numbers(name)]
    about = settings.about
    for text in (about.see, about.why, about.explore):
        assert not [*untold(text, moments=moments, numbers=computed)], text


@pytest.mark.parametrize("name", NAMES)
def test_areas_are_those_told_of(name: str) -> None:
    cells = cells_of(name)
    counted = (cells.layer("diverges") == 0) & (cells.layer("asymptotic_preference") >= 0)
    crossings, ending = cells.layer("crossings"), cells.layer("asymptotic_preference")
    common = {
        (group, count)
        for group in (PLUS, MINUS)
        for count in range(5)
        if np.mean(counted & (ending == group) & (crossings == count)) > 0.01
    }
    assert common == CLASSES[name]
    assert bool(np.mean(cells.layer("diverges") == 1) > 0.05) == (name in DIVERGING)
    assert bool(np.any(cells.layer("admissible") == 0)) == (name == "rules-map")


@pytest.mark.parametrize("name", NAMES)
def test_marker_stands_in_the_map(name: str) -> None:
    swept = settings_of(name).map
    for side, value in zip(("x", "y"), marker(settings_of(name)), strict=True):
        low, high = swept.span("x" if side == "x" else "y")
        assert low < value < high


@pytest.mark.parametrize(("name", "base"), BASES.items())
def test_marker_stands_at_another_preset(name: str, base: str) -> None:
    ours, theirs = cell_settings(settings_of(name)), preset(base).settings
    for section in describe(theirs):
        for info in section.settings:
            if info.key.partition(".")[0] in {"mixture", "learning", "mitigation"}:
                assert value_at(ours, info.key) == value_at(theirs, info.key), info.key
    assert preset(base).title in settings_of(name).about.why + settings_of(name).about.explore


def test_maps_of_losses_and_of_errors_differ_in_nothing_else() -> None:
    losses, errors = settings_of("crossing-map"), settings_of("errors-map")
    errors = errors.model_copy(update={"about": losses.about})
    assert replace(errors, "map.measure", "loss") == losses


def test_lead_is_that_of_variance_first_and_of_representation_last() -> None:
    cells = cells_of("crossing-map")
    settings = cells.settings
    ending, odd = cells.layer("asymptotic_preference"), cells.layer("crossings") % 2
    first = np.where(odd == 1, 1 - ending, ending)
    larger = (cells.y > settings.mixture.variance_plus)[:, None]
    assert np.mean((first == MINUS) == larger) > 0.8
    for variance in (0.1, 0.2, 1.0, 2.0, 2.4):
        border = level_across(settings, variance, 0.1, 0.9)
        even = 1 / (1 + np.sqrt(settings.mixture.variance_plus / variance))
        assert border == pytest.approx(even, abs=0.04)
    alike = point_layers(settings, 0.5, settings.mixture.variance_plus)
    assert layer_of(alike, "largest_gap") == pytest.approx(0.0, abs=1e-12)


def test_last_crossing_comes_later_towards_the_border_of_the_end() -> None:
    cells = cells_of("crossing-map")
    row = cells.layer("last_crossing")[np.searchsorted(cells.y, 2.0)]
    times = row[np.isfinite(row)]
    assert times.size > 10
    assert np.all(np.diff(times) < 0)


def test_errors_end_as_relative_representation_tells_and_never_change_the_lead() -> None:
    cells = cells_of("errors-map")
    plus = cells.x * np.sqrt(cells.settings.mixture.variance_plus)
    minus = (1 - cells.x) * np.sqrt(cells.y)[:, None]
    ending = cells.layer("asymptotic_preference")
    seen = ending >= 0
    assert np.mean(seen) > 0.98
    assert np.array_equal((ending == PLUS)[seen], (plus > minus)[seen])
    assert not cells.layer("crossings").any()


def test_variance_helps_until_noise_decides() -> None:
    cells = cells_of("variances-map")
    ratio = cells.y[:, None] / cells.x
    left = ends(cells, MINUS) * (ratio > 1) * (cells.x < 1)
    assert 6 <= reach(cells, ratio, left)[0] < 7
    right = ends(cells, MINUS) * (cells.x > 1)
    assert 3 <= reach(cells, cells.x[None, :], right)[0] < 3.5
    assert np.all(ends(cells, MINUS) <= left + right)
    calm = cells_of("variances-map", explored=True)
    assert not (ends(calm, MINUS) * (calm.x > 1)).any()


def test_white_begins_at_the_largest_learning_rate() -> None:
    cells = cells_of("rate-map")
    limits = np.array([limit(cells.settings, 0.25, float(y)) for y in cells.y])
    np.testing.assert_array_equal(cells.layer("diverges") == 1, cells.x >= limits[:, None])
    larger = settings_of("rate-map", EXPLORED["rate-map"])
    assert limit(larger, 0.25, 1.3) == pytest.approx(10 * limit(cells.settings, 0.25, 1.3))


def test_rules_decide_the_way_and_shares_the_end() -> None:
    cells = cells_of("rules-map")
    known = cells.layer("admissible") == 1
    for column in np.flatnonzero(known.any(axis=0)):
        ending = ends(cells, PLUS)[:, column]
        assert np.all(np.diff(ending) >= 0)
        crossings = cells.layer("crossings")[:, column]
        assert set(crossings[ending == 1]) <= {0.0, 2.0}
    for row in np.flatnonzero(cells.y > 0.74):
        crossings = cells.layer("crossings")[row][known[row]]
        assert np.all(np.diff(crossings) >= 0)
        assert crossings[0] == 0


def test_measured_points_near_the_borders_of_rules_take_seconds() -> None:
    points = [point for point in choose_points(cells_of("rules-map")) if isinstance(point, Point)]
    assert [point.runs for point in points] == [20] * 12
    assert sum(point.seconds for point in points) < 30


def test_strips_of_double_changes_mirror_each_other() -> None:
    cells = cells_of("labels-map")
    for name in ("crossings", "asymptotic_preference"):
        np.testing.assert_array_equal(cells.layer(name), cells.layer(name)[:, ::-1])
    strong = cells.y > 4
    crossings = cells.layer("crossings")[strong][:, cells.x > 0]
    changes = [list(dict.fromkeys(row)) for row in crossings.tolist()]
    assert changes == [[1.0, 2.0, 0.0]] * int(strong.sum())
    wider = cells_of("labels-map", explored=True)
    middle = np.abs(wider.x) < 0.02
    assert ends(wider, MINUS)[:, middle].all()


def test_weight_mends_moves_and_backfires_along_the_row_of_the_marker() -> None:
    settings = settings_of("weights-map")
    share = settings.mixture.representation
    gaps = [final_gap(settings, weight, share) for weight in (1.0, 2.0, 3.0, 5.0, 7.0, 13.0)]
    assert np.sign(gaps).tolist() == [-1, -1, 1, 1, -1, -1]
    assert abs(gaps[1]) < abs(gaps[0])
    assert abs(gaps[5]) > 1
    slow = cells_of("weights-map", explored=True)
    assert not slow.layer("diverges").any()


def test_more_decay_is_needed_at_a_higher_rate() -> None:
    settings = settings_of("decay-map")
    needed = [level_across(settings, rate, 0.01, 3.0) for rate in (0.03, 0.1, 0.3, 1.0)]
    assert np.all(np.diff(needed) > 0)
    assert final_gap(settings, *marker(settings)) > 0
    limits = [limit(settings, decay, 0.1) for decay in (0.003, 0.1, 1.0, 3.0)]
    assert np.all(np.diff(limits) > 0)
    calm = cells_of("decay-map", explored=True)
    assert not calm.layer("diverges").any()
    straight = settings_of("decay-map", EXPLORED["decay-map"])
    low, high = (level_across(straight, rate, 0.01, 3.0) for rate in (0.03, 1.0))
    assert high / low < 1.2 < needed[-1] / needed[0]
