"""The scrolling form of the panel: sections of rows, laid out for the width there is."""

from collections.abc import Callable
from dataclasses import replace as altered
from itertools import pairwise

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from experiments.settings import Section, SettingInfo, Settings
from gui.panel.row import MARGIN, SettingRow
from gui.panel.section import PanelSection
from gui.panel.structure import panel_sections, shape_of

_LEAST_WIDTH = 13  # the widths are in line heights
_USUAL_WIDTH = 20
_NARROW_WIDTH = 16  # below it, labels stand above their controls
_LABEL_SHARE = 0.42
_LABEL_WIDTH = 13

_FOLDED = {"trouble", "preparation", "twin", "stopping"}
"""Sections that are folded while nothing in them was chosen."""


class SettingsForm(QScrollArea):
    """Rows for every setting; it passes their signals on (see `SettingRow`)."""

    edited = Signal(str, object, bool)
    refused = Signal(str, str)
    reverted = Signal(str)
    reset = Signal(str)
    stroke_ended = Signal()
    file_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shape: tuple[type, ...] = ()
        self._sections: dict[str, PanelSection] = {}
        self._used: tuple[PanelSection, ...] = ()
        self._made: dict[SettingInfo, SettingRow] = {}
        self.rows: dict[str, SettingRow] = {}
        content = QWidget()
        content.setProperty("role", "surface")
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 4, 0, 12)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)

    @override
    def moveEvent(self, event: QMoveEvent) -> None:
        """Keep the row in hand in its place when something above the form comes or goes."""
        super().moveEvent(event)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + event.pos().y() - event.oldPos().y())

    def show_structure(self, settings: Settings) -> None:
        """Have a row for every setting there is; rows once made are kept for later."""
        if shape_of(settings) == self._shape:
            return
        self._shape = shape_of(settings)
        self.rows = {}
        for shown in self._used:
            self._column.removeWidget(shown)
        used = []
        for place, section in enumerate(panel_sections(settings)):
            if section.key not in self._sections:
                self._sections[section.key] = PanelSection(section.title)
            shown = self._sections[section.key]
            shown.set_summary(section.summary)
            shown.set_rows(self._rows_of(section))
            self._column.insertWidget(place, shown)
            used.append(shown)
        for gone in set(self._used) - set(used):
            gone.set_rows(())
            gone.hide()
        self._used = tuple(used)
        self._arrange()
        self._chain_focus()

    def fold(self, settings: Settings) -> None:
        """Fold the parts that few need where they are as they come, and open all others."""
        for key, section in self._sections.items():
            table = getattr(settings, key, None)
            if key in _FOLDED and table is not None:
                section.header.setChecked(table != type(table)())

    def unfold(self) -> None:
        """Open every part."""
        for section in self._sections.values():
            section.header.setChecked(True)

    def show_rows(self, is_shown: Callable[[str], bool]) -> None:
        """Show the rows whose keys pass, and the sections that hold any."""
        for section in self._used:
            visible = [is_shown(row.info.key) for row in section.rows]
            for row, shown in zip(section.rows, visible, strict=True):
                row.setVisible(shown)
            section.setVisible(any(visible))

    @override
    def sizeHint(self) -> QSize:
        """Ask for the width at which labels and controls stand side by side at ease."""
        unit = self.fontMetrics().height()
        return QSize(_USUAL_WIDTH * unit, 2 * _USUAL_WIDTH * unit)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the rows out for the new width."""
        self._arrange()
        super().resizeEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Follow the font."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._arrange()

    def _rows_of(self, section: Section) -> tuple[SettingRow, ...]:
        rows = []
        for info in section.settings:
            kind = altered(info, default=None)  # variants may differ in the default alone
            if kind not in self._made:
                self._made[kind] = self._new_row(info)
            row = self._made[kind]
            row.info = info
            self.rows[info.key] = row
            rows.append(row)
        return tuple(rows)

    def _new_row(self, info: SettingInfo) -> SettingRow:
        row = SettingRow(info)
        row.edited.connect(self.edited)
        row.refused.connect(self.refused)
        row.reverted.connect(self.reverted)
        row.reset.connect(self.reset)
        row.stroke_ended.connect(self.stroke_ended)
        row.file_requested.connect(self.file_requested)
        return row

    def _chain_focus(self) -> None:
        chain: list[QWidget] = []
        for section in self._used:
            chain.append(section.header)
            for row in section.rows:
                chain += row.controls
        members = set(chain)
        for first, second in pairwise(chain):
            following = first.nextInFocusChain()
            while following is not None and following not in members:
                following = following.nextInFocusChain()
            if following is not second:
                QWidget.setTabOrder(first, second)

    def _arrange(self) -> None:
        unit = self.fontMetrics().height()
        self.setMinimumWidth(_LEAST_WIDTH * unit)
        width = self.width() - self.verticalScrollBar().sizeHint().width()
        label_width = None
        if width >= _NARROW_WIDTH * unit:
            label_width = min(round(_LABEL_SHARE * (width - 2 * MARGIN)), _LABEL_WIDTH * unit)
        for row in self.rows.values():
            row.arrange(label_width)
