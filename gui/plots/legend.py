"""The strip above a plot that names its curves and hides or shows them."""

import html
from collections.abc import Sequence
from typing import final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget
from typing_extensions import override

from experiments.views import CurveStyle, CurveView
from gui.plots.strokes import SYMBOL_SIZE, line_pen, pen, symbol_path
from gui.theme import Theme

_SAMPLE = 24
_GAP = 6
_PADDING = 5


@final
class LegendEntry(QAbstractButton):
    """A curve's line, symbol and name; checked while the curve is shown."""

    def __init__(self, view: CurveView, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = view.key
        self._label = view.label
        self._style = view.style
        self._theme = theme
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(view.label)
        self.setAccessibleDescription("Curve; press to hide or show it")
        self.setToolTip(f"<span>{html.escape(view.label)}<br>Click to hide or show</span>")

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = _SAMPLE + _GAP + metrics.horizontalAdvance(self._label) + 2 * _PADDING
        return QSize(width, metrics.height() + 4)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse():
            painter.setPen(pen(self._theme.accent if self.hasFocus() else self._theme.line))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setOpacity(1.0 if self.isChecked() else 0.4)
        middle = self.height() / 2
        draw_sample(painter, self._style, QPointF(_PADDING, middle), self._theme)
        left = _PADDING + _SAMPLE + _GAP
        room = self.width() - left - _PADDING
        painter.setOpacity(1.0)
        painter.setPen(QColor(self._theme.text if self.isChecked() else self._theme.muted))
        font = self.font()
        font.setStrikeOut(not self.isChecked())
        painter.setFont(font)
        painter.drawText(
            QRectF(left, 0, room + 1, self.height()),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine),
            self.fontMetrics().elidedText(self._label, Qt.TextElideMode.ElideRight, room + 1),
        )


def draw_sample(painter: QPainter, style: CurveStyle, left: QPointF, theme: Theme) -> None:
    """Draw a short piece of a curve as the plot draws it, from its left end on."""
    right, middle = left + QPointF(_SAMPLE, 0), left + QPointF(_SAMPLE / 2, 0)
    if style.dash is not None:
        painter.setPen(line_pen(style, width=2.0))
        painter.drawLine(left, right)
    if style.symbol is not None:
        painter.save()
        painter.translate(middle)
        painter.scale(SYMBOL_SIZE, SYMBOL_SIZE)
        painter.setPen(pen(style.colour, width=1.3))
        painter.setBrush(QColor(theme.surface))
        painter.drawPath(symbol_path(style.symbol))
        painter.restore()


@final
class Legend(QWidget):
    """Entries side by side, in as many rows as they need."""

    toggled = Signal(str, bool)
    """Key of a curve and whether it is to be shown."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: tuple[tuple[str, str, CurveStyle], ...] = ()
        self.entries: dict[str, LegendEntry] = {}

    def show_curves(
        self, curves: Sequence[CurveView], hidden: frozenset[str], theme: Theme
    ) -> None:
        """Name these curves; one alone is named by its axis and needs no legend.

        Companions of other curves have no entry of their own.
        """
        curves = [curve for curve in curves if not curve.companion_of]
        wanted = tuple((curve.key, curve.label, curve.style) for curve in curves)
        if wanted != self._shown or theme is not self._theme:
            self._shown, self._theme = wanted, theme
            for entry in self.entries.values():
                entry.setParent(None)
                entry.deleteLater()
            self.entries = {curve.key: LegendEntry(curve, theme, self) for curve in curves}
            for key, entry in self.entries.items():
                entry.toggled.connect(lambda shown, key=key: self.toggled.emit(key, shown))
                entry.show()
            self.setVisible(len(curves) > 1)
            self._arrange()
        for key, entry in self.entries.items():
            entry.blockSignals(True)
            entry.setChecked(key not in hidden)
            entry.blockSignals(False)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            QTimer.singleShot(0, self._arrange)  # the entries take their font over first

    def _arrange(self) -> None:
        x = y = row = 0
        for entry in self.entries.values():
            size = entry.sizeHint()
            width = min(size.width(), max(self.width(), 1))
            if x and x + width > self.width():
                x, y = 0, y + row
            entry.setGeometry(x, y, width, size.height())
            x, row = x + width + _GAP, size.height()
        self.setFixedHeight(y + row)
