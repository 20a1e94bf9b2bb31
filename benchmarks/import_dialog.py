"""How quickly the import dialog shows a table, and whether the event loop goes on meanwhile.

``uv run python benchmarks/import_dialog.py`` writes a CSV of a million rows and 20 columns, opens
it in the window, and prints how long it took until the first rows and until the groups counted
over all rows were shown, and the gaps between ticks of a 5 ms timer. The gaps are given again for a
pause of the same length, in which nothing is asked of the window.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"

_ROWS = 1_000_000


def write_table(path: Path) -> None:
    """Write 14 columns of numbers, 5 of categories and a label."""
    import pandas as pd

    random = np.random.default_rng(1)
    columns: dict[str, NDArray[Any]] = {
        f"x{number}": random.normal(size=_ROWS).round(4) for number in range(13)
    }
    columns["age"] = random.integers(18, 90, _ROWS)
    for name, levels in (("sex", 2), ("race", 5), ("region", 20), ("job", 50), ("city", 500)):
        columns[name] = np.char.add(f"{name} ", random.integers(0, levels, _ROWS).astype(str))
    columns["label"] = (columns["x0"] + random.normal(size=_ROWS) > 0).astype(int)
    pd.DataFrame(columns).to_csv(path, index=False)


def measure(path: Path) -> None:
    """Print times and gaps."""
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    from gui.start import build_window

    def wait(milliseconds: int) -> None:
        """Serve the event loop; unlike QTest.qWait this lets other threads run."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    ticks: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))

    def wait_until(reached: Callable[[], bool]) -> float:
        while not reached():
            wait(20)
        return time.perf_counter() - began

    def print_gaps(what: str) -> None:
        gaps = 1000 * np.diff(ticks)
        print(
            f"event loop, {what}: 95th percentile {np.percentile(gaps, 95):.0f} ms, three longest"
            f" gaps {', '.join(f'{gap:.0f}' for gap in np.sort(gaps)[-3:])} ms"
        )

    window = build_window()
    window.show()
    wait(20_000)  # until the worker that trains has imported TensorFlow on the other core
    timer.start(5)
    began = time.perf_counter()
    window.open_file(path)
    wait_until(lambda: window.imports.dialog is not None)
    dialog = window.imports.dialog
    assert dialog is not None
    shown = wait_until(dialog.page.columns.isVisible)
    counted = wait_until(dialog.page.take.isEnabled)
    wait(300)
    took = time.perf_counter() - began
    print(f"{_ROWS:,} rows: first rows after {shown:.2f} s, groups counted after {counted:.2f} s")
    print_gaps("import")
    ticks.clear()
    wait(round(1000 * took))
    print_gaps("nothing to do")
    window.close()
    application.processEvents()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BIAS_LAB_HOME"] = folder
        table = Path(folder) / "million.csv"
        write_table(table)
        measure(table)
