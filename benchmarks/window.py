"""How quickly the window starts and answers, as ratios and milliseconds measured in one run.

``uv run python benchmarks/window.py`` prints these measurements:

* start: from a fresh interpreter to the window shown, against a bare PySide6 + pyqtgraph window;
* slider: from a slider's event to the redrawn theory curves;
* event loop: gaps between ticks of a 5 ms timer while a network trains and its curves are drawn;
* event loop while finite-size runs of the solvable model stream in;
* event loop while the marker of a map is dragged;
* first cell and first 16 cells of a map of another loss on the screen, from the press of Run;
* event loop while that map refines.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gui.window import MainWindow

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"

ROOT = Path(__file__).resolve().parent.parent

BARE = """
import time; began = time.perf_counter()
from PySide6.QtWidgets import QApplication
import pyqtgraph as pg
app = QApplication([])
plot = pg.PlotWidget(); plot.plot([1, 2, 3], [3, 1, 2]); plot.resize(1280, 800)
plot.show(); app.processEvents(); plot.grab()
print(time.perf_counter() - began, flush=True)
plot.close()
"""

OURS = """
import time; began = time.perf_counter()
import gc; gc.disable()  # as gui.app does
from PySide6.QtWidgets import QApplication
app = QApplication([])
from gui.start import build_window
window = build_window()
window.show(); app.processEvents(); window.grab()
shown = time.perf_counter() - began
window.session.shown.connect(app.quit)
app.exec()
app.processEvents()
print(shown, time.perf_counter() - began, flush=True)
import sys
assert not {"tensorflow", "keras", "pandas", "sklearn", "matplotlib"} & sys.modules.keys()
window.close()
"""


def started(script: str, home: str) -> list[float]:
    """Seconds until a fresh interpreter shows a window, and its curves where it says so."""
    environment = {**os.environ, "BIAS_LAB_HOME": home, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, "-c", f"if __name__ == '__main__':\n{indented(script)}"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(seconds) for seconds in result.stdout.split()]


def indented(script: str) -> str:
    """Put a script below a guard, as spawned workers need."""
    return "".join(f"    {line}\n" for line in script.strip().splitlines())


def measure_start() -> None:
    """Print the ratio of both start-up times, interleaved."""
    with tempfile.TemporaryDirectory() as home:
        rows = [started(BARE, home) + started(OURS, home) for _ in range(8)][1:]
    bare, ours, curves = (median(times) for times in zip(*rows, strict=True))
    print(
        f"start: window shown after {ours:.2f} s, bare plot window {bare:.2f} s, ratio"
        f" {ours / bare:.2f}; exact curves drawn after {curves:.2f} s"
    )


def wait(milliseconds: int) -> None:
    """Serve the event loop; unlike QTest.qWait this lets other threads run."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


@contextmanager
def told_gaps(name: str) -> Iterator[None]:
    """Print the gaps of the event loop while the block under it serves it."""
    from PySide6.QtCore import QTimer

    ticks: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start(5)
    yield
    timer.stop()
    gaps = 1000 * np.diff(ticks)
    print(
        f"event loop, {name}: 95th percentile {np.percentile(gaps, 95):.0f} ms, longest gap"
        f" {gaps.max():.0f} ms"
    )


def measure_running() -> None:
    """Print slider latency and the gaps of the event loop while something runs."""
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    from experiments.catalogue import preset
    from experiments.settings import replace
    from gui.start import build_window

    window = build_window()
    window.show()
    wait(20_000)  # until the worker that trains has imported TensorFlow on the other core
    window.open_preset("crossing")
    wait(200)
    delays = []
    slider = window.panel.row("learning.learning_rate").slider
    assert slider is not None
    for position in np.linspace(0.3, 0.7, 60) * slider.maximum():
        began = time.perf_counter()
        slider.setValue(round(position))
        window.plots.redraw_now()
        application.processEvents()
        delays.append(1000 * (time.perf_counter() - began))
        wait(60)
    print(f"slider to redrawn curves: median {median(delays):.1f} ms, largest {max(delays):.1f} ms")

    wait(3000)
    training = replace(preset("adult").settings, "optimiser.epochs", 40)
    simulation = replace(preset("crossing").settings, "simulation.dimension", 20_000)
    for name, settings in (("training", training), ("simulation", simulation)):
        window.panel.load(settings, name)
        window.run()
        while not (window.session.view.name and len(window.session.view.curves)):
            wait(50)
        wait(500)
        with told_gaps(f"{name} with {len(window.session.view.curves)} curves"):
            wait(10_000)
        window.session.stop()
        wait(500)
    measure_maps(window)
    window.close()
    wait(100)


def measure_maps(window: "MainWindow") -> None:
    """Print the gaps of the event loop over maps, and how soon one is seen that takes its time."""
    from experiments.catalogue import preset
    from experiments.settings import replace

    for name in ("crossing-map", "rules-map"):
        window.open_preset(name)
        wait(3000)
        with told_gaps(f"marker of {name} dragged"):
            drag_marker(window)
    window.panel.load(replace(preset("crossing-map").settings, "learning.loss", "logistic"), "")
    wait(3000)
    seen: list[float] = []
    window.run()
    began = time.perf_counter()
    while len(seen) < 2:
        wait(5)
        cells = window.session.view.cells
        if window.session.view.name and cells is not None:
            solved = np.unique(cells.layer("final_gap"))
            if np.isfinite(solved).sum() >= (1, 16)[len(seen)]:
                seen.append(time.perf_counter() - began)
    print(f"map of the logistic loss: first cell after {seen[0]:.2f} s, 16 after {seen[1]:.2f} s")
    with told_gaps("map of the logistic loss refined"):
        wait(8000)
    window.session.stop()
    wait(500)
    with told_gaps("its marker dragged"):
        drag_marker(window)


def drag_marker(window: "MainWindow") -> None:
    """Lead the marker across the map for two seconds."""
    cells, wishes = window.session.view.cells, window.plots.wishes
    assert cells is not None
    for share in np.linspace(0, 1, 120):
        x = np.quantile(cells.x, share)
        y = np.quantile(cells.y, 0.5 + 0.4 * np.sin(6 * share))
        wishes.marker_moved.emit(float(x), float(y))
        wait(16)
    wishes.marker_released.emit()
    wait(100)


if __name__ == "__main__":
    measure_start()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BIAS_LAB_HOME"] = folder
        measure_running()
