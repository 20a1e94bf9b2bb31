"""Getting figures, tables and settings out of the window."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from experiments.curves import CurveSet
from experiments.failure import explain
from experiments.figures import DATA, RunView
from experiments.settings import Settings, dump_toml
from experiments.stored import load_run
from gui.pages import PlanePage
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
        """Export what the plots show: the tab, its moment, and all runs laid over each other."""
        moment = self._plots.moment.shown
        self._ask(self._shown(), overlays=self._plots.overlays, moment=moment)

    def export_stored(self, run_id: int) -> None:
        """Export a run of the history at its end."""
        self._session.background.in_thread(
            load_run, self._session.store_path, run_id, done=self._ask, failed=self._failed
        )

    def write(
        self,
        folder: Path,
        view: RunView,
        *,
        overlays: Sequence[RunView] = (),
        moment: float | None = None,
    ) -> None:
        """Write tables, settings, script and the figure of the tab shown to a folder.

        Parameters
        ----------
        folder
            Where to.
        view
            What to export.
        overlays
            Runs laid over it in the figure.
        moment
            Time of the numbers and of the plane; None for the end.
        """
        from experiments.export.view import export_view  # not needed to see the window
        from gui.data_page import DataChoice, DataPage
        from gui.map_page import MapPage
        from gui.scores_page import ScoresPage

        page = self._plots.page
        chosen = page.choice if isinstance(page, DataPage) else DataChoice(column="", axes=("", ""))
        title = self._plots.title
        if isinstance(page, MapPage):
            title = page.layer
        elif isinstance(page, ScoresPage):
            title = page.score.title
        job = partial(
            export_view,
            folder,
            view,
            title,
            overlays=overlays,
            options=self._plots.bars.options,
            moment=moment,
            plane=page.choice if isinstance(page, PlanePage) else None,
            column=chosen["column"],
            axes=chosen["axes"],
            choice=self._plots.choice,
        )
        self.told.emit(f"Exporting to {folder} …")
        self._session.background.in_process(
            job, done=partial(self._exported, folder), failed=self._failed
        )

    def _exported(self, folder: Path, result: tuple[tuple[Path, ...], str]) -> None:
        from experiments.export.view import NO_DATA

        _, caption = result
        lack = f" {NO_DATA}" if caption.endswith(NO_DATA) else ""
        self.told.emit(f"Exported to {folder}.{lack}")

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

    def _shown(self) -> RunView:
        """Give the run shown, but the settings of the panel where others' data are shown."""
        from gui.data_page import DataPage

        page, view = self._plots.page, self._session.view
        if not isinstance(page, DataPage) or page.settings is None or page.is_of(view.settings):
            return view
        return RunView("", page.settings, CurveSet())

    def _ask(
        self, view: RunView, *, overlays: Sequence[RunView] = (), moment: float | None = None
    ) -> None:
        if not len(view.curves) and not view.cells and self._plots.title != DATA:
            self.problem.emit("There is nothing to export yet. Press Run first.", "")
            return
        start = self._state.text("export folder") or str(Path.home())
        folder = QFileDialog.getExistingDirectory(self._window, "Export to folder", start)
        if folder:
            self._state.put("export folder", folder)
            self.write(Path(folder), view, overlays=overlays, moment=moment)

    def _failed(self, error: Exception) -> None:
        self.told.emit("")
        self.problem.emit(*explain(error))
