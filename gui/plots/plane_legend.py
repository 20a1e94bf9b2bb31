"""The strip above the plane that says what its colours, markers and lines mean."""

from collections.abc import Callable
from typing import final

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPainter

from experiments.plane import PlaneView
from experiments.views import Dash
from gui.plots.flow_legend import FlowLegend, LegendEntry
from gui.plots.plane_canvas import draw_band, draw_marker
from gui.plots.strokes import pen
from gui.theme import Theme


@final
class PlaneLegend(FlowLegend):
    """Names groups, markers and lines."""

    def show_view(self, view: PlaneView | None, theme: Theme) -> None:
        """Name what this view shows."""
        self.set_entries(() if view is None else self._made(view), theme)

    def _made(self, view: PlaneView) -> list[LegendEntry]:
        entries = [
            LegendEntry(f"{group.label} and its rule", self._group_sample(group.colour))
            for group in view.scene.groups
        ]
        entries += [
            LegendEntry("label +1", self._marker_sample(label=1, right=True)),
            LegendEntry("label −1", self._marker_sample(label=-1, right=True)),
            LegendEntry("hollow: answered wrong", self._marker_sample(label=1, right=False)),
        ]
        entries.append(LegendEntry("student's boundary ± noise not shown", self._boundary_sample))
        return entries

    def _group_sample(self, colour: str) -> Callable[[QPainter, QLineF], None]:
        def draw(painter: QPainter, line: QLineF) -> None:
            painter.setPen(pen(colour, width=1.6, dash=Dash.DASHED))
            painter.drawLine(line)
            draw_marker(
                painter, line.center(), label=1, right=True, colour=colour, theme=self._theme
            )

        return draw

    def _marker_sample(self, *, label: int, right: bool) -> Callable[[QPainter, QLineF], None]:
        def draw(painter: QPainter, line: QLineF) -> None:
            colour = self._theme.muted
            draw_marker(
                painter,
                line.p2() - QPointF(6, 0),
                label=label,
                right=right,
                colour=colour,
                theme=self._theme,
            )

        return draw

    def _boundary_sample(self, painter: QPainter, line: QLineF) -> None:
        draw_band(painter, line, 4.0, self._theme.text)
        painter.setPen(pen(self._theme.text, width=2.2))
        painter.drawLine(line)
