"""The bar under the plots that moves through time: play, slider, value, changes of the lead."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget
from typing_extensions import override

from gui.icons import icon
from gui.keys import KeepsKeys
from gui.moment import Moment
from gui.panel.controls import ValueField, ValueSlider
from gui.panel.scale import POSITIONS, SliderScale
from gui.theme import Theme

PLAY_SECONDS = 8.0
"""How long it takes to play through the whole log axis."""

_TICK_MS = 40
_ICON = QSize(12, 12)
_FIELD_DIGITS = 8
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class StopScale:
    """Stops, evenly spaced along a slider."""

    stops: tuple[float, ...]

    def position(self, value: float) -> int:
        """Give the position of a stop."""
        return round(self.stops.index(value) / max(len(self.stops) - 1, 1) * POSITIONS)

    def value(self, position: int) -> float:
        """Give the stop nearest to a position."""
        return self.stops[round(position / POSITIONS * (len(self.stops) - 1))]

    def stepped(self, value: float, steps: int) -> float:
        """Give the stop that is `steps` stops away."""
        return self.stops[min(max(self.stops.index(value) + steps, 0), len(self.stops) - 1)]


class TimeSlider(ValueSlider):
    """A slider over a log axis of time, or over stops, which may both change.

    Signals
    -------
    end_wanted
        The user wants to see the end, and to follow it.
    """

    end_wanted = Signal()

    def set_moment(self, moment: Moment) -> None:
        """Reach over the times that a moment may be."""
        if moment.stops:
            self._scale = StopScale(moment.stops)
        elif moment.span is not None:
            self._scale = SliderScale(*moment.span, logarithmic=True, whole=False)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        self.end_wanted.emit()


class TimeBar(QWidget):
    """Shows and moves a `Moment`.

    Signals
    -------
    problem
        What is wrong with a time that the user typed.
    """

    problem = Signal(str)

    def __init__(self, moment: Moment, theme: Theme) -> None:
        super().__init__()
        self._moment = moment
        self._crossings: tuple[float, ...] = ()
        self._played_to = 0.0
        self._ticked_at = 0.0
        self.setAccessibleName("Time")
        self.play = _button()
        self.back = _button(Qt.ArrowType.LeftArrow)
        self.forward = _button(Qt.ArrowType.RightArrow)
        self.slider = TimeSlider(SliderScale(1.0, 10.0, logarithmic=True, whole=False))
        self._label = QLabel()
        self._label.setProperty("role", "muted")
        self.field = ValueField()
        self.field.setMaxLength(24)
        self._label.setBuddy(self.field)
        self.newest = _button()
        self.newest.setText("Newest")
        self.newest.setToolTip(
            "Show the newest step again, and follow it (End, or double click on the slider)"
        )
        self.newest.setAccessibleName("Follow the newest step")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.play)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.back)
        layout.addWidget(self.forward)
        layout.addWidget(self._label)
        layout.addWidget(self.field)
        layout.addWidget(self.newest)
        keeps = KeepsKeys(self, {Qt.Key.Key_Space})
        for button in (self.play, self.back, self.forward, self.newest):
            button.installEventFilter(keeps)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._advance)
        self.play.clicked.connect(self.toggle)
        self.back.clicked.connect(lambda: self._jump(self._neighbours()[0]))
        self.forward.clicked.connect(lambda: self._jump(self._neighbours()[1]))
        self.slider.moved.connect(self._jump)
        self.slider.sliderPressed.connect(self.pause)
        self.slider.end_wanted.connect(self._follow)
        self.newest.clicked.connect(self._follow)
        self.field.committed.connect(self._take_text)
        self.field.reverted.connect(self._show_moment)
        moment.changed.connect(self._take_moment)
        self.set_theme(theme)
        self.set_crossings(())
        self._take_moment()

    def set_theme(self, theme: Theme) -> None:
        """Redraw the icon; measure the text anew."""
        self._theme = theme
        self.field.setFixedWidth(
            self.field.fontMetrics().horizontalAdvance("0" * _FIELD_DIGITS) + 16
        )
        self._draw_play()

    def set_crossings(self, times: Sequence[float]) -> None:
        """Offer to jump to the times at which another group gets ahead."""
        self._crossings = tuple(sorted(times))
        for button in (self.back, self.forward):
            button.setVisible(bool(self._crossings))
        self._show_moment()

    @property
    def playing(self) -> bool:
        """Whether time runs."""
        return self._timer.isActive()

    @Slot()
    def toggle(self) -> None:
        """Play, from the start where the end is reached; pause when playing."""
        if self.playing:
            self.pause()
        elif self._moment.span is not None:
            self._played_to = 0.0 if self._moment.share >= 1.0 else self._moment.share
            self._moment.choose_share(self._played_to)
            self._ticked_at = time.monotonic()
            self._timer.start()
            self._draw_play()

    @Slot()
    def pause(self) -> None:
        """Stand still."""
        self._timer.stop()
        self._draw_play()

    @Slot()
    def _advance(self) -> None:
        now = time.monotonic()
        self._played_to += (now - self._ticked_at) / PLAY_SECONDS
        self._ticked_at = now
        self._moment.choose_share(min(self._played_to, 1.0))
        if self._played_to >= 1.0:
            self.pause()

    @Slot(object)
    def _jump(self, to: float) -> None:
        self.pause()
        if not math.isnan(to):
            self._moment.choose(to)

    @Slot()
    def _follow(self) -> None:
        self.pause()
        self._moment.forget()

    @Slot(str)
    def _take_text(self, text: str) -> None:
        span = self._moment.span
        try:
            wanted = float(text.strip().replace(",", "."))
        except ValueError:
            wanted = math.nan
        if span is not None and span[0] <= wanted <= span[1]:
            self._jump(wanted)
        elif span is not None:
            low, high = (self._text(end) for end in span)
            self.problem.emit(f"{self._unit} {text}: type a number from {low} to {high}.")
        self._show_moment()

    @Slot()
    def _take_moment(self) -> None:
        span = self._moment.span
        if span is None:
            self.pause()
        else:
            self.slider.set_moment(self._moment)
        self._name()
        self._show_moment()

    @property
    def _unit(self) -> str:
        return "step" if self._moment.stops else "t ="

    def _text(self, at: float) -> str:
        return f"{at:.0f}" if self._moment.stops else f"{at:.6g}"

    def _name(self) -> None:
        """Name everything after what the moment counts."""
        steps = bool(self._moment.stops)
        what = "Step" if steps else "Moment t"
        if self._label.text() == self._unit:
            return
        self._label.setText(self._unit)
        self.slider.setAccessibleName(what)
        self.field.setAccessibleName(f"{what}, exact value")
        seen = "the curves, the numbers" if steps else "the plots, the plane, the numbers"
        stored = (
            "It stands still at steps in which the network's answers were stored; at the end it"
            " follows the newest one."
        )
        self.slider.setToolTip(
            f"The {'step' if steps else 'moment'} that all views show: the line in {seen}"
            f"{', the report and all pages between' if steps else ''}.\n"
            "Arrows, Page Up and Page Down move it; Home and End go to the ends."
            + (f"\n{stored}" if steps else "")
        )
        self.field.setToolTip(
            "The step shown; type one and press Enter for the nearest that was stored"
            if steps
            else "The moment shown; type one and press Enter"
        )

    @Slot()
    def _show_moment(self) -> None:
        at = self._moment.time
        if math.isnan(at):
            return
        self.slider.show_value(at)
        self.field.show_text(self._text(at))
        self.newest.setVisible(bool(self._moment.stops))
        self.newest.setEnabled(not self._moment.follows)
        for button, to, words in zip(
            (self.back, self.forward), self._neighbours(), ("Previous", "Next"), strict=True
        ):
            button.setEnabled(not math.isnan(to))
            near = self._text(to) if self._moment.stops else f"{to:.3g}"
            where = "" if math.isnan(to) else f": {self._unit} {near}"
            button.setToolTip(f"{words} change of the group that is ahead{where}")
            button.setAccessibleName(f"{words} change of the lead")

    def _neighbours(self) -> tuple[float, float]:
        """Give the changes of the lead before and after the moment; NaN for none."""
        at, room = self._moment.time, _SAME * self._moment.time
        crossings = [self._moment.nearest(crossing) for crossing in self._crossings]
        earlier = [crossing for crossing in crossings if crossing < at - room]
        later = [crossing for crossing in crossings if crossing > at + room]
        return max(earlier, default=math.nan), min(later, default=math.nan)

    def _draw_play(self) -> None:
        words = "Pause" if self.playing else "Play"
        self.play.setIcon(icon("pause" if self.playing else "play", self._theme.text))
        self.play.setIconSize(_ICON)
        self.play.setAccessibleName(f"{words} through time")
        self.play.setToolTip(f"{words} through time (P)")


def _button(arrow: Qt.ArrowType = Qt.ArrowType.NoArrow) -> QToolButton:
    button = QToolButton()
    button.setArrowType(arrow)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
