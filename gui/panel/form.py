"""The scrolling form of the panel: sections of rows, laid out for the width there is."""

from collections.abc import Callable
from dataclasses import replace as altered
from itertools import pairwise

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from experiments.settings import SettingInfo, Settings
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
    """Rows for settings; it passes their signals on (see `SettingRow`).

    Attributes
    ----------
    infos
        Every setting there is, by its key.
    rows
        The rows made so far, by the keys of their settings.

    Signals
    -------
    folding
        A section was opened or folded: rows that were not needed before may be now.
    """

    edited = Signal(str, object, bool)
    refused = Signal(str, str)
    reverted = Signal(str)
    reset = Signal(str)
    stroke_ended = Signal()
    file_requested = Signal()
    folding = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shape: tuple[type, ...] = ()
        self._sections: dict[str, PanelSection] = {}
        self._used: dict[PanelSection, tuple[SettingInfo, ...]] = {}
        self._made: dict[SettingInfo, SettingRow] = {}
        self._label_width: int | None = None
        self._chain: list[QWidget] = []
        self.infos: dict[str, SettingInfo] = {}
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
        """Know every setting there is; rows are made when they are first shown, and kept."""
        if shape_of(settings) == self._shape:
            return
        self._shape = shape_of(settings)
        before = self._used
        self._used = {}
        self.rows = {}
        for shown in before:
            self._column.removeWidget(shown)
        for place, section in enumerate(panel_sections(settings)):
            if section.key not in self._sections:
                made = PanelSection(section.title, opened=section.key not in _FOLDED)
                made.header.toggled.connect(self.folding)
                self._sections[section.key] = made
            shown = self._sections[section.key]
            shown.set_summary(section.summary)
            self._column.insertWidget(place, shown)
            self._used[shown] = section.settings
        for gone in before.keys() - self._used.keys():
            gone.hide()
        self.infos = {info.key: info for infos in self._used.values() for info in infos}

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
        """Show the rows whose keys pass, where they are not folded away."""
        for section, infos in self._used.items():
            visible = [info for info in infos if is_shown(info.key)]
            if section.header.isChecked():
                section.set_rows([self.row(info.key) for info in visible])
            section.setVisible(bool(visible))
        self._chain_focus()

    def row(self, key: str) -> SettingRow:
        """Give the row of a setting, made where there is none yet."""
        if key not in self.rows:
            info = self.infos[key]
            kind = altered(info, default=None)  # variants may differ in the default alone
            if kind not in self._made:
                self._made[kind] = self._new_row(info)
            self.rows[key] = self._made[kind]
            self.rows[key].info = info
        return self.rows[key]

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

    def _new_row(self, info: SettingInfo) -> SettingRow:
        row = SettingRow(info, self.widget())
        row.hide()
        row.arrange(self._label_width)
        row.edited.connect(self.edited)
        row.refused.connect(self.refused)
        row.reverted.connect(self.reverted)
        row.reset.connect(self.reset)
        row.stroke_ended.connect(self.stroke_ended)
        row.file_requested.connect(self.file_requested)
        return row

    def _chain_focus(self) -> None:
        """Let Tab go through what is shown, from top to bottom."""
        chain: list[QWidget] = []
        for section in self._used:
            chain.append(section.header)
            for row in section.rows:
                chain += row.controls
        if chain == self._chain:
            return
        self._chain = chain
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
        self._label_width = None
        if width >= _NARROW_WIDTH * unit:
            share = round(_LABEL_SHARE * (width - 2 * MARGIN))
            self._label_width = min(share, _LABEL_WIDTH * unit)
        for row in self._made.values():
            row.arrange(self._label_width)
