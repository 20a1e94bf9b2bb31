"""Downloads of data sets that the settings need, while the window goes on."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from experiments.settings import FullData, OpenmlData, Settings, TrainingSettings
from gui.activity import duration
from gui.data_preview import DataPreview
from gui.download_bar import DownloadBar

if TYPE_CHECKING:
    from experiments.downloading import DownloadProcess
    from models.downloads import Downloadable, Transferred

_POLL_MS = 100


class DownloadControl(QObject):
    """Offers in its bar what is not on this machine, and fetches it in a process of its own.

    Parameters
    ----------
    parent
        Who owns it.
    settings
        What the panel holds at first.
    data
        Shows the data of the settings; told to read again what has arrived.

    Attributes
    ----------
    bar
        To be put where the user looks.

    Signals
    -------
    told
        What happened, in a sentence.
    problem
        Why a download failed, and what to try.
    """

    told = Signal(str)
    problem = Signal(str)

    def __init__(self, parent: QObject, settings: Settings, *, data: DataPreview) -> None:
        super().__init__(parent)
        self.bar = DownloadBar()
        self._settings = settings
        self._data = data
        self._offered: Downloadable | None = None
        self._process: DownloadProcess | None = None
        self._started = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._poll)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(1)
        self._later.timeout.connect(self.refresh)
        self.bar.wanted.connect(self.start)
        self.bar.cancelled.connect(self.cancel)

    @Slot(object)
    def follow(self, settings: Settings) -> None:
        """Offer what these settings need as soon as there is time, unless a download goes on."""
        self._settings = settings
        self._later.start()

    @Slot()
    def refresh(self) -> None:
        """Look again what is missing: a run removes what it finds damaged."""
        if self._process is not None:
            return
        self._offered = _absent(self._settings)
        if self._offered is None:
            self.bar.hide()
        else:
            self.bar.offer(_offer(self._offered))

    @Slot()
    def start(self) -> None:
        """Download what is offered."""
        from experiments.downloading import DownloadProcess, download_folder

        entry = self._offered
        if entry is None or self._process is not None:
            return
        try:
            self._process = DownloadProcess(entry, download_folder())
        except OSError as error:
            self.problem.emit(f"No process for the download can be started: {error}.")
            return
        self._started = time.monotonic()
        self.bar.show_progress(f"{entry.title}: connecting …", None)
        self._timer.start()

    @Slot()
    def cancel(self) -> None:
        """Stop the download; nothing of it is kept."""
        if self._process is not None:
            self._process.cancel()
            self._end()
            self.told.emit("The download was cancelled; nothing of it is kept.")

    def close(self) -> None:
        """Stop the download, and say nothing."""
        if self._process is not None:
            self._process.cancel()
            self._process = None
        self._timer.stop()
        self._later.stop()

    @Slot()
    def _poll(self) -> None:
        from experiments.downloading import Ended

        assert self._process is not None
        title, news = self._process.entry.title, self._process.news()
        if isinstance(news, Ended):
            self._end()
            if news.problem:
                self.problem.emit(news.problem)
            else:
                self.told.emit(f"{title} is on this machine now.")
                if self._data.settings is not None:
                    self._data.request(self._data.settings, anew=True)
        elif news is not None:
            fraction = news.done / news.total if news.total else None
            text = _progress(news, time.monotonic() - self._started)
            self.bar.show_progress(f"{title}: {text}", fraction)

    def _end(self) -> None:
        self._process = None
        self._timer.stop()
        self.refresh()


def _absent(settings: Settings) -> "Downloadable | None":
    """Name the set that settings need and that is not on this machine, if any."""
    if not isinstance(settings, TrainingSettings):
        return None
    if not isinstance(settings.data, FullData | OpenmlData):
        return None
    from experiments.downloading import absent  # not needed to see the window

    return absent(settings)


def _offer(entry: "Downloadable") -> str:
    from models.downloads import megabytes

    size = "" if entry.size is None else f" ({megabytes(entry.size)})"
    return f"{entry.title} is not on this machine{size}; licence: {entry.licence}."


def _progress(news: "Transferred", seconds: float) -> str:
    """Say how far a download is after so many seconds."""
    from models.downloads import megabytes

    if news.total is None:
        return megabytes(news.done)
    told = f"{megabytes(news.done)} of {megabytes(news.total)}"
    if news.done >= news.total:
        return f"{told}, being read and checked"
    left = seconds * (news.total - news.done) / news.done if news.done else None
    return told if left is None else f"{told}, {duration(left)} left"
