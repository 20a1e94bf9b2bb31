import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.settings import SettingInfo, TrainingSettings, find
from experiments.settings.description import ValueKind
from gui.panel.text import (
    UnreadableTextError,
    number_text,
    parse_value,
    tooltip,
    unbroken_label,
    value_text,
)

LEARNING_RATE = find(TrainingSettings(), "optimiser.learning_rate")
numbers = st.floats(allow_nan=False, allow_infinity=False)
rows = st.lists(numbers, min_size=1, max_size=4).map(tuple)
words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)


def info_of(kind: ValueKind) -> SettingInfo:
    return dataclasses.replace(LEARNING_RATE, kind=kind)


@given(value=numbers)
def test_a_number_reads_back_exactly(value: float) -> None:
    assert parse_value(info_of("number"), number_text(value)) == value


@given(value=st.integers())
def test_a_whole_number_reads_back_exactly(value: int) -> None:
    read = parse_value(info_of("integer"), value_text(info_of("integer"), value))
    assert read == float(value) if abs(value) > 2**53 else read == value


@given(value=rows)
def test_an_array_reads_back_exactly(value: tuple[float, ...]) -> None:
    assert parse_value(info_of("numbers"), value_text(info_of("numbers"), value)) == value


@given(value=st.lists(rows, min_size=1, max_size=4).map(tuple))
def test_a_matrix_reads_back_exactly(value: tuple[tuple[float, ...], ...]) -> None:
    assert parse_value(info_of("matrix"), value_text(info_of("matrix"), value)) == value


@given(value=st.lists(words, max_size=4).map(tuple))
def test_names_read_back_whatever_they_contain(value: tuple[str, ...]) -> None:
    assert parse_value(info_of("texts"), value_text(info_of("texts"), value)) == value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "−0.5", -0.5),
        ("number", " 1e-3 ", 0.001),
        ("integer", "1e3", 1000),
        ("numbers", "[1, 2.5]", (1.0, 2.5)),
        ("numbers", "1 2.5", (1.0, 2.5)),
        ("numbers", "", ()),
        ("matrix", "1 0\n\n0 1\n", ((1.0, 0.0), (0.0, 1.0))),
        ("texts", 'men, "women, all"', ("men", "women, all")),
    ],
)
def test_common_ways_of_writing_are_read(kind: ValueKind, text: str, value: object) -> None:
    assert parse_value(info_of(kind), text) == value


def test_whole_numbers_are_read_as_whole_numbers() -> None:
    assert isinstance(parse_value(info_of("integer"), "64"), int)


@pytest.mark.parametrize(
    ("kind", "text"), [("number", "abc"), ("integer", ""), ("numbers", "1, x"), ("matrix", "1; 2")]
)
def test_what_is_no_value_is_refused_with_an_example(kind: ValueKind, text: str) -> None:
    with pytest.raises(UnreadableTextError, match=r"(?i)write"):
        parse_value(info_of(kind), text)


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (1e-05, "1e-5"), (0.25, "0.25"), (1e22, "1e22"), (40, "40")]
)
def test_numbers_are_written_short(value: float, text: str) -> None:
    assert number_text(value) == text


def test_tooltips_show_markup_as_it_is() -> None:
    shown: Any = tooltip("<b>bold</b>", "")
    assert shown == "<p>&lt;b&gt;bold&lt;/b&gt;</p>"


def test_a_symbol_is_never_alone_on_a_line() -> None:
    assert unbroken_label(LEARNING_RATE) == "Learning rate\u00a0η"
