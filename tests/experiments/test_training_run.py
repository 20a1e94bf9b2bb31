"""Runs of the kind ``training``, single and twin, on data small enough to train in a moment."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics
from trained_runs import frames_of, training, view_of

from experiments.curves import CurveSet
from experiments.figures import figure, numbers
from experiments.frames import (
    BASE,
    OVERALL,
    RIGHT,
    TO_NEXT_POINT,
    WRONG,
    EventKind,
    FloatArray,
    Frame,
    Source,
)
from experiments.inflation import WEIGHTS_STEP, Ends, inflation
from experiments.inline import run_inline
from experiments.pace import Pace
from experiments.run import RunFailedError
from experiments.settings import TrainingSettings
from experiments.store import Status, Store
from experiments.stored import view_of as stored_view
from experiments.training import plan_of, prepared_data, run_training
from experiments.training.capacity import capacity
from models.dataset import Split
from models.training import Predictions, train

FLIPS = {"label_flips": {"strength": 0.3, "where": "everywhere"}}
LEAK = {"leak": {"strength": 0.95}}


def curves_of(frames: Iterable[Frame]) -> CurveSet:
    return CurveSet(points for frame in frames for points in frame.points)


def values(curves: CurveSet, *, arm: str, seed: int) -> dict[tuple[str, ...], list[float]]:
    """Everything measured in one training, by the parts of the name that say what it is."""
    return {
        (curve.name.quantity, curve.name.group, curve.name.source): [*curve.x, *curve.value]
        for curve in curves
        if (curve.name.arm, curve.name.seed) == (arm, seed)
    }


def end(curves: CurveSet, quantity: str, group: str, source: Source) -> float:
    (curve,) = curves.select(quantity=quantity, group=group, source=source)
    return float(curve.value[-1])


@pytest.fixture(scope="module")
def single() -> list[Frame]:
    return frames_of(training())


@pytest.fixture(scope="module")
def twins() -> list[Frame]:
    """Twins of which the right one does what a single run does."""
    return frames_of(training(twin={"mistake": "scaler", "seeds": 2}, preparation=STANDARD))


STANDARD = {"scaling": "standard"}


@pytest.fixture(scope="module")
def flipped() -> tuple[TrainingSettings, CurveSet]:
    settings = training(trouble=FLIPS)
    return settings, curves_of(frames_of(settings))


def predictions(settings: TrainingSettings) -> tuple[list[Split], list[FloatArray]]:
    """Parts of the data, and the probability of the second class for each of their rows."""
    dataset = prepared_data(settings).dataset
    *_, last = train(dataset=dataset, plan=plan_of(settings))
    assert isinstance(last, Predictions)
    assert dataset.test is not None
    splits = [dataset.training, dataset.validation, dataset.test]
    logits = (last.training, last.validation, last.test)
    return splits, [1 / (1 + np.exp(-part[:, 0].astype(np.float64))) for part in logits]


def test_sizes_and_scores_of_every_part_are_those_of_its_rows(single: list[Frame]) -> None:
    curves = curves_of(single)
    splits, answers = predictions(training())
    groups = [*curves.groups(), OVERALL]
    for source, split, answer in zip(
        (Source.TRAINING, Source.VALIDATION, Source.TEST), splits, answers, strict=True
    ):
        for index, group in enumerate(groups):
            rows = np.full(split.y.size, group == OVERALL) | (split.group == index)
            y, p = split.y[rows], answer[rows]
            assert end(curves, "rows", group, source) == rows.sum()
            assert end(curves, "base rate", group, source) == pytest.approx(y.mean())
            for quantity, oracle in (
                ("loss", metrics.log_loss(y, p)),
                ("accuracy", metrics.accuracy_score(y, p > 0.5)),
                ("balanced accuracy", metrics.balanced_accuracy_score(y, p > 0.5)),
                ("precision", metrics.precision_score(y, p > 0.5)),
                ("F1", metrics.f1_score(y, p > 0.5)),
                ("ROC AUC", metrics.roc_auc_score(y, p)),
                ("selection rate", (p > 0.5).mean()),
                ("true positive rate", metrics.recall_score(y, p > 0.5)),
                ("false positive rate", 1 - metrics.recall_score(1 - y, p <= 0.5)),
            ):
                assert end(curves, quantity, group, source) == pytest.approx(oracle, rel=1e-5)
    last = single[-1].progress
    assert last is not None
    (tested,) = curves.select(quantity="loss", source=Source.TEST, group=OVERALL)
    assert tested.x.tolist() == [last.total_steps]
    assert last.steps == last.total_steps


def test_clean_metrics_are_those_against_the_labels_before_the_flips(
    flipped: tuple[TrainingSettings, CurveSet],
) -> None:
    settings, curves = flipped
    splits, answers = predictions(settings)
    for source, split, answer in zip(
        (Source.TRAINING, Source.VALIDATION, Source.TEST), splits, answers, strict=True
    ):
        assert split.clean_y is not None
        assert (split.clean_y != split.y).mean() == pytest.approx(0.3, abs=0.05)
        for prefix, labels in (("", split.y), ("clean ", split.clean_y)):
            for index, group in enumerate(curves.groups()):
                rows = split.group == index
                correct = (answer[rows] > 0.5) == labels[rows]
                found = end(curves, f"{prefix}accuracy", group, source)
                assert found == pytest.approx(correct.mean())
                chosen = np.where(labels[rows] == 1, answer[rows], 1 - answer[rows])
                loss = end(curves, f"{prefix}loss", group, source)
                assert loss == pytest.approx(-np.log(chosen).mean(), rel=1e-5)
                rate = end(curves, f"{prefix}base rate", group, source)
                assert rate == pytest.approx(labels[rows].mean())
    (streamed,) = curves.select(
        quantity="clean loss", group=curves.groups()[0], source=Source.VALIDATION
    )
    (recorded,) = curves.select(quantity="loss", group=curves.groups()[0], source=Source.VALIDATION)
    assert streamed.x.tolist() == recorded.x.tolist()


def test_without_flips_nothing_is_called_clean(single: list[Frame]) -> None:
    assert not [c for c in curves_of(single) if c.name.quantity.startswith("clean")]


def test_flips_in_training_alone_leave_validation_labels_as_they_were() -> None:
    curves = curves_of(frames_of(training(trouble={"label_flips": {"strength": 0.3}})))
    for quantity in ("loss", "accuracy", "balanced accuracy", "base rate"):
        for group in [*curves.groups(), OVERALL]:
            recorded, clean = (
                end(curves, name, group, Source.VALIDATION)
                for name in (quantity, f"clean {quantity}")
            )
            assert recorded == clean
    assert end(curves, "accuracy", OVERALL, Source.TRAINING) != end(
        curves, "clean accuracy", OVERALL, Source.TRAINING
    )


def test_a_run_that_goes_back_to_its_best_weights_ends_every_curve_with_them() -> None:
    settings = training(
        optimiser={"epochs": 40, "learning_rate": 0.3, "batch_size": 16},
        stopping={"watch": "overall", "patience": 3},
    )
    frames = frames_of(settings)
    curves = curves_of(frames)
    (restored,) = curves.select(quantity=WEIGHTS_STEP)
    (ended,) = (
        event
        for frame in frames
        for event in frame.events
        if event.text.startswith("Stopped early")
    )
    assert restored.value[-1] < restored.x[-1] == ended.x
    splits, answers = predictions(settings)
    for source, split, answer in zip(
        (Source.TRAINING, Source.VALIDATION, Source.TEST), splits, answers, strict=True
    ):
        for quantity, oracle in (
            ("loss", metrics.log_loss(split.y, answer)),
            ("accuracy", metrics.accuracy_score(split.y, answer > 0.5)),
            ("ROC AUC", metrics.roc_auc_score(split.y, answer)),
        ):
            (curve,) = curves.select(quantity=quantity, group=OVERALL, source=source)
            assert curve.x[-1] == ended.x
            assert (np.diff(curve.x) > 0).all()
            assert curve.value[-1] == pytest.approx(oracle, rel=1e-5)


def test_snapshots_are_told_once_and_hold_the_rows_that_curves_are_of(single: list[Frame]) -> None:
    ((rows,),) = (frame.snapshot_rows for frame in single if frame.snapshot_rows)
    taken = [snapshot for frame in single for snapshot in frame.snapshots]
    steps = [snapshot.step for snapshot in taken]
    (curve,) = curves_of(single).select(quantity="loss", source=Source.VALIDATION, group=OVERALL)
    assert steps == curve.x.tolist(), "so few records have a snapshot each"
    assert rows.rows == rows.label.size == rows.group.size
    assert rows.plane is not None
    for snapshot, loss in zip(taken, curve.value, strict=True):
        signs = np.where(rows.label == 1, -1.0, 1.0)
        found = np.logaddexp(0, signs * snapshot.scores[:, 0]).mean()
        assert found == pytest.approx(loss, rel=1e-6)
        assert snapshot.boundary.shape == (rows.plane.cells**2, 1)


def test_twins_have_no_snapshots(twins: list[Frame]) -> None:
    assert not any(frame.snapshot_rows or frame.snapshots for frame in twins)


def test_no_mistake_is_the_single_run_whatever_the_seeds_bit_for_bit(single: list[Frame]) -> None:
    again = frames_of(training(twin={"seeds": 2}))
    first, second = (values(curves_of(frames), arm=BASE, seed=1) for frames in (single, again))
    assert first == second


def test_the_right_pipeline_is_the_single_run_of_its_seed_bit_for_bit(twins: list[Frame]) -> None:
    for seed in (1, 2):
        alone = curves_of(frames_of(training(seed=seed, preparation=STANDARD)))
        right = values(curves_of(twins), arm=RIGHT, seed=seed)
        assert right == values(alone, arm=BASE, seed=seed)
        wrong = values(curves_of(twins), arm=WRONG, seed=seed)
        assert wrong.keys() == right.keys()
        assert wrong != right


def test_twins_are_one_run_seed_by_seed_with_one_progress(twins: list[Frame]) -> None:
    told = [frame.progress for frame in twins if frame.progress is not None]
    steps = [progress.steps for progress in told]
    assert steps == sorted(steps)
    assert steps[-1] == told[-1].total_steps == 4 * (told[-1].longest or 0)
    assert {progress.total_steps for progress in told} == {steps[-1]}
    order = dict.fromkeys(
        (points.name.seed, points.name.arm) for frame in twins for points in frame.points
    )
    assert list(order) == [(1, RIGHT), (1, WRONG), (2, RIGHT), (2, WRONG)]
    assert [dict(p.counters).get("training") for p in told][-1] == 4.0
    assert not [e for frame in twins for e in frame.events if e.kind is EventKind.CROSSING]


def test_a_planted_leak_inflates_validation_and_says_so() -> None:
    settings = training(twin={"mistake": "leak", "seeds": 3}, trouble=LEAK)
    run = view_of(settings, frames_of(settings))
    ends = Ends(run.curves)
    for group in [*run.curves.groups(), OVERALL]:
        found = inflation(ends, "accuracy", group)
        assert found is not None
        assert found.seeds == 3
        assert found.mean > 0.03
        tested = inflation(ends, "accuracy", group, source=Source.TEST)
        assert tested is not None
        assert tested.mean < found.mean
    told = run.events[-1].text
    assert told.startswith("The wrong pipeline reports ")
    assert "points more accuracy for group" in told
    assert "over 3 seeds)" in told
    assert " On the test rows it has " in told
    assert told in figure(run, "Losses").caption
    assert run.events[-1].x == run.end
    titles = [table.title for table in numbers(run, None)]
    assert titles[:3] == [
        "Group sizes and base rates",
        "Inflation on validation rows: wrong minus right pipeline",
        "Inflation on test rows: wrong minus right pipeline",
    ]


def test_any_cut_of_twins_gives_the_same_numbers(twins: list[Frame]) -> None:
    """Pause, single steps and steps to the next point, as the window takes them."""
    settings = training(twin={"mistake": "scaler", "seeds": 2}, preparation=STANDARD)
    pace = Pace(paused=True)
    stream = run_training(settings)
    frames = [next(stream)]
    random = np.random.default_rng(0)
    while True:
        pace.took(frames[-1])
        if pace.paused:
            pace.step(int(random.integers(1, 9)) if random.random() < 0.5 else None)
        wanted = pace.wanted
        before = frames[-1].progress
        try:
            frames.append(stream.send(wanted))
        except StopIteration:
            break
        after = frames[-1].progress
        if before is not None and after is not None and wanted not in {None, TO_NEXT_POINT}:
            assert after.steps - before.steps <= (wanted or 0)
    for arm in (RIGHT, WRONG):
        for seed in (1, 2):
            cut, whole = (values(curves_of(f), arm=arm, seed=seed) for f in (frames, twins))
            assert cut == whole


def test_stopped_twins_leave_curves_that_can_be_read(tmp_path: Path) -> None:
    settings = training(twin={"mistake": "scaler", "seeds": 3}, preparation=STANDARD)
    with Store(tmp_path / "runs.sqlite") as store:

        def stop_in_the_wrong_arm_of_the_second_seed(frame: Frame) -> None:
            names = {(points.name.arm, points.name.seed) for points in frame.points}
            if (WRONG, 2) in names and frame.points[0].x[-1] > 2:
                raise KeyboardInterrupt

        outcome = run_inline(
            "twins",
            settings,
            store=store,
            on_frame=stop_in_the_wrong_arm_of_the_second_seed,
            on_problem=pytest.fail,
        )
        assert outcome.status is Status.STOPPED
        assert outcome.row is not None
        run = stored_view(store, outcome.row)
    assert Ends(run.curves).ended(WRONG) == (1,)
    assert Ends(run.curves).begun(WRONG) == (1, 2)
    assert "on one seed" in figure(run, "Losses").caption
    titles = [table.title for table in numbers(run, None)]
    assert "Scores on validation rows, right pipeline, mean over 2 seeds" in titles
    assert "Scores on validation rows, wrong pipeline" in titles
    summary = outcome.row.summary
    assert summary is not None
    right = [
        curve.value[-1]
        for curve in run.curves.select(
            quantity="loss", source=Source.VALIDATION, arm=RIGHT, group=summary.losses[0][0]
        )
    ]
    assert summary.losses[0][1] == pytest.approx(np.mean(right))


def test_what_was_done_to_the_data_is_told_first() -> None:
    settings = training(
        trouble={
            "label_flips": {"strength": 0.2},
            "missing": {"strength": 0.1},
            "noise": {"strength": 3},
        }
    )
    prepared = prepared_data(settings)
    first = next(run_training(settings))
    texts = [event.text for event in first.events]
    assert texts[0].startswith("Training rows by group: ")
    assert texts[1] == capacity(prepared.dataset, plan_of(settings))
    notes = [*prepared.rows.notes, *prepared.notes]
    assert texts[2 : 2 + len(notes)] == notes
    assert len(prepared.notes) > 2
    assert {event.kind for event in first.events} == {EventKind.NOTICE}


def test_many_notes_are_counted() -> None:
    from experiments.training.notices import notices

    prepared = prepared_data(training())
    for count in (0, 7, 8, 30):
        noted = replace(prepared, notes=tuple(f"Note {n}." for n in range(count)))
        texts = [event.text for event in notices(noted, plan_of(training()))][2:]
        assert len(texts) == min(count, 7)
        if count > 7:
            assert texts[-1] == f"The data set has {count - 6} more notes."


@pytest.mark.parametrize(
    ("trouble", "known"),
    [
        ({"label_flips": {"strength": 0.2, "group": "nobody"}}, ("nobody", "+", "-")),
        ({"label_flips": {"strength": 0.2, "label": "maybe"}}, ("maybe",)),
        ({"missing": {"strength": 0.2, "column": "age"}}, ("age",)),
    ],
)
def test_names_that_do_not_exist_are_told_before_training(
    trouble: dict[str, object], known: tuple[str, ...]
) -> None:
    for twin in ({}, {"mistake": "scaler", "seeds": 2}):
        with pytest.raises(RunFailedError) as raised:
            next(run_training(training(trouble=trouble, twin=twin)))
        for word in known:
            assert word in str(raised.value)


def test_a_single_group_is_trained_and_scored(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    lines = (f"{n % 7},{'ab'[n % 7 > 3]},x" for n in range(200))
    table.write_text("\n".join(["number,label,side", *lines]), encoding="utf-8")
    data = {"set": "file", "path": str(table), "label": "label", "groups": ["side"]}
    for twin in ({}, {"mistake": "scaler", "seeds": 2}):
        settings = training(data=data, twin=twin)
        run = view_of(settings, frames_of(settings))
        (group,) = run.curves.groups()
        for quantity in ("loss", "accuracy", "ROC AUC"):
            for curve in run.curves.select(quantity=quantity, group=group):
                overall = run.curves[replace(curve.name, group=OVERALL)]
                np.testing.assert_allclose(curve.value, overall.value)
        assert len(figure(run, "Losses").panels) == 1
        assert len(numbers(run, None)) >= 3


def test_a_loss_that_blows_up_says_which_twin_it_was() -> None:
    settings = training(
        model={"widths": [64, 64], "activation": "elu"},
        optimiser={"epochs": 20, "name": "sgd", "learning_rate": 100.0},
        twin={"mistake": "scaler", "seeds": 2},
    )
    with pytest.raises(RunFailedError, match=r"right pipeline, seed 1: .* smaller learning rate"):
        frames_of(settings)


def test_more_classes_have_no_positive_one() -> None:
    settings = training(
        data={"set": "digits", "group": "ink"}, optimiser={"epochs": 1, "batch_size": 256}
    )
    run = view_of(settings, frames_of(settings))
    (scores,) = (
        table for table in numbers(run, None) if table.title == "Scores on validation rows"
    )
    rows = {number.label: number.values for number in scores.numbers}
    assert rows["Accuracy"][0] != "no data"
    for label in ("ROC AUC", "Selection rate", "False positive rate"):
        assert set(rows[label]) == {"no data"}
