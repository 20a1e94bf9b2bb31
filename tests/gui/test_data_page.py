"""The page of the data, by mouse and keyboard."""

from collections.abc import Iterator

import numpy as np
import pytest
from data_examples import MIXTURE, data_settings, preview
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot

from experiments.data_view import answers
from experiments.settings import TrainingSettings
from gui import theme as themes
from gui.data_card import DataCard
from gui.data_columns import fields_of
from gui.data_page import DataView
from gui.data_preview import DataPreview
from gui.plots.data_groups import GroupTable

__all__ = ["preview"]  # a fixture

TROUBLED = data_settings(
    trouble={
        "label_flips": {"strength": 0.3},
        "missing": {"strength": 0.2, "group": "+"},
        "leak": {"strength": 0.95},
    }
)


class Told:
    """Counts what a preview answers."""

    def __init__(self, preview: DataPreview) -> None:
        self.overviews = self.columns = self.scatters = self.rows = 0
        preview.overview.connect(lambda _: self._add("overviews"))
        preview.column.connect(lambda _: self._add("columns"))
        preview.scatter.connect(lambda _: self._add("scatters"))
        preview.row.connect(lambda _: self._add("rows"))

    def _add(self, part: str) -> None:
        setattr(self, part, getattr(self, part) + 1)


@pytest.fixture
def told(preview: DataPreview) -> Told:
    return Told(preview)


@pytest.fixture
def page(preview: DataPreview, qtbot: QtBot) -> Iterator[DataView]:
    made = DataView(themes.LIGHT, preview)
    qtbot.addWidget(made)
    made.resize(660, 480)
    made.show()
    yield made
    made.hide()


def show(page: DataView, told: Told, settings: TrainingSettings, qtbot: QtBot) -> None:
    """Show the data of settings, and wait for all parts."""
    before = told.rows
    page.follow(settings)
    qtbot.waitUntil(lambda: told.rows == before + 1, timeout=20_000)


def labels(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]


def names(widget: QWidget) -> list[str]:
    return [child.accessibleName() for child in widget.findChildren(QWidget) if child.isVisible()]


def shown(table: QTableView, column: int = 0) -> list[str]:
    model = table.model()
    return [str(model.index(row, column).data()) for row in range(model.rowCount())]


def test_sizes_and_base_rates_are_there_to_be_read_and_heard(
    page: DataView, told: Told, qtbot: QtBot
) -> None:
    show(page, told, data_settings(), qtbot)
    overview = answers.overview(data_settings())
    heard = names(page.groups)
    for group, name in enumerate(overview.groups):
        size, positive = overview.found[group].sum(), overview.found[group, 1]
        assert f"{name}: {size:,}  ·  {size / 3:.1f} % of all rows" in heard
        assert f"{name}: {100 * positive / size:.1f} %" in heard
        assert f"{name}, validation: {overview.split[1, group].sum():,} rows" in heard
    assert page.caption == overview.caption


def test_a_base_rate_that_trouble_changed_is_told(page: DataView, told: Told, qtbot: QtBot) -> None:
    show(page, told, TROUBLED, qtbot)
    assert sum("in training" in name for name in names(page.groups)) == 2


def test_small_groups_are_flagged(page: DataView, told: Told, qtbot: QtBot) -> None:
    show(page, told, data_settings(data=MIXTURE | {"samples": 60}), qtbot)
    assert any("any number on them is noisy" in text for text in labels(page))
    show(page, told, data_settings(data=MIXTURE | {"samples": 4000}), qtbot)
    assert not any("noisy" in text for text in labels(page))


def test_every_class_has_a_share_where_there_are_many(
    page: DataView, told: Told, qtbot: QtBot
) -> None:
    show(page, told, data_settings(data={"set": "digits"}), qtbot)
    heard = [name for name in names(page.groups) if name.startswith("thin: 0 ")]
    assert heard
    assert heard[0].count("%") == 10
    assert any("Images of 2 groups and 10 classes" in name for name in names(page))
    show(page, told, data_settings(), qtbot)
    assert not page.images.isVisible()


def test_arrows_choose_the_column_whose_values_are_shown(
    page: DataView, told: Told, qtbot: QtBot
) -> None:
    show(page, told, data_settings(), qtbot)
    page.columns.choose("x2")
    before = told.columns
    qtbot.waitUntil(lambda: told.columns > before or "x2 as found" in "".join(names(page)))
    QTest.keyClick(page.columns, Qt.Key.Key_Down)
    assert page.columns.column == "x3"
    qtbot.waitUntil(lambda: any(name.startswith("x3 as found") for name in names(page)))


def test_columns_are_sorted_by_what_is_clicked_and_unknown_ones_come_last(
    page: DataView, told: Told, qtbot: QtBot
) -> None:
    show(page, told, data_settings(data={"set": "digits"}), qtbot)
    overview = answers.overview(data_settings(data={"set": "digits"}))
    strengths = {column.name: abs(column.with_label) for column in overview.columns}
    chosen = page.columns.column
    header = page.columns.horizontalHeader()
    for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        header.setSortIndicator(2, order)
        values = np.array([strengths[name] for name in shown(page.columns)])
        known = values[np.isfinite(values)]
        assert np.isnan(values[known.size :]).all()
        assert known.size < values.size
        sign = 1 if order == Qt.SortOrder.AscendingOrder else -1
        assert (np.diff(sign * known) >= 0).all()
        assert page.columns.column == chosen


def test_missing_cells_are_listed_only_where_there_are_any(
    page: DataView, told: Told, qtbot: QtBot
) -> None:
    complete = fields_of(answers.overview(data_settings()))
    assert not any("missing" in field.title for field in complete)
    adult = data_settings(data={"set": "adult"})
    lacking = fields_of(answers.overview(adult))
    assert [field.title for field in lacking[-2:]] == ["Male missing", "Female missing"]
    show(page, told, data_settings(), qtbot)
    assert "No cell is missing." in labels(page)


def test_what_gives_the_label_away_is_marked(page: DataView, told: Told, qtbot: QtBot) -> None:
    settings = data_settings(trouble={"leak": {"strength": 1.0}, "proxy": {"strength": 1.0}})
    show(page, told, settings, qtbot)
    with_label, with_group = shown(page.columns, 2), shown(page.columns, 3)
    assert [text.endswith("leak?") for text in with_label].count(True) == 1
    assert [text.endswith("proxy?") for text in with_group].count(True) == 1


def test_axes_and_a_group_can_be_chosen(page: DataView, told: Told, qtbot: QtBot) -> None:
    show(page, told, data_settings(), qtbot)
    across, upwards, group = page.scatter.boxes
    assert across.itemText(0) == "component 1"
    across.setFocus()
    QTest.keyClick(across, Qt.Key.Key_End)
    QTest.keyClick(upwards, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: any(name.startswith("Rows: x5 across") for name in names(page)))
    assert page.scatter.axes == ("x5", "component 1")
    everything = page.scatter.grab().toImage()
    QTest.keyClick(group, Qt.Key.Key_Down)
    assert page.scatter.grab().toImage() != everything


def test_a_dot_tells_its_group_and_class(page: DataView, told: Told, qtbot: QtBot) -> None:
    show(page, told, data_settings(), qtbot)
    view = answers.scatter_view(data_settings(), *page.scatter.axes)
    dots = page.scatter.dots
    for row in (0, 17):
        place = dots.pixel_of(row)
        words = dots.describe_at(place)
        others = [index for index in range(view.x.size) if dots.pixel_of(index) == place]
        told_rows = {f"{view.groups[view.group[i]]}, {view.classes[view.label[i]]}" for i in others}
        assert any(words.startswith(text) for text in told_rows)
    assert dots.describe_at(QPointF(-100, -100)) == ""


def test_a_row_is_followed_and_changed_cells_are_marked(
    page: DataView, told: Told, qtbot: QtBot
) -> None:
    show(page, told, TROUBLED, qtbot)
    before = told.rows
    page.rows.next.setFocus()
    QTest.keyClick(page.rows.next, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: told.rows == before + 1)
    number = page.rows.number.value() - 1
    view = answers.row_view(TROUBLED, number)
    assert view.heading in labels(page.rows)
    model = page.rows.model
    for row, cell in enumerate(view.cells):
        index = model.index(row, 1)
        assert index.data() == cell.mark
        font = index.data(Qt.ItemDataRole.FontRole)
        assert (font is not None and font.bold()) == bool(cell.mark)
    assert any(cell.mark for cell in view.cells if cell.mark != "added")
    page.rows.number.setValue(number + 5)
    qtbot.waitUntil(lambda: told.rows == before + 2)
    assert any(text.startswith(f"Row {number + 5}:") for text in labels(page.rows))


def test_without_changed_rows_there_is_no_next_one(
    page: DataView, told: Told, qtbot: QtBot
) -> None:
    show(page, told, data_settings(), qtbot)
    assert not page.rows.next.isEnabled()


def test_settings_of_the_same_data_are_not_read_again(
    page: DataView, told: Told, qtbot: QtBot
) -> None:
    show(page, told, data_settings(), qtbot)
    page.follow(data_settings(optimiser={"epochs": 2, "learning_rate": 0.1}))
    qtbot.wait(100)
    assert told.overviews == 1


def test_what_is_looked_at_stays_where_it_exists(page: DataView, told: Told, qtbot: QtBot) -> None:
    show(page, told, data_settings(), qtbot)
    page.columns.choose("x4")
    show(page, told, data_settings(seed=9), qtbot)
    assert page.columns.column == "x4"
    show(page, told, data_settings(data={"set": "adult"}), qtbot)
    assert (
        page.columns.column == answers.overview(data_settings(data={"set": "adult"})).first_column
    )


def test_what_was_seen_of_other_data_is_not_taken_for_the_new_ones(
    page: DataView, told: Told, preview: DataPreview, qtbot: QtBot
) -> None:
    show(page, told, data_settings(), qtbot)
    assert page.scatter.isVisible()
    seen: list[tuple[bool, bool, int]] = []
    preview.overview.connect(
        lambda _: seen.append(
            (page.scatter.isVisible(), page.histograms.isVisible(), len(page.rows.model.cells))
        )
    )
    show(page, told, data_settings(seed=9), qtbot)
    show(page, told, data_settings(data={"set": "breast-cancer"}), qtbot)
    assert [visible for visible, *_ in seen] == [True, False]
    assert seen[1] == (False, False, 0)
    assert page.scatter.isVisible()
    assert page.histograms.isVisible()
    assert page.rows.model.cells


def test_data_that_cannot_be_read_say_why_and_can_be_tried_again(
    page: DataView, told: Told, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = data_settings(trouble={"label_flips": {"strength": 0.1, "group": "nobody"}})
    page.follow(broken)
    qtbot.waitUntil(lambda: bool(page.problem), timeout=20_000)
    assert "nobody" in page.problem
    assert "Traceback" not in page.problem
    assert page.caption == ""
    asked: list[bool] = []
    monkeypatch.setattr(answers, "forget", lambda: asked.append(True))
    (again,) = [b for b in page.findChildren(QPushButton) if b.text() == "Try again"]
    again.setFocus()
    QTest.keyClick(again, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: asked == [True])
    show(page, told, data_settings(), qtbot)
    assert page.problem == ""


def test_everything_that_takes_the_focus_has_a_name_and_every_card_help(
    page: DataView, told: Told, qtbot: QtBot
) -> None:
    show(page, told, data_settings(data={"set": "digits"}), qtbot)
    for widget in page.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            text = widget.text() if isinstance(widget, QAbstractButton) else ""
            outer = widget.parentWidget()
            heard = outer.accessibleName() if outer is not None else ""
            assert widget.accessibleName() or text or heard, widget
    cards = page.findChildren(DataCard)
    assert [card.accessibleName() for card in cards] == [
        *("Groups", "Columns", "Scatter", "Images", "Changes")
    ]
    for card in cards:
        assert card.accessibleDescription().count(".") >= 3


@pytest.mark.parametrize("size", [(660, 480), (1300, 800)])
def test_the_page_fits_its_width_and_takes_over_a_theme(
    page: DataView, told: Told, qtbot: QtBot, size: tuple[int, int]
) -> None:
    page.resize(*size)
    show(page, told, TROUBLED, qtbot)
    assert page.scatter.width() < size[0]
    assert page.groups.width() < size[0]
    light = page.grab_image()
    page.set_theme(themes.DARK)
    dark = page.grab_image()
    assert light.width() == dark.width() < size[0]
    middle = light.width() // 2
    assert any(light.pixel(middle, y) != dark.pixel(middle, y) for y in range(0, 900, 10))


def test_groups_look_in_a_theme_taken_over_as_in_one_they_began_with(qtbot: QtBot) -> None:
    overview = answers.overview(data_settings())
    pictures = []
    for first in (themes.DARK, themes.LIGHT):
        table = GroupTable(first)
        qtbot.addWidget(table)
        table.show_overview(overview)
        table.set_theme(themes.LIGHT)
        table.resize(600, 200)
        pictures.append(table.grab().toImage())
    assert pictures[0] == pictures[1]
    answers.forget()
