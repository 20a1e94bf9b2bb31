"""Tests of tables of words and numbers."""

import pytest
from PySide6.QtGui import QFont
from pytestqt.qtbot import QtBot

from gui.text_table import TextTable, TextTableView

TABLE = TextTable(
    ("group", "true positive rate", "rows"), ("", "", ""), (("women", "no data", "1,234"),)
)


@pytest.mark.parametrize("points", [7.0, 30.0])
def test_columns_that_stretch_have_room_for_their_texts_in_any_font(
    qtbot: QtBot, points: float
) -> None:
    table = TextTableView("", stretches=True)
    qtbot.addWidget(table)
    table.show_table(TABLE)
    font = QFont(table.font())
    font.setPointSizeF(points)
    table.setFont(font)
    widths = [table.sizeHintForColumn(column) for column in range(3)]
    assert sum(widths) <= table.minimumWidth() <= 3 * max(widths)
