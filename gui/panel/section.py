"""A part of the panel that folds away under its title."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from gui.keys import claims
from gui.panel.row import SettingRow
from gui.panel.text import tooltip


class PanelSection(QWidget):
    """A title that folds, over rows."""

    def __init__(self, title: str, *, opened: bool) -> None:
        super().__init__()
        self.header = _Header()
        self.header.setText(title)
        self.header.toggled.connect(self._show_open)
        self.rows: tuple[SettingRow, ...] = ()
        self._body = QWidget()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, 0, 8)
        self._column.setSpacing(3)
        line = QFrame()
        line.setProperty("role", "hairline")
        line.setFixedHeight(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        title_line = QHBoxLayout()
        title_line.setContentsMargins(6, 3, 6, 2)
        title_line.addWidget(self.header)
        layout.addLayout(title_line)
        layout.addWidget(self._body)
        layout.addWidget(line)
        self.header.setChecked(opened)
        self._show_open(opened)

    def set_rows(self, rows: Sequence[SettingRow]) -> None:
        """Show these rows in this order, and hide those that were shown before."""
        if self.rows == tuple(rows):
            return
        for row in self.rows:
            self._column.removeWidget(row)
            if row not in rows:
                row.hide()
        for row in rows:
            self._column.addWidget(row)
            row.show()
        self.rows = tuple(rows)

    def set_summary(self, summary: str) -> None:
        """Say what the section is about."""
        self.header.setToolTip(tooltip(summary))

    def _show_open(self, opened: bool) -> None:
        self._body.setVisible(opened)
        arrow = Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow
        self.header.setArrowType(arrow)
        state = "open" if opened else "folded"
        self.header.setAccessibleName(f"{self.header.text()}, {state}")


class _Header(QToolButton):
    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setProperty("role", "section")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setIconSize(QSize(10, 10))

    @override
    def event(self, event: QEvent) -> bool:
        return claims(event, {Qt.Key.Key_Space}) or super().event(event)
