"""Live plots: curves that grow, two linked panels, crosshair, legend, zoom and following."""

from gui.plots.curve_plot import CurvePlot
from gui.plots.figure_view import FigureView

__all__ = ["CurvePlot", "FigureView"]
