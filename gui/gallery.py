"""The gallery of presets, each with the curves that are to be expected."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from experiments.catalogue import Preset
from experiments.expected import ExpectedCurve
from experiments.views import group_colour
from gui.theme import Theme

ExpectedCurves = Sequence[ExpectedCurve]

_PRESET = Qt.ItemDataRole.UserRole
_SUMMARY = Qt.ItemDataRole.UserRole + 1
_THUMBNAIL = QSize(52, 30)
_ROOM_FOR_THUMBNAIL = 28
"""Width of the list in letters below which titles need the room of the thumbnails."""


class Gallery(QWidget):
    """A searchable list of presets by kind."""

    chosen = Signal(str)
    import_requested = Signal()

    def __init__(self, presets: Sequence[Preset], theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._selected: str | None = None
        self._presets = {preset.name: preset for preset in presets}
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search presets")
        self.search.setAccessibleName("Search presets")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.list = QListWidget()
        self.list.setAccessibleName("Presets")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self._delegate = _PresetDelegate(theme, self.list)
        self.list.setItemDelegate(self._delegate)
        self.list.itemClicked.connect(self._activated)
        self.list.itemActivated.connect(self._activated)
        self._nothing = QLabel("No preset matches. Clear the search to see all of them.")
        self._nothing.setWordWrap(True)
        self._nothing.setProperty("role", "muted")
        self._nothing.hide()
        self.own = QPushButton("Import a table …")
        self.own.setToolTip(
            "Train on a CSV or Parquet file of yours; dropping it here does the same"
        )
        self.own.clicked.connect(self.import_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(8)
        layout.addWidget(self.search)
        layout.addWidget(self._nothing)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.own)
        self._fill()

    def set_theme(self, theme: Theme) -> None:
        """Redraw in another theme."""
        self._delegate.theme = theme
        self.list.viewport().update()

    def set_expected(self, expected: Mapping[str, ExpectedCurves]) -> None:
        """Draw these curves into the thumbnails, by the preset's name."""
        self._delegate.expected = dict(expected)
        self.list.viewport().update()

    def set_maps(self, maps: Mapping[str, NDArray[np.uint8]]) -> None:
        """Draw these colours (rows, columns, 3) into the thumbnails, by the preset's name."""
        self._delegate.maps = {name: _image(pixels) for name, pixels in maps.items()}
        self.list.viewport().update()

    def select(self, name: str | None) -> None:
        """Mark a preset without choosing it; None marks none."""
        if name == self._selected:
            return
        self._selected = name
        self.list.clearSelection()
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item.data(_PRESET) == name and name is not None:
                self.list.setCurrentItem(item, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _fill(self) -> None:
        topic = ""
        for preset in self._presets.values():
            if preset.topic != topic:
                topic = preset.topic
                header = QListWidgetItem(topic)
                header.setFlags(Qt.ItemFlag.NoItemFlags)
                self.list.addItem(header)
            item = QListWidgetItem(preset.title)
            item.setData(_PRESET, preset.name)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{preset.title}: {preset.summary}")
            item.setData(_SUMMARY, preset.summary)
            self.list.addItem(item)

    @Slot(str)
    def _filter(self, text: str) -> None:
        wanted = text.casefold().strip()
        header: QListWidgetItem | None = None
        shown = 0
        for row in range(self.list.count()):
            item = self.list.item(row)
            name = item.data(_PRESET)
            if name is None:
                header = item
                item.setHidden(True)
                continue
            preset = self._presets[name]
            words = (preset.name, preset.title, preset.summary, preset.kind, preset.topic)
            item.setHidden(wanted not in " ".join(words).casefold())
            if not item.isHidden():
                shown += 1
                if header is not None:
                    header.setHidden(False)
        self._nothing.setVisible(shown == 0)

    @Slot(QListWidgetItem)
    def _activated(self, item: QListWidgetItem) -> None:
        name = item.data(_PRESET)
        if name is not None:
            self.chosen.emit(name)


class _PresetDelegate(QStyledItemDelegate):
    """Paints a thumbnail, a title and a summary."""

    def __init__(self, theme: Theme, parent: QListWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.expected: dict[str, ExpectedCurves] = {}
        self.maps: dict[str, QImage] = {}

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        lines = QFontMetrics(option.font).height()
        if index.data(_PRESET) is None:
            return QSize(10, lines + 16)
        return QSize(10, 2 * lines + 16)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        name = index.data(_PRESET)
        if name is None:
            self._paint_header(painter, option, str(index.data()))
        else:
            summary = str(index.data(_SUMMARY))
            self._paint_preset(painter, option, str(name), str(index.data()), summary)
        painter.restore()

    def _paint_header(self, painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
        font = QFont(option.font)
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 0.9)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.muted))
        height = painter.fontMetrics().height()
        area = option.rect.adjusted(4, 0, -4, -4)
        self._text(painter, QRect(area.left(), area.bottom() - height, area.width(), height), text)

    def _paint_preset(
        self, painter: QPainter, option: QStyleOptionViewItem, name: str, title: str, summary: str
    ) -> None:
        theme = self.theme
        area = QRectF(option.rect.adjusted(1, 2, -1, -2))
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(QColor(theme.accent if selected else theme.line), 1))
            painter.setBrush(QColor(theme.accent_soft if selected else theme.surface))
            painter.drawRoundedRect(area, 7, 7)
        box = QRect(
            option.rect.left() + 8,
            option.rect.center().y() - _THUMBNAIL.height() // 2,
            _THUMBNAIL.width(),
            _THUMBNAIL.height(),
        )
        left = box.left()
        if option.rect.width() >= _ROOM_FOR_THUMBNAIL * option.fontMetrics.averageCharWidth():
            self._paint_thumbnail(painter, box, name)
            left = box.right() + 10
        width = option.rect.right() - left - 8
        line = QFontMetrics(option.font).height()
        top = option.rect.center().y() - line
        painter.setPen(QColor(theme.text))
        painter.setFont(option.font)
        self._text(painter, QRect(left, top, width, line), title)
        small = QFont(option.font)
        small.setPointSizeF(small.pointSizeF() * 0.88)
        painter.setFont(small)
        painter.setPen(QColor(theme.muted))
        self._text(painter, QRect(left, top + line + 1, width, line), summary)

    def _paint_thumbnail(self, painter: QPainter, box: QRect, name: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.background))
        painter.drawRoundedRect(QRectF(box), 4, 4)
        if name in self.maps:
            painter.drawImage(box, self.maps[name])
        curves = self.expected.get(name, ())
        if not curves:
            return
        values = np.concatenate([value for _, value in curves])
        low, high = float(values.min()), float(values.max())
        span = (high - low) or 1.0
        inner = QRectF(box).adjusted(4, 4, -4, -4)
        for number, (x, value) in enumerate(curves):
            across = (x - x[0]) / ((x[-1] - x[0]) or 1.0)
            points = [
                QPointF(inner.left() + inner.width() * a, inner.bottom() - inner.height() * b)
                for a, b in zip(across, (value - low) / span, strict=True)
            ]
            painter.setPen(QPen(QColor(group_colour(number)), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(points))

    def _text(self, painter: QPainter, area: QRect, text: str) -> None:
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _image(pixels: NDArray[np.uint8]) -> QImage:
    """Turn colours into a picture, the last row at the top."""
    rows, columns, _ = pixels.shape
    flipped = np.ascontiguousarray(pixels[::-1])
    picture = QImage(flipped.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    return picture.copy()
