"""Figures and numbers of trainings and of twin pipelines, from curves that are known."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from dynamics_runs import dynamics, streamed
from trained_runs import ends_of, training

from experiments.curves import CurveSet
from experiments.export.drawing import read_tables
from experiments.export.view import export_view
from experiments.figures import LEARNING, RunView, figure, numbers
from experiments.figures.measures import LOSS, SCORES, Measure
from experiments.frames import (
    BASE,
    OVERALL,
    RIGHT,
    WRONG,
    CurveName,
    Event,
    EventKind,
    Points,
    Source,
)
from experiments.views import (
    GROUP_COLOURS,
    OVERALL_COLOUR,
    CurveView,
    Dash,
    Panel,
    Spread,
    ViewOptions,
)

TITLES = ["Losses", *(measure.title for measure in SCORES)]
MEASURED = tuple(measure.quantity for measure in (LOSS, *SCORES))
X = np.arange(9.0)
PAIR = ("Female", "Male")


def curves(
    groups: Sequence[str],
    *,
    quantities: Iterable[str] = MEASURED,
    arms: Sequence[str] = (BASE,),
    seeds: Sequence[int] = (1,),
    reached: int = X.size,
) -> CurveSet:
    """Curves that differ in everything, on training and validation rows."""
    parts = product(quantities, (Source.TRAINING, Source.VALIDATION), arms, seeds)
    return CurveSet(
        Points(
            CurveName(quantity, group, source, arm, seed),
            X[:reached],
            1 / (1 + X[:reached] + 0.1 * number + index),
        )
        for number, (quantity, source, arm, seed) in enumerate(parts)
        for index, group in enumerate([*groups, OVERALL])
    )


def run_of(known: CurveSet, *events: Event, name: str = "trained") -> RunView:
    return RunView(name, training(), known, events, 8.0)


def twins(groups: Sequence[str], seeds: Sequence[int] = (1, 2, 3)) -> CurveSet:
    known = curves(groups, arms=(RIGHT, WRONG), seeds=seeds)
    rows = [
        Points(CurveName("rows", group, Source.TRAINING, arm, seed), np.zeros(1), np.full(1, 9.0))
        for arm, seed in product((RIGHT, WRONG), seeds)
        for group in groups
    ]
    return CurveSet.joined([CurveSet(rows), known])


def drawn(panel: Panel) -> dict[str, CurveView]:
    return {curve.label: curve for curve in panel.curves if not curve.key.endswith("/bars")}


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("groups", [PAIR, ("a", "b", "c"), tuple("abcdefgh")])
def test_a_training_is_drawn_alone_whatever_the_solvable_model_does(
    title: str, groups: tuple[str, ...]
) -> None:
    crossing = Event(EventKind.CROSSING, 3.0, "Step 3: now it is ahead.")
    run = run_of(curves(groups), crossing)
    found, laid_over = figure(run, title), figure(run, title, [streamed(dynamics())])
    levels, gap = found.panels
    assert levels.x_label == "step"
    assert [m.x for m in levels.markers] == ([3.0] if title == "Losses" else [])
    keys = [[curve.key for curve in panel.curves] for panel in found.panels]
    assert keys == [[curve.key for curve in panel.curves] for panel in laid_over.panels]
    assert len(set(keys[0])) == len(keys[0]) == 2 * len(groups) + 1
    assert len(gap.curves) == (1 if len(groups) == 2 else len(groups))
    styles = {(curve.style.colour, curve.style.dash) for curve in levels.curves}
    assert len(styles) == len(levels.curves)


@pytest.mark.parametrize("title", TITLES)
def test_a_single_group_has_its_curve_and_the_overall_one_but_no_gap(title: str) -> None:
    (panel,) = figure(run_of(curves(["only"])), title).panels
    assert list(drawn(panel)) == ["only", "only, training", "overall"]


@pytest.mark.parametrize("measure", [LOSS, *SCORES])
def test_clean_labels_are_drawn_beside_the_recorded_ones(measure: Measure) -> None:
    title = "Losses" if measure is LOSS else measure.title
    quantity, words = measure.quantity, measure.words
    plain = curves(PAIR)
    clean = curves(PAIR, quantities=[f"clean {quantity}" for quantity in MEASURED])
    assert "labels" not in "".join(panel.y_label for panel in figure(run_of(plain), title).panels)
    found = figure(run_of(CurveSet.joined([plain, clean])), title)
    recorded, truth, gap = found.panels
    assert recorded.y_label == f"{words}, recorded labels"
    assert truth.y_label == f"{words}, clean labels"
    for panel, prefix in ((recorded, ""), (truth, "clean ")):
        assert {c.name.quantity for c in panel.curves if c.name} == {f"{prefix}{quantity}"}
    assert {label: view.style.dash for label, view in drawn(gap).items()} == {
        "Female minus Male, recorded labels": Dash.SOLID,
        "Female minus Male, clean labels": Dash.DASHED,
    }
    assert f"{words} (validation)" in found.caption
    assert f"{words} against the clean labels (validation)" in found.caption


def _pair(quantity: str, first: Sequence[float], second: Sequence[float]) -> CurveSet:
    """Two groups on validation rows at steps 0, 1, 2, …"""
    return CurveSet(
        Points(CurveName(quantity, group, Source.VALIDATION, BASE, 1), np.arange(float(len(y))), y)
        for group, y in zip(PAIR, (np.array(first), np.array(second)), strict=True)
    )


@pytest.mark.parametrize("measure", SCORES)
def test_changes_of_the_lead_in_a_score_are_marked_on_its_gap(measure: Measure) -> None:
    """Female has the higher values first, Male from between the steps 3 and 4 on."""
    female, male = [0.5, 0.9, 0.9, 0.8, 0.2, 0.2, 0.2, 0.2], [0.5] * 8
    levels, gap = figure(run_of(_pair(measure.quantity, female, male)), measure.title).panels
    assert not levels.markers
    (marker,) = gap.markers
    assert 3.0 < marker.x < 4.0
    assert marker.text.startswith("Step ")
    now = {
        1: "now Male is ahead",
        -1: "now Female is ahead",
        0: f"now Female has the lower {measure.words}",
    }
    assert now[measure.better] in marker.text


def test_what_is_not_defined_is_not_ahead_and_neither_is_a_higher_selection_rate() -> None:
    undefined = figure(run_of(_pair("precision", [0.5, math.nan], [0.5, 0.6])), "Precision")
    assert undefined.caption == ""
    rates = figure(run_of(_pair("selection rate", [0.5, 0.25], [0.5, 0.75])), "Selection rate")
    assert "ahead" not in rates.caption
    assert "Male has the highest selection rate (validation), 0.75," in rates.caption
    errors = figure(run_of(_pair("calibration error", [0.5, 0.25], [0.5, 0.75])), TITLES[7])
    assert "Female is ahead of Male by 0.5 in calibration error" in errors.caption


@pytest.mark.parametrize("title", [*TITLES, LEARNING])
def test_a_change_in_mid_run_is_marked_on_the_curves(title: str) -> None:
    change = Event(EventKind.CHANGE, 4.0, "Step 4: learning rate 0.1 → 0.01.")
    run = run_of(curves(PAIR), change)
    assert [(m.x, m.text) for m in figure(run, title).panels[0].markers] == [(4.0, change.text)]


def _learnt(seeds: Sequence[int] = (1,)) -> CurveSet:
    quantities = (
        *("learning rate", "gradient norm", "weight norm"),
        *(f"gradient norm, layer {number}" for number in range(12, 0, -1)),
    )
    return CurveSet(
        Points(CurveName(quantity, OVERALL, Source.TRAINING, BASE, seed), X, X + number + seed)
        for number, quantity in enumerate(quantities)
        for seed in seeds
    )


def test_learning_shows_the_rate_and_the_norms_of_every_layer() -> None:
    drawn_of = [drawn(panel) for panel in figure(run_of(_learnt()), LEARNING).panels]
    rate, gradient, weights = drawn_of
    assert list(rate) == ["learning rate"]
    assert list(weights) == ["weight norm"]
    assert list(gradient)[:3] == ["gradient norm", "layer 1, nearest the input", "layer 2"]
    assert len(gradient) == 13
    assert len({(view.style.colour, view.style.dash) for view in gradient.values()}) == 13
    assert not {view.style.colour for view in gradient.values()} & set(GROUP_COLOURS)
    nothing = figure(run_of(CurveSet()), LEARNING)
    assert [panel.curves for panel in nothing.panels] == [()] * 3


def test_learning_over_seeds_is_their_mean() -> None:
    (rate, *_) = figure(run_of(_learnt((1, 2, 3))), LEARNING).panels
    (view,) = rate.curves
    np.testing.assert_allclose(view.y, X + 2.0)


def test_numbers_are_those_of_a_moment() -> None:
    known = _pair("accuracy", [0.5, 0.6, 0.7], [0.4, 0.3, 0.2])
    overall = CurveName("accuracy", OVERALL, Source.VALIDATION, BASE, 1)
    known.extend([Points(overall, np.arange(3.0), np.full(3, 0.5))])
    run = run_of(known)
    for moment, values in ((0.0, ("0.500", "0.400")), (1.0, ("0.600", "0.300"))):
        (scores,) = numbers(run, moment)
        assert scores.numbers[1].values[:2] == values
        (later,) = numbers(run, moment + 0.5)
        assert later.numbers[1].values[:2] == values
    assert numbers(run, None)[0].numbers[1].values[:2] == ("0.700", "0.200")


def test_twins_are_means_over_seeds_right_solid_and_wrong_dashed() -> None:
    known = twins(PAIR)
    levels, gap = figure(run_of(known), "Losses").panels
    looks = {
        label: (view.style.colour, view.style.dash, view.style.symbol)
        for label, view in drawn(levels).items()
    }
    assert looks == {
        f"{group}, {arm}, 3 seeds ± sd": (colour, dash, None)
        for group, colour in zip(
            [*PAIR, OVERALL], [*GROUP_COLOURS[:2], OVERALL_COLOUR], strict=True
        )
        for arm, dash in ((RIGHT, Dash.SOLID), (WRONG, Dash.DASHED))
    }
    for view in drawn(levels).values():
        assert view.name is not None
        family = known.select(
            quantity="loss", source=Source.VALIDATION, group=view.name.group, arm=view.name.arm
        )
        values = np.array([curve.value for curve in family])
        np.testing.assert_allclose(view.y, values.mean(axis=0))
        bars = next(curve for curve in levels.curves if curve.key == f"{view.key}/bars")
        assert bars.companion_of == view.key
        assert bars.low is not None
        at = np.searchsorted(X, bars.x)
        np.testing.assert_allclose(bars.y - bars.low, values.std(axis=0, ddof=1)[at])
    assert [view.style.dash for view in gap.curves] == [Dash.SOLID, Dash.DASHED]
    first, second = (drawn(levels)[f"{group}, wrong, 3 seeds ± sd"].y for group in PAIR)
    np.testing.assert_allclose(gap.curves[1].y, first - second)


@pytest.mark.parametrize("spread", Spread)
@pytest.mark.parametrize("groups", [("only",), PAIR, tuple("abcdefgh")])
@pytest.mark.parametrize("reached", [1, 5])
def test_twins_are_drawn_at_any_moment(
    groups: tuple[str, ...], spread: Spread, reached: int
) -> None:
    """While the second seed is on its way, and the wrong pipeline has not begun with it."""
    begun = CurveSet.joined(
        [twins(groups, (1,)), curves(groups, arms=(RIGHT,), seeds=(2,), reached=reached)]
    )
    for known in (curves(groups, arms=(RIGHT,), reached=reached), begun, twins(groups)):
        for title in TITLES:
            found = figure(run_of(known), title, options=ViewOptions(spread=spread, traces=True))
            for panel in found.panels:
                keys = [curve.key for curve in panel.curves]
                assert len(set(keys)) == len(keys)
                named = {curve.key for curve in panel.curves if not curve.companion_of}
                assert {c.companion_of for c in panel.curves} - {""} <= named
                for curve in panel.curves:
                    assert (np.diff(curve.x) > 0).all()
                    assert (curve.low is None) == (curve.high is None)
                    assert spread is not Spread.NONE or curve.low is None
            assert "nan" not in found.caption


def test_twins_laid_over_another_run_are_one_curve_for_each_group() -> None:
    single, both = run_of(curves(PAIR)), run_of(twins(PAIR), name="twins-1")
    levels, gap = figure(single, "Losses", [both]).panels
    over = [curve for curve in levels.curves if curve.label.startswith("twins-1")]
    assert [(c.label, c.name.arm) for c in over if c.name] == [
        ("twins-1: Female", RIGHT),
        ("twins-1: Male", RIGHT),
    ]
    assert [curve.label for curve in gap.curves] == [
        "Female minus Male",
        "twins-1: Female minus Male",
    ]


def _table(run: RunView, start: str) -> dict[str, tuple[str, ...]]:
    (found,) = (table for table in numbers(run, None) if table.title.startswith(start))
    return {number.label: number.values for number in found.numbers}


def _scored(arm: str = BASE, seed: int = 1, shift: float = 0.0) -> list[Points]:
    values = {
        ("rows", "Female"): 40.0,
        ("rows", "Male"): 60.0,
        ("rows", OVERALL): 100.0,
        ("base rate", "Female"): 0.25,
        ("base rate", "Male"): 0.5,
        ("base rate", OVERALL): 0.4,
        ("accuracy", "Female"): 0.75 + shift,
        ("accuracy", "Male"): 0.5,
        ("accuracy", OVERALL): 0.6,
        ("true positive rate", "Female"): 0.5,
        ("true positive rate", "Male"): math.nan,
        ("true positive rate", OVERALL): 0.5,
        ("clean accuracy", "Female"): 0.25,
        ("clean accuracy", "Male"): 0.5,
        ("clean accuracy", OVERALL): 0.4,
    }
    return ends_of(values, arm=arm, seed=seed)


def test_sizes_come_before_scores_and_what_is_undefined_is_no_data() -> None:
    from scipy.stats import binomtest

    run = run_of(CurveSet(_scored()))
    first, second = numbers(run, None)
    assert first.title == "Group sizes and base rates"
    assert second.title == "Scores on validation rows"
    assert _table(run, "Group sizes") == {
        "": ("Female", "Male", "overall"),
        "Validation rows": ("40", "60", "100"),
        "Validation base rate": ("0.250", "0.500", "0.400"),
    }
    scores = _table(run, "Scores on validation")
    assert list(scores) == [
        *("", "Accuracy", "Accuracy, clean labels", "Balanced accuracy", "Recall"),
    ]
    for label, column, hits, rows in (
        ("Accuracy", 0, 30, 40),
        ("Accuracy, clean labels", 2, 40, 100),
        ("Recall", 0, 5, 10),
    ):
        ends = binomtest(hits, rows).proportion_ci(method="wilson")
        expected = f"{hits / rows:.3f} ({ends.low:.3f}–{ends.high:.3f})"
        assert scores[label][column] == expected
    assert scores["Recall"][1] == "no data"


def test_numbers_of_twins_begin_with_the_inflation() -> None:
    known = CurveSet(
        points
        for seed, shift in enumerate([0.05, 0.03])
        for arm in (RIGHT, WRONG)
        for points in _scored(arm, seed, shift if arm == WRONG else 0.0)
    )
    run = run_of(known)
    assert [table.title for table in numbers(run, None)] == [
        "Group sizes and base rates",
        "Inflation on validation rows: wrong minus right pipeline",
        "Scores on validation rows, right pipeline, mean over 2 seeds",
        "Scores on validation rows, wrong pipeline, mean over 2 seeds",
    ]
    inflated = _table(run, "Inflation")
    assert inflated["Accuracy, points"] == (
        "4.0 (−8.7 to 16.7)",
        "0.0 (0.0 to 0.0)",
        "0.0 (0.0 to 0.0)",
    )
    assert inflated["Recall, points"][1] == "no data"
    assert _table(run, "Scores on validation rows, wrong")["Accuracy"] == (
        "0.790",
        "0.500",
        "0.600",
    )


def test_numbers_are_there_before_the_end_and_none_before_the_start() -> None:
    run = run_of(curves(PAIR))
    assert [table.title for table in numbers(run, None)] == [
        "Scores on validation rows",
        "Scores on training rows",
    ]
    assert numbers(replace(run, curves=CurveSet()), None) == ()


def test_twins_are_exported_with_their_means_and_every_curve(tmp_path: Path) -> None:
    run = run_of(twins(PAIR))
    export_view(tmp_path, run, "Losses", overlays=[run_of(twins(PAIR), name="again-2")])
    tables = read_tables(tmp_path)
    names = {
        (c.name.quantity, c.name.group, c.name.source.value, c.name.arm, c.name.seed)
        for c in run.curves
    }
    assert names <= tables.curves.keys()
    arms = {arm for _, _, _, arm, _ in tables.curves}
    assert arms == {RIGHT, WRONG, "again-2, right", "again-2, wrong"}
    for (quantity, group, source, arm, seed), ensemble in tables.ensembles.items():
        family = [tables.curves[quantity, group, source, arm, seed + n][1] for n in range(3)]
        np.testing.assert_allclose(ensemble.mean, np.mean(family, axis=0))
        np.testing.assert_array_equal(ensemble.runs, 3)
    script = (tmp_path / "reproduce.py").read_text(encoding="utf-8")
    assert "seed 1, N = 3" in script
