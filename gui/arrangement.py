"""Where the parts of the window are, and how large."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from gui.state import WindowState

_WIDTHS, _HEIGHTS = (270, 690, 320), (670, 120)


class Arrangement(QWidget):
    """Toolbar above; gallery, plots and parameters side by side; history below.

    Parameters
    ----------
    messages, downloads
        Come above the plots.
    """

    def __init__(
        self,
        *,
        toolbar: QWidget,
        messages: QWidget,
        downloads: QWidget,
        gallery: QWidget,
        plots: QWidget,
        panel: QWidget,
        history: QWidget,
    ) -> None:
        super().__init__()
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addWidget(messages)
        column.addWidget(downloads)
        column.addWidget(_scrolled(plots), 1)
        self._across = _splitter(Qt.Orientation.Horizontal, gallery, centre, panel)
        self._across.setCollapsible(1, False)
        self._across.setStretchFactor(1, 1)
        self._down = _splitter(Qt.Orientation.Vertical, self._across, history)
        self._down.setCollapsible(0, False)
        self._down.setStretchFactor(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addWidget(toolbar)
        layout.addWidget(self._down, 1)

    def restore(self, state: WindowState) -> None:
        """Give the parts the sizes that are remembered, or good ones."""
        if not self._across.restoreState(state.data("across")):
            self._across.setSizes(_WIDTHS)
        if not self._down.restoreState(state.data("down")):
            self._down.setSizes(_HEIGHTS)

    def keep(self, state: WindowState) -> None:
        """Remember the sizes of the parts."""
        state.put("across", self._across.saveState())
        state.put("down", self._down.saveState())


def _splitter(orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setHandleWidth(1)
    for widget in widgets:
        splitter.addWidget(widget)
    return splitter


def _scrolled(widget: QWidget) -> QScrollArea:
    """Let a part scroll where the window is smaller than it needs."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area
