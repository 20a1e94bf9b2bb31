"""Every figure of every state of a run: what is drawn, named, marked and said."""

import math
import re
from functools import cache

import numpy as np
import pytest
from dynamics_runs import GENERAL, Table, dynamics, many_groups, streamed, streaming, times, values
from scipy.stats import t as student

from experiments.curves import CurveSet
from experiments.figures import FIGURELESS, RunView, figure, titles
from experiments.frames import EventKind, FloatArray, Source
from experiments.views import CurveView, Figure, Panel, Spread, ViewOptions, group_label

TITLES = tuple(title for title in titles("dynamics") if title not in FIGURELESS)
OPTIONS = [
    ViewOptions(spread=spread, traces=traces) for spread in Spread for traces in (False, True)
]

SHORT = {"duration": 5.0}
FEW = {"runs": 3, "dimension": 30}
UNSTABLE = {"duration": 300.0, "learning_rate": 8.0}

STATES: dict[str, Table] = {
    "theory alone": {},
    "finished": {"simulation": FEW},
    "one run": {"simulation": FEW | {"runs": 1}},
    "direct": {"simulation": FEW | {"method": "direct"}},
    "general": {"mixture": GENERAL, "simulation": FEW},
    "one group": {"mixture": many_groups(1), "simulation": FEW},
    "three groups": {"mixture": many_groups(3), "simulation": FEW},
    "eight groups": {"mixture": many_groups(8), "simulation": FEW},
    "logistic": {"learning": SHORT | {"loss": "logistic"}, "simulation": FEW},
    "diverged": {"learning": UNSTABLE, "simulation": FEW},
    "diverged at once": {
        "learning": UNSTABLE,
        "simulation": FEW,
        "output": {"times": (200.0, 300.0)},
    },
    "only the start": {"simulation": FEW, "output": {"times": (0.0,)}},
    "thresholds beyond every field": {
        "simulation": FEW,
        "mitigation": {"decision_thresholds": (100.0, -100.0)},
    },
    "hardly ever seen": {"mixture": {"representation": 0.9999}, "simulation": FEW},
}


@cache
def run_of(state: str) -> RunView:
    return streamed(dynamics(**({"learning": SHORT} | STATES[state])), name=state)


def check(found: Figure) -> None:
    """What holds for every figure."""
    assert found.panels
    assert found.title
    assert not re.search(r"\b(un)?fair(ness|ly)?\b|nan|inf\b", found.caption.lower())
    assert len({panel.key for panel in found.panels}) == len(found.panels)
    for panel in found.panels:
        keys = [curve.key for curve in panel.curves]
        assert len(set(keys)) == len(keys)
        named = [curve for curve in panel.curves if not curve.companion_of]
        labels = [curve.label for curve in named]
        assert len(set(labels)) == len(labels)
        assert {c.companion_of for c in panel.curves} - {""} <= {c.key for c in named}
        for curve in panel.curves:
            assert curve.label.strip()
            assert curve.x.shape == curve.y.shape
            assert np.all(np.diff(curve.x) > 0)
            _check_bars(curve)
        for marker in panel.markers:
            assert math.isfinite(marker.x)
            assert marker.text
        for band, following in zip(panel.bands, panel.bands[1:], strict=False):
            assert band.start < band.stop == following.start
        assert not panel.bands or panel.bands[-1].stop == math.inf


def _check_bars(curve: CurveView) -> None:
    if curve.traces is not None:
        assert curve.traces.shape[0] == curve.x.size
    if curve.low is None:
        assert curve.high is None
        return
    assert curve.high is not None
    known = np.isfinite(curve.y)
    assert np.array_equal(np.isfinite(curve.low), known)
    assert np.all(curve.low[known] <= curve.y[known])
    assert np.all(curve.high[known] >= curve.y[known])


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("state", STATES)
def test_every_figure_of_every_state(state: str, title: str) -> None:
    run = run_of(state)
    for options in OPTIONS:
        found = figure(run, title, options=options)
        assert found.title == title
        check(found)
        for panel in found.panels:
            assert panel.x_label == "t = steps / d"
            assert panel.x_log
            assert panel.x_span == run.span
            assert all(curve.name is not None for curve in panel.curves)


@pytest.mark.parametrize("title", [title for title in TITLES if title != "Why"])
def test_runs_draw_bars_and_traces_as_chosen(title: str) -> None:
    run = run_of("general")
    for options in OPTIONS:
        curves = [c for panel in figure(run, title, options=options).panels for c in panel.curves]
        runs = [c for c in curves if c.name is not None and c.name.source is Source.SIMULATION]
        assert 0 < len(runs) <= len(curves) / 2
        for curve in curves:
            simulated = any(curve is one for one in runs)
            assert (curve.low is not None) == (simulated and options.spread is not Spread.NONE)
            assert (curve.traces is not None) == (simulated and options.traces)


def test_bars_are_what_they_are_called() -> None:
    run = run_of("general")
    runs = run.curves.ensemble("loss", "+")
    assert runs is not None
    spread = runs.traces.std(axis=1, ddof=1)
    for kind, low, high in (
        (Spread.RANGE, runs.traces.min(axis=1), runs.traces.max(axis=1)),
        (Spread.DEVIATION, runs.mean - spread, runs.mean + spread),
        (Spread.ERROR, runs.mean - spread / np.sqrt(3), runs.mean + spread / np.sqrt(3)),
        (Spread.INTERVAL, *student.interval(0.95, 2, runs.mean, spread / np.sqrt(3))),
    ):
        panel = figure(run, "Losses", options=ViewOptions(spread=kind)).panels[0]
        (dots,) = (curve for curve in panel.curves if curve.name == runs.name)
        assert dots.low is not None
        assert dots.high is not None
        np.testing.assert_allclose(dots.low, low, rtol=1e-9)
        np.testing.assert_allclose(dots.high, high, rtol=1e-9)


@pytest.mark.parametrize("mixture", [{}, many_groups(3)])
def test_figures_build_while_a_run_grows(mixture: Table) -> None:
    settings = dynamics(mixture=mixture, learning=SHORT, simulation=FEW)
    seen: dict[str, set[str]] = {title: set() for title in TITLES}
    for run in streaming(settings):
        for title in TITLES:
            found = figure(run, title)
            check(found)
            keys = {curve.key for panel in found.panels for curve in panel.curves}
            assert seen[title] <= keys  # the same curve, grown, keeps its key
            seen[title] = keys


@pytest.mark.parametrize("title", TITLES)
def test_nothing_yet_is_drawn_as_nothing(title: str) -> None:
    found = figure(RunView("empty", dynamics(), CurveSet()), title)
    check(found)
    assert not any(panel.curves for panel in found.panels)


def lines(panel: Panel) -> dict[str, CurveView]:
    """The exact lines of a panel, by label."""
    return {
        curve.label: curve
        for curve in panel.curves
        if curve.name is not None and curve.name.source is Source.THEORY
    }


@pytest.mark.parametrize(("title", "quantity"), [("Losses", "loss"), ("Errors", "error")])
def test_groups_and_their_gap_are_drawn_as_computed(title: str, quantity: str) -> None:
    run = run_of("general")
    above, below = figure(run, title).panels
    drawn = lines(above)
    assert set(drawn) == {"group +", "group -", "overall"}
    by_group: list[FloatArray] = []
    for group in ("+", "-"):
        curve = drawn[f"group {group}"]
        assert np.array_equal(curve.x, times(run.curves))
        assert np.array_equal(curve.y, values(run.curves, quantity, group))
        by_group.append(curve.y)
    ((label, gap),) = lines(below).items()
    assert label == "group + minus group -"
    np.testing.assert_allclose(gap.y, by_group[0] - by_group[1], atol=1e-12)
    assert below.baseline == 0.0
    crowd = figure(run_of("three groups"), title).panels[1]
    assert set(lines(crowd)) == {"group 1", "group 2", "group 3"}
    assert crowd.y_label == "gap to overall"


def test_parts_of_the_gap_add_up_to_it() -> None:
    run = run_of("general")
    (panel,) = figure(run, "Why").panels
    gap, *parts = lines(panel).values()
    assert len(parts) == 3
    np.testing.assert_allclose(sum(part.y for part in parts), gap.y, atol=1e-10)
    for state, count in (("three groups", 3), ("one group", 1)):
        panels = figure(run_of(state), "Why").panels
        assert [len(panel.curves) for panel in panels] == [count] * 3


def test_what_happened_is_marked_in_the_figure_that_it_concerns() -> None:
    mitigation = {"decision_thresholds": (0.1,)}
    run = streamed(dynamics(learning={"duration": 30.0}, mitigation=mitigation))
    for title, kind in (("Losses", EventKind.CROSSING), ("Errors", EventKind.ERROR_CROSSING)):
        above, below = figure(run, title).panels
        expected = [(event.x, event.text) for event in run.happened(kind)]
        assert expected
        assert [(marker.x, marker.text) for marker in above.markers] == expected
        assert not below.markers
        assert [band.text for band in above.bands] == ["saliency", "representation"]
    assert "gets ahead" in figure(run, "Losses").caption
    assert "gets ahead" not in figure(run, "Errors").caption


def test_a_divergence_is_marked_and_said_and_losses_get_a_log_axis() -> None:
    for state in ("diverged", "diverged at once"):
        run = run_of(state)
        (event,) = run.happened(EventKind.DIVERGED)
        for title in ("Losses", "Errors"):
            found = figure(run, title)
            assert [marker.x for marker in found.panels[0].markers] == [event.x]
            assert "must be below 2.37" in found.caption
            assert "Try a smaller learning rate" in found.caption
            assert found.panels[0].y_log == (title == "Losses")
    assert not figure(run_of("finished"), "Losses").panels[0].y_log


def test_captions_tell_who_is_ahead_with_the_last_values() -> None:
    run = run_of("general")
    for title, quantity in (("Losses", "loss"), ("Errors", "error")):
        ends = {group: values(run.curves, quantity, group)[-1] for group in ("+", "-")}
        best, worst = sorted(ends, key=lambda group: ends[group])
        words = (
            f"group {best} is ahead of group {worst} by {ends[worst] - ends[best]:.3g} in"
            f" {quantity} (theory): {ends[best]:.3g} against {ends[worst]:.3g}."
        )
        assert words in figure(run, title).caption


@pytest.mark.parametrize("title", TITLES)
def test_other_runs_are_laid_over_whatever_their_groups(title: str) -> None:
    run = run_of("finished")
    others = [run_of(state) for state in ("general", "three groups", "eight groups", "diverged")]
    others.append(RunView("nothing yet", dynamics(), CurveSet()))
    found = figure(run, title, others)
    check(found)
    drawn = {curve.label for panel in found.panels for curve in panel.curves}
    if title in {"Losses", "Errors"}:
        for other in others[:-1]:
            for group in other.curves.groups():
                assert f"{other.name}: {group_label(group)}" in drawn
        assert "general: group + minus group -" in drawn
    check(figure(run_of("eight groups"), title, [run]))


def test_other_titles_are_refused() -> None:
    for title in (*FIGURELESS, "Accuracy"):
        with pytest.raises(KeyError):
            figure(run_of("theory alone"), title)
