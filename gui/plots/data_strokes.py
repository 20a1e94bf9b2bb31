"""How groups and classes look in plots of the data: a colour each, and never by colour alone."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from experiments.views import Dash, Symbol, group_colour
from gui.plots.area import small_font
from gui.plots.strokes import mixed, pen, symbol_path
from gui.theme import Theme

_PATTERNS = (
    Qt.BrushStyle.SolidPattern,
    Qt.BrushStyle.BDiagPattern,
    Qt.BrushStyle.Dense5Pattern,
    Qt.BrushStyle.FDiagPattern,
    Qt.BrushStyle.HorPattern,
    Qt.BrushStyle.VerPattern,
)
_DASHES = (Dash.SOLID, Dash.DASHED, Dash.DOTTED, Dash.DASH_DOT)
SYMBOLS = tuple(Symbol)
_TINT = 0.3
MARKER = 5.5


def group_dash(index: int) -> Dash:
    """Choose the dashes of a group's line."""
    return _DASHES[index % len(_DASHES)]


def fill_bar(painter: QPainter, box: QRectF, group: int, theme: Theme) -> None:
    """Paint a bar in a group's colour and pattern."""
    colour, pattern = group_colour(group), _PATTERNS[group % len(_PATTERNS)]
    painter.setPen(Qt.PenStyle.NoPen)
    if pattern is not Qt.BrushStyle.SolidPattern:
        painter.fillRect(box, mixed(theme.surface, colour, _TINT))
    painter.fillRect(box, QBrush(QColor(colour), pattern))
    painter.setPen(pen(colour))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)


def draw_dot(
    painter: QPainter, middle: QPointF, *, colour: str, label: int, name: str, hollow: bool
) -> None:
    """Draw a row: by the symbol of its class, or by a name where there are too many classes."""
    painter.save()
    painter.translate(middle)
    painter.setOpacity(0.8)
    if name:
        painter.setPen(QColor(colour))
        painter.drawText(QRectF(-8, -8, 16, 16), int(Qt.AlignmentFlag.AlignCenter), name)
    else:
        painter.scale(MARKER, MARKER)
        painter.setPen(pen(colour, width=1.4 if hollow else 0.8))
        painter.setBrush(Qt.BrushStyle.NoBrush if hollow else QColor(colour))
        painter.drawPath(symbol_path(SYMBOLS[label % len(SYMBOLS)]))
    painter.restore()


def stamp(widget: QWidget, side: int, draw: Callable[[QPainter, QPointF], None]) -> QPixmap:
    """Draw a marker once, around its middle, to be put onto a widget many times."""
    ratio = widget.devicePixelRatioF()
    made = QPixmap(round(side * ratio), round(side * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(small_font(widget.font()))
    draw(painter, QRectF(0, 0, side, side).center())
    painter.end()
    return made
