"""How quickly the import dialog shows a table, and whether the event loop goes on meanwhile.

``uv run python benchmarks/import_dialog.py`` writes a CSV of a million rows and 20 columns and
opens it in a fresh window: while the worker that trains imports TensorFlow, once all is still, and,
where the system lets a file be dropped from its cache, with all installed packages to be read from
disk. It prints when the dialog, the first rows and the groups counted over all rows were shown,
which processes were at work until the first rows and how much of a processor they had, and the gaps
between ticks of a 5 ms timer. Where Python may not keep bytecode (PYTHONDONTWRITEBYTECODE) all
imports take several times as long.
"""

import multiprocessing
import os
import sysconfig
import tempfile
import time
from collections.abc import Callable
from multiprocessing.context import SpawnContext
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["QT_API"] = "pyside6"
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"

_ROWS = 1_000_000
_WANTED_SECONDS, _WANTED_GAP_MS = 2.0, 50.0
_SCENES = {"while TensorFlow is imported": 2_000, "later": 20_000}
"""When a table is opened, in ms after the window was shown."""


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


def forget_packages() -> bool:
    """Have installed packages read from disk again; False where the system has no such word."""
    if not hasattr(os, "posix_fadvise"):
        return False
    for file in Path(sysconfig.get_path("purelib")).rglob("*"):
        if file.is_file():
            descriptor = os.open(file, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)
    return True


def measure(path: Path, milliseconds: int) -> None:
    """Open a table so long after the window was shown; print a timeline and gaps."""
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    from gui.start import build_window

    def wait(duration: int) -> None:
        """Serve the event loop; unlike QTest.qWait this lets other threads run."""
        loop = QEventLoop()
        QTimer.singleShot(duration, loop.quit)
        loop.exec()

    def wait_until(reached: Callable[[], bool]) -> float:
        while not reached():
            wait(10)
        return time.perf_counter() - began

    ticks: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    window = build_window()
    window.show()
    wait(milliseconds)
    before, opened = processor_seconds(), time.time()
    timer.start(5)
    began = time.perf_counter()
    window.open_file(path)
    built = wait_until(lambda: window.imports.dialog is not None)
    dialog = window.imports.dialog
    assert dialog is not None
    shown = wait_until(dialog.page.columns.isVisible)
    at_work = processor_seconds()
    counted = wait_until(dialog.page.take.isEnabled)
    wait(300)
    verdict = "" if shown <= _WANTED_SECONDS else f"   more than {_WANTED_SECONDS:.0f} s"
    print(f"    dialog {built:.2f} s, first rows {shown:.2f} s, groups {counted:.2f} s{verdict}")
    for process, seconds in at_work.items():
        started = process.create_time() - opened
        print(
            f"    process begun {started:+6.2f} s, priority {process.nice():>2}, until the first"
            f" rows {seconds - before.get(process, 0.0):.2f} s of a processor"
        )
    gaps = 1000 * np.diff(ticks)
    verdict = "" if gaps.max() <= _WANTED_GAP_MS else f"   more than {_WANTED_GAP_MS:.0f} ms"
    print(
        f"    event loop: 95th percentile {np.percentile(gaps, 95):.0f} ms, three longest gaps"
        f" {', '.join(f'{gap:.0f}' for gap in np.sort(gaps)[-3:])} ms{verdict}"
    )
    window.close()
    application.processEvents()


def processor_seconds() -> dict[psutil.Process, float]:
    """Give the processor time that each process of the window has taken."""
    return {process: sum(process.cpu_times()[:2]) for process in psutil.Process().children()}


def main() -> None:
    """Measure each scene in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BIAS_LAB_HOME"] = folder
        table = Path(folder) / "million.csv"
        write_table(table)
        print(f"{_ROWS:,} rows × 20 columns, opened …")
        for scene, milliseconds in _SCENES.items():
            print(f"… {scene} ({milliseconds / 1000:.1f} s after the window was shown)", flush=True)
            in_process(context, table, milliseconds)
        if forget_packages():
            print("… while TensorFlow is imported, packages on a cold disk", flush=True)
            in_process(context, table, _SCENES["while TensorFlow is imported"])


def in_process(context: SpawnContext, table: Path, milliseconds: int) -> None:
    """Measure in a fresh process."""
    process = context.Process(target=measure, args=(table, milliseconds))
    process.start()
    process.join()


if __name__ == "__main__":
    main()
