"""How quickly the window starts and answers, as ratios and milliseconds measured in one run.

``uv run python benchmarks/window.py`` prints four measurements:

* start: from a fresh interpreter to the window shown, against a bare PySide6 + pyqtgraph window;
* slider: from a slider's event to the redrawn theory curves;
* event loop: gaps between ticks of a 5 ms timer while a network trains and its curves are drawn;
* event loop while finite-size runs of the solvable model stream in.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

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
print(time.perf_counter() - began, flush=True)
import sys
assert not {"tensorflow", "keras", "pandas", "sklearn", "matplotlib"} & sys.modules.keys()
window.close()
"""


def started(script: str, home: str) -> float:
    """Seconds until a fresh interpreter shows a window."""
    environment = {**os.environ, "BIAS_LAB_HOME": home, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, "-c", f"if __name__ == '__main__':\n{indented(script)}"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(result.stdout.split()[0])


def indented(script: str) -> str:
    """Put a script below a guard, as spawned workers need."""
    return "".join(f"    {line}\n" for line in script.strip().splitlines())


def measure_start() -> None:
    """Print the ratio of both start-up times, interleaved."""
    with tempfile.TemporaryDirectory() as home:
        pairs = [(started(BARE, home), started(OURS, home)) for _ in range(6)][1:]
    bare, ours = (median(times) for times in zip(*pairs, strict=True))
    print(f"start: {ours:.2f} s, bare window {bare:.2f} s, ratio {ours / bare:.2f}")


def measure_running() -> None:
    """Print slider latency and the gaps of the event loop while something runs."""
    from PySide6.QtCore import QTimer
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    from experiments.catalogue import preset
    from experiments.settings import replace
    from gui.start import build_window

    window = build_window()
    window.show()
    QTest.qWait(500)
    window.open_preset("crossing")
    QTest.qWait(200)
    delays = []
    for rate in np.geomspace(0.05, 0.8, 60):
        began = time.perf_counter()
        window.panel.set_value("learning.learning_rate", float(rate))
        window.plots.redraw_now()
        application.processEvents()
        delays.append(1000 * (time.perf_counter() - began))
        QTest.qWait(60)
    print(f"slider to redrawn curves: median {median(delays):.1f} ms, largest {max(delays):.1f} ms")

    QTest.qWait(12_000)  # the worker that trains has imported TensorFlow by now
    training = replace(preset("adult").settings, "optimiser.epochs", 40)
    simulation = replace(preset("crossing").settings, "simulation.dimension", 600)
    for name, settings in (("training", training), ("simulation", simulation)):
        window.panel.load(settings, name)
        ticks: list[float] = []
        timer = QTimer()
        timer.timeout.connect(lambda ticks=ticks: ticks.append(time.perf_counter()))
        window.run()
        QTest.qWait(1500)
        timer.start(5)
        QTest.qWait(10_000)
        timer.stop()
        curves = len(window.session.view.curves)
        window.session.stop()
        QTest.qWait(500)
        gaps = 1000 * np.diff(ticks)
        print(
            f"event loop, {name} with {curves} curves: 95th percentile"
            f" {np.percentile(gaps, 95):.0f} ms, longest gap {gaps.max():.0f} ms"
        )
    window.close()
    QTest.qWait(100)


if __name__ == "__main__":
    measure_start()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BIAS_LAB_HOME"] = folder
        measure_running()
