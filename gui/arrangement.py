"""Where the parts of the window are, and how large."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from gui.state import WindowState

_GALLERY, _PANEL, _HISTORY = 270, 320, 120
_LEAST = 30
"""Lines of text that the plots keep, in width and height, while what is beside them gives way."""


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
        self._across = GivingWay(Qt.Orientation.Horizontal, (gallery, centre, panel), keeps=1)
        self._down = GivingWay(Qt.Orientation.Vertical, (self._across, history), keeps=0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addWidget(toolbar)
        layout.addWidget(self._down, 1)

    def restore(self, state: WindowState) -> None:
        """Give the parts the sizes that are remembered, or good ones."""
        self._across.set_wanted(_sizes(state.text("across"), (_GALLERY, 0, _PANEL)))
        self._down.set_wanted(_sizes(state.text("down"), (0, _HISTORY)))

    def keep(self, state: WindowState) -> None:
        """Remember the sizes of the parts."""
        state.put("across", " ".join(map(str, self._across.wanted)))
        state.put("down", " ".join(map(str, self._down.wanted)))


class GivingWay(QSplitter):
    """Parts of which one stays usable in a small window: the others give way, first to last.

    They come back to the sizes that the user gave them as soon as there is room.

    Parameters
    ----------
    keeps
        Number of the part that keeps its place and takes all that is left.
    """

    def __init__(
        self, orientation: Qt.Orientation, parts: Sequence[QWidget], *, keeps: int
    ) -> None:
        super().__init__(orientation)
        self._parts, self._keeps = tuple(parts), keeps
        self.wanted = [0] * len(parts)
        self._given = self.wanted
        self.setHandleWidth(1)
        for part in parts:
            self.addWidget(part)
            part.installEventFilter(self)
        self.setCollapsible(keeps, False)
        self.setStretchFactor(keeps, 1)
        self.splitterMoved.connect(self._take_move)

    def set_wanted(self, sizes: Sequence[int]) -> None:
        """Give the parts these sizes in pixels where there is room; 0 for one that is closed."""
        self.wanted = list(sizes)
        self._share()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Share the room anew when a part was shown or hidden."""
        if event.type() in {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}:
            self._share()
        return super().eventFilter(watched, event)

    def _take_move(self, _position: int, handle: int) -> None:
        """Want what the user gave the part at a handle, and what that left of those pushed."""
        at_handle = handle if handle != self._keeps else handle - 1
        sizes = self.sizes()
        for place, size in enumerate(sizes):
            pushed = place != self._keeps and size != self._given[place]
            if pushed or place == at_handle:
                self.wanted[place] = size
        self._given = sizes

    def _share(self) -> None:
        sizes = list(self.wanted)
        sizes[self._keeps] = _LEAST * self.fontMetrics().height()
        shown = [place for place, part in enumerate(self._parts) if not part.isHidden()]
        lacking = sum(sizes[place] for place in shown) + self.handleWidth() * (len(shown) - 1)
        lacking -= self._along(self.size())
        for place in shown:
            part, size = self._parts[place], sizes[place]
            least = self._along(part.minimumSizeHint().expandedTo(part.minimumSize()))
            if place != self._keeps and lacking > 0 and size > least:
                sizes[place] = max(size - lacking, least)
                lacking -= size - sizes[place]
        sizes[self._keeps] -= lacking
        self.setSizes(sizes)
        self._given = self.sizes()

    def _along(self, size: QSize) -> int:
        return size.width() if self.orientation() == Qt.Orientation.Horizontal else size.height()


def _sizes(text: str, usual: Sequence[int]) -> Sequence[int]:
    """Read sizes; the usual ones if there are none, or others."""
    words = text.split()
    fits = len(words) == len(usual) and all(word.isdigit() for word in words)
    return [int(word) for word in words] if fits else usual


def _scrolled(widget: QWidget) -> QScrollArea:
    """Let a part scroll where the window is smaller than it needs."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area
