"""The plane of the solvable model: samples, rules and the student's boundary as time moves."""

from dataclasses import replace
from typing import final

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from experiments.plane import PlaneScene, PlaneView
from gui.plots.area import Axes, PlotArea
from gui.plots.choices import Choices
from gui.plots.intervals import Interval
from gui.plots.plane_canvas import PlaneCanvas
from gui.plots.plane_legend import PlaneLegend
from gui.theme import LIGHT, Theme

_SPEAK_MS = 500
_MOST_FITS = 4
"""The numbers beside an axis need a width that depends on what the axis shows."""
_UNIT = Interval(0.0, 1.0)
_NO_AXES = Axes(_UNIT, _UNIT, x_log=False, y_log=False, x_label="", y_label="", empty=True)


@final
class PlanePlot(QWidget):
    """Shows a `PlaneView` with axes of one scale, a legend and a choice of planes."""

    plane_chosen = Signal(str)
    """The value of the `PlaneChoice` that the user wants to see."""

    def __init__(self, theme: Theme = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: PlaneView | None = None
        card = QFrame(self)
        card.setProperty("role", "card")
        self._legend = PlaneLegend(theme, card)
        self._choices = Choices("Plane of {}", card)
        self._choices.setAccessibleName("Plane to show")
        self._choices.chosen.connect(self.plane_chosen)
        self._area = PlotArea(theme, card)
        self._canvas = PlaneCanvas(theme, self._area)
        self._area.resized.connect(self._arrange)
        self.setFocusProxy(self._canvas)
        self._speaking = QTimer(self)
        self._speaking.setSingleShot(True)
        self._speaking.setInterval(_SPEAK_MS)
        self._speaking.timeout.connect(self._describe)

        top = QHBoxLayout()
        top.addWidget(self._legend, 1, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._choices, 0, Qt.AlignmentFlag.AlignTop)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(10, 8, 10, 6)
        inside.setSpacing(4)
        inside.addLayout(top)
        inside.addWidget(self._area, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(card)
        self.set_theme(theme)
        self.set_view(None)

    def set_theme(self, theme: Theme) -> None:
        """Take over other colours."""
        self._theme = theme
        self._area.set_theme(theme)
        self._canvas.set_theme(theme)
        self._legend.show_view(self._view, theme)
        self._choices.set_theme(theme)

    def set_empty_text(self, text: str) -> None:
        """Choose the sentence shown while there is no view."""
        self._canvas.set_empty_text(text)

    def set_view(self, view: PlaneView | None) -> None:
        """Show a view; None for the empty text."""
        before, self._view = self._view, view
        self._legend.show_view(view, self._theme)
        self._canvas.show_view(view)
        if before is None or view is None or view.scene is not before.scene:
            self._show_choices()
            self._arrange()
        self._speaking.start()

    def grab_image(self) -> QImage:
        """Return a picture of the plane as it is on the screen."""
        return self.grab().toImage()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            QTimer.singleShot(0, self._arrange)  # the axes take their font over first

    def _show_choices(self) -> None:
        """Offer the planes that differ."""
        scene = None if self._view is None else self._view.scene
        choices = () if scene is None else scene.choices
        self._choices.show_choices(choices, "" if scene is None else scene.choice)

    def _arrange(self) -> None:
        """Fit the axes: one scale for both, everything in view."""
        if self._view is None:
            self._canvas.setGeometry(self._fitted(_NO_AXES))
            return
        scene = self._view.scene
        axes = Axes(
            Interval(*scene.x_span),
            Interval(*scene.y_span),
            x_log=False,
            y_log=False,
            x_label=scene.x_label,
            y_label=scene.y_label,
            empty=False,
        )
        inner = self._fitted(axes)
        for _ in range(_MOST_FITS):
            x, y = _at_one_scale(scene, inner.size())
            axes = replace(axes, x=x, y=y)
            before, inner = inner, self._fitted(axes)
            if inner == before:
                break
        self._canvas.setGeometry(inner)
        marks = self._area.x_ticks, self._area.y_ticks
        columns, rows = ([tick.position for tick in ticks] for ticks in marks)
        self._canvas.set_axes(axes.x, axes.y, (columns, rows))

    def _fitted(self, axes: Axes) -> QRect:
        """Lay the axes out; return where the canvas goes."""
        return self._area.arrange(axes, self._area.margin_for(axes))

    def _describe(self) -> None:
        """Tell assistive technology what is seen once it rests."""
        self._canvas.setAccessibleName("Samples on a plane, with the student's boundary")
        self._canvas.setAccessibleDescription("" if self._view is None else self._view.caption)


def _at_one_scale(scene: PlaneScene, size: QSize) -> tuple[Interval, Interval]:
    """Widen the spans of the axes so that a unit is as long on both of them."""
    x, y = Interval(*scene.x_span), Interval(*scene.y_span)
    unit = max(x.span / size.width(), y.span / size.height())
    return _widened(x, unit * size.width()), _widened(y, unit * size.height())


def _widened(interval: Interval, span: float) -> Interval:
    middle = (interval.low + interval.high) / 2
    return Interval(middle - span / 2, middle + span / 2)
