"""Opening the window, and saying in words why it cannot be opened."""

import gc
import os
import socket
import sys

_X_LIBRARIES = (
    "libEGL.so.1",
    "libxkbcommon-x11.so.0",
    "libxcb-cursor.so.0",
    "libxcb-icccm.so.4",
    "libxcb-image.so.0",
    "libxcb-keysyms.so.1",
    "libxcb-randr.so.0",
    "libxcb-render-util.so.0",
    "libxcb-shape.so.0",
    "libxcb-xkb.so.1",
)
"""What Qt's plugin for X needs; it aborts the process where one is missing."""

NO_SCREEN = (
    "Bias Lab cannot open a window: {reason}. Without a screen, run experiments with"
    " 'bias-lab run NAME' ('bias-lab list' shows the names)."
)


class NoWindowError(RuntimeError):
    """The window cannot be opened; the message says why and what to do instead."""


def open_window() -> int:
    """Open the window and serve it until it is closed.

    Returns
    -------
    int
        The exit code.

    Raises
    ------
    NoWindowError
        If there is no screen, or a system library that Qt needs is missing.
    """
    os.environ.setdefault("QT_API", "pyside6")
    os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
    reason = missing_screen()
    if reason:
        raise NoWindowError(NO_SCREEN.format(reason=reason))
    gc.disable()  # the window's first paint ends this: imports leave nothing to collect
    try:
        from gui.start import serve
    except ImportError as error:
        library = str(error).split(":", 1)[0]
        reason = f"the system library {library} is missing (see 'System libraries' in the README)"
        raise NoWindowError(NO_SCREEN.format(reason=reason)) from error
    return serve(sys.argv[:1])


def missing_screen() -> str:
    """Say why there is no screen to draw on; empty if there seems to be one."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if os.environ.get("WAYLAND_DISPLAY"):
        return ""
    display = os.environ.get("DISPLAY", "")
    if not display:
        return "no screen was found (DISPLAY and WAYLAND_DISPLAY are not set)"
    if not _answers(display):
        return f"the display {display} does not answer"
    return _missing_library()


def _answers(display: str) -> bool:
    """Knock at an X server; a display that is not of the usual form gets the benefit of doubt."""
    host, _, rest = display.rpartition(":")
    number = rest.split(".")[0]
    if not number.isdigit():
        return True
    try:
        if host in {"", "unix"}:
            return _connects(f"/tmp/.X11-unix/X{number}") or _connects(
                f"\0/tmp/.X11-unix/X{number}"
            )
        with socket.create_connection((host, 6000 + int(number)), timeout=3.0):
            return True
    except OSError:
        return False


def _connects(address: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
        knock.settimeout(3.0)
        try:
            knock.connect(address)
        except OSError:
            return False
    return True


def _missing_library() -> str:
    import ctypes

    for library in _X_LIBRARIES:
        try:
            ctypes.CDLL(library)
        except OSError:
            name = f"the system library {library} is missing"
            return f"{name} (see 'System libraries' in the README)"
    return ""
