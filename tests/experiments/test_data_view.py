"""What is seen of the data, asked for by settings, against the prepared data themselves."""

import pickle
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from experiments.data_view import answers, same_data, words
from experiments.data_view.stages import FOUND, SEEN, SPOILED
from experiments.settings import TrainingSettings, from_table
from experiments.training.plans import prepared_data, rows_of
from models.dataset import DataUnavailableError
from models.preparation import PreparationPlan, Prepared, prepare
from models.rows import Rows

Tables = tuple[dict[str, object], ...]

TROUBLE = {
    "label_flips": {"strength": 0.3, "group": "Female"},
    "missing": {"strength": 0.2},
    "leak": {"strength": 0.8},
}
SMALL_MIXTURE = {"set": "mixture", "samples": 600, "dimension": 5, "test_share": 0.2}


def settings_of(**tables: object) -> TrainingSettings:
    settings = from_table({"version": 1, "kind": "training", "seed": 4} | tables)
    assert isinstance(settings, TrainingSettings)
    return settings


ADULT, TROUBLED = settings_of(), settings_of(trouble=TROUBLE)
MIXTURE = settings_of(data=SMALL_MIXTURE)


@pytest.fixture(autouse=True, scope="module")
def forgotten() -> Iterator[None]:
    yield
    answers.forget()


@pytest.fixture(scope="module")
def troubled() -> Prepared:
    return prepared_data(TROUBLED)


def test_only_what_the_data_depend_on_makes_them_others() -> None:
    same: Tables = (
        {"optimiser": {"learning_rate": 0.1}},
        {"optimiser": {"epochs": 2}},
        {"output": {"points": 9}},
    )
    for tables in same:
        assert same_data(ADULT, settings_of(**tables))
    others: Tables = (
        {"seed": 5},
        {"data": {"set": "adult", "validation_share": 0.3}},
        {"preparation": {"scaling": "none"}},
        {"trouble": {"leak": {"strength": 0.5}}},
    )
    for tables in others:
        assert not same_data(ADULT, settings_of(**tables))


def test_data_are_read_and_prepared_once_until_they_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[TrainingSettings] = []
    prepared: list[PreparationPlan] = []

    def counted(settings: TrainingSettings) -> Rows:
        read.append(settings)
        return rows_of(settings)

    def counted_too(rows: Rows, plan: PreparationPlan) -> Prepared:
        prepared.append(plan)
        return prepare(rows, plan)

    answers.forget()
    monkeypatch.setattr(answers, "rows_of", counted)
    monkeypatch.setattr(answers, "prepare", counted_too)
    answers.overview(MIXTURE)
    answers.column_view(MIXTURE, "x1")
    answers.row_view(settings_of(data=SMALL_MIXTURE, optimiser={"epochs": 5}), 3)
    assert (len(read), len(prepared)) == (1, 1)
    answers.overview(settings_of(data=SMALL_MIXTURE, preparation={"scaling": "robust"}))
    shares = SMALL_MIXTURE | {"validation_share": 0.5, "test_share": 0.0}
    overview = answers.overview(settings_of(data=shares))
    assert (len(read), len(prepared)) == (1, 3)
    assert overview.split.sum(axis=(1, 2)).tolist() == [300, 300]
    answers.overview(settings_of(data=SMALL_MIXTURE | {"samples": 700}))
    assert len(read) == 2
    answers.forget()
    answers.scatter_view(MIXTURE, "x1", "x2")
    assert len(read) == 3


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    lines = [f"{index % 7},{index % 2},{'ab'[index % 3 % 2]}" for index in range(120)]
    path.write_text("\n".join(["x,y,g", *lines]))
    data = {"set": "file", "path": str(path), "label": "y", "groups": ["g"]}
    answers.forget()
    assert answers.overview(settings_of(data=data)).found.sum() == 120
    path.write_text("\n".join(["x,y,g", *lines, *lines]))
    robust = settings_of(data=data, preparation={"scaling": "robust"})
    assert answers.overview(robust).found.sum() == 240
    path.unlink()
    with pytest.raises(DataUnavailableError, match="no such file"):
        answers.overview(settings_of(data=data, preparation={"scaling": "none"}))


def test_what_makes_scores_too_good_is_told_before_small_groups() -> None:
    overview = answers.overview(settings_of(preparation={"imputation": "drop"}))
    assert overview.warnings[0].startswith("Training rows with missing cells are left out: ")
    filled_in = answers.overview(ADULT).warnings
    assert not any("missing cells" in warning for warning in filled_in)
    assert any("equal a training row" in warning for warning in filled_in)


def test_sizes_are_those_found_and_those_learnt_from(troubled: Prepared) -> None:
    overview = answers.overview(TROUBLED)
    assert (overview.groups, overview.parts) == (("Male", "Female"), ("training", "validation"))
    rows = troubled.rows
    for group in range(2):
        chosen = rows.group == group
        assert overview.found[group].tolist() == np.bincount(rows.y[chosen]).tolist()
        split = troubled.dataset.training
        learnt = np.bincount(split.y[split.group == group])
        assert overview.split[0, group].tolist() == learnt.tolist()
    assert overview.is_altered
    assert not answers.overview(MIXTURE).is_altered
    assert answers.overview(MIXTURE).parts == ("training", "validation", "test")


def test_added_columns_are_summarised_behind_those_found(troubled: Prepared) -> None:
    overview = answers.overview(TROUBLED)
    names = [column.name for column in overview.columns]
    assert names == [str(name) for name in troubled.spoiled.columns]
    assert overview.added == set(names) - set(map(str, troubled.rows.columns))
    assert len(overview.added) == 1
    assert overview.first_column in overview.added
    assert set(overview.notes) >= set(troubled.notes)


def test_an_overview_is_small_enough_to_be_sent() -> None:
    assert len(pickle.dumps(answers.overview(TROUBLED))) < 20_000
    digits = settings_of(data={"set": "digits"})
    overview = answers.overview(digits)
    assert len(pickle.dumps(overview)) < 200_000
    assert len(overview.images) == 20
    assert not answers.overview(MIXTURE).images


def test_a_column_of_numbers_from_stage_to_stage(troubled: Prepared) -> None:
    found, spoiled, seen = answers.column_view(TROUBLED, "age").stages
    assert [found.title, spoiled.title, seen.title] == [FOUND, SPOILED, SEEN]
    np.testing.assert_array_equal(found.edges, spoiled.edges)
    for stage, rows in ((found, troubled.rows), (spoiled, troubled.spoiled)):
        values = rows.columns["age"].to_numpy()
        for group in range(2):
            members = values[rows.group == group]
            counts = np.histogram(members[np.isfinite(members)], stage.edges)[0]
            np.testing.assert_allclose(stage.shares[group], counts / members.size)
    dataset = troubled.dataset
    own = dataset.feature_names.index("age")
    parts = [dataset.training, dataset.validation]
    learnt = np.concatenate([part.x[:, own] for part in parts])
    member = np.concatenate([part.group for part in parts])
    for index in range(2):
        counts = np.histogram(learnt[member == index].astype(float), seen.edges)[0]
        np.testing.assert_allclose(seen.shares[index], counts / counts.sum(), atol=2e-4)
    lacking = troubled.spoiled.columns["age"].isna().sum()
    assert spoiled.note.startswith(f"{lacking:,} rows lack a value")


def test_a_column_of_categories_from_stage_to_stage(troubled: Prepared) -> None:
    found, spoiled, seen = answers.column_view(TROUBLED, "workclass").stages
    assert found.names[:-1] == spoiled.names[: len(found.names) - 1]
    assert found.names[-1] == spoiled.names[-1] == "missing"
    for stage, rows in ((found, troubled.rows), (spoiled, troubled.spoiled)):
        np.testing.assert_allclose(stage.shares.sum(axis=1), 1.0)
        for group in range(2):
            column = rows.columns["workclass"][rows.group == group]
            for name, share in zip(stage.names[:-1], stage.shares[group], strict=False):
                assert share == pytest.approx((column == name).mean())
    dataset = troubled.dataset
    parts = [dataset.training, dataset.validation]
    member = np.concatenate([part.group for part in parts])
    for name, shares in zip(seen.names, seen.shares.T, strict=True):
        own = dataset.feature_names.index(f"workclass_{name}")
        values = np.concatenate([part.x[:, own] for part in parts])
        for index in range(2):
            assert shares[index] == pytest.approx(values[member == index].mean(), rel=1e-4)


def test_levels_keep_their_order_from_stage_to_stage() -> None:
    found, seen = answers.column_view(ADULT, "relationship").stages
    assert seen.names == found.names
    found, seen = answers.column_view(ADULT, "native-country").stages
    known = [name for name in seen.names if name in found.names]
    assert (
        known == [name for name in found.names if name in known] == list(seen.names[: len(known)])
    )


def test_a_column_that_trouble_does_not_touch_has_no_stage_of_its_own() -> None:
    titles = [stage.title for stage in answers.column_view(MIXTURE, "x2").stages]
    assert titles == [FOUND, SEEN]


def test_a_column_that_was_added_was_not_found() -> None:
    (leak,) = answers.overview(TROUBLED).added
    titles = [stage.title for stage in answers.column_view(TROUBLED, leak).stages]
    assert titles == [SPOILED, SEEN]


def test_a_column_that_is_left_out_is_not_seen() -> None:
    settings = settings_of(data=SMALL_MIXTURE, preparation={"leave_out": ["x3"]})
    assert [stage.title for stage in answers.column_view(settings, "x3").stages] == [FOUND]
    cells = {cell.column: cell for cell in answers.row_view(settings, 0).cells}
    assert cells["x3"].seen == "left out"


def test_rows_are_drawn_where_their_columns_put_them() -> None:
    rows = prepared_data(MIXTURE).rows
    view = answers.scatter_view(MIXTURE, "x2", "x5")
    assert (view.x_label, view.y_label) == ("x2", "x5")
    drawn = set(zip(view.x, view.y, view.group, view.label, strict=True))
    whole = zip(rows.columns["x2"], rows.columns["x5"], rows.group, rows.y, strict=True)
    assert drawn == set(whole)
    assert view.note == "All 600 rows are drawn."
    assert not view.relabelled.any()


def test_components_are_of_what_the_network_sees() -> None:
    view = answers.scatter_view(MIXTURE, *answers.COMPONENTS)
    centred = view.x - view.x.mean(), view.y - view.y.mean()
    assert centred[0].std() > centred[1].std()
    assert abs(stats.pearsonr(*centred).statistic) < 0.1
    assert "% of variance" in view.x_label


def test_a_choice_of_many_rows_says_so(troubled: Prepared) -> None:
    view = answers.scatter_view(TROUBLED, "age", "hours-per-week")
    assert view.note.startswith("2,000 of 48,842 rows are drawn, at random; all are counted")
    lacking = 2_000 - view.x.size
    assert f"{lacking:,} of them lack a value" in view.note
    assert lacking > 0
    flipped = troubled.masks.flipped.mean()
    spread = np.sqrt(flipped * (1 - flipped) / view.x.size)
    assert abs(view.relabelled.mean() - flipped) < 5 * spread


def test_small_groups_are_drawn_all_the_same() -> None:
    view = answers.scatter_view(settings_of(data={"set": "adult", "group": "race"}), "age", "age")
    assert np.bincount(view.group).min() == 30
    assert "Of small groups at least 30 rows are drawn" in view.note


def test_a_row_in_words(troubled: Prepared) -> None:
    row = int(np.flatnonzero(troubled.masks.flipped)[0])
    view = answers.row_view(TROUBLED, row)
    assert (
        view.heading == f"Row {row + 1:,}: in the training part; Female, {view.cells[0].spoiled}."
    )
    label, *cells = view.cells
    assert label.mark == "flipped"
    assert label.found != label.spoiled == label.seen
    emptied = {
        str(name)
        for name, is_missing in zip(
            troubled.spoiled.columns, troubled.masks.missing[row], strict=True
        )
        if is_missing
    }
    assert {cell.column for cell in cells if cell.mark.startswith("emptied")} == emptied
    for cell in cells:
        assert (cell.spoiled == "missing") == (cell.column in emptied or cell.mark == "filled in")
    assert answers.next_changed_row(TROUBLED, row - 1).row == row


def test_rows_beyond_the_last_are_the_last() -> None:
    assert answers.row_view(MIXTURE, 10_000).row == 599
    assert answers.next_changed_row(MIXTURE, 7).row == 7


def test_what_cannot_be_prepared_is_said() -> None:
    with pytest.raises(DataUnavailableError):
        answers.overview(settings_of(trouble={"label_flips": {"strength": 0.1, "group": "Nobody"}}))


def test_groups_too_small_are_named_smallest_first() -> None:
    split = np.array([[[40, 3], [20, 5]], [[400, 50], [0, 0]]])
    told = words.warnings(
        split, parts=("training", "test"), groups=("A group", "x"), classes=("no", "yes")
    )
    assert told == (
        "No row of group x in test: any number on them is noisy.",
        "Only 25 rows of group x in training: any number on them is noisy.",
        "Only 3 rows of A group with yes in training: error rates within yes are noisy there.",
    )
    many = words.warnings(
        np.ones((1, 9, 2), dtype=int),
        parts=("test",),
        groups=tuple("abcdefghi"),
        classes=("0", "1"),
    )
    assert many[-1] == "5 more of this kind."


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ([[10, 10]], "All 20 rows are of first one."),
        ([[8, 2], [1, 9]], "The 2 groups are of one size, 10 rows each. Yes is most frequent"),
        ([[70, 20], [8, 2]], "First one is the largest of 2 groups with 90.0 % of 100 rows,"),
        ([[70, 30], [7, 3]], "Yes is about as frequent in all groups (30.0 %)."),
    ],
)
def test_sizes_and_rates_in_words(found: list[list[int]], told: str) -> None:
    groups = ("first one", "second")[: len(found)]
    assert told in words.caption(np.array(found), groups, ("no", "yes"))


def test_classes_get_letters_where_there_are_more_than_symbols() -> None:
    assert words.class_letters(("a", "b")) == ("", "")
    assert words.class_letters(tuple("abcde")) == tuple("abcde")
    assert words.class_letters(("bag", "boot", "coat", "dress", "shirt")) == tuple("01234")
