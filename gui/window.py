"""The main window: gallery, plots, parameters and history around one session."""

from collections.abc import Callable, Sequence
from pathlib import Path
from random import SystemRandom

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QMainWindow,
    QMenu,
    QSplitter,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from experiments.catalogue import preset, presets
from experiments.export import export_run
from experiments.figures import RunView, figures
from experiments.frames import Progress
from experiments.settings import Settings, SettingsError, dump_toml, load_file
from experiments.store import Status
from gui import theme as themes
from gui.expected import expected_curves
from gui.gallery import Gallery
from gui.help_dialog import HelpDialog
from gui.history import History
from gui.icons import icon
from gui.message_bar import MessageBar
from gui.panel import ParameterPanel
from gui.plots import FigureView
from gui.session import Session, load_run
from gui.state import WindowState
from gui.transport import Activity, StepSize, Transport

_REDRAW_MS = 40
_FONT_STEPS = (8.0, 24.0)

_EMPTY = {
    "dynamics": "No curves yet: these settings have no exact solution to show.",
    "training": "Press Run (Space) to train; the curves of each group appear here.",
}


class MainWindow(QMainWindow):
    """Bias Lab's window."""

    def __init__(self, session: Session, state: WindowState, theme: themes.Theme) -> None:
        super().__init__()
        self.setWindowTitle("Bias Lab")
        self.setWindowIcon(icon("app", theme.text))
        self.setAcceptDrops(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.session = session
        self._state = state
        self._theme = theme
        self._overlays: tuple[RunView, ...] = ()
        self._dirty = False

        self.transport = Transport(theme)
        self.messages = MessageBar(theme)
        self.gallery = Gallery(presets(), theme)
        self.panel = ParameterPanel()
        self.history = History()
        self.heading = QLabel()
        self.heading.setProperty("role", "title")
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Plots")
        self.plots: list[FigureView] = []
        self.sentence = QLabel()
        self.sentence.setProperty("role", "sentence")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out()
        self._make_actions()

        self._redraw_timer = QTimer(self)
        self._redraw_timer.setInterval(_REDRAW_MS)
        self._redraw_timer.timeout.connect(self._redraw_if_dirty)
        self._connect()
        self.panel.set_settings(session.settings)
        self.panel.set_density(state.density)
        self._settings_changed(session.settings)
        self._restore()
        self.statusBar().showMessage("The worker is warming up; theory can be explored already.")
        self.gallery.set_expected(expected_curves())

    # -- layout ---------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.export_button = QToolButton()
        self.export_button.setText("Export")
        self.export_button.setProperty("role", "button")
        self.export_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.export_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button = QToolButton()
        self.menu_button.setProperty("role", "button")
        self.menu_button.setAccessibleName("Menu")
        self.menu_button.setToolTip("File, edit, view and help")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.transport.add_button(self.export_button)
        self.transport.add_button(self.menu_button)

        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        for widget, stretch in (
            (self.messages, 0),
            (self.heading, 0),
            (self.tabs, 1),
            (self.sentence, 0),
        ):
            column.addWidget(widget, stretch)
        self._across = QSplitter(Qt.Orientation.Horizontal)
        self._across.setHandleWidth(1)
        self._across.setChildrenCollapsible(True)
        for widget in (self.gallery, centre, self.panel):
            self._across.addWidget(widget)
        self._across.setCollapsible(1, False)
        self._across.setStretchFactor(1, 1)
        self._down = QSplitter(Qt.Orientation.Vertical)
        self._down.setHandleWidth(1)
        self._down.addWidget(self._across)
        self._down.addWidget(self.history)
        self._down.setCollapsible(0, False)
        self._down.setStretchFactor(0, 1)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addWidget(self.transport)
        layout.addWidget(self._down, 1)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        session, transport = self.session, self.transport
        transport.run_requested.connect(self._run)
        transport.pause_requested.connect(session.pause)
        transport.reset_requested.connect(self._reset)
        transport.stop_requested.connect(session.stop)
        transport.step_requested.connect(self._step)
        transport.seed_chosen.connect(self._choose_seed)
        transport.new_seed_requested.connect(self._new_seed)
        self.gallery.chosen.connect(self.open_preset)
        self.panel.changed.connect(self._settings_changed)
        self.panel.problem.connect(self._show_setting_problem)
        self.panel.problem_cleared.connect(self.statusBar().clearMessage)
        self.history.open_requested.connect(session.open_run)
        self.history.overlays_changed.connect(session.set_overlays)
        self.history.export_requested.connect(self._export_stored)
        self.history.delete_requested.connect(session.delete_runs)
        self.history.rename_requested.connect(session.rename_run)
        session.shown.connect(self._show_view)
        session.grown.connect(self._mark_dirty)
        session.activity.connect(self._activity_changed)
        session.progress.connect(self._progress)
        session.ended.connect(self._run_ended)
        session.problem.connect(self.messages.show_message)
        session.history.connect(self.history.set_rows)
        session.overlays.connect(self._set_overlays)
        session.ready.connect(self._worker_ready)
        self.tabs.currentChanged.connect(self._mark_dirty)

    def _make_actions(self) -> None:
        self.export_menu = QMenu(self)
        self._action(self.export_menu, "Figure, tables and settings …", self._export, "Ctrl+E")
        self._action(self.export_menu, "Settings as TOML …", self._save_settings, "Ctrl+S")
        self._action(self.export_menu, "Copy settings", self._copy_settings)
        self._action(self.export_menu, "Copy picture of the plots", self._copy_picture)
        self.export_button.setMenu(self.export_menu)

        self.menu = QMenu(self)
        self._action(self.menu, "Open settings …", self._choose_file, "Ctrl+O")
        self.menu.addSeparator()
        undo, redo = self.panel.undo_action, self.panel.redo_action
        undo.setShortcut(QKeySequence("Ctrl+Z"))
        redo.setShortcuts([QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")])
        self.menu.addActions([undo, redo])
        self.addActions([undo, redo])
        self.menu.addSeparator()
        self._action(self.menu, "Light or dark", self._toggle_theme, "Ctrl+D")
        self._action(self.menu, "Larger text", lambda: self._scale_font(1), "Ctrl++", "Ctrl+=")
        self._action(self.menu, "Smaller text", lambda: self._scale_font(-1), "Ctrl+-")
        density = self.menu.addMenu("Parameters shown")
        for name in ("simple", "default", "everything"):
            self._action(density, name.capitalize(), lambda name=name: self._set_density(name))
        for text, widget in (
            ("Presets", self.gallery),
            ("Parameters", self.panel),
            ("History", self.history),
        ):
            action = self._action(
                self.menu, f"Show {text.lower()}", lambda widget=widget: _toggle(widget)
            )
            action.setCheckable(True)
            self.menu.aboutToShow.connect(
                lambda action=action, widget=widget: action.setChecked(widget.isVisible())
            )
        self.menu.addSeparator()
        self._action(self.menu, "Help\tF1", self._show_help)
        self._action(self.menu, "Quit", self.close, "Ctrl+Q")
        self.menu_button.setMenu(self.menu)
        reset = QAction("Reset", self)
        reset.setShortcut(QKeySequence("Ctrl+R"))
        reset.triggered.connect(self._reset)
        self.addAction(reset)
        self._draw_icons()

    def _action(
        self, menu: QMenu, text: str, slot: Callable[[], object], *shortcuts: str
    ) -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(shortcut) for shortcut in shortcuts])
        action.triggered.connect(lambda _checked=False: slot())
        menu.addAction(action)
        self.addAction(action)
        return action

    # -- what the session tells -----------------------------------------------------------------

    @Slot(object)
    def _show_view(self, view: RunView) -> None:
        if view.settings != self.panel.settings and view.name:
            self.panel.load(view.settings, f"Open {view.name}")
        kind_changed = self._rebuild_tabs(view)
        self._mark_dirty()
        if kind_changed or not len(view.curves):
            self._redraw_if_dirty()

    @Slot()
    def _mark_dirty(self) -> None:
        """Draw at once when nothing was drawn lately, else with the next tick."""
        self._dirty = True
        if not self._redraw_timer.isActive():
            self._redraw_timer.start()
            self._redraw_if_dirty()

    @Slot()
    def _redraw_if_dirty(self) -> None:
        if not self._dirty:
            self._redraw_timer.stop()
            return
        self._dirty = False
        view = self.session.view
        drawn = figures(view, self._overlays)
        index = self.tabs.currentIndex()
        if 0 <= index < len(drawn):
            self.plots[index].set_figure(drawn[index])
            self._show_sentence(drawn[index].caption)
        self.heading.setText(_heading(view))

    def _show_sentence(self, text: str) -> None:
        if text != self.sentence.text():
            self.sentence.setText(text)
        self.sentence.setVisible(bool(text))

    def _rebuild_tabs(self, view: RunView) -> bool:
        """Give each plot of this kind of run a tab; returns whether there were others before."""
        titles = [figure.title for figure in figures(view)]
        if titles == [self.tabs.tabText(index) for index in range(self.tabs.count())]:
            return False
        while self.tabs.count():
            old = self.tabs.widget(0)
            self.tabs.removeTab(0)
            if old is not None:
                old.deleteLater()
        self.plots = []
        for title in titles:
            plot = FigureView(self._theme)
            plot.set_empty_text(_EMPTY[view.settings.kind])
            self.plots.append(plot)
            self.tabs.addTab(plot, title)
        return True

    @Slot(object)
    def _activity_changed(self, activity: Activity) -> None:
        self.transport.set_activity(activity)
        if activity is Activity.RUNNING:
            self.messages.clear()
            self.statusBar().showMessage("Streaming from the worker.")
        elif activity is Activity.PAUSED:
            self.statusBar().showMessage("Paused. Space goes on, → takes one step.")

    @Slot(object)
    def _progress(self, progress: Progress) -> None:
        self.transport.show_progress(progress)
        self._offer_steps()

    @Slot(str, object, str)
    def _run_ended(self, name: str, status: Status, reason: str) -> None:
        self.transport.show_end(str(status))
        told = f"{name} is {status}." if name else f"The run is {status}."
        self.statusBar().showMessage(f"{told} {reason}".strip())
        self._mark_dirty()

    @Slot(bool)
    def _worker_ready(self, _ready: bool) -> None:
        if self.transport.activity is Activity.IDLE:
            self.statusBar().showMessage("Ready. Space runs, sliders change the settings at once.")

    @Slot(object)
    def _set_overlays(self, views: Sequence[RunView]) -> None:
        self._overlays = tuple(views)
        self._mark_dirty()

    # -- what the user does ---------------------------------------------------------------------

    def open_preset(self, name: str) -> None:
        """Load a preset as one step that can be undone."""
        chosen = preset(name)
        self.panel.load(chosen.settings, f"Open {chosen.title}")
        self.gallery.select(name)

    def open_file(self, path: Path) -> None:
        """Load a settings file, or say what is wrong with it."""
        if path.suffix.casefold() == ".csv":
            message = f"{path.name} is a table. Open a settings file (.toml) instead."
            self.messages.show_message(message)
            return
        try:
            settings = load_file(path)
        except SettingsError as error:
            self.messages.show_message(str(error))
            return
        self.messages.clear()
        self.panel.load(settings, f"Open {path.name}")
        self.statusBar().showMessage(f"Opened {path}.")

    @Slot(object)
    def _settings_changed(self, settings: Settings) -> None:
        self.transport.set_seed(settings.seed)
        self.session.use(settings)
        self._offer_steps()
        name = next((p.name for p in presets() if p.title == settings.about.title), None)
        self.gallery.select(name)
        if self.transport.activity is Activity.IDLE and not self._shows_run():
            self.transport.clear_progress()

    @Slot(str)
    def _show_setting_problem(self, text: str) -> None:
        self.statusBar().showMessage(text)

    @Slot()
    def _run(self) -> None:
        self.panel.commit()
        self.session.start()

    @Slot(object)
    def _step(self, steps: int | None) -> None:
        self.panel.commit()
        self.session.step(steps)

    @Slot()
    def _reset(self) -> None:
        self.session.reset()
        self.transport.clear_progress()
        self.statusBar().showMessage("Back at the start, same seed.")

    @Slot(int)
    def _choose_seed(self, seed: int) -> None:
        if seed != self.panel.settings.seed:
            self.panel.set_value("seed", seed)

    @Slot()
    def _new_seed(self) -> None:
        self.panel.set_value("seed", SystemRandom().randrange(1, 10_000))

    def _offer_steps(self) -> None:
        settings = self.session.settings
        if settings.kind == "dynamics":
            dimension = settings.model_dump()["simulation"]["dimension"]
            sizes = [StepSize("1 step", 1), StepSize(f"t + 1 ({dimension:,} steps)", dimension)]
        else:
            sizes = [StepSize("1 batch", 1)]
            epoch = self.session.steps_per_epoch()
            if epoch is not None:
                sizes.append(StepSize("1 epoch", epoch))
        self.transport.set_step_sizes((StepSize("next point", None), *sizes))

    def _shows_run(self) -> bool:
        return bool(self.session.view.name)

    # -- export ---------------------------------------------------------------------------------

    def _export(self) -> None:
        self._export_view(self.session.view)

    @Slot(int)
    def _export_stored(self, run_id: int) -> None:
        self.session.background.in_thread(
            load_run,
            self.session.store_path,
            run_id,
            done=self._export_view,
            failed=self._export_failed,
        )

    def _export_view(self, view: RunView) -> None:
        if not len(view.curves):
            self.messages.show_message("There are no curves to export yet. Press Run first.")
            return
        start = self._state.text("export folder") or str(Path.home())
        folder = QFileDialog.getExistingDirectory(self, "Export to folder", start)
        if folder:
            self._state.put("export folder", folder)
            self.export_to(Path(folder), view)

    def export_to(self, folder: Path, view: RunView) -> None:
        """Write a view's figure, tables and settings; the window goes on meanwhile."""
        self.statusBar().showMessage(f"Exporting to {folder} …")
        index = max(self.tabs.currentIndex(), 0)
        self.session.background.in_process(
            write_export,
            folder,
            view,
            index,
            done=lambda _: self.statusBar().showMessage(f"Exported to {folder}."),
            failed=self._export_failed,
        )

    def _export_failed(self, error: Exception) -> None:
        self.statusBar().clearMessage()
        self.messages.show_message(str(error), repr(error))

    def _save_settings(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, "Save settings", "settings.toml", "Settings (*.toml)"
        )
        if not name:
            return
        try:
            Path(name).write_text(dump_toml(self.panel.settings), encoding="utf-8")
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            self.messages.show_message(f"{name}: cannot be written: {reason}. Try another folder.")
        else:
            self.statusBar().showMessage(f"Saved {name}.")

    def _copy_settings(self) -> None:
        QApplication.clipboard().setText(dump_toml(self.panel.settings))
        self.statusBar().showMessage("Settings copied as TOML.")

    def _copy_picture(self) -> None:
        QApplication.clipboard().setPixmap(self.tabs.currentWidget().grab())
        self.statusBar().showMessage("Picture copied.")

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open settings", "", "Settings (*.toml)")
        if name:
            self.open_file(Path(name))

    # -- appearance -----------------------------------------------------------------------------

    def set_theme(self, theme: themes.Theme) -> None:
        """Change all colours."""
        self._theme = theme
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        themes.apply(application, theme)
        self._draw_icons()
        for part in (self.transport, self.messages, self.gallery, *self.plots):
            part.set_theme(theme)
        self._state.put("theme", theme.name)
        self._mark_dirty()

    def _draw_icons(self) -> None:
        self.export_button.setIcon(icon("export", self._theme.text))
        self.menu_button.setIcon(icon("menu", self._theme.text))

    def _toggle_theme(self) -> None:
        self.set_theme(themes.LIGHT if self._theme.name == "dark" else themes.DARK)

    def _scale_font(self, by: int) -> None:
        font = QApplication.font()
        low, high = _FONT_STEPS
        font.setPointSizeF(min(max(font.pointSizeF() + by, low), high))
        QApplication.setFont(font)
        self._state.put("font size", str(font.pointSizeF()))

    def _set_density(self, name: str) -> None:
        self._state.put("density", name)
        self.panel.set_density(self._state.density)

    def _show_help(self) -> None:
        HelpDialog(self.panel.settings.about, self).show()

    def _restore(self) -> None:
        self.resize(1280, 800)
        self.restoreGeometry(self._state.data("geometry"))
        if not self._across.restoreState(self._state.data("across")):
            self._across.setSizes([240, 720, 320])
        if not self._down.restoreState(self._state.data("down")):
            self._down.setSizes([640, 150])

    # -- events ---------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Space:
                self.transport.toggle()
            case Qt.Key.Key_Right:
                self.transport.request_step()
            case Qt.Key.Key_F1:
                self._show_help()
            case _:
                super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.open_file(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._redraw_timer.stop()
        self._state.put("geometry", self.saveGeometry())
        self._state.put("across", self._across.saveState())
        self._state.put("down", self._down.saveState())
        self._state.keep(self.panel.settings)
        self.session.close()
        super().closeEvent(event)


def write_export(folder: Path, view: RunView, index: int) -> None:
    """Export a view with the figure of one tab; runs in a process of its own."""
    export_run(folder, settings=view.settings, curves=view.curves, figure=figures(view)[index])


def _toggle(widget: QWidget) -> None:
    widget.setVisible(not widget.isVisible())


def _dropped_file(data: QMimeData) -> Path | None:
    """Give the one local file that is dropped; None for anything else."""
    urls: list[QUrl] = data.urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None


def _heading(view: RunView) -> str:
    title = view.settings.about.title or view.settings.kind.capitalize()
    return f"{title}  ·  {view.name}" if view.name else title
