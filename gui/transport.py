"""The toolbar: run, pause, step and stop, with counters, progress and time left."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QIntValidator, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from experiments.frames import Progress
from experiments.settings.base import LARGEST_SEED
from experiments.time_left import TimeLeft
from gui.activity import Activity, duration
from gui.icons import icon
from gui.keys import KeepsKeys
from gui.theme import Theme

_ICON = QSize(14, 14)


_RUN_WORDS = {Activity.IDLE: "Run", Activity.RUNNING: "Pause", Activity.PAUSED: "Go on"}


@dataclass(frozen=True, slots=True)
class StepSize:
    """A choice of the Step button; `steps` None goes on to the next measured point."""

    label: str
    steps: int | None


class Transport(QFrame):
    """Buttons, counters and the seed; it knows nothing of runs, it only asks."""

    run_requested = Signal()
    pause_requested = Signal()
    reset_requested = Signal()
    stop_requested = Signal()
    step_requested = Signal(object)
    seed_chosen = Signal(int)
    new_seed_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "surface")
        self.setAccessibleName("Toolbar")
        self._activity = Activity.IDLE
        self._clock = TimeLeft()
        self._step_sizes: tuple[StepSize, ...] = ()
        self._step_index = 0

        self.reset = QPushButton("Reset")
        self.reset.setToolTip("Clear the plots and go back to the start, same seed (Ctrl+R)")
        self.run = QPushButton("Run")
        self.run.setProperty("role", "primary")
        self.step = QToolButton()
        self.step.setProperty("role", "button")
        self.step.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.step.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.stop = QPushButton("Stop")
        self.stop.setToolTip(
            "End the run; what it has shown is kept in the history. A training is first measured"
            " where it stands; press again to end it at once"
        )
        self.counters = QLabel()
        self.counters.setTextFormat(Qt.TextFormat.PlainText)
        self.counters.setAccessibleName("Counters")
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress")
        self.progress.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.progress.setMinimumWidth(60)
        self.progress.setMaximumWidth(220)
        self.remaining = QLabel()
        self.remaining.setProperty("role", "muted")
        self.remaining.setTextFormat(Qt.TextFormat.PlainText)
        self.remaining.setAccessibleName("Time left")
        seed_label = QLabel("Seed")
        seed_label.setProperty("role", "muted")
        self.seed = QLineEdit()
        self._seed = 0
        self.seed.setValidator(QIntValidator(0, LARGEST_SEED, self.seed))
        self.seed.installEventFilter(self)
        self.seed.setFixedWidth(84)
        self.seed.setAccessibleName("Seed")
        self.seed.setToolTip("Every random number of a run is drawn from this number")
        seed_label.setBuddy(self.seed)
        self.new_seed = QPushButton("New seed")
        self.new_seed.setToolTip("Draw another seed; Reset keeps the present one")

        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        for button in (self.reset, self.run, self.step, self.stop):
            layout.addWidget(button)
        layout.addSpacing(8)
        layout.addWidget(self.counters)
        layout.addWidget(self.progress, 2)
        layout.addWidget(self.remaining)
        layout.addStretch(1)
        layout.addWidget(seed_label)
        layout.addWidget(self.seed)
        layout.addWidget(self.new_seed)
        self._layout = layout

        keeps = KeepsKeys(self, {Qt.Key.Key_Space})
        for button in (self.reset, self.step, self.stop, self.new_seed):
            button.installEventFilter(keeps)
        self.reset.clicked.connect(self.reset_requested)
        self.run.clicked.connect(self.toggle)
        self.step.clicked.connect(self.request_step)
        self.stop.clicked.connect(self.stop_requested)
        self.new_seed.clicked.connect(self.new_seed_requested)
        self.seed.editingFinished.connect(self._seed_edited)
        self.set_theme(theme)
        self.set_activity(Activity.IDLE)

    def add_button(self, button: QWidget) -> None:
        """Put one more button at the right end."""
        self._layout.addWidget(button)

    def set_theme(self, theme: Theme) -> None:
        """Redraw the icons in the theme's colours."""
        self._theme = theme
        self.reset.setIcon(icon("reset", theme.text))
        self.step.setIcon(icon("step", theme.text))
        self.stop.setIcon(icon("stop", theme.text))
        for button in (self.reset, self.run, self.step, self.stop):
            button.setIconSize(_ICON)
        self._draw_run_button()
        self.run.setMinimumWidth(max(self._width_of_run(words) for words in _RUN_WORDS.values()))
        self._draw_run_button()

    def set_step_sizes(self, sizes: tuple[StepSize, ...]) -> None:
        """Offer these sizes; the chosen position in the list is kept."""
        if sizes == self._step_sizes:
            return
        self._step_sizes = sizes
        menu = QMenu(self.step)
        group = QActionGroup(menu)
        for index, size in enumerate(sizes):
            action = QAction(size.label, menu, checkable=True)
            action.setData(index)
            group.addAction(action)
            menu.addAction(action)
        group.triggered.connect(self._step_chosen)
        old = self.step.menu()
        self.step.setMenu(menu)
        if old is not None:
            old.deleteLater()
        self._step_index = min(self._step_index, len(sizes) - 1)
        group.actions()[self._step_index].setChecked(True)
        self._draw_step_button()

    @property
    def activity(self) -> Activity:
        """What the buttons show."""
        return self._activity

    def set_activity(self, activity: Activity) -> None:
        """Show whether something runs."""
        if self._activity is Activity.IDLE and activity is not Activity.IDLE:
            self._clock = TimeLeft()
        if activity is Activity.PAUSED:
            self._clock.pause()
            self.remaining.setText("paused")
        elif activity is Activity.RUNNING:
            self._clock.resume()
            self.remaining.setText("")
        elif self.stop.hasFocus():
            self.run.setFocus()  # else the next one in line has it, a field that takes keys
        self._activity = activity
        self.stop.setEnabled(activity is not Activity.IDLE)
        self._draw_run_button()

    def set_seed(self, seed: int) -> None:
        """Show the seed."""
        self._seed = seed
        self.seed.setText(str(seed))

    def clear_progress(self) -> None:
        """Show that nothing has been done yet."""
        self.counters.setText("")
        self.remaining.setText("")
        self.progress.setValue(0)
        self.progress.setVisible(False)

    def show_progress(self, progress: Progress) -> None:
        """Show how far the run is."""
        self.progress.setVisible(True)
        self.progress.setValue(round(1000 * progress.fraction))
        self.counters.setText("   ".join(_counter(*counter) for counter in progress.counters))
        if self._activity is Activity.PAUSED:
            self.remaining.setText("paused")
        elif (left := self._clock.estimate(progress.fraction)) is not None:
            self.remaining.setText(f"{duration(left)} left")

    def show_end(self, text: str) -> None:
        """Show how the run ended."""
        self.remaining.setText(f"{text} after {duration(self._clock.elapsed())}")

    @Slot()
    def toggle(self) -> None:
        """Run when idle, pause when running, go on when paused."""
        if self._activity is Activity.RUNNING:
            self.pause_requested.emit()
        else:
            self.run_requested.emit()

    @Slot()
    def request_step(self) -> None:
        """Ask for one step of the chosen size."""
        if self._step_sizes:
            self.step_requested.emit(self._step_sizes[self._step_index].steps)

    @Slot(QAction)
    def _step_chosen(self, action: QAction) -> None:
        self._step_index = int(action.data())
        self._draw_step_button()

    @Slot()
    def _seed_edited(self) -> None:
        self.seed_chosen.emit(int(self.seed.text()))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Bring the seed back when its field is left without one."""
        left = watched is self.seed and event.type() == QEvent.Type.FocusOut
        if left and not self.seed.hasAcceptableInput():
            self.set_seed(self._seed)
        return super().eventFilter(watched, event)

    def _width_of_run(self, words: str) -> int:
        """Measure the Run button with some words, so that its neighbours need not move."""
        self.run.setText(words)
        self.run.ensurePolished()
        return self.run.sizeHint().width()

    def _draw_run_button(self) -> None:
        running = self._activity is Activity.RUNNING
        self.run.setIcon(icon("pause" if running else "play", self._theme.accent_text))
        words = _RUN_WORDS[self._activity]
        self.run.setText(words)
        self.run.setToolTip(f"{words} (Space)")

    def _draw_step_button(self) -> None:
        label = self._step_sizes[self._step_index].label
        self.step.setText(f"Step  {label}")
        self.step.setToolTip(f"Go on by {label}, then pause (→)")


class ToolbarArea(QScrollArea):
    """Holds the toolbar and lets it scroll sideways in a window that is too narrow for it."""

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._transport = transport
        self.setWidget(transport)

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()

    def _height(self) -> int:
        bar = self.horizontalScrollBar()
        toolbar = self._transport.sizeHint().height()
        return toolbar + (bar.sizeHint().height() if bar.isVisible() else 0)


def _counter(name: str, value: float) -> str:
    if name in {"step", "cells", "points", "training"}:
        return f"{name} {value:,.0f}"
    return f"{name} {value:.1f}"
