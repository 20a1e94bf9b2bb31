import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gui.app import NoWindowError, missing_screen, open_window

HEAVY = {"tensorflow", "keras", "pandas", "sklearn", "matplotlib", "pyarrow"}

WINDOW = """
if __name__ == "__main__":
    import json, sys
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication
    application = QApplication([])
    from gui.start import build_window
    window = build_window()
    at_first = sorted(sys.modules)
    window.show()
    while not len(window.session.view.curves):
        QTest.qWait(20)
    print(json.dumps([at_first, sorted(sys.modules)]))
    window.close()
"""


def test_heavy_libraries_stay_out_of_the_window(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "BIAS_LAB_HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    result = subprocess.run(
        [sys.executable, "-c", WINDOW], env=environment, capture_output=True, text=True, check=True
    )
    at_first, later = map(set, json.loads(result.stdout))
    assert not HEAVY & later
    assert "scipy.special" not in at_first, "the first sight of the window waits for it"
    assert "scipy.special" in later


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere a screen is given")
def test_without_a_screen_the_window_says_what_to_do_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NoWindowError, match="bias-lab run"):
        open_window()
    monkeypatch.setenv("DISPLAY", ":98765")
    assert "does not answer" in missing_screen()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert missing_screen() == ""
