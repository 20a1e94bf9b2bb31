"""The verdict on a training under its theory, and how both are drawn."""

from dataclasses import replace

import numpy as np
import pytest
from solvable_runs import solvable_training

from experiments.curves import CurveSet
from experiments.figures import LEARNING, RunView, figure
from experiments.figures.training_agreement import agreement, misfit_of
from experiments.frames import BASE, OVERALL, CurveName, Event, EventKind, Points, Source
from experiments.training.theory import LOSS_DEVIATION
from experiments.views import Dash


def _seen(*, event: Event | None = None, off: float = 0.0, rate: str = "constant") -> RunView:
    """A training of two groups that is right on its theory up to step 50, and off from there."""
    steps = np.arange(101.0)
    exact = np.exp(-steps / 40)
    curves = CurveSet(
        Points(CurveName(quantity, group, source, BASE, 3), steps, values)
        for group in "+-"
        for quantity, source, values in (
            ("loss", Source.VALIDATION, exact + np.where(steps > 50, off, 0.0)),
            ("loss", Source.THEORY, exact),
            (LOSS_DEVIATION, Source.THEORY, np.full(steps.size, 0.01)),
            ("ROC AUC", Source.VALIDATION, 1 - exact / 2),
        )
    )
    settings = solvable_training(optimiser={"schedule": rate})
    return RunView("seen", settings, curves, (event,) if event else (), 100.0)


def test_the_verdict_is_in_standard_deviations_of_single_runs() -> None:
    near, far = misfit_of(_seen(off=0.04)), misfit_of(_seen(off=0.06))
    assert near is not None
    assert far is not None
    assert (near.agrees, far.agrees) == (True, False)
    assert (near.standard_errors, far.standard_errors) == pytest.approx((4, 6))
    assert far.time > 50
    assert agreement(_seen(off=0.06)).startswith(
        "This run departs from theory: it is off by 6.0 standard deviations of single runs"
    )


def test_theory_is_not_held_against_what_was_changed_in_mid_run() -> None:
    changed = Event(EventKind.CHANGE, 50.0, "Step 50: learning rate 0.1.")
    verdict = agreement(_seen(off=0.5, event=changed))
    assert verdict.startswith("This run agrees")
    assert verdict.endswith("the first change on the way, which theory goes on without.")
    later = replace(changed, x=52.0)
    assert agreement(_seen(off=0.5, event=later)).startswith("This run departs")


def test_a_rate_that_moves_may_lag_by_half_a_step() -> None:
    found = [misfit_of(_seen(off=0.06, rate=rate)) for rate in ("constant", "cosine")]
    constant, moving = (each.standard_errors if each else np.nan for each in found)
    lag = np.exp(-100 / 40) / 80
    assert moving == pytest.approx(0.06 / np.hypot(0.01, lag), rel=1e-3)
    assert moving < constant


def test_deviations_that_are_not_known_judge_nothing() -> None:
    run = _seen(off=0.06)
    unknown = [
        replace(curve, value=np.where(curve.x > 50, np.nan, curve.value))
        if curve.name.quantity == LOSS_DEVIATION
        else curve
        for curve in run.curves
    ]
    assert agreement(replace(run, curves=CurveSet(unknown))).startswith("This run agrees")


def test_no_verdict_before_anything_is_measured_or_without_theory() -> None:
    run = _seen()
    for source in (Source.VALIDATION, Source.THEORY):
        curves = CurveSet(curve for curve in run.curves if curve.name.source is not source)
        assert not agreement(replace(run, curves=curves))
    begun = [replace(curve, x=curve.x[:1], value=curve.value[:1]) for curve in run.curves]
    assert not agreement(replace(run, curves=CurveSet(begun)))


def test_theory_is_a_line_and_what_is_measured_are_dots() -> None:
    run = _seen(off=0.06)
    drawn = figure(run, "Losses")
    for panel in drawn.panels:
        dots, lines = (
            [curve for curve in panel.curves if curve.name and curve.name.source is source]
            for source in (Source.VALIDATION, Source.THEORY)
        )
        assert len(dots) == len(lines) > 0
        assert all(curve.style.dash is None and curve.style.symbol for curve in dots)
        assert all(curve.style.dash is Dash.SOLID for curve in lines)
        assert all(curve.label.endswith(", theory") for curve in lines)
    assert agreement(run) in drawn.caption
    assert "(validation)" in drawn.caption
    (panel, _) = figure(run, "ROC AUC").panels
    assert {curve.style.dash for curve in panel.curves} == {Dash.SOLID}
    assert agreement(run) not in figure(run, "ROC AUC").caption


def test_the_length_of_the_weights_is_drawn_over_its_exact_curve() -> None:
    name = CurveName("weight norm", OVERALL, Source.TRAINING, BASE, 3)
    steps = np.arange(5.0)
    curves = CurveSet(
        Points(replace(name, source=source), steps, np.sqrt(steps))
        for source in (Source.TRAINING, Source.THEORY)
    )
    *_, panel = figure(replace(_seen(), curves=curves), LEARNING).panels
    assert [(curve.label, curve.style.dash) for curve in panel.curves] == [
        ("weight norm", None),
        ("weight norm, theory", Dash.SOLID),
    ]
