"""Views of snapshots against scikit-learn, and against what they must be by definition."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from snapshot_stand_ins import CELLS, run_of, snapshot, snapshot_rows

from experiments.curves import CurveSet
from experiments.figures import RunView
from experiments.frames import RIGHT, WRONG, CurveName, Points, Source
from experiments.settings import TrainingSettings
from experiments.snapshot_views import (
    Boundary,
    Choice,
    Labels,
    Look,
    Mistakes,
    boundary,
    calibration,
    confusions,
    labels_of,
    look_at,
    mistakes,
    reports,
    roc,
    thresholds,
)
from experiments.snapshot_views.look import probability
from experiments.snapshots import SnapshotRows
from models.scores import scores

CLASSES = {2: ("no", "yes"), 4: ("a", "b", "c", "d")}


def look_of(rows: SnapshotRows, against: Labels = Labels.RECORDED) -> Look:
    look = look_at(run_of(rows), None, against)
    assert isinstance(look, Look)
    return look


def probabilities(look: Look) -> np.ndarray:
    """Give the probability of every class, (n, K), from the definition of `Snapshot.scores`."""
    values = look.snapshot.scores.astype(np.float64)
    if values.shape[1] == 1:
        values = np.concatenate((np.zeros_like(values), values), axis=1)
    odds = np.exp(values)
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


@pytest.fixture(params=[2, 4], ids=["two classes", "four classes"])
def look(request: pytest.FixtureRequest) -> Look:
    return look_of(snapshot_rows(classes=CLASSES[request.param], flipped=0.1))


@pytest.mark.parametrize(
    ("step", "found"), [(None, 100.0), (1e9, 100.0), (100.0, 100.0), (99.9, 10.0), (-1.0, 0.0)]
)
def test_the_snapshot_at_or_before_a_step_is_looked_at(step: float | None, found: float) -> None:
    look = look_at(run_of(snapshot_rows()), step)
    assert isinstance(look, Look)
    assert look.snapshot.step == found
    assert f"After {found:.0f} steps" in look.moment


def test_labels_to_choose_from_are_those_that_differ() -> None:
    flipped = snapshot_rows(flipped=0.3)
    assert labels_of(run_of(flipped)) == (Labels.RECORDED, Labels.CLEAN)
    assert_array_equal(look_of(flipped).truth, flipped.label)
    clean = look_of(flipped, Labels.CLEAN)
    assert_array_equal(clean.truth, flipped.clean_label)
    assert "clean labels" in clean.moment
    same = snapshot_rows()
    assert labels_of(run_of(same)) == (Labels.RECORDED,)
    assert look_of(same, Labels.CLEAN).against is Labels.RECORDED
    assert labels_of(RunView("", TrainingSettings(), CurveSet())) == (Labels.RECORDED,)


def test_a_sample_says_so() -> None:
    rows = replace(snapshot_rows(300), rows=1_000)
    assert "a sample of 300 of 1,000 validation rows" in look_of(rows).moment


def test_one_group_is_all_rows() -> None:
    look = look_of(snapshot_rows(groups=("all",)))
    assert [group.index for group in look.groups] == [None]
    assert [group.index for group in look_of(snapshot_rows()).groups] == [0, 1, None]


def run_with(*names: tuple[str, int]) -> RunView:
    curves = [
        Points(CurveName("loss", "overall", Source.VALIDATION, arm, seed), np.ones(1), np.ones(1))
        for arm, seed in names
    ]
    return RunView("", TrainingSettings(), CurveSet(curves))


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (run_with(), "Press Run"),
        (run_with(("base", 1)), "no snapshot of this run yet"),
        (run_with((RIGHT, 1), (WRONG, 1)), "Twin pipelines keep no snapshots"),
    ],
)
def test_an_empty_view_says_why(run: RunView, told: str) -> None:
    found = look_at(run)
    assert isinstance(found, str)
    assert told in found


def test_a_network_that_diverged_says_so_at_that_step_alone() -> None:
    run = run_of(snapshot_rows())
    lost = replace(run.snapshots[-1], scores=np.full_like(run.snapshots[-1].scores, np.nan))
    run = replace(run, snapshots=(*run.snapshots[:-1], lost))
    found = look_at(run)
    assert isinstance(found, str)
    assert "diverged" in found
    assert isinstance(look_at(run, 50.0), Look)


def test_probabilities_are_those_of_the_definition(look: Look) -> None:
    expected = probabilities(look)
    for positive in range(len(look.classes)):
        given = probability(look.log_odds(positive))
        assert_allclose(given, expected[:, positive], rtol=1e-5, atol=1e-12)
    assert_array_equal(look.predicted, expected.argmax(axis=1))


def test_certain_answers_have_odds_without_bound() -> None:
    rows = snapshot_rows(3, classes=CLASSES[4])
    certain = np.full((3, 4), -np.inf, np.float32)
    certain[:, 2] = 0.0
    look = look_at(replace(run_of(rows), snapshots=(replace(snapshot(rows, 0), scores=certain),)))
    assert isinstance(look, Look)
    assert_array_equal(look.log_odds(2), np.inf)
    assert_array_equal(look.log_odds(1), -np.inf)
    assert_array_equal(probability(look.log_odds(2)), 1.0)


def test_reports_are_those_of_scikit_learn(look: Look) -> None:
    from sklearn.metrics import classification_report

    for report in reports(look):
        rows = look.members(report.group)
        expected = classification_report(
            look.truth[rows],
            look.predicted[rows],
            labels=range(len(look.classes)),
            target_names=look.classes,
            output_dict=True,
            zero_division=np.nan,
        )
        for line in (*report.lines, report.macro, report.weighted):
            other = expected[line.name]
            assert_allclose(
                (line.precision, line.recall, line.f1, line.support),
                [other[name] for name in ("precision", "recall", "f1-score", "support")],
                rtol=1e-12,
            )
        assert report.accuracy == pytest.approx(expected["accuracy"])
        assert report.rows == rows.sum()


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=12).map(
        lambda pairs: np.array(pairs, np.int32).reshape(-1, 2)
    )
)
def test_what_is_not_defined_is_no_number_nor_are_averages_over_it(pairs: np.ndarray) -> None:
    from sklearn.metrics import precision_recall_fscore_support

    look = _made(pairs[:, 0], pairs[:, 1])
    (report,) = reports(look)
    if not len(pairs):
        values = [report.accuracy, report.macro.f1, report.weighted.recall, report.lines[0].f1]
        assert np.isnan(values).all()
        return
    *measures, support = precision_recall_fscore_support(
        pairs[:, 0], pairs[:, 1], labels=[0, 1, 2], zero_division=np.nan
    )
    for name, values in zip(("precision", "recall", "f1"), measures, strict=True):
        assert_allclose([getattr(line, name) for line in report.lines], values)
        assert_allclose(getattr(report.macro, name), values.mean())
        weighted = sum(n * value for n, value in zip(support, values, strict=True) if n)
        assert_allclose(getattr(report.weighted, name), weighted / len(pairs))


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=12).map(
        lambda pairs: np.array(pairs, np.int32)
    )
)
def test_macro_averages_are_the_scores_of_the_curves(pairs: np.ndarray) -> None:
    look = _made(pairs[:, 0], pairs[:, 1])
    (report,) = reports(look)
    found = scores(look.snapshot.scores, labels=look.truth, group=look.rows.group, groups=1)
    averages = (report.macro.precision, report.macro.recall, report.macro.f1)
    curves = (found["precision"], found["true positive rate"], found["F1"])
    assert_allclose(averages, [curve[0] for curve in curves])


def _made(truth: np.ndarray, predicted: np.ndarray) -> Look:
    """Look at one group of rows of three classes."""
    rows = replace(
        snapshot_rows(len(truth), classes=("a", "b", "c"), groups=("all",), kept=0),
        label=truth.astype(np.int32),
        clean_label=truth.astype(np.int32),
    )
    scores = np.log(np.where(np.arange(3) == predicted[:, None], 0.6, 0.2)).astype(np.float32)
    look = look_at(replace(run_of(rows), snapshots=(replace(snapshot(rows, 0), scores=scores),)))
    assert isinstance(look, Look)
    return look


def test_confusion_counts_every_row_once(look: Look) -> None:
    from sklearn.metrics import confusion_matrix

    parts = confusions(look)
    for part in parts:
        rows = look.members(part.group)
        expected = confusion_matrix(
            look.truth[rows], look.predicted[rows], labels=range(len(look.classes))
        )
        assert_array_equal(part.counts, expected)
        assert_allclose(part.shares.sum(axis=1), 1.0)
    assert_array_equal(sum(part.counts for part in parts[:-1]), parts[-1].counts)


def test_shares_of_a_class_without_rows_are_no_numbers() -> None:
    (confusion,) = confusions(_made(np.zeros(3, int), np.array([0, 1, 1])))
    assert_allclose(confusion.shares, [[1 / 3, 2 / 3, 0], [np.nan] * 3, [np.nan] * 3])


def test_roc_curves_are_those_of_scikit_learn(look: Look) -> None:
    from sklearn.metrics import roc_auc_score, roc_curve

    for positive in range(len(look.classes)):
        for curve in roc(look, positive).curves:
            rows = look.members(curve.group)
            is_positive, odds = look.truth[rows] == positive, look.log_odds(positive)[rows]
            exact = np.array(roc_curve(is_positive, odds, drop_intermediate=False))
            x, y = curve.false_positive_rate, curve.true_positive_rate
            found = set(zip(x, y, curve.log_odds, strict=True))
            assert found <= set(zip(*exact, strict=True))
            assert_allclose(np.interp(exact[0] + exact[1], x + y, y), exact[1], atol=1e-12)
            assert x.size < exact.shape[1]
            assert curve.area == pytest.approx(roc_auc_score(is_positive, odds))
            assert curve.label.endswith(f"AUC {curve.area:.3f}")


def test_areas_are_those_of_the_scores() -> None:
    look = look_of(snapshot_rows(flipped=0.1))
    rows = look.rows
    expected = scores(look.snapshot.scores, labels=look.truth, group=rows.group, groups=2)
    assert_allclose([curve.area for curve in roc(look).curves], expected["ROC AUC"])


@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=1, max_size=40))
def test_ties_are_one_corner_and_count_half(pairs: list[tuple[int, bool]]) -> None:
    odds, is_positive = map(np.array, zip(*pairs, strict=True))
    rows = snapshot_rows(len(pairs), groups=("all",), kept=0)
    labels = is_positive.astype(np.int32)
    rows = replace(rows, label=labels, clean_label=labels)
    kept = replace(snapshot(rows, 0.0), scores=odds[:, None].astype(np.float32))
    look = look_at(replace(run_of(rows), snapshots=(kept,)))
    assert isinstance(look, Look)
    (curve,) = roc(look).curves
    if is_positive.all() or not is_positive.any():
        assert not curve.log_odds.size
        assert curve.label == "overall: no data"
        assert all(not part.size for part in curve.drawn)
        return
    pairwise = np.sign(odds[is_positive][:, None] - odds[~is_positive][None, :])
    assert curve.area == pytest.approx((pairwise.mean() + 1) / 2)
    assert len(set(curve.log_odds.tolist())) == curve.log_odds.size


def test_a_thinned_curve_stays_on_the_exact_one() -> None:
    curve = roc(look_of(snapshot_rows(20_000, flipped=0.3))).curves[-1]
    x, y = curve.drawn
    assert x.size <= 4000 < curve.log_odds.size
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)
    along = curve.false_positive_rate + curve.true_positive_rate
    for exact, thin in ((curve.false_positive_rate, x), (curve.true_positive_rate, y)):
        assert np.abs(np.interp(along, x + y, thin) - exact).max() < 1.1e-3


def test_calibration_bins_are_those_of_scikit_learn(look: Look) -> None:
    from sklearn.calibration import calibration_curve

    given = probabilities(look)
    for curve in calibration(look).curves:
        rows = look.members(curve.group)
        positive = look.first_class
        is_positive = look.truth[rows] == positive
        share, mean = calibration_curve(is_positive, given[rows, positive], n_bins=10)
        filled = curve.rows > 0
        assert_allclose(curve.share[filled], share, rtol=1e-12)
        assert_allclose(curve.mean_probability[filled], mean, rtol=1e-5)
        assert np.isnan(curve.share[~filled]).all()
        assert curve.rows.sum() == rows.sum()
        assert (curve.low[filled] <= curve.share[filled]).all()
        assert (curve.high[filled] >= curve.share[filled]).all()
        expected = np.abs(share - mean) @ curve.rows[filled] / rows.sum()
        assert curve.error == pytest.approx(expected, rel=1e-4)


def test_probabilities_that_are_true_are_calibrated() -> None:
    rows = snapshot_rows(200_000, groups=("all",), kept=0)
    generator = np.random.default_rng(3)
    odds = generator.normal(scale=2.0, size=200_000)
    label = (generator.random(200_000) < probability(odds)).astype(np.int32)
    rows = replace(rows, label=label, clean_label=label)
    kept = replace(snapshot(rows, 0.0), scores=odds[:, None].astype(np.float32))
    look = look_at(replace(run_of(rows), snapshots=(kept,)))
    assert isinstance(look, Look)
    (curve,) = calibration(look).curves
    assert curve.error < 0.006
    inside = (curve.low < curve.mean_probability) & (curve.mean_probability < curve.high)
    assert inside.sum() >= 8


@pytest.mark.parametrize("threshold", [-1.0, 0.0, 0.031, 0.5, 0.987, 1.0, 2.0])
def test_rates_at_a_threshold_are_counted_rows(look: Look, threshold: float) -> None:
    given = probabilities(look)
    for positive in range(len(look.classes)):
        for rates in thresholds(look, positive).at(threshold):
            rows = look.members(rates.group)
            chosen = given[rows, positive] > threshold
            is_positive = look.truth[rows] == positive
            expected = [
                chosen.mean(),
                chosen[is_positive].mean(),
                chosen[~is_positive].mean(),
                is_positive[chosen].mean() if chosen.any() else np.nan,
                (chosen == is_positive).mean(),
            ]
            found = [
                *(rates.selection_rate, rates.true_positive_rate, rates.false_positive_rate),
                *(rates.precision, rates.accuracy),
            ]
            assert_allclose(found, expected, rtol=1e-12)
            assert rates.rows == rows.sum()


def test_a_threshold_of_one_half_is_a_point_of_the_roc_curve_and_gives_the_answers() -> None:
    look = look_of(snapshot_rows(flipped=0.1))
    spread = thresholds(look)
    for rates, curve, report in zip(spread.at(0.5), roc(look).curves, reports(look), strict=True):
        assert rates.true_positive_rate == pytest.approx(report.lines[1].recall)
        assert rates.precision == pytest.approx(report.lines[1].precision)
        assert rates.accuracy == pytest.approx(report.accuracy)
        on = np.interp(
            rates.true_positive_rate + rates.false_positive_rate,
            curve.false_positive_rate + curve.true_positive_rate,
            curve.true_positive_rate,
        )
        assert on == pytest.approx(rates.true_positive_rate)


def test_histograms_count_every_row_once(look: Look) -> None:
    given = probabilities(look)[:, look.first_class]
    spread = thresholds(look)
    for each in spread.histograms:
        rows = look.members(each.group)
        is_positive = look.truth[rows] == look.first_class
        for counts, chosen in ((each.positive, is_positive), (each.negative, ~is_positive)):
            expected, _ = np.histogram(given[rows][chosen], spread.edges)
            assert_array_equal(counts, expected)


def test_rows_at_a_threshold_are_drawn_below_it_as_they_are_not_taken() -> None:
    rows = snapshot_rows(30, groups=("all",), kept=0)
    undecided = replace(snapshot(rows, 0.0), scores=np.zeros((30, 1), np.float32))
    look = look_at(replace(run_of(rows), snapshots=(undecided,)))
    assert isinstance(look, Look)
    spread = thresholds(look)
    (rates,), (histogram,) = spread.at(0.5), spread.histograms
    assert rates.selection_rate == 0
    above = spread.edges[:-1] >= 0.5
    assert (histogram.positive + histogram.negative)[~above].sum() == 30


def test_moving_a_threshold_over_many_rows_takes_no_time() -> None:
    spread = thresholds(look_of(snapshot_rows(50_000, groups=tuple("ABCDEF"))))
    moves = np.linspace(0.01, 0.99, 50)
    start = time.perf_counter()
    for threshold in moves:
        spread.at(threshold)
    assert (time.perf_counter() - start) / len(moves) < 2e-3


def test_a_boundary_shows_cells_and_the_same_rows_at_every_step(look: Look) -> None:
    rows = look.rows
    plane = boundary(look)
    assert isinstance(plane, Boundary)
    assert plane.decided.shape == plane.probability.shape == (CELLS, CELLS)
    values = look.snapshot.boundary
    assert plane.decided[1, 0] == (
        values[CELLS, 0] > 0 if values.shape[1] == 1 else values[CELLS].argmax()
    )
    if values.shape[1] == 1:
        assert_array_equal(plane.probability > 0.5, plane.decided == 1)
    else:
        assert_allclose(plane.probability, np.exp(values.max(axis=1)).reshape(CELLS, CELLS))
    assert len(plane.points) == 400
    assert "All of them are drawn" in plane.caption
    assert rows.plane is not None
    assert_array_equal(plane.points, rows.plane.points)
    assert_array_equal(plane.wrong, look.predicted != look.truth)


def test_few_rows_of_many_are_drawn_and_some_of_every_group() -> None:
    rows = snapshot_rows(20_000, groups=("A", "B"))
    rare = np.zeros(20_000, np.int32)
    rare[:7] = 1
    rows = replace(rows, group=rare)
    run = run_of(rows)
    drawn = [
        boundary(look) for step in (0.0, 100.0) if isinstance(look := look_at(run, step), Look)
    ]
    first, second = drawn
    assert isinstance(first, Boundary)
    assert isinstance(second, Boundary)
    assert len(first.points) < 1600
    assert (first.group == 1).sum() == 7
    assert_array_equal(first.points, second.points)
    assert "at random" in first.caption


def test_a_plane_says_whether_it_is_all_there_is() -> None:
    rows = snapshot_rows()
    assert rows.plane is not None
    exact = boundary(look_of(rows))
    projected = boundary(look_of(replace(rows, plane=replace(rows.plane, exact=False))))
    assert isinstance(exact, Boundary)
    assert isinstance(projected, Boundary)
    assert "the boundary is exact" in exact.caption
    assert "may lie on the other side" in projected.caption
    without = boundary(look_of(snapshot_rows(has_plane=False)))
    assert isinstance(without, str)
    assert "two columns" in without


def test_the_most_certain_mistakes_come_first(look: Look) -> None:
    found = mistakes(look, most=3)
    assert isinstance(found, Mistakes)
    given = probabilities(look)
    kept = len(look.rows.inputs)
    for part in found.groups:
        members = look.members(part.group)[:kept]
        wrong = members & (look.predicted != look.truth)[:kept]
        assert (part.rows, part.wrong) == (members.sum(), wrong.sum())
        certain = np.sort(given[:kept].max(axis=1)[wrong])[::-1][:3]
        assert_allclose([each.probability for each in part.shown], certain, rtol=1e-5)
        for each in part.shown:
            assert wrong[each.row]
            assert each.predicted == look.classes[look.predicted[each.row]]
            assert each.recorded == look.classes[look.rows.label[each.row]]
            assert each.clean == look.classes[look.rows.clean_label[each.row]]
            assert each.is_flipped == (each.recorded != each.clean)
    assert f"the first {kept} of them" in found.caption
    assert "both labels are shown" in found.caption


def test_cells_of_mistakes_are_texts() -> None:
    rows = snapshot_rows(60, groups=("all",))
    inputs = rows.inputs.copy()
    inputs[:, 0], inputs[:, 1], inputs[:, 2] = -1234.5, np.nan, 1.0
    found = mistakes(look_of(replace(rows, inputs=inputs)))
    assert isinstance(found, Mistakes)
    (part,) = found.groups
    assert part.shown[0].cells == (("x", "−1,234.5"), ("y", "missing"), ("kind", "=1+1"))
    assert part.shown[0].image is None


def test_images_keep_their_shape_and_pixels() -> None:
    rows = snapshot_rows(60, image_shape=(4, 5, 3))
    found = mistakes(look_of(rows))
    assert isinstance(found, Mistakes)
    assert found.has_images
    for part in found.groups:
        for each in part.shown:
            assert each.image is not None
            assert_array_equal(each.image, rows.inputs[each.row].reshape(4, 5, 3))
            assert each.cells == ()


def test_no_mistake_and_no_inputs_are_said() -> None:
    rows = snapshot_rows(50)
    right = np.where(rows.label == 1, 3.0, -3.0)[:, None].astype(np.float32)
    kept = replace(snapshot(rows, 0.0), scores=right)
    look = look_at(replace(run_of(rows), snapshots=(kept,)))
    assert isinstance(look, Look)
    found = mistakes(look)
    assert isinstance(found, Mistakes)
    assert "No mistake is found in all of them" in found.caption
    assert not any(part.shown for part in found.groups)
    told = mistakes(look_of(snapshot_rows(kept=0)))
    assert isinstance(told, str)
    assert "Nothing was kept" in told


def test_a_class_chosen_of_other_data_gives_way() -> None:
    look = look_of(snapshot_rows(classes=CLASSES[4]))
    assert look.positive_class(Choice(positive=3)) == 3
    assert look.positive_class(Choice(positive=9)) == look.positive_class(Choice()) == 0
    assert look_of(snapshot_rows()).positive_class(Choice()) == 1
