"""How curves look: pens and symbols, the same in plots and legends."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QPolygonF

from experiments.views import CurveStyle, Dash, Symbol

_PATTERNS = {Dash.DASHED: (6.0, 3.0), Dash.DOTTED: (2.0, 2.5), Dash.DASH_DOT: (6.0, 3.0, 1.5, 3.0)}
"""Lengths of strokes and gaps in pixels."""

SYMBOL_SIZE = 7.0


def pen(colour: str, *, width: float = 1.0, dash: Dash = Dash.SOLID) -> QPen:
    """Make a pen whose width and dashes are measured on the screen."""
    made = QPen(QColor(colour), width)
    made.setCosmetic(True)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dash in _PATTERNS:
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
        made.setDashPattern([length / width for length in _PATTERNS[dash]])
    return made


def line_pen(style: CurveStyle, *, width: float) -> QPen:
    """Make the pen of a curve's line; no pen where it has none."""
    if style.dash is None:
        return QPen(Qt.PenStyle.NoPen)
    return pen(style.colour, width=width, dash=style.dash)


def symbol_path(symbol: Symbol) -> QPainterPath:
    """Outline of a symbol around the origin, of about unit size."""
    path = QPainterPath()
    corners: tuple[tuple[float, float], ...]
    match symbol:
        case Symbol.CIRCLE:
            path.addEllipse(QRectF(-0.5, -0.5, 1.0, 1.0))
            return path
        case Symbol.SQUARE:
            path.addRect(QRectF(-0.45, -0.45, 0.9, 0.9))
            return path
        case Symbol.TRIANGLE:
            corners = ((0.0, -0.55), (0.55, 0.45), (-0.55, 0.45))
        case Symbol.DIAMOND:
            corners = ((0.0, -0.6), (0.6, 0.0), (0.0, 0.6), (-0.6, 0.0))
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    path.closeSubpath()
    return path


def mixed(base: str, tint: str, share: float) -> QColor:
    """Lay a share of a tint over an opaque base colour."""
    below, above = QColor(base), QColor(tint)
    return QColor.fromRgbF(
        below.redF() + share * (above.redF() - below.redF()),
        below.greenF() + share * (above.greenF() - below.greenF()),
        below.blueF() + share * (above.blueF() - below.blueF()),
    )
