"""Every cell of a map against what a single setting says."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from phase_cases import random_cells, stability_limit, two_group_cells, values_of

from simulation import phase_diagram as kernel
from simulation.closed_form import time_scales
from simulation.crossings import (
    VISIBLE_GAP,
    Crossing,
    Measure,
    find_crossings,
    horizon,
    visible_crossings,
)
from simulation.dynamics import flow
from simulation.mixture import FloatArray
from simulation.observables import confusion, group_losses
from simulation.phase_cells import TwoGroupCells
from simulation.phase_diagram import PhaseDiagram, phase_diagram
from simulation.phases import asymptote

_THRESHOLDS = (0.15, -0.1)
_GROUPS = ("plus", "minus")


def _check_cell(
    diagram: PhaseDiagram, cells: TwoGroupCells, index: tuple[int, ...], measure: Measure
) -> bool:
    """Hold one admissible cell against its own curves; False if a lead is on the verge of sight."""
    mixture, rule = cells.cell(*index)
    scales = time_scales(mixture, rule)
    until = horizon(scales)
    solution = flow(mixture, rule, until)

    def gap(overlaps: FloatArray, norm: FloatArray) -> FloatArray:
        curves = (
            group_losses(mixture, rule.loss, overlaps, norm)
            if measure == "loss"
            else confusion(mixture, overlaps, norm, _THRESHOLDS).error
        )
        return np.asarray(curves[:, 0] - curves[:, 1])

    assert diagram.diverges[index] == (scales.norm is None)
    end = solution.diverged_at or until
    limit = asymptote(mixture, rule)
    if limit is None:
        (final,) = gap(*solution.evaluate(np.array([end])))
    else:
        (final,) = gap(limit.overlaps[None], np.array([limit.norm]))
    # A gap that grows like the norm is as uncertain as the moment of divergence, 1e-9 of t.
    accuracy = 1e-9 if solution.diverged_at is None else 1e-6
    assert diagram.final_gap[index] == pytest.approx(final, rel=accuracy, abs=1e-9)
    level = limit is None or abs(final) < VISIBLE_GAP
    assert diagram.asymptotic_preference[index] == (-1 if level else int(final > 0))

    gaps = gap(*solution.evaluate(np.geomspace(1e-6 * end, end, 1000)))
    largest = gaps[np.argmax(np.abs(gaps))]
    assert abs(diagram.largest_gap[index]) >= abs(largest) * (1 - accuracy) - 1e-7
    assert abs(diagram.largest_gap[index]) == pytest.approx(abs(largest), rel=1e-4, abs=1e-9)

    found = find_crossings(
        mixture, rule, until=until, measure=measure, decision_thresholds=_THRESHOLDS
    )
    if any(
        abs(min(crossing.gap_before, crossing.gap_after) / VISIBLE_GAP - 1) < 1e-2
        for crossing in found
    ):
        return False
    visible = [crossing.time for crossing in visible_crossings(found)]
    assert diagram.crossings[index] == len(visible)
    first, last = (visible[0], visible[-1]) if visible else (np.nan, np.nan)
    times = [diagram.first_crossing[index], diagram.last_crossing[index]]
    assert times == pytest.approx([first, last], rel=1e-6, nan_ok=True)
    return True


@pytest.mark.parametrize(("measure", "size"), [("loss", 450), ("error", 150)])
def test_every_cell_is_what_a_single_setting_says(measure: Measure, size: int) -> None:
    cells = random_cells(size, seed=6)
    diagram = phase_diagram(cells, measure=measure, decision_thresholds=_THRESHOLDS)
    (inside,) = np.nonzero(diagram.admissible)
    clear = [_check_cell(diagram, cells, (number,), measure) for number in inside.tolist()]
    assert sum(clear) > 0.5 * size
    assert np.isnan(diagram.final_gap[~diagram.admissible]).all()
    assert diagram.diverges.any()
    assert diagram.crossings.max() == 2


@pytest.mark.parametrize(
    "axes",
    [
        {"representation": (0.05, 0.95), "variance_minus": (0.1, 3)},
        {"learning_rate": (0.01, 2), "variance_minus": (0.1, 3)},
        {"threshold_plus": (-1, 1), "initial_norm": (0, 1)},
        {"group_weight_plus": (0, 2), "representation": (0.05, 0.95)},
        {"batch_size": (1, 9), "weight_decay": (0, 1)},
        {"rule_similarity": (-1, 1), "shift": (0, 1.5)},
    ],
)
def test_maps_over_any_two_parameters(axes: dict[str, tuple[float, float]]) -> None:
    (name, across), (other, along) = axes.items()
    cells = two_group_cells(
        **{name: np.linspace(*across, 5)[None, :], other: np.linspace(*along, 4)[:, None]}
    )
    diagram = phase_diagram(cells)
    assert diagram.crossings.shape == (4, 5)
    for index in zip(*np.nonzero(diagram.admissible), strict=True):
        _check_cell(diagram, cells, (int(index[0]), int(index[1])), "loss")


# ρ, Δ_±, q, m_±, V, b_±, η, Q(0); when they cross; the final losses.
_SCENARIOS = [
    ((0.80, 0.25, 1.30, 0.35, 0, 0, 0, 0, 0, 0.25, 0.02), (0.9431, 3.1104), (0.2849, 0.5273)),
    (
        (0.78, 0.11, 0.16, 0.22, -0.34, -0.13, 1, 0.46, -0.92, 0.30, 0.05),
        (0.0182, 27.6314),
        (0.2725, 0.4308),
    ),
    (
        (0.84, 0.15, 2.00, 0.76, -0.07, -0.59, 1, -0.04, -0.08, 0.29, 0.05),
        (0.5540, 9.6058),
        (0.2917, 0.5252),
    ),
    (
        (0.81, 0.15, 1.95, 0.87, 0.10, -0.09, 1, 0, 0, 0.20, 0.05),
        (1.1751, 15.2701),
        (0.2886, 0.4301),
    ),
]


def test_scenarios_computed_independently() -> None:
    names = [field.name for field in fields(TwoGroupCells)]
    varied = [*names[:10], "initial_norm"]
    columns = np.array([values for values, _, _ in _SCENARIOS]).T
    diagram = phase_diagram(two_group_cells(**dict(zip(varied, columns, strict=True))))
    for number, (_, times, (plus, minus)) in enumerate(_SCENARIOS):
        assert diagram.crossings[number] == len(times)
        assert diagram.first_crossing[number] == pytest.approx(times[0], abs=5.1e-5)
        assert diagram.last_crossing[number] == pytest.approx(times[-1], abs=5.1e-5)
        assert diagram.final_gap[number] == pytest.approx(plus - minus, abs=1.1e-4)
    assert np.all(diagram.asymptotic_preference == 0)


def test_rules_all_but_alike_cannot_both_go_with_and_against_the_shift() -> None:
    overlaps = {"label_correlation_plus": 0.6, "label_correlation_minus": -0.6}
    diagram = phase_diagram(two_group_cells(rule_similarity=[0.95, 0.28], **overlaps))
    assert diagram.admissible.tolist() == [False, True]


@pytest.mark.parametrize("measure", ["loss", "error"])
def test_swapping_the_groups_mirrors_the_map(measure: Measure) -> None:
    cells = random_cells(300, seed=7)
    values = values_of(cells)
    mirrored = values | {
        f"{name}_{group}": values[f"{name}_{other}"]
        for name in ("variance", "threshold", "group_weight", "initial_overlap")
        for group, other in (_GROUPS, _GROUPS[::-1])
    }
    mirrored |= {
        f"label_correlation_{group}": -values[f"label_correlation_{other}"]
        for group, other in (_GROUPS, _GROUPS[::-1])
    }
    mirrored["representation"] = 1 - values["representation"]
    mirrored["sampling_plus"] = 1 - values["sampling_plus"]
    mirrored["initial_overlap_shift"] = -values["initial_overlap_shift"]
    one = phase_diagram(cells, measure=measure)
    other = phase_diagram(TwoGroupCells(**mirrored), measure=measure)
    for name in ("admissible", "diverges", "crossings"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for name in ("first_crossing", "last_crossing"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-7)
    for name in ("final_gap", "largest_gap"):
        np.testing.assert_allclose(
            np.abs(getattr(one, name)), np.abs(getattr(other, name)), rtol=1e-7, atol=1e-9
        )
    np.testing.assert_allclose(one.final_gap, -other.final_gap, rtol=1e-7, atol=1e-9)
    decided = one.asymptotic_preference >= 0
    np.testing.assert_array_equal(decided, other.asymptotic_preference >= 0)
    assert np.all((one.asymptotic_preference + other.asymptotic_preference)[decided] == 1)


def test_symmetric_settings_give_symmetric_maps() -> None:
    variances = np.geomspace(0.1, 3, 24)
    diagram = phase_diagram(
        two_group_cells(
            representation=0.5,
            variance_plus=variances[None, :],
            variance_minus=variances[:, None],
            label_correlation_plus=0.3,
            label_correlation_minus=-0.3,
            threshold_plus=0.2,
            threshold_minus=0.2,
        )
    )
    np.testing.assert_array_equal(diagram.crossings, diagram.crossings.T)
    np.testing.assert_allclose(diagram.last_crossing, diagram.last_crossing.T, rtol=1e-8)
    np.testing.assert_allclose(diagram.final_gap, -diagram.final_gap.T, rtol=1e-9, atol=1e-12)
    assert np.all(np.diagonal(diagram.asymptotic_preference) == -1)
    assert np.all(np.diagonal(diagram.crossings) == 0)
    assert diagram.crossings.any()


@pytest.mark.parametrize(("height", "crossings"), [(1.001, 2), (0.999, 0)])
def test_crossings_are_told_apart_until_the_lead_between_them_is_out_of_sight(
    height: float, crossings: int
) -> None:
    """A variance is tuned until the other group leads for a moment by about `VISIBLE_GAP`."""
    low, high, lead = 0.15, 0.8, np.inf
    while abs(lead / VISIBLE_GAP - height) > 1e-4:
        variance = (low + high) / 2
        cells = two_group_cells(variance_plus=variance)
        mixture, rule = cells.cell()
        times = np.linspace(0.5, 8, 20_001)
        solution = flow(mixture, rule, 8.0)
        losses = group_losses(mixture, rule.loss, *solution.evaluate(times))
        gap = losses[:, 0] - losses[:, 1]
        lead = float(gap.max())
        low, high = (variance, high) if lead > height * VISIBLE_GAP else (low, variance)
    diagram = phase_diagram(cells)
    assert diagram.crossings == crossings
    if crossings:
        ahead = times[gap > 0]
        assert diagram.first_crossing == pytest.approx(ahead[0], abs=4e-4)
        assert diagram.last_crossing == pytest.approx(ahead[-1], abs=4e-4)


def test_cells_without_any_admissible_setting() -> None:
    diagram = phase_diagram(two_group_cells(rule_similarity=np.linspace(1.1, 2, 7)))
    assert not diagram.admissible.any()
    assert not diagram.diverges.any()
    assert np.all(diagram.asymptotic_preference == -1)
    assert np.all(diagram.crossings == 0)
    for name in ("first_crossing", "last_crossing", "final_gap", "largest_gap"):
        assert np.isnan(getattr(diagram, name)).all()


def test_cells_all_of_which_diverge() -> None:
    cells = two_group_cells(learning_rate=np.geomspace(3, 1e4, 12))
    diagram = phase_diagram(cells)
    assert diagram.diverges.all()
    assert np.all(diagram.asymptotic_preference == -1)
    assert np.isfinite(diagram.final_gap).all()
    for number in range(12):
        assert _check_cell(diagram, cells, (number,), "loss")


def test_the_stability_limit_itself_diverges() -> None:
    cells = two_group_cells(
        variance_plus=1.0, variance_minus=1.0, representation=0.5, learning_rate=[1.999, 2.0]
    )
    assert phase_diagram(cells).diverges.tolist() == [False, True]


def test_a_norm_that_grows_beyond_all_bounds_but_not_for_ever() -> None:
    values = values_of(two_group_cells(sampling_plus=0.84))
    rates = stability_limit(values) * (1 - np.array([1e-3, 1e-5, 1e-7]))
    cells = TwoGroupCells(**values | {"learning_rate": rates})
    diagram = phase_diagram(cells)
    assert not diagram.diverges.any()
    assert abs(diagram.final_gap[-1]) > 1e6
    for number, each in enumerate(rates):
        mixture, rule = cells.cell(number)
        until = horizon(time_scales(mixture, rule))
        end = flow(mixture, rule, until).diverged_at or until
        found = find_crossings(mixture, rule, until=until)
        assert diagram.crossings[number] == len(visible_crossings(found))
        gap = group_losses(mixture, rule.loss, *flow(mixture, rule, end).evaluate(np.array([end])))
        expected = abs(gap[0, 0] - gap[0, 1])
        assert abs(diagram.largest_gap[number]) == pytest.approx(expected, rel=1e-6), each


def test_one_cell_has_no_axes() -> None:
    cells = two_group_cells()
    diagram = phase_diagram(cells)
    assert diagram.crossings.shape == ()
    assert _check_cell(diagram, cells, (), "loss")


def test_cells_do_not_depend_on_their_company(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = random_cells(200, seed=8)
    whole = phase_diagram(cells)
    monkeypatch.setattr(kernel, "_BLOCK", 7)
    parted = phase_diagram(cells)
    for field in fields(PhaseDiagram):
        one, other = getattr(whole, field.name), getattr(parted, field.name)
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


@given(
    gaps=arrays(np.float64, (5, 6), elements=st.sampled_from([1.0, -1.0, 5e-4, -5e-4, 2e-3, -2e-3]))
)
def test_leads_too_small_to_see_are_dropped_as_for_single_settings(
    gaps: FloatArray,
) -> None:
    found = kernel._visible_changes(gaps)
    for column, changes in zip(gaps.T, found.T, strict=True):
        at = np.flatnonzero(np.sign(column[1:]) != np.sign(column[:-1]))
        lobes = [np.abs(lobe) for lobe in np.split(column, at + 1)]
        leaders = [int(column[index] > 0) for index in (0, *(at + 1))]
        crossings = [
            Crossing(
                time=float(at[number]),
                ahead_before=leaders[number],
                ahead_after=leaders[number + 1],
                gap_before=float(lobes[number].max()),
                gap_after=float(lobes[number + 1].max()),
                extreme_before=0.0,
                extreme_after=0.0,
            )
            for number in range(at.size)
        ]
        expected = [crossing.time for crossing in visible_crossings(crossings)]
        assert np.flatnonzero(changes).tolist() == expected
