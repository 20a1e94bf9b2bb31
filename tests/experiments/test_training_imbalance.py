"""Runs that resample, weigh groups, balance batches or change images."""

from typing import Any

import pytest
from trained_runs import frames_of, training

from experiments.curves import CurveSet
from experiments.frames import OVERALL, Source
from experiments.run import RunFailedError
from experiments.settings import SettingsError, TrainingSettings
from experiments.training import run_training

DIGITS: dict[str, Any] = {
    "data": {"set": "digits"},
    "optimiser": {"epochs": 1, "batch_size": 64},
    "output": {"points": 2},
}
ADULT: dict[str, Any] = {
    "data": {"set": "adult", "group": "gender"},
    "optimiser": {"steps": 3, "batch_size": 64},
    "output": {"points": 2},
}


def told(settings: TrainingSettings) -> list[str]:
    return [event.text for frame in frames_of(settings) for event in frame.events]


def sizes_and_first_loss(settings: TrainingSettings) -> dict[tuple[str, str], float]:
    curves = CurveSet(points for frame in frames_of(settings) for points in frame.points)
    return {
        (quantity, curve.name.group): float(curve.value[0])
        for quantity in ("rows", "base rate", "loss")
        for curve in curves.select(quantity=quantity, source=Source.TRAINING)
    }


@pytest.mark.parametrize("resampling", ["over-sampling", "under-sampling", "smote"])
def test_the_training_rows_are_measured_as_they_are(resampling: str) -> None:
    plain = sizes_and_first_loss(training())
    mitigation = {"resampling": resampling, "balanced_batches": "classes"}
    assert sizes_and_first_loss(training(mitigation=mitigation)) == plain
    assert ("rows", OVERALL) in plain


def test_what_is_learnt_from_is_told_with_its_sizes() -> None:
    (text,) = [
        text
        for text in told(training(mitigation={"resampling": "smote", "resampling_by": "both"}))
        if "learns from" in text
    ]
    assert "SMOTE invented rows between neighbours" in text
    sizes = {
        part.rsplit(" ", 1)[1]
        for group in text.partition("(")[2].partition(")")[0].split("; ")
        for part in group.partition(": ")[2].split(", ")
    }
    assert len(sizes) == 1, "every group and class is as frequent"


def test_smote_of_a_table_with_categories_says_that_it_is_smotenc() -> None:
    first = next(run_training(training(**ADULT | {"mitigation": {"resampling": "smote"}})))
    texts = [event.text for event in first.events]
    assert any(text.startswith("The network learns") and "SMOTENC" in text for text in texts)


def test_batches_and_weights_that_both_balance_are_told() -> None:
    mitigation = {"balanced_batches": "classes", "class_weighting": "balanced"}
    texts = told(training(mitigation=mitigation))
    assert "Each batch draws its rows evenly over classes." in texts
    assert any("corrected for twice" in text for text in texts)
    assert not any("evenly over" in text or "twice" in text for text in told(training()))


def test_an_epoch_is_as_long_as_what_is_learnt_from() -> None:
    ends = {}
    for resampling in ("none", "over-sampling", "under-sampling"):
        mitigation = {"resampling": resampling, "resampling_by": "both"}
        last = frames_of(training(mitigation=mitigation))[-1].progress
        assert last is not None
        assert last.steps == last.total_steps
        ends[resampling] = last.steps
    assert ends["under-sampling"] < ends["none"] < ends["over-sampling"]


def test_images_of_one_class_can_be_changed_alone() -> None:
    augmentation = {"rotation": 20.0, "only_class": "3"}
    texts = told(training(**DIGITS, augmentation=augmentation))
    expected = "Images of the class 3 are changed at random while learnt from, and measured as"
    assert any(text.startswith(expected) for text in texts)


def test_a_table_is_no_image() -> None:
    with pytest.raises(SettingsError, match=r"augmentation\.zoom.*is a table; choose none or 0"):
        training(augmentation={"zoom": 0.1})


@pytest.mark.parametrize(
    ("mitigation", "message"),
    [
        ({"group_weighting": "custom"}, "mitigation.group_weights.*give one weight for each group"),
        ({"group_weights": [0.0, 0.0]}, "mitigation.group_weights.*one weight must be above 0"),
        ({"group_weights": [-1.0]}, "mitigation.group_weights.*at least 0 and at most 10000"),
        ({"neighbours": 0}, "mitigation.neighbours"),
    ],
)
def test_settings_that_cannot_be_are_named(mitigation: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        training(mitigation=mitigation)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        (
            {"mitigation": {"group_weighting": "custom", "group_weights": [1.0, 2.0, 3.0]}},
            "mitigation.group_weights: give 2 finite numbers",
        ),
        (
            {"mitigation": {"resampling": "smote", "neighbours": 1000}},
            "mitigation.neighbours: SMOTE with 1,000 neighbours needs 1,001 rows",
        ),
        (
            {"mitigation": {"balanced_batches": "both"}, "optimiser": {"batch_size": 3}},
            "optimiser.batch_size: a batch of 3 cannot hold all 4 groups and classes",
        ),
        (
            DIGITS | {"augmentation": {"zoom": 0.1, "only_group": "me"}},
            "augmentation.only_group: there is no group 'me'; leave it empty or choose",
        ),
    ],
)
def test_what_does_not_fit_the_data_is_named_before_training(
    tables: dict[str, Any], message: str
) -> None:
    with pytest.raises(RunFailedError, match=message):
        next(run_training(training(**tables)))


def test_twins_learn_from_resampled_rows_too() -> None:
    tables = {
        "twin": {"mistake": "scaler", "seeds": 1},
        "optimiser": {"epochs": 1, "batch_size": 4},
    }
    plain = frames_of(training(**tables))[-2].progress
    mitigation = {"resampling": "over-sampling", "resampling_by": "both"}
    grown = frames_of(training(**tables, mitigation=mitigation))[-2].progress
    assert plain is not None
    assert grown is not None
    assert grown.steps == grown.total_steps > plain.total_steps
