"""The numbers of a run: those of its curves at a moment, and those of the formulas."""

import re

import numpy as np
import pytest
from dynamics_runs import GENERAL, Table, dynamics, exact, many_groups, streamed, streaming, times
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.curves import CurveSet
from experiments.dynamics import learning_rule
from experiments.figures import RunView, numbers
from experiments.frames import OVERALL, EventKind, Source
from experiments.settings import DynamicsSettings, TrainingSettings, from_table
from simulation.dynamics import solve

SHORT = {"duration": 6.0}
FEW = {"runs": 3, "dimension": 40}

ROWS = {
    "Loss": "loss",
    "Error": "error",
    "Selection rate": "selection_rate",
    "True positive rate": "true_positive_rate",
    "False positive rate": "false_positive_rate",
    "Precision": "precision",
    "F1": "f1",
    "Overlap R": "R",
    "Cosine R/√Q": "cosine",
    "Overlap M": "M",
    "Norm Q": "Q",
}

RUNS: dict[str, Table] = {
    "squared": {},
    "general": {"mixture": GENERAL, "simulation": FEW},
    "logistic": {"learning": SHORT | {"loss": "logistic"}, "simulation": FEW},
    "focal": {"learning": SHORT | {"loss": "focal"}},
    "schedule": {"learning": SHORT | {"schedule": "warmup-cosine", "decay_steps": 3.0}},
    "switch": {
        "mitigation": {"switch_time": 2.0, "later_group_weights": (0.5, 2.0)},
        "simulation": FEW,
    },
    "three groups": {"mixture": many_groups(3), "simulation": FEW},
    "one group": {"mixture": many_groups(1)},
    "hardly ever seen": {"mixture": {"representation": 0.9999}, "simulation": FEW},
    "class weights": {"learning": SHORT | {"class_weights": (1.0, 0.0)}},
    "diverged": {"learning": {"duration": 300.0, "learning_rate": 8.0}, "simulation": FEW},
    "thresholds": {"mitigation": {"decision_thresholds": (100.0, -100.0)}, "simulation": FEW},
    "one run": {"simulation": FEW | {"runs": 1}},
    "only the start": {"simulation": FEW, "output": {"times": (0.0,)}},
}


def run_of(name: str) -> RunView:
    return streamed(dynamics(**({"learning": SHORT} | RUNS[name])))


def tables(run: RunView, moment: float | None = None) -> dict[str, dict[str, str]]:
    """Values by the title of their table and their label."""
    found = numbers(run, moment)
    assert len({table.title for table in found}) == len(found)
    for table in found:
        assert len({number.label for number in table.numbers}) == len(table.numbers)
    return {
        table.title: {number.label: number.value for number in table.numbers} for table in found
    }


def first(found: dict[str, dict[str, str]]) -> tuple[str, dict[str, str]]:
    """The title and the rows of the first table."""
    return next(iter(found.items()))


def floats(text: str) -> list[float]:
    return [float(part) if part != "–" else np.nan for part in text.split(" · ")]


def at(curves: CurveSet, quantity: str, group: str) -> float:
    """The last value of an exact curve; NaN if there is no such curve."""
    for curve in curves.select(quantity=quantity, group=group, source=Source.THEORY):
        return float(curve.value[-1])
    return np.nan


@pytest.mark.parametrize("name", RUNS)
def test_every_table_of_every_run_reads_well(name: str) -> None:
    run = run_of(name)
    for moment in (None, 0.0, 0.37, 3.0, 6.0, 1e9):
        found = tables(run, moment)
        assert len(found) >= 4
        for title, rows in found.items():
            for label, text in rows.items():
                assert text
                assert not re.search(r"\b(nan|inf|None)\b", text)
                assert not re.search(r"\b(un)?fair\b", f"{title} {label} {text}")


@pytest.mark.parametrize("name", RUNS)
def test_numbers_of_a_moment_are_those_of_the_curves(name: str) -> None:
    run = run_of(name)
    grid = times(run.curves)
    for moment in {float(grid[0]), float(grid[-1]), float(grid[int(0.9 * grid.size)])}:
        found = tables(run, moment)
        title, rows = first(found)
        assert title == f"At t = {moment:.4g}, exact"
        asked = {"simulation": {"runs": 0}, "output": {"times": (moment,)}}
        there = exact(dynamics(**({"learning": SHORT} | RUNS[name] | asked)))
        groups = [*run.curves.groups(), OVERALL]
        for label, quantity in ROWS.items():
            shown = [OVERALL] if quantity == "Q" else groups
            expected = [at(there, quantity, group) for group in shown]
            np.testing.assert_allclose(floats(rows[label]), expected, rtol=6e-4, atol=1e-11)
        for label, text in list(found["Disparities at the same time"].items())[1:]:
            quantity = label.lower().replace(" ", "_")
            expected = [at(there, f"{quantity}{suffix}", OVERALL) for suffix in ("", "_to_overall")]
            np.testing.assert_allclose(floats(text), expected, rtol=6e-4, atol=1e-11)


def test_at_a_reported_time_the_numbers_are_exact() -> None:
    settings = dynamics(mixture=GENERAL, output={"times": (0.3, 1.7, 40.0)})
    run = streamed(settings)
    then = solve(settings.mixture.teacher_mixture(), learning_rule(settings), [1.7])
    _, rows = first(tables(run, 1.7))
    assert rows["Loss"] == " · ".join(
        f"{value:.4g}" for value in [*then.group_losses[0], then.loss[0]]
    )
    assert rows["Norm Q"] == f"{then.norm[0]:.4g}"


@settings(max_examples=25, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_moments_that_the_curves_do_not_cover_are_taken_for_their_nearest_end(
    moment: float,
) -> None:
    run = streamed(dynamics(output={"times": (0.5, 2.0, 9.0)}))
    title, rows = first(tables(run, moment))
    nearest = min(max(moment, 0.5), 9.0)
    assert title == f"At t = {nearest:.4g}, exact"
    assert first(tables(run, nearest))[1] == rows
    assert first(tables(run, None))[0] == "At t = 9, exact"


def _largest_error(output: Table, moments: list[float], **given: Table) -> float:
    """Largest error of a loss at moments after the switch of a logistic rule, if any."""
    learning = {"loss": "logistic", "duration": 20.0}
    settings = dynamics(mixture=GENERAL, learning=learning, output=output, **given)
    run = streamed(settings)
    exact = solve(settings.mixture.teacher_mixture(), learning_rule(settings), moments)
    shown = [floats(first(tables(run, moment))[1]["Loss"]) for moment in moments]
    expected = np.column_stack([exact.group_losses, exact.loss])
    return float(np.abs(np.array(shown) / expected - 1).max())


@pytest.mark.parametrize(
    "mitigation",
    [{}, {"switch_time": 3.0, "later_group_weights": (1.0, 20.0)}],
)
def test_between_many_points_the_numbers_are_exact_to_their_last_digit(mitigation: Table) -> None:
    moments = [0.0011, 0.123, 1.0, 2.99, 3.001, 3.03, 3.1, 9.99]
    assert _largest_error({"points": 250}, moments, mitigation=mitigation) < 5.1e-4


def test_between_few_points_formulas_are_exact_and_all_else_is_called_interpolated() -> None:
    output = {"times": (0.0, 50.0, 100.0)}
    for loss, words in (("squared", "exact"), ("logistic", "interpolated")):
        settings = dynamics(mixture=GENERAL, learning={"loss": loss}, output=output)
        title, rows = first(tables(streamed(settings), 5.0))
        assert title == f"At t = 5, {words}"
        losses = solve(settings.mixture.teacher_mixture(), learning_rule(settings), [5.0])
        expected = [f"{value:.4g}" for value in losses.group_losses[0]]
        assert (rows["Loss"].split(" · ")[:2] == expected) == (words == "exact")
    assert first(tables(streamed(settings), 50.0))[0] == "At t = 50, exact"


def test_tables_of_no_moment_follow_a_growing_run_and_stay_while_time_moves() -> None:
    titles = ("Simulated runs against theory", "Time-scales")
    settings, seen = dynamics(learning=SHORT, simulation=FEW), []
    for run in streaming(settings):
        found = [{table.title: table for table in numbers(run, moment)} for moment in (1.0, 2.0)]
        for title in titles:
            assert found[0].get(title) is found[1].get(title)
        seen.append(found[0].get(titles[0]))
    assert len(set(seen)) > 3
    again = {table.title: table for table in numbers(streamed(settings), 1.0)}
    assert again[titles[0]] == seen[-1]


def test_where_the_weights_diverge_the_numbers_stop_with_the_curves() -> None:
    run = run_of("diverged")
    title, rows = first(tables(run))
    assert title == f"At t = {times(run.curves)[-1]:.4g}, exact"
    assert float(rows["Norm Q"]) < 1e6


def test_time_scales_and_the_limit_are_those_of_the_formulas() -> None:
    rate, decay, batch, weights = 0.3, 0.2, 4, np.array([0.5, 2.0])
    learning = {
        "learning_rate": rate,
        "weight_decay": decay,
        "batch_size": batch,
        "group_weights": tuple(weights.tolist()),
    }
    shares, variances = np.array([0.7, 0.3]), np.array([0.5, 1.2])
    damping = shares @ (weights * variances) + decay
    noise = shares @ (weights * variances) ** 2 / batch
    rows = tables(streamed(dynamics(mixture=GENERAL, learning=learning)))["Time-scales"]
    limit = 2 * damping / noise
    assert rows["Shift learnt"] == f"t = {1 / (rate * (0.8 * shares @ weights + damping)):.4g}"
    assert rows["Rules learnt"] == f"t = {1 / (rate * damping):.4g}"
    assert rows["Norm settled"] == f"t = {1 / (rate * (2 * damping - rate * noise)):.4g}"
    assert (
        rows["Limit of the learning rate"] == f"{limit:.4g}, set {100 * rate / limit:.0f} % of it"
    )


def test_the_limit_of_the_learning_rate_is_that_of_the_weights_in_force() -> None:
    label = "Limit of the learning rate"
    plain = tables(streamed(dynamics(learning=SHORT)))["Time-scales"][label]
    for switch_time, same in ((7.0, True), (5.0, False)):
        later = {"switch_time": switch_time, "later_group_weights": (9.0, 9.0)}
        rows = tables(streamed(dynamics(learning=SHORT, mitigation=later)))["Time-scales"]
        assert (rows[label] == plain) == same


def test_what_is_not_reached_is_told_apart_from_what_is_not_there() -> None:
    brief = {"learning": {"duration": 0.1}}
    assert tables(streamed(dynamics(**brief)))["Time-scales"]["Shift learnt"] == "no shift"
    rows = tables(streamed(dynamics(mixture=GENERAL, **brief)))["Time-scales"]
    assert rows["Shift learnt"] == rows["Rules learnt"] == "after the end"


@pytest.mark.parametrize("learning", [{"loss": "logistic"}, {"class_weights": (1.0, 2.0)}])
def test_without_a_closed_form_no_time_scale_is_made_up(learning: Table) -> None:
    found = tables(streamed(dynamics(learning=SHORT | learning)))
    assert list(found["Time-scales"]) == ["None in closed form"]
    assert "If training went on for ever" not in found


@pytest.mark.parametrize(
    "tables_of",
    [
        {"mixture": GENERAL},
        {"mixture": many_groups(3)},
        {"mitigation": {"switch_time": 5.0, "later_group_weights": (0.3, 1.5)}},
        {"learning": {"schedule": "cosine", "alpha": 0.3}},
        {"mitigation": {"sampling": "balanced"}},
    ],
)
def test_the_end_of_an_endless_training_is_where_a_long_one_arrives(tables_of: Table) -> None:
    settings = dynamics(**tables_of)
    rows = tables(streamed(settings))["If training went on for ever"]
    late = solve(settings.mixture.teacher_mixture(), learning_rule(settings), [2e3])
    losses = late.group_losses[0]
    ((_, text),) = ((label, text) for label, text in rows.items() if label.startswith("Loss of"))
    np.testing.assert_allclose(floats(text), losses, rtol=6e-4)
    group, gap = rows["Ahead in loss"].split(", by ")
    assert group.removeprefix("group ") == settings.mixture.group_names[
        int(np.argmin(losses))
    ].removeprefix("group ")
    np.testing.assert_allclose(float(gap), np.ptp(losses), rtol=1e-3)


@pytest.mark.parametrize(
    "learning",
    [
        {"schedule": "exponential"},
        {"schedule": "inverse-time"},
        {"schedule": "cosine", "alpha": 0.0},
        {"learning_rate": 3.0, "duration": 2.0},
    ],
)
def test_training_that_freezes_or_diverges_has_no_end_of_its_own(learning: Table) -> None:
    assert "If training went on for ever" not in tables(streamed(dynamics(learning=learning)))


def test_what_pulls_counts_weights_and_sampling() -> None:
    learning = SHORT | {"group_weights": (1.0, 3.0)}
    for mitigation, shares in (
        ({}, np.array([0.7, 0.3])),
        ({"sampling": "balanced"}, np.array([0.5, 0.5])),
    ):
        run = streamed(dynamics(mixture=GENERAL, learning=learning, mitigation=mitigation))
        rows = tables(run)["What pulls"]
        pull = shares * [1, 3] * np.sqrt([0.5, 1.2])
        np.testing.assert_allclose(
            floats(rows["Relative representation"]), pull / pull.sum(), rtol=6e-4
        )
        margin = np.array([0.5, -0.2]) / np.sqrt([0.5, 1.2])
        saliency = np.sqrt(2 / np.pi * np.array([0.5, 1.2])) * np.exp(-(margin**2) / 2)
        np.testing.assert_allclose(floats(rows["Saliency κ"]), saliency, rtol=6e-4)


@pytest.mark.parametrize(("switch_time", "weights"), [(2.0, [1, 50]), (7.0, [1, 3])])
def test_what_pulls_late_are_the_weights_in_force_at_the_end(
    switch_time: float, weights: list[float]
) -> None:
    learning = SHORT | {"group_weights": (1.0, 3.0)}
    later = {"switch_time": switch_time, "later_group_weights": (1.0, 50.0)}
    run = streamed(dynamics(mixture=GENERAL, learning=learning, mitigation=later))
    pull = np.array([0.7, 0.3]) * weights * np.sqrt([0.5, 1.2])
    shown = floats(tables(run)["What pulls"]["Relative representation"])
    np.testing.assert_allclose(shown, pull / pull.sum(), rtol=6e-4)


def _lead_rows(run: RunView) -> dict[str, str]:
    return tables(run).get("Changes of the lead in loss: forecast and measured", {})


def test_forecasts_stand_beside_what_runs_did() -> None:
    plain = dynamics(learning=SHORT)
    assert _lead_rows(streamed(plain)) == {
        "t = 0.943: now group - is ahead": "forecast; no runs yet",
        "t = 3.11: now group + is ahead": "forecast; no runs yet",
    }
    run = streamed(dynamics(learning=SHORT, simulation={"runs": 30, "dimension": 3000}))
    pattern = (
        r"(\d+) of 30 runs change, at ([\d.]+) in the middle;"
        r" 95 % of them between ([\d.]+) and ([\d.]+)"
    )
    for (label, text), forecast in zip(_lead_rows(run).items(), (0.943, 3.11), strict=True):
        assert f"t = {forecast}" in label
        match = re.fullmatch(pattern, text)
        assert match is not None
        crossed, median, low, high = map(float, match.groups())
        assert 20 <= crossed <= 30
        assert low < median < high
        assert low < forecast < high
    sparse = streamed(dynamics(simulation=FEW, learning=SHORT, output={"times": (0.0, 6.0)}))
    assert set(_lead_rows(sparse).values()) == {
        "forecast; not recorded closely enough to be measured"
    }
    few = streamed(dynamics(learning=SHORT, simulation=FEW | {"runs": 1}))
    for text in _lead_rows(few).values():
        assert text.startswith(("1 of 1 runs", "none of 1 runs"))


def test_the_verdict_on_runs_is_told_with_its_reasons() -> None:
    title = "Simulated runs against theory"
    assert title not in tables(streamed(dynamics(learning=SHORT)))
    rows = tables(streamed(dynamics(learning=SHORT, simulation={"runs": 30, "dimension": 2000})))
    assert rows[title]["Runs, dimension"] == "30, d = 2,000"
    assert rows[title]["They agree"] == "yes"
    assert "in loss at t = " in rows[title]["Largest misfit"]
    score, allowed = map(float, rows[title]["… in standard errors"].split(", allowed "))
    assert 0 < score <= allowed
    single = tables(streamed(dynamics(learning=SHORT, simulation=FEW | {"runs": 1})))[title]
    assert single["They agree"] == "cannot be told from one run"
    assert "… in standard errors" not in single


def test_numbers_are_there_from_the_first_frame_on() -> None:
    settings = dynamics(mixture=GENERAL, learning=SHORT, simulation=FEW)
    titles = [list(tables(run)) for run in streaming(settings)]
    assert all(set(titles[0]) <= set(later) for later in titles)
    assert "Simulated runs against theory" in titles[-1]


def test_nothing_is_told_without_curves_or_of_other_kinds() -> None:
    assert numbers(RunView("empty", dynamics(), CurveSet()), None) == ()
    training = from_table({"version": 1, "kind": "training"})
    assert isinstance(training, TrainingSettings)
    assert numbers(RunView("other", training, CurveSet()), 3.0) == ()
    early = dynamics(learning={"duration": 300.0, "learning_rate": 8.0}, output={"times": (200.0,)})
    run = streamed(early)
    assert run.happened(EventKind.DIVERGED)
    assert isinstance(run.settings, DynamicsSettings)
    assert numbers(run, None) == numbers(run, 3.0) == ()
