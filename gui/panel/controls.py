"""The controls of the panel: they leave the wheel to the panel and claim the keys they use."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontDatabase,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QSlider,
    QWidget,
)
from typing_extensions import override

from gui.keys import claims
from gui.panel.scale import POSITIONS, Scale

_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10,
    Qt.Key.Key_PageUp: 10,
}
_SLIDER_KEYS = {*_STEPS, Qt.Key.Key_Home, Qt.Key.Key_End}
_CHOICE_KEYS = {Qt.Key.Key_Space, *_SLIDER_KEYS}


class ValueSlider(QSlider):
    """A slider over the round values of a scale.

    Signals
    -------
    moved
        The value that the user moved it to.
    stroke_ended
        What is moved next belongs to another stroke: a press, a release, or the focus left.
    """

    moved = Signal(object)
    stroke_ended = Signal()

    def __init__(self, scale: Scale) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._scale = scale
        self._showing = False
        self._grip = 0.0
        self.setRange(0, POSITIONS)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(self._tell)

    def show_value(self, value: float) -> None:
        """Move to a value, unless the user holds the slider or it stands for that value."""
        if self.isSliderDown() or self._scale.value(self.value()) == value:
            return
        self._showing = True
        self.setValue(self._scale.position(value))
        self._showing = False

    def _tell(self, position: int) -> None:
        if not self._showing:
            self.moved.emit(self._scale.value(position))

    @override
    def event(self, event: QEvent) -> bool:
        """Claim the keys that move the slider."""
        return claims(event, _SLIDER_KEYS) or super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step to the next round value."""
        steps = _STEPS.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
            return
        stepped = self._scale.stepped(self._scale.value(self.value()), steps)
        self.setValue(self._scale.position(stepped))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the handle, or take it to where the slider is pressed."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.stroke_ended.emit()
        self._grip = event.position().x() - self._centre()
        if abs(self._grip) > self._radius():
            self._grip = 0.0
        self.setSliderDown(True)
        self._follow(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if self.isSliderDown():
            self._follow(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self.isSliderDown() and event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self.stroke_ended.emit()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        """End the stroke."""
        super().focusOutEvent(event)
        self.stroke_ended.emit()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel."""
        event.ignore()

    @override
    def sizeHint(self) -> QSize:
        """Ask for room for the handle and a usable way."""
        side = round(2 * self._radius()) + 6
        return QSize(6 * side, side)

    @override
    def minimumSizeHint(self) -> QSize:
        """Give the least usable size."""
        side = round(2 * self._radius()) + 6
        return QSize(2 * side, side)

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a rail, filled up to a round handle, with a ring under focus."""
        palette = self.palette()
        rail, surface = (
            palette.color(QPalette.ColorRole.Mid),
            palette.color(QPalette.ColorRole.Base),
        )
        active = palette.color(QPalette.ColorRole.Accent) if self.isEnabled() else rail
        middle, radius, centre = self.height() / 2, self._radius(), self._centre()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, end in ((rail, self.width() - 3.0), (active, centre)):
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(3, middle - 2, end - 3, 4), 2, 2)
        if self.hasFocus():
            halo = QColor(active)
            halo.setAlphaF(0.4)
            painter.setBrush(halo)
            painter.drawEllipse(QPointF(centre, middle), radius + 3, radius + 3)
        painter.setPen(QPen(active, 2.0))
        painter.setBrush(active if self.isSliderDown() else surface)
        painter.drawEllipse(QPointF(centre, middle), radius - 1, radius - 1)

    def _radius(self) -> float:
        return max(self.fontMetrics().height() * 0.42, 5.0)

    def _centre(self) -> float:
        margin = self._radius() + 3
        return margin + self.value() / POSITIONS * (self.width() - 2 * margin)

    def _follow(self, event: QMouseEvent) -> None:
        margin = self._radius() + 3
        way = max(self.width() - 2 * margin, 1.0)
        self.setValue(round((event.position().x() - self._grip - margin) / way * POSITIONS))


class ChoiceBox(QComboBox):
    """A box of choices that leaves the wheel to the panel."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "choice")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    @override
    def event(self, event: QEvent) -> bool:
        """Claim the keys that choose."""
        return claims(event, _CHOICE_KEYS) or super().event(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel."""
        event.ignore()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, and an arrow in the colour of its text."""
        super().paintEvent(event)
        size = self.fontMetrics().height() * 0.22
        tip = QPointF(self.width() - 12, self.height() / 2 + size / 2)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.PlaceholderText), 1.5))
        painter.drawPolyline([tip + QPointF(-size, -size), tip, tip + QPointF(size, -size)])


class ValueField(QLineEdit):
    """A field for one line; Escape takes back what was typed, undo beyond it is the panel's."""

    committed = Signal(str)
    reverted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown = ""
        self.editingFinished.connect(self.commit)

    def show_text(self, text: str) -> None:
        """Show a value's text, unless the user is typing."""
        if self.isModified():
            return
        self._shown = text
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)

    def commit(self) -> None:
        """Hand over what was typed, if anything was."""
        if self.isModified():
            self.setModified(False)
            if self.text() != self._shown:
                self._shown = self.text()
                self.committed.emit(self.text())

    @override
    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the panel where nothing was typed."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and not self.isModified()
            and (
                event.matches(QKeySequence.StandardKey.Undo)
                or event.matches(QKeySequence.StandardKey.Redo)
            )
        ):
            event.ignore()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take back on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.setModified(False)
            self.reverted.emit()
        else:
            super().keyPressEvent(event)


class MatrixField(QPlainTextEdit):
    """A field of one line per row of a matrix; it hands over when the focus leaves."""

    committed = Signal(str)
    reverted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown = ""
        self.setTabChangesFocus(True)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self.setFont(QFont(font.family()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)

    def show_text(self, text: str) -> None:
        """Show a matrix, unless the user is typing."""
        if self.document().isModified():
            return
        self._shown = text
        if text != self.toPlainText():
            self.setPlainText(text)
            self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        """Ask for the height of all rows and of a scroll bar."""
        lines = max(self._shown.count("\n") + 1, 2)
        bar = self.horizontalScrollBar().sizeHint().height()
        height = lines * self.fontMetrics().lineSpacing() + bar + 12
        return QSize(super().sizeHint().width(), height)

    @override
    def minimumSizeHint(self) -> QSize:
        """Ask for no width in particular."""
        return QSize(0, self.sizeHint().height())

    def commit(self) -> None:
        """Hand over what was typed, if anything was."""
        if self.document().isModified():
            self.document().setModified(False)
            if self.toPlainText() != self._shown:
                self._shown = self.toPlainText()
                self.committed.emit(self._shown)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hand over."""
        super().focusOutEvent(event)
        self.commit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take back on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.document().setModified(False)
            self.reverted.emit()
        else:
            super().keyPressEvent(event)


class InfoButton(QAbstractButton):
    """A circled i, as large as the text beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @override
    def sizeHint(self) -> QSize:
        """Give the height of a line, squared."""
        side = self.fontMetrics().height()
        return QSize(side, side)

    @override
    def minimumSizeHint(self) -> QSize:
        """Give the same as `sizeHint`."""
        return self.sizeHint()

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the circle and the letter."""
        role = (
            QPalette.ColorRole.Accent if self.underMouse() else QPalette.ColorRole.PlaceholderText
        )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(role), 1.0))
        side = self.fontMetrics().height() - 2.5
        circle = QRectF(0, 0, side, side)
        circle.moveCenter(QRectF(self.rect()).center())
        painter.drawEllipse(circle)
        font = self.font()
        font.setItalic(True)
        font.setPixelSize(max(round(side * 0.7), 6))
        painter.setFont(font)
        painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, "i")
