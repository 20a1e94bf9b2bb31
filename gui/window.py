"""The main window: gallery, plots, parameters and history around one session."""

import gc
from pathlib import Path
from random import SystemRandom

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QKeySequence,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMainWindow,
    QMenu,
)
from typing_extensions import override

from experiments.catalogue import preset, preset_of, presets
from experiments.expected import expected_curves, expected_maps
from experiments.figures import RunView
from experiments.frames import Progress
from experiments.settings import Settings, SettingsError, load_file
from experiments.store import Status
from gui import theme as themes
from gui.activity import Activity
from gui.arrangement import Arrangement
from gui.change_control import ChangeControl
from gui.download_control import DownloadControl
from gui.dropping import FileDrop
from gui.exporter import Exporter
from gui.gallery import Gallery
from gui.help_dialog import HelpDialog
from gui.history import History
from gui.icons import icon
from gui.import_control import ImportControl, is_table
from gui.map_control import MapControl
from gui.menus import Command, action, add_visibility, fill, menu_button
from gui.message_bar import MessageBar
from gui.panel import Density, ParameterPanel
from gui.plot_tabs import PlotTabs
from gui.session import Session
from gui.state import WindowState
from gui.step_sizes import step_sizes
from gui.transport import ToolbarArea, Transport

_SMALLEST_FONT, _LARGEST_FONT = 7.0, 24.0


class MainWindow(QMainWindow):
    """Bias Lab's window."""

    def __init__(self, session: Session, state: WindowState, theme: themes.Theme) -> None:
        super().__init__()
        self.setWindowTitle("Bias Lab")
        self.setWindowIcon(icon("app", theme.text))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.session = session
        self._state = state
        self._theme = theme
        self.setProperty("theme", theme.name)
        self._ended = ""
        self.transport = Transport(theme)
        self.messages = MessageBar(theme)
        self.gallery = Gallery(presets(), theme)
        self.plots = PlotTabs(theme)
        self.panel = ParameterPanel()
        self.history = History()
        self.maps = MapControl(self, session=session, panel=self.panel, wishes=self.plots.wishes)
        self.changes = ChangeControl(self, session=session, panel=self.panel)
        self.exporter = Exporter(self, session=session, plots=self.plots, state=state)
        self.imports = ImportControl(self, panel=self.panel, messages=self.messages)
        self.downloads = DownloadControl(self, session.settings, data=self.plots.data)
        FileDrop(self, self.open_file)
        self._lay_out()
        self._make_menus()
        self._draw_icons()
        self._connect()
        self.panel.set_density(state.density)
        self.plots.bars.set_options(state.view_options)
        self.panel.set_settings(session.settings)
        self._tell("The exact curves can be explored already; runs are being made ready.")

    # What the user does

    @Slot(str)
    def open_preset(self, name: str) -> None:
        """Load a preset as one step that can be undone."""
        chosen = preset(name)
        self.messages.clear()
        self.panel.load(chosen.settings, f"Open {chosen.title}")
        self.plots.refit()

    def open_file(self, path: Path) -> None:
        """Load a settings file, or say what is wrong with it; look at a table to import it."""
        if is_table(path):
            self.imports.open(path)
            return
        try:
            settings = load_file(path)
        except SettingsError as error:
            self.messages.show_message(str(error))
            return
        self.messages.clear()
        self.panel.load(settings, f"Open {path.name}")
        self.plots.refit()
        self._tell(f"Opened {path}.")

    @Slot(str)
    def _show_imported(self, name: str) -> None:
        self.messages.clear()
        self.plots.refit()
        self.plots.tabs.setCurrentIndex(0)  # the data, groups first
        self._tell(f"Imported {name}. Press Run (Space) to train on it.")

    def set_theme(self, theme: themes.Theme) -> None:
        """Change all colours."""
        self._theme = theme
        self.setProperty("theme", theme.name)
        themes.apply(theme)
        self._draw_icons()
        for part in (self.transport, self.messages, self.gallery, self.plots):
            part.set_theme(theme)
        self._state.put("theme", theme.name)

    def scale_font(self, by: float) -> None:
        """Make all text larger or smaller by so many points."""
        size = QApplication.font().pointSizeF() + by
        size = min(max(size, _SMALLEST_FONT), _LARGEST_FONT)
        themes.set_font_size(size)
        self.set_theme(self._theme)  # icons and plots follow
        self._state.put("font size", str(size))

    def set_density(self, density: Density) -> None:
        """Show few, most or all parameters."""
        self._state.put("density", density)
        self.panel.set_density(density)

    @Slot()
    def run(self) -> None:
        """Run the present settings, or go on with a paused run."""
        if self._can_start():
            self.session.start()

    @Slot(object)
    def step(self, steps: int | None) -> None:
        """Take some gradient steps, then pause."""
        if self._can_start():
            self.session.step(steps)

    def _can_start(self) -> bool:
        """Whether all that the panel shows is in force; if not, say so instead of starting."""
        self.panel.commit()
        if self.transport.activity is Activity.IDLE and self.panel.problems:
            self.messages.show_message(f"Not started. {self.panel.problems}")
            return False
        return True

    @Slot()
    def reset(self) -> None:
        """Go back to the start, same seed."""
        self.session.reset()
        self.transport.clear_progress()
        self._tell("Back at the start, same seed.")

    @Slot(int)
    def _choose_seed(self, seed: int) -> None:
        if seed != self.panel.settings.seed:
            self.panel.set_value("seed", seed)

    @Slot()
    def _new_seed(self) -> None:
        self.panel.set_value("seed", SystemRandom().randrange(1, 10_000))

    def _toggle_theme(self) -> None:
        self.set_theme(themes.LIGHT if self._theme.name == "dark" else themes.DARK)

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open settings", "", "Settings (*.toml)")
        if name:
            self.open_file(Path(name))

    def _show_help(self) -> None:
        self._open_help().show()

    def _show_model(self) -> None:
        dialog = self._open_help()
        dialog.show_model()
        dialog.show()

    def _open_help(self) -> HelpDialog:
        dialog = HelpDialog(self.panel.settings.about, self)
        dialog.preset_chosen.connect(self.open_preset)
        return dialog

    # What the session and the panel tell

    @Slot(object)
    def _settings_changed(self, settings: Settings) -> None:
        self.transport.set_seed(settings.seed)
        self.session.use(settings)
        self.downloads.follow(settings)
        self.plots.follow(settings)
        self._offer_steps()
        chosen = preset_of(settings)
        self.gallery.select(chosen.name if chosen is not None else None)

    @Slot(object)
    def _show_view(self, view: RunView) -> None:
        if view.settings is self.session.settings and view.settings != self.panel.settings:
            self.panel.load(view.settings, f"Open {view.name}")
            self.plots.refit()
        self.plots.show_view(view)
        if view.name != self._ended and self.transport.activity is Activity.IDLE:
            self.transport.clear_progress()
            if view.name:
                self._tell(f"{view.name} is open.")

    @Slot(object)
    def _activity_changed(self, activity: Activity) -> None:
        before = self.transport.activity
        self.transport.set_activity(activity)
        if activity is Activity.PAUSED:
            self._tell("Paused. Space goes on, → takes one step.")
        elif activity is Activity.RUNNING and before is Activity.PAUSED:
            self._tell("Running …")
        elif activity is Activity.RUNNING:
            self.transport.clear_progress()
            self.messages.clear()
            self.plots.show_start(self.session.settings.kind)
            self._tell("Preparing the run …")

    @Slot(object)
    def _progressed(self, progress: Progress) -> None:
        self.transport.show_progress(progress)
        if progress.steps and self.statusBar().currentMessage().startswith("Preparing"):
            self._tell("Running …")
        self._offer_steps()

    @Slot(str, object, str)
    def _run_ended(self, name: str, status: Status, reason: str) -> None:
        self._ended = name
        if self.session.view.name == name:
            self.transport.show_end(str(status))
        else:
            self.transport.clear_progress()
        verb = "has" if status is Status.FAILED else "is"
        self._tell(f"{name or 'The run'} {verb} {status}. {reason}".strip())
        self.plots.show_end()

    @Slot()
    def _worker_ready(self) -> None:
        if self.transport.activity is Activity.IDLE:
            self._tell("Ready. Space runs; sliders change the settings at once.")

    @Slot(str)
    def _tell(self, text: str) -> None:
        self.statusBar().showMessage(text)

    @Slot(object)
    def _set_overlays(self, views: tuple[RunView, ...]) -> None:
        self.plots.set_overlays(views)
        kind = self.session.view.settings.kind
        if views and kind == "phase-diagram":
            self._tell("Ticked but not drawn: nothing is laid over a map.")
            return
        others = sum(view.settings.kind != kind for view in views)
        if others:
            self._tell(f"Ticked but not drawn: {others} of another kind than {kind}.")

    def _offer_steps(self) -> None:
        sizes = step_sizes(self.session.settings, self.session.steps_per_epoch())
        self.transport.set_step_sizes(sizes)

    # Building

    def _lay_out(self) -> None:
        self.export_button = menu_button("Export", "Get figures, tables and settings out")
        self.menu_button = menu_button("", "File, edit, view and help")
        self.menu_button.setAccessibleName("Menu")
        self.transport.add_button(self.export_button)
        self.transport.add_button(self.menu_button)
        self._arrangement = Arrangement(
            toolbar=ToolbarArea(self.transport),
            messages=self.messages,
            downloads=self.downloads.bar,
            gallery=self.gallery,
            plots=self.plots,
            panel=self.panel,
            history=self.history,
        )
        self.setCentralWidget(self._arrangement)
        self.resize(1280, 800)
        self.restoreGeometry(self._state.data("geometry"))
        self._arrangement.restore(self._state)

    def _make_menus(self) -> None:
        exporter, panel = self.exporter, self.panel
        export_menu = QMenu(self)
        fill(
            export_menu,
            self,
            (
                Command("Figure, tables and settings …", exporter.export_shown, ("Ctrl+E",)),
                Command(
                    "Settings as TOML …",
                    lambda: exporter.save_settings(panel.settings),
                    ("Ctrl+S",),
                ),
                Command("Copy settings", lambda: exporter.copy_settings(panel.settings)),
                Command("Copy picture of the plots", exporter.copy_picture),
            ),
        )
        self.export_button.setMenu(export_menu)
        panel.undo_action.setShortcut(QKeySequence("Ctrl+Z"))
        panel.redo_action.setShortcuts([QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")])
        self.addActions([panel.undo_action, panel.redo_action])
        for command in (
            Command("Run or pause", self.transport.toggle, ("Space",)),
            Command("Step", self.transport.request_step, ("Right",)),
            Command("Reset", self.reset, ("Ctrl+R",)),
        ):
            action(self, command)
        menu = QMenu(self)
        opening = Command("Open settings …", self._choose_file, ("Ctrl+O",))
        importing = Command("Import table …", self.imports.choose, ("Ctrl+I",))
        fill(menu, self, (opening, importing, None))
        menu.addActions([panel.undo_action, panel.redo_action])
        menu.addSeparator()
        fill(
            menu,
            self,
            (
                Command("Apply changes to the run", self.changes.apply, ("Ctrl+Return",)),
                Command("Play through time", self.plots.time_bar.toggle, ("P",)),
                None,
                Command("Light or dark", self._toggle_theme, ("Ctrl+D",)),
                Command("Larger text", lambda: self.scale_font(1), ("Ctrl++", "Ctrl+=")),
                Command("Smaller text", lambda: self.scale_font(-1), ("Ctrl+-",)),
            ),
        )
        add_visibility(menu, "Presets", self.gallery)
        add_visibility(menu, "Parameters", self.panel)
        add_visibility(menu, "History", self.history)
        menu.addMenu(self.plots.bars.choices)
        fill(
            menu.addMenu("Parameters shown"),
            self,
            (
                Command("Few", lambda: self.set_density("simple")),
                Command("Most", lambda: self.set_density("default")),
                Command("All", lambda: self.set_density("everything")),
            ),
        )
        menu.addSeparator()
        fill(
            menu,
            self,
            (
                Command("Help", self._show_help, ("F1",)),
                Command("The model …", self._show_model),
                Command("Quit", self.close, ("Ctrl+Q",)),
            ),
        )
        self.menu_button.setMenu(menu)

    def _draw_icons(self) -> None:
        self.export_button.setIcon(icon("export", self._theme.text))
        self.menu_button.setIcon(icon("menu", self._theme.text))

    def _connect(self) -> None:
        session, transport, history = self.session, self.transport, self.history
        transport.run_requested.connect(self.run)
        transport.pause_requested.connect(session.pause)
        transport.reset_requested.connect(self.reset)
        transport.stop_requested.connect(session.stop)
        transport.step_requested.connect(self.step)
        transport.seed_chosen.connect(self._choose_seed)
        transport.new_seed_requested.connect(self._new_seed)
        self.gallery.chosen.connect(self.open_preset)
        self.gallery.import_requested.connect(self.imports.choose)
        self.panel.changed.connect(self._settings_changed)
        self.panel.problem.connect(self.messages.show_message)
        self.panel.problem_cleared.connect(self.messages.clear)
        history.open_requested.connect(session.open_run)
        history.overlays_changed.connect(session.set_overlays)
        history.export_requested.connect(self.exporter.export_stored)
        history.delete_requested.connect(session.delete_runs)
        history.rename_requested.connect(session.rename_run)
        self.plots.problem.connect(self.messages.show_message)
        self.plots.bars.chosen.connect(self._state.keep_view_options)
        session.shown.connect(self._show_view)
        session.grown.connect(self.plots.refresh)
        session.previews.cell.connect(self.plots.show_cell)
        session.previews.note.connect(self._tell)
        self.maps.opened.connect(self.plots.refit)
        self.maps.run_requested.connect(self.run)
        self.maps.problem.connect(self.messages.show_message)
        self.changes.problem.connect(self.messages.show_message)
        session.activity.connect(self._activity_changed)
        session.progress.connect(self._progressed)
        session.ended.connect(self._run_ended)
        session.problem.connect(self.messages.show_message)
        session.history.connect(history.set_rows)
        session.overlays.connect(self._set_overlays)
        session.ready.connect(self._worker_ready)
        session.ready.connect(self.imports.get_ready)
        session.problem.connect(self.imports.offer)
        self.imports.imported.connect(self._show_imported)
        session.ended.connect(self.downloads.refresh)
        self.downloads.told.connect(self._tell)
        self.downloads.problem.connect(self.messages.show_message)
        self.exporter.told.connect(self._tell)
        self.exporter.problem.connect(self.messages.show_message)

    # Events

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self._begin)

    @Slot()
    def _begin(self) -> None:
        """Start what the first sight of the window need not wait for."""
        gc.freeze()
        gc.enable()
        self.session.open()
        self._settings_changed(self.panel.settings)
        for compute, show in (
            (expected_curves, self.gallery.set_expected),
            (expected_maps, self.gallery.set_maps),
        ):
            self.session.background.in_thread(compute, done=show, failed=self.session.report)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.hide()  # at once, even if an export still has to end
        self.imports.close()
        self.downloads.close()
        self.plots.stop()
        self._state.put("geometry", self.saveGeometry())
        self._arrangement.keep(self._state)
        self._state.keep(self.panel.settings)
        self.session.close()
        super().closeEvent(event)
