"""The import dialog, reading at once; that it reads elsewhere is for `test_import_window`."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from import_driver import NAMES, PEOPLE, AtOnce, choose, texts, uses, write_table
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from experiments.settings import FileData
from gui.import_columns import TYPE, USE
from gui.import_dialog import ImportDialog
from gui.panel.controls import ChoiceBox


@pytest.fixture
def dialog() -> Iterator[ImportDialog]:
    window = QWidget()
    made = ImportDialog(window, AtOnce())
    made.show()
    yield made
    window.close()
    window.deleteLater()


@pytest.fixture
def people(dialog: ImportDialog, tmp_path: Path) -> ImportDialog:
    dialog.read(write_table(tmp_path / "people.csv"))
    return dialog


def test_what_was_guessed_and_counted_is_shown(qtbot: QtBot, people: ImportDialog) -> None:
    assert uses(people) == {
        "person": "Left out",
        "age": "Input",
        "sex": "Group and input",
        "score": "Input",
        "hired": "Label",
    }
    hired = Counter(row[2] for row in PEOPLE if row[4] == "yes")
    sexes = Counter(row[2] for row in PEOPLE)
    expected = [
        [name, f"{rows}", f"{100 * rows / 120:.1f} %", f"{100 * yes / rows:.1f} %"]
        for name, rows, yes in (
            ("all rows", 120, hired.total()),
            ("f", sexes["f"], hired["f"]),
            ("m", sexes["m"], hired["m"]),
        )
    ]
    assert texts(people.page.groups) == expected
    assert people.page.take.isEnabled()
    assert "120" in people.page.counted.text()
    qtbot.waitUntil(lambda: len(texts(people.page.rows)) == 120)
    assert texts(people.page.rows) == [[str(cell) for cell in row] for row in PEOPLE]


def test_the_choices_that_are_shown_are_imported(
    qtbot: QtBot, people: ImportDialog, tmp_path: Path
) -> None:
    choose(people, "age", "hidden group")
    choose(people, "score", "category", at=TYPE)
    people.page.label.bins.setCurrentIndex(people.page.label.bins.findData(3))
    people.page.label.bins.activated.emit(people.page.label.bins.currentIndex())
    counted = texts(people.page.groups)
    assert len(counted) == 1 + 2 * 3
    assert sum(int(row[1]) for row in counted[1:]) == 120
    with qtbot.waitSignal(people.chosen) as taken:
        people.page.take.click()
    assert taken.args is not None
    data = taken.args[0]
    assert isinstance(data, FileData)
    assert data.path == str(tmp_path / "people.csv")
    assert (data.label, data.positive) == ("hired", ("yes",))
    assert (data.groups, data.bins) == (("sex", "age"), 3)
    assert (data.leave_out, data.categories) == (("age",), ("score",))
    assert (data.delimiter, data.encoding, data.header) == ("comma", "utf-8", "yes")
    assert len(data.sha256) == 64
    assert not people.isVisible()


def test_the_other_value_being_positive_turns_base_rates_over(people: ImportDialog) -> None:
    def rates() -> list[float]:
        return [float(row[3].removesuffix(" %")) for row in texts(people.page.groups)]

    before = rates()
    box = people.page.label.positive
    assert box.currentText() == "yes"
    box.setCurrentIndex(box.findText("no"))
    box.activated.emit(box.currentIndex())
    assert rates() == pytest.approx([100 - rate for rate in before])
    assert box.currentText() == "no"


def test_the_value_whose_rate_is_shown_is_written_down_as_positive(
    qtbot: QtBot, dialog: ImportDialog, tmp_path: Path
) -> None:
    rows = [(*row[:4], ">50K" if row[4] == "yes" else "<=50K") for row in PEOPLE]
    dialog.read(write_table(tmp_path / "people.csv", rows))
    assert "label is hired" in dialog.page.counted.text()
    with qtbot.waitSignal(dialog.chosen) as taken:
        dialog.page.take.click()
    data = taken.args[0] if taken.args else None
    assert isinstance(data, FileData)
    assert data.positive == (dialog.page.label.positive.currentText(),) == (">50K",)


def test_nothing_is_imported_before_label_groups_and_inputs_are_chosen(
    people: ImportDialog,
) -> None:
    page = people.page
    choose(people, "sex", "input")
    assert not page.take.isEnabled()
    assert "group" in page.status.text()
    choose(people, "hired", "input")
    assert not page.take.isEnabled()
    assert "label" in page.status.text()
    assert not page.groups.isVisible()
    choose(people, "hired", "label")
    choose(people, "sex", "group")
    assert page.take.isEnabled()
    assert not page.status.text()


def test_markup_and_formulas_are_shown_as_they_are_written(
    qtbot: QtBot, dialog: ImportDialog, tmp_path: Path
) -> None:
    names = ("<b>name</b>", "=1+1", "", "<i>y</i>")
    rows = [("<img src=x>", "@SUM(A1)", "&amp;", "<u>") for _ in range(30)]
    rows += [("b", "+2", "x", "v") for _ in range(30)]
    dialog.read(write_table(tmp_path / "<b>odd<i>.csv", rows, names=names))
    qtbot.waitUntil(lambda: len(texts(dialog.page.rows)) == 60)
    assert texts(dialog.page.rows)[0] == list(rows[0])
    header = dialog.page.rows.model()
    shown = [header.headerData(column, Qt.Orientation.Horizontal) for column in range(4)]
    assert shown == ["<b>name</b>", "=1+1", "column 3", "<i>y</i>"]
    labels = dialog.findChildren(QLabel)
    assert "<b>odd<i>.csv" in [label.text() for label in labels]
    formats = {label.textFormat() for label in labels if "<" in label.text()}
    assert formats == {Qt.TextFormat.PlainText}
    tip = dialog.page.columns.columns.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;name" in tip


def test_a_file_can_be_read_otherwise_than_guessed(dialog: ImportDialog, tmp_path: Path) -> None:
    rows = [(f"Mühle {row % 9}", f"{row},25", "ja" if row % 3 else "nein") for row in range(80)]
    path = tmp_path / "german.csv"
    names = ("Straße", "Größe", "Zusage")
    dialog.read(write_table(path, rows, names=names, delimiter=";", encoding="latin-1"))
    boxes = dialog.page.reading.boxes
    assert boxes["delimiter"].currentText() == "Guess: Semicolon"
    assert boxes["decimal"].currentText() == "Guess: Comma"
    assert list(uses(dialog)) == list(names)
    assert texts(dialog.page.columns)[1][TYPE] == "Number"
    select(boxes["decimal"], "point")
    assert texts(dialog.page.columns)[1][TYPE] != "Number"
    select(boxes["delimiter"], "tab")
    assert len(uses(dialog)) == 1
    assert not dialog.page.take.isEnabled()
    select(boxes["delimiter"], "auto")
    select(boxes["encoding"], "utf-8")
    assert "UTF-8" in dialog.page.problem.text()
    select(boxes["encoding"], "auto")
    assert not dialog.page.problem.isVisible()
    assert list(uses(dialog)) == list(names)


def test_columns_that_give_the_label_away_and_ragged_rows_are_told(
    dialog: ImportDialog, tmp_path: Path
) -> None:
    rows: list[tuple[object, ...]] = [(*row, f"code {row[4]}") for row in PEOPLE]
    rows[50] = ("too", "short")
    dialog.read(write_table(tmp_path / "leaky.csv", rows, names=(*NAMES, "code")))
    choose(dialog, "hired", "label")
    page = dialog.page
    assert page.leaks.isVisible()
    assert page.leaks.text().startswith("code: ")
    told = page.columns.columns.told(len(NAMES))
    assert told
    assert all(text in page.leaks.text() for text in told)
    assert "person: " in page.cautions.text()
    assert "1 row" in page.notes.text()
    assert texts(page.groups)[0][1] == "119"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\x00\x01\x02" * 500, "no text"),
        (b"PAR1" + b"\x07" * 100, "Parquet"),
        (None, "directory"),
    ],
)
def test_what_is_no_table_is_said_and_can_be_read_again(
    dialog: ImportDialog, tmp_path: Path, content: bytes | None, told: str
) -> None:
    path = tmp_path / "table.csv"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    dialog.read(path)
    assert told in dialog.page.problem.text()
    assert str(path) in dialog.page.problem.text()
    assert not dialog.page.take.isEnabled()
    assert not dialog.page.columns.isVisible()
    if content is None:
        path.rmdir()
    write_table(path)
    dialog.page.again.click()
    assert not dialog.page.problem.isVisible()
    assert dialog.page.take.isEnabled()


def test_a_file_that_vanishes_loses_no_choice(people: ImportDialog, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    choose(people, "age", "left out")
    content = path.read_bytes()
    path.unlink()
    choose(people, "score", "left out")
    assert "no such file" in people.page.problem.text()
    assert not people.page.take.isEnabled()
    assert not people.page.groups.isVisible()
    path.write_bytes(content)
    people.page.again.click()
    assert uses(people)["age"] == uses(people)["score"] == "Left out"
    assert people.page.take.isEnabled()


def test_a_use_is_chosen_by_keys(qtbot: QtBot, people: ImportDialog) -> None:
    view = people.page.columns
    view.setCurrentIndex(view.columns.index(1, USE))
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Space)
    (box,) = view.findChildren(ChoiceBox)
    qtbot.waitUntil(box.view().isVisible)
    QTest.keyClick(box.view(), Qt.Key.Key_End)
    QTest.keyClick(box.view(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: uses(people)["age"] == "Left out")
    assert people.isVisible()


def test_every_control_has_a_name_for_those_who_do_not_see_it(people: ImportDialog) -> None:
    page = people.page
    for part in (*page.reading.boxes.values(), page.label.positive, page.label.bins):
        assert part.accessibleName()
        assert part.accessibleDescription()
    for view in (page.columns, page.rows, page.groups):
        assert view.accessibleName()
    cell = page.groups.groups.index(1, 3).data(Qt.ItemDataRole.AccessibleTextRole)
    assert cell.startswith("f, rate of yes: ")


def select(box: ChoiceBox, value: str) -> None:
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())
