"""Maps while a slider is dragged: which are computed, in which order, and for whom they stand."""

import threading
from collections.abc import Iterator

import pytest
from map_examples import cell_map, map_settings
from pytestqt.qtbot import QtBot

import experiments.phase_diagram
from experiments.maps import CellMap
from experiments.settings import PhaseDiagramSettings, replace
from experiments.settings.cells import marker, with_marker
from gui.background import Background
from gui.map_identity import same_map, same_run
from gui.map_preview import COARSE, MapPreview

Answer = tuple[PhaseDiagramSettings, CellMap | None]


def settings(similarity: float = 0.3, **changes: object) -> PhaseDiagramSettings:
    chosen = {"mixture__rule_similarity": similarity, "map__resolution": 100, **changes}
    return map_settings(**chosen)


class SlowMap:
    """Stands in for the exact map; it waits to be let go."""

    def __init__(self) -> None:
        self.asked: list[tuple[float, int]] = []
        self.go = threading.Semaphore(0)
        self.exists = True

    def __call__(self, wanted: PhaseDiagramSettings, resolution: int) -> CellMap | None:
        self.asked.append((wanted.mixture.rule_similarity, resolution))
        assert self.go.acquire(timeout=10)
        shown = wanted.map.model_copy(update={"resolution": resolution})
        return cell_map(wanted.model_copy(update={"map": shown})) if self.exists else None


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowMap:
    made = SlowMap()
    monkeypatch.setattr(experiments.phase_diagram, "exact_map", made)
    monkeypatch.setattr(Background, "in_process", lambda *_args, **_outcomes: None)
    return made


@pytest.fixture
def preview(slow: SlowMap) -> Iterator[MapPreview]:
    made = MapPreview()
    yield made
    slow.go.release(100)
    made.close()


@pytest.fixture
def answers(preview: MapPreview) -> list[Answer]:
    told: list[Answer] = []
    preview.ready.connect(lambda wanted, cells: told.append((wanted, cells)))
    return told


def sizes(answers: list[Answer]) -> list[int]:
    return [0 if cells is None else cells.x.size for _, cells in answers]


def test_a_coarse_map_comes_first_and_the_whole_one_at_rest(
    preview: MapPreview, slow: SlowMap, answers: list[Answer], qtbot: QtBot
) -> None:
    slow.go.release(10)
    preview.request(settings())
    qtbot.waitUntil(lambda: sizes(answers) == [COARSE, 100])
    assert slow.asked == [(0.3, COARSE), (0.3, 100)]


def test_a_small_map_is_computed_once(
    preview: MapPreview, slow: SlowMap, answers: list[Answer], qtbot: QtBot
) -> None:
    slow.go.release(10)
    preview.request(map_settings(map__resolution=32))
    qtbot.waitUntil(lambda: sizes(answers) == [32])
    qtbot.wait(250)
    assert sizes(answers) == [32]


def test_of_all_that_comes_meanwhile_the_latest_follows(
    preview: MapPreview, slow: SlowMap, answers: list[Answer], qtbot: QtBot
) -> None:
    for similarity in (0.1, 0.2, 0.3, 0.4):
        preview.request(settings(similarity))
    slow.go.release(10)
    qtbot.waitUntil(lambda: sizes(answers) == [COARSE, COARSE, 100])
    assert slow.asked == [(0.1, COARSE), (0.4, COARSE), (0.4, 100)]


def test_moving_the_marker_computes_nothing(
    preview: MapPreview, slow: SlowMap, answers: list[Answer], qtbot: QtBot
) -> None:
    slow.go.release(10)
    preview.request(settings())
    qtbot.waitUntil(lambda: sizes(answers) == [COARSE, 100])
    moved = with_marker(settings(), 0.25, 0.75)
    preview.request(moved)
    assert answers[-1][0] is moved
    assert answers[-1][1] is answers[-2][1]
    qtbot.wait(250)
    assert len(slow.asked) == 2


def test_a_map_on_its_way_stands_for_the_marker_that_moved_meanwhile(
    preview: MapPreview, slow: SlowMap, answers: list[Answer], qtbot: QtBot
) -> None:
    preview.request(settings())
    preview.request(with_marker(settings(), 0.25, 0.75))
    slow.go.release(1)
    qtbot.waitUntil(lambda: len(answers) == 1)
    assert marker(answers[0][0]) == (0.25, 0.75)
    assert len(slow.asked) == 1


def test_contour_lines_are_shown_without_computing(
    preview: MapPreview, slow: SlowMap, answers: list[Answer], qtbot: QtBot
) -> None:
    slow.go.release(10)
    preview.request(settings())
    qtbot.waitUntil(lambda: sizes(answers) == [COARSE, 100])
    preview.request(settings(map__contours="relative-representation"))
    cells = answers[-1][1]
    assert cells is not None
    assert cells.settings.map.contours == "relative-representation"
    assert len(slow.asked) == 2


def test_where_there_is_no_formula_that_is_told_once_per_change(
    preview: MapPreview, slow: SlowMap, answers: list[Answer], qtbot: QtBot
) -> None:
    slow.exists = False
    slow.go.release(10)
    preview.request(settings(learning__loss="logistic"))
    qtbot.waitUntil(lambda: sizes(answers) == [0])
    qtbot.wait(250)
    assert sizes(answers) == [0]


def test_a_map_that_would_take_long_stays_coarse(
    preview: MapPreview,
    slow: SlowMap,
    answers: list[Answer],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gui.map_preview._PATIENCE", 0.0)
    slow.go.release(10)
    with qtbot.waitSignal(preview.too_slow):
        preview.request(settings())
    assert sizes(answers) == [COARSE]


def test_nothing_is_answered_after_a_cancel(
    preview: MapPreview, slow: SlowMap, answers: list[Answer], qtbot: QtBot
) -> None:
    preview.request(settings())
    preview.cancel()
    slow.go.release(10)
    qtbot.wait(250)
    assert not answers
    preview.request(settings())
    qtbot.waitUntil(lambda: sizes(answers) == [COARSE, 100])


@pytest.mark.parametrize(
    ("changes", "map_too", "run_too"),
    [
        ({"mixture.representation": 0.3}, True, True),
        ({"mixture.variance_minus": 0.3}, True, True),
        ({"map.contours": "relative-representation"}, True, True),
        ({"seed": 12}, True, False),
        ({"simulation.runs": 3}, True, False),
        ({"map.measured_cells": 3}, True, False),
        ({"map.measured_at": ((0.5, 0.5),)}, True, False),
        ({"mixture.variance_plus": 0.3}, False, False),
        ({"learning.learning_rate": 0.01}, False, False),
        ({"map.resolution": 50}, False, False),
        ({"map.measure": "error"}, False, False),
        ({"map.x_range": (0.2, 0.4)}, False, False),
        ({"map.x": "mixture.shift"}, False, False),
    ],
)
def test_which_settings_share_a_map_and_a_run(
    changes: dict[str, object], map_too: bool, run_too: bool
) -> None:
    other = settings()
    for key, value in changes.items():
        changed = replace(other, key, value)
        assert isinstance(changed, PhaseDiagramSettings)
        other = changed
    for first, second in ((settings(), other), (other, settings())):
        assert same_map(first, second) is map_too
        assert same_run(first, second) is run_too


def test_a_weight_that_is_swept_may_be_given_or_not() -> None:
    bare = settings(map__x="learning.group_weights.plus")
    moved = with_marker(bare, 2.0, 1.0)
    assert same_run(bare, moved)
    other = settings(map__x="learning.group_weights.plus", learning__group_weights=(2.0, 3.0))
    assert not same_map(moved, other)
