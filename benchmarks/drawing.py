"""How long the plots take to draw: growing curves, a dragged slider, and pyqtgraph's defaults.

Prints one line per case, and the ratio to the same job done with pyqtgraph's defaults in the same
run. Needs no screen: ``python -m benchmarks.drawing``.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from experiments.curves import CurveSet
from experiments.frames import CurveName, Points, Source
from experiments.views import CurveStyle, CurveView, Figure, Marker, Panel, Symbol, group_colour
from gui.plots import FigureView

PLOTS, CURVES, NEW_POINTS, FRAMES = 4, 6, 500, 40


class GrowingFigure:
    """Noisy curves of which every frame appends points to each."""

    def __init__(self, length: int) -> None:
        self._names = [
            [
                CurveName(f"quantity {plot}", f"group {curve}", Source.TRAINING, "base", 0)
                for curve in range(CURVES)
            ]
            for plot in range(PLOTS)
        ]
        self.curves = CurveSet()
        self._rng = np.random.default_rng(0)
        self._size = 0
        self.grow(length)

    def grow(self, points: int) -> None:
        """Append points to every curve."""
        x = np.arange(self._size, self._size + points, dtype=float)
        self._size += points
        for names in self._names:
            for index, name in enumerate(names):
                value = 0.1 * index + np.exp(-x / 40_000) + self._rng.normal(0, 0.02, points)
                self.curves.extend([Points(name, x, value)])

    def figure(self) -> Figure:
        """Return the figure as it stands."""
        return Figure(
            key="growing",
            title="",
            panels=tuple(
                Panel(
                    key=names[0].quantity,
                    x_label=f"step {plot}",
                    y_label="loss",
                    curves=tuple(
                        CurveView(
                            key=name.group,
                            label=name.group,
                            x=self.curves[name].x,
                            y=self.curves[name].value,
                            style=CurveStyle(group_colour(index)),
                        )
                        for index, name in enumerate(names)
                    ),
                )
                for plot, names in enumerate(self._names)
            ),
        )


def slider_figures() -> Iterator[Figure]:
    """Yield a two-panel figure whose curves of 400 points all differ from those before."""
    t = np.geomspace(0.01, 100.0, 400)
    for event in range(10_000):
        rate = 1.0 + 0.5 * np.sin(event / 10.0)
        losses = [0.3 + 0.2 * np.exp(-t * rate / part) for part in (1.0, 3.0, 2.0)]
        curves = tuple(
            CurveView(str(index), f"group {index}", t, loss, CurveStyle(group_colour(index)))
            for index, loss in enumerate(losses)
        )
        few = slice(None, None, 20)
        dots = CurveView(
            "dots",
            "runs",
            t[few],
            losses[0][few],
            CurveStyle(group_colour(0), None, Symbol.CIRCLE),
            low=losses[0][few] - 0.01,
            high=losses[0][few] + 0.01,
        )
        gap = CurveView("gap", "gap", t, losses[0] - losses[1], CurveStyle(group_colour(2)))
        marker = Marker(rate, f"t = {rate:.1f}: now group 0 is ahead")
        yield Figure(
            "slider",
            "",
            (
                Panel("loss", "t", "loss", (*curves, dots), (marker,), x_log=True, height=2.0),
                Panel("gap", "t", "gap", (gap,), x_log=True, baseline=0.0),
            ),
        )


def timed(advance: Callable[[], None], frames: int = FRAMES) -> list[float]:
    """Return the milliseconds of each frame, sorted."""
    taken = []
    for _ in range(frames):
        start = time.perf_counter()
        advance()
        taken.append(1000.0 * (time.perf_counter() - start))
    return sorted(taken)


def report(label: str, taken: list[float]) -> float:
    """Print median and extremes; return the median."""
    median = statistics.median(taken)
    worst = taken[int(0.95 * len(taken))]
    print(f"{label:<58}{median:7.1f} ms a frame (95 % below {worst:.1f}, longest {taken[-1]:.1f})")
    return median


def ours(application: QApplication, length: int) -> float:
    """Time `FigureView` with curves of this length."""
    data, view = GrowingFigure(length), FigureView()
    view.resize(1200, 1000)
    view.show()
    view.set_figure(data.figure())
    application.processEvents()

    def advance() -> None:
        view.set_figure(data.figure())
        application.processEvents()

    taken = []
    for _ in range(FRAMES):
        data.grow(NEW_POINTS)
        taken += timed(advance, 1)
    stored = len(data.curves) and next(iter(data.curves)).x.size
    view.close()
    return report(f"{PLOTS} plots x {CURVES} curves, now {stored:,} points each", sorted(taken))


def pyqtgraph_defaults(application: QApplication, length: int) -> float:
    """Time the same curves with `PlotDataItem` as it comes."""
    data, window = GrowingFigure(length), QWidget()
    layout = QGridLayout(window)
    plots = [pg.PlotWidget() for _ in range(PLOTS)]
    for row, plot in enumerate(plots):
        layout.addWidget(plot, row, 0)
    items = [[plot.plot(pen=pg.mkPen(group_colour(i))) for i in range(CURVES)] for plot in plots]
    window.resize(1200, 1000)
    window.show()

    def advance() -> None:
        for panel, row in zip(data.figure().panels, items, strict=True):
            for curve, item in zip(panel.curves, row, strict=True):
                item.setData(curve.x, curve.y)
        application.processEvents()

    advance()
    taken = timed(advance, 5)
    window.close()
    return report(f"pyqtgraph's defaults, {length:,} points each", taken)


def slider(application: QApplication) -> None:
    """Time replaced curves of 400 points."""
    view, figures = FigureView(), slider_figures()
    view.resize(900, 600)
    view.show()

    def advance() -> None:
        view.set_figure(next(figures))
        application.processEvents()

    timed(advance, 5)
    report("slider: two panels, 4 + 1 curves of 400 points replaced", timed(advance, 100))
    view.close()


def main() -> None:
    """Print every case."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    slider(application)
    for length in (1_000, 10_000):
        ours(application, length)
    drawn = ours(application, 100_000)
    print(f"ratio to pyqtgraph's defaults: {drawn / pyqtgraph_defaults(application, 100_000):.2f}")


if __name__ == "__main__":
    main()
