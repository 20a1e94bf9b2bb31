"""The tables of numbers as a user sees and copies them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from experiments.views import Number, NumberTable
from gui.numbers_view import NumbersView

TABLES = (
    NumberTable("Time-scales", (Number("τ_R", ("8.69",), "When the rules are learnt"),)),
    NumberTable("At t = 3.11", (Number("<b>loss</b>", ("0.421",)), Number("gap", ("0",)))),
)


@pytest.fixture
def view(qtbot: QtBot) -> NumbersView:
    made = NumbersView()
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def texts(view: NumbersView) -> list[str]:
    return [label.text() for label in view.findChildren(QLabel) if label.isVisible()]


def label_of(view: NumbersView, text: str) -> QLabel:
    return next(label for label in view.findChildren(QLabel) if label.text() == text)


def test_tables_show_labels_and_values_as_plain_text(view: NumbersView) -> None:
    view.set_tables(TABLES)
    assert texts(view) == [
        "Time-scales", "τ_R", "8.69", "At t = 3.11", "<b>loss</b>", "0.421", "gap", "0",
    ]  # fmt: skip
    for label in view.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText


def test_values_can_be_copied_and_explain_themselves(view: NumbersView) -> None:
    view.set_tables(TABLES)
    value = label_of(view, "8.69")
    assert value.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    assert value.accessibleName() == "τ_R: 8.69"
    for label in (value, label_of(view, "τ_R")):
        assert "When the rules are learnt" in label.toolTip()
        assert label.accessibleDescription() == "When the rules are learnt"
    assert not label_of(view, "gap").toolTip()


def test_other_words_and_values_do_not_build_the_tables_anew(view: NumbersView) -> None:
    view.set_tables(TABLES)
    value = label_of(view, "0.421")
    rows = (Number("<b>loss</b>", ("0.5",)), Number("gap of -", ("1",), "why"))
    moved = NumberTable("At t = 5", rows)
    view.set_tables((TABLES[0], moved))
    assert value.text() == "0.5"
    assert value.accessibleName() == "<b>loss</b>: 0.5"
    assert "why" in label_of(view, "gap of -").toolTip()
    view.set_tables((moved,))
    assert texts(view) == ["At t = 5", "<b>loss</b>", "0.5", "gap of -", "1"]


def test_numbers_of_one_row_stand_in_columns(view: NumbersView) -> None:
    rows = (
        Number("", ("group +", "a · b")),
        Number("loss", ("0.1", "0.25")),
        Number("Q", ("a long one",)),
    )
    view.set_tables((NumberTable("At t = 5", rows),))
    assert texts(view) == [
        "At t = 5", "", "group +", "a · b", "loss", "0.1", "0.25", "Q", "a long one",
    ]  # fmt: skip
    view.grab()
    heads = [label_of(view, text).x() for text in ("group +", "a · b")]
    assert [label_of(view, text).x() for text in ("0.1", "0.25")] == heads
    assert heads[0] < heads[1]
    assert label_of(view, "a long one").width() > label_of(view, "0.1").width()
    assert label_of(view, "0.25").accessibleName() == "loss: 0.25"


def test_without_numbers_it_says_why(view: NumbersView) -> None:
    view.set_empty_text("Nothing yet.")
    view.set_tables(())
    assert texts(view) == ["Nothing yet."]
    view.set_tables(TABLES)
    assert "Nothing yet." not in texts(view)
    view.set_tables(())
    assert texts(view) == ["Nothing yet."]


def test_a_picture_holds_all_tables(view: NumbersView) -> None:
    many = tuple(NumberTable(f"table {n}", TABLES[1].numbers) for n in range(12))
    view.set_tables(many)
    assert view.grab_image().height() > view.height()
