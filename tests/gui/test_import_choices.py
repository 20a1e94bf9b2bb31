from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.import_choices import (
    KINDS,
    USES,
    Use,
    fitting,
    guessed,
    kind_of,
    obstacle,
    use_of,
    with_kind,
    with_use,
)
from models.tables import ColumnReport, TableChoices
from models.tables.columns import ColumnKind

ALL_USES: tuple[Use, ...] = ("input", "label", "group", "hidden group", "left out")


def column(name: str, kind: ColumnKind = "category", *values: str) -> ColumnReport:
    examples = values or ("a", "b")
    return ColumnReport(name, kind, 0.0, len(examples), examples, ())


COLUMNS = (
    column("age", "number", "1", "2", "3"),
    column("sex"),
    column("id", "identifier", "x1", "x2", "x3"),
    column("row", "identifier", "1", "2", "3"),
    column("outcome", "category", "no", "yes"),
)
edits = st.lists(st.tuples(st.sampled_from(COLUMNS), st.sampled_from(ALL_USES)), max_size=12)


@given(edits)
def test_a_column_has_the_use_it_was_given_last_and_others_keep_theirs(
    edits: list[tuple[ColumnReport, Use]],
) -> None:
    choices = TableChoices()
    wanted: dict[str, Use] = {each.name: use_of(choices, each) for each in COLUMNS}
    for each, use in edits:
        if use == "label":
            wanted = {name: "input" if old == "label" else old for name, old in wanted.items()}
        wanted[each.name] = use
        choices = with_use(choices, each, use)
        found = {one.name: use_of(choices, one) for one in COLUMNS}
        shown = {one.name: kind_of(choices, one) for one in COLUMNS}
        for name, old in wanted.items():  # what no model can read becomes an input by its kind
            if old == "input" and shown[name] == "identifier":
                wanted[name] = "left out"
        assert found == wanted


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("each", COLUMNS, ids=lambda each: each.name)
def test_a_kind_that_was_guessed_is_not_written_down(each: ColumnReport, kind: str) -> None:
    choices = with_kind(TableChoices(), each, kind)
    assert kind_of(choices, each) == kind
    assert (choices == TableChoices()) == (kind == each.kind)
    assert with_kind(choices, each, each.kind) == TableChoices()


def test_an_identifier_that_is_wanted_as_an_input_is_read_as_what_it_looks_like() -> None:
    assert use_of(TableChoices(), COLUMNS[2]) == "left out"
    assert with_use(TableChoices(), COLUMNS[2], "input").categories == ("id",)
    assert with_use(TableChoices(), COLUMNS[3], "input").numbers == ("row",)


def test_another_label_takes_over_no_value_of_the_last_one() -> None:
    choices = TableChoices(label="sex", positive=("a",))
    assert with_use(choices, COLUMNS[4], "label").positive == ("yes",)
    assert with_use(choices, COLUMNS[1], "group").positive == ()
    assert with_use(choices, COLUMNS[0], "left out").positive == ("a",)


def test_guesses_go_by_name_then_by_values() -> None:
    found = guessed(TableChoices(), COLUMNS)
    assert (found.label, found.positive, found.groups) == ("outcome", ("yes",), ("sex",))
    plain = (column("x", "number", "1", "2", "3"), column("p"), column("q"))
    assert guessed(TableChoices(), plain) == TableChoices(label="q")
    named = (column("Income_2020"), column("RACE"), column("passage"), column("z"))
    assert guessed(TableChoices(), named) == TableChoices(label="Income_2020", groups=("RACE",))
    assert guessed(TableChoices(), (column("x", "number", *map(str, range(50))),)).label == ""


def test_choices_about_columns_that_are_gone_are_dropped() -> None:
    choices = TableChoices(
        label="gone", positive=("1",), groups=("sex", "gone"), leave_out=("gone",), numbers=("age",)
    )
    kept = replace(choices, label="", positive=(), groups=("sex",), leave_out=())
    assert fitting(choices, COLUMNS) == kept
    assert fitting(kept, COLUMNS) == kept


def test_what_is_missing_is_said_one_at_a_time() -> None:
    choices = TableChoices()
    assert "label" in obstacle(choices, COLUMNS)
    choices = with_use(choices, COLUMNS[4], "label")
    assert "group" in obstacle(choices, COLUMNS)
    choices = with_use(choices, COLUMNS[1], "hidden group")
    assert obstacle(choices, COLUMNS) == ""
    choices = with_use(choices, COLUMNS[0], "left out")
    assert "input" in obstacle(choices, COLUMNS)
    assert obstacle(with_use(choices, COLUMNS[1], "group"), COLUMNS) == ""


def test_every_use_has_words() -> None:
    assert tuple(USES) == ALL_USES
