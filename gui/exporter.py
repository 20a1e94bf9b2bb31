"""Getting figures, tables and settings out of the window."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from experiments.failure import explain
from experiments.figures import NUMBERS, PLANE, RunView, figure, numbers, titles
from experiments.settings import Settings, dump_toml
from experiments.stored import load_run
from experiments.views import ViewOptions
from gui.plot_tabs import PlotTabs
from gui.session import Session
from gui.state import WindowState


class Exporter(QObject):
    """Asks where to, then writes in a process of its own while the window goes on.

    Signals
    -------
    told
        What is being done or was done, in a sentence.
    problem
        Why something could not be written: a sentence, and details.
    """

    told = Signal(str)
    problem = Signal(str, str)

    def __init__(
        self, window: QWidget, *, session: Session, plots: PlotTabs, state: WindowState
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._plots = plots
        self._state = state

    def export_shown(self) -> None:
        """Export what the plots show."""
        self._ask(self._session.view)

    def export_stored(self, run_id: int) -> None:
        """Export a run of the history."""
        self._session.background.in_thread(
            load_run, self._session.store_path, run_id, done=self._ask, failed=self._failed
        )

    def write(self, folder: Path, view: RunView) -> None:
        """Write figure, tables, settings and script to a folder."""
        self.told.emit(f"Exporting to {folder} …")
        self._session.background.in_process(
            write_export,
            folder,
            view,
            self._plots.title,
            self._plots.bars.options,
            done=lambda _: self.told.emit(f"Exported to {folder}."),
            failed=self._failed,
        )

    def save_settings(self, settings: Settings) -> None:
        """Write settings to a file of the user's choice."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save settings", "settings.toml", "Settings (*.toml)"
        )
        if not name:
            return
        try:
            Path(name).write_text(dump_toml(settings), encoding="utf-8")
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            self.problem.emit(f"{name}: cannot be written: {reason}. Try another folder.", "")
        else:
            self.told.emit(f"Saved {name}.")

    def copy_settings(self, settings: Settings) -> None:
        """Put settings into the clipboard as TOML."""
        QApplication.clipboard().setText(dump_toml(settings))
        self.told.emit("Settings copied as TOML.")

    def copy_picture(self) -> None:
        """Put a picture of the plots into the clipboard."""
        QApplication.clipboard().setImage(self._plots.picture())
        self.told.emit("Picture copied.")

    def _ask(self, view: RunView) -> None:
        if not len(view.curves):
            self.problem.emit("There are no curves to export yet. Press Run first.", "")
            return
        start = self._state.text("export folder") or str(Path.home())
        folder = QFileDialog.getExistingDirectory(self._window, "Export to folder", start)
        if folder:
            self._state.put("export folder", folder)
            self.write(Path(folder), view)

    def _failed(self, error: Exception) -> None:
        self.told.emit("")
        self.problem.emit(*explain(error))


def write_export(folder: Path, view: RunView, title: str, options: ViewOptions) -> None:
    """Export a view with the figure of one tab, or the first where that has no curves."""
    from experiments.export import export_run

    known = [name for name in titles(view.settings.kind) if name not in {PLANE, NUMBERS}]
    export_run(
        folder,
        settings=view.settings,
        curves=view.curves,
        figure=figure(view, title if title in known else known[0], (), options),
        numbers=numbers(view, None),
    )
