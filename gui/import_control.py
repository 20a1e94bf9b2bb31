"""Opening the import dialog: by command, by a file that is dropped, and from the panel."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from experiments.failure import explain
from experiments.settings import About, FileData, Settings, TrainingSettings
from gui.background import Background
from gui.latest_job import LatestJob
from gui.message_bar import MessageBar
from gui.panel import ParameterPanel
from models.tables import warm_up

if TYPE_CHECKING:
    from gui.import_dialog import ImportDialog

_SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".pq")
_LONGEST_TITLE = 200
_FILTER = f"Tables ({' '.join('*' + suffix for suffix in _SUFFIXES)});;All files (*)"


def is_table(path: Path) -> bool:
    """Tell by its name whether a file holds a table."""
    return path.suffix.casefold() in _SUFFIXES


class ImportControl(QObject):
    """Lets a user choose a table, and puts what was chosen of it into the panel.

    Signals
    -------
    imported
        The panel holds a table: its file's name.
    """

    imported = Signal(str)

    def __init__(self, window: QWidget, *, panel: ParameterPanel, messages: MessageBar) -> None:
        super().__init__(window)
        self._window = window
        self._panel = panel
        self._job = LatestJob()
        self._background = Background()
        self.dialog: ImportDialog | None = None
        self._messages = messages
        panel.file_requested.connect(self.choose)
        messages.remedy.clicked.connect(self.choose)

    @Slot()
    def get_ready(self) -> None:
        """Start what reads tables, so that the first rows of one are there at once."""
        self._job.prepare(warm_up)

    @Slot()
    def choose(self) -> None:
        """Ask for a file, then open the dialog on it."""
        self.get_ready()
        known = self._known
        start = str(Path(known.path).parent) if known is not None and known.path else ""
        name, _ = QFileDialog.getOpenFileName(self._window, "Import a table", start, _FILTER)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Open the dialog on a file; a file that was imported and then moved keeps its choices."""
        self.get_ready()
        self._background.in_thread(
            _import_dialog, done=partial(self._build, path), failed=self._fail
        )

    def _build(self, path: Path, build: "type[ImportDialog]") -> None:
        if not self._window.isVisible():
            return
        if self.dialog is None:
            self.dialog = build(self._window, self._job)
            self.dialog.chosen.connect(self._take)
            self.dialog.file_requested.connect(self.choose)
            self.dialog.finished.connect(self._finish)
        # Building takes time, as showing does: other timers have their turn in between.
        QTimer.singleShot(1, self.dialog, partial(self._show, path))

    def _show(self, path: Path) -> None:
        if self.dialog is None:  # it was closed at once
            return
        known = self._known
        moved = known is not None and known.label and Path(known.path).name == path.name
        self.dialog.read(path, known.choices() if known is not None and moved else None)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    @Slot(str, str)
    def offer(self, problem: str, _details: str) -> None:
        """Offer to choose the file again where a message is about the one in force."""
        known = self._known
        if known is not None and str(Path(known.path)).casefold() in problem.casefold():
            self._messages.offer("Choose file …")

    def close(self) -> None:
        """Close the dialog, and wait for its process to end."""
        if self.dialog is not None:
            self.dialog.reject()
        self._job.close()
        self._background.close()

    @property
    def _known(self) -> FileData | None:
        settings = self._panel.settings
        data = settings.data if isinstance(settings, TrainingSettings) else None
        return data if isinstance(data, FileData) else None

    @Slot(object)
    def _take(self, data: FileData) -> None:
        """Put a table into the settings; what belonged to another set of data is not kept."""
        name = Path(data.path).name
        settings = with_table(self._panel.settings, data)
        self._panel.load(settings, f"Import {name}")
        self.imported.emit(name)

    def _fail(self, error: Exception) -> None:
        self._messages.show_message(*explain(error))

    @Slot()
    def _finish(self) -> None:
        self.dialog = None
        self._job.stop()


def with_table(settings: Settings, data: FileData) -> TrainingSettings:
    """Train on a table; the network is kept, and what does not name parts of other data."""
    plain = TrainingSettings()
    if not isinstance(settings, TrainingSettings):
        return plain.model_copy(update={"data": data, "about": _about(data)})
    known = settings.data
    shares = {name: getattr(known, name) for name in ("validation_share", "test_share")}
    changed: dict[str, object] = {"data": data.model_copy(update=shares)}
    moved = isinstance(known, FileData) and (known.label, known.groups) == (data.label, data.groups)
    if not moved:
        preparation = settings.preparation.model_copy(update={"leave_out": ()})
        changed |= {"about": _about(data), "trouble": plain.trouble, "preparation": preparation}
        if settings.twin.mistake == "leak":
            changed["twin"] = plain.twin
        if settings.mitigation.class_weights:
            changed["mitigation"] = plain.mitigation
        if settings.model.network == "convolutional":
            changed["model"] = settings.model.model_copy(update={"network": "dense"})
    return settings.model_copy(update=changed)


def _about(data: FileData) -> About:
    return About(title=Path(data.path).name[:_LONGEST_TITLE])


def _import_dialog() -> "type[ImportDialog]":
    from gui.import_dialog import ImportDialog  # not needed to see the window

    return ImportDialog
