"""Building the application around one window."""

import signal
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from experiments.catalogue import preset
from experiments.store import default_path
from gui import theme as themes
from gui.session import Session
from gui.state import WindowState
from gui.window import MainWindow

if TYPE_CHECKING:
    from experiments.runner import Runner

FIRST_PRESET = "crossing"


def build_window() -> MainWindow:
    """Build the window with what it remembers; a QApplication must exist."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    store_path = default_path()
    state = WindowState(store_path.parent)
    theme = {"light": themes.LIGHT, "dark": themes.DARK}.get(
        state.text("theme"), themes.system_theme()
    )
    application.setStyle("Fusion")
    themes.apply(theme)
    if state.number("font size"):
        themes.set_font_size(state.number("font size"))
    settings = state.last_settings() or preset(FIRST_PRESET).settings
    return MainWindow(Session(_start_runner, store_path, settings), state, theme)


def _start_runner() -> "Runner":
    from experiments.runner import Runner

    return Runner(default_path())


def serve(arguments: list[str]) -> int:
    """Show the window and run the event loop; Ctrl+C in the terminal closes the window."""
    application = QApplication(arguments)
    application.setApplicationName("bias-lab")
    application.setApplicationDisplayName("Bias Lab")
    window = build_window()
    window.show()
    window.transport.run.setFocus()
    signal.signal(signal.SIGINT, lambda *_: window.close())
    heartbeat = QTimer()
    heartbeat.timeout.connect(lambda: None)
    heartbeat.start(200)
    return application.exec()
