"""The bar under the plots that moves through time: play, slider, value, changes of the lead."""

import math
import time
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from gui.icons import icon
from gui.keys import KeepsKeys
from gui.moment import Moment
from gui.panel.controls import ValueField, ValueSlider
from gui.panel.scale import SliderScale
from gui.theme import Theme

PLAY_SECONDS = 8.0
"""How long it takes to play through the whole log axis."""

_TICK_MS = 40
_ICON = QSize(12, 12)
_FIELD_DIGITS = 8
_SAME = 1e-9


class TimeSlider(ValueSlider):
    """A slider over a log axis of time, whose ends may change."""

    def set_span(self, span: tuple[float, float]) -> None:
        """Reach from one time to another."""
        self._scale = SliderScale(*span, logarithmic=True, whole=False)


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
        self.slider.setAccessibleName("Moment t")
        self.slider.setToolTip(
            "The moment that all views show: the line in the plots, the plane, the numbers.\n"
            "Arrows, Page Up and Page Down move it; Home and End go to the ends."
        )
        label = QLabel("t =")
        label.setProperty("role", "muted")
        self.field = ValueField()
        self.field.setAccessibleName("Moment t, exact value")
        self.field.setToolTip("The moment shown; type one and press Enter")
        self.field.setMaxLength(24)
        label.setBuddy(self.field)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.play)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.back)
        layout.addWidget(self.forward)
        layout.addWidget(label)
        layout.addWidget(self.field)
        keeps = KeepsKeys(self, {Qt.Key.Key_Space})
        for button in (self.play, self.back, self.forward):
            button.installEventFilter(keeps)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._advance)
        self.play.clicked.connect(self.toggle)
        self.back.clicked.connect(lambda: self._jump(self._neighbours()[0]))
        self.forward.clicked.connect(lambda: self._jump(self._neighbours()[1]))
        self.slider.moved.connect(self._jump)
        self.slider.sliderPressed.connect(self.pause)
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
            self.problem.emit(f"t = {text}: type a number from {span[0]:g} to {span[1]:g}.")
        self._show_moment()

    @Slot()
    def _take_moment(self) -> None:
        span = self._moment.span
        if span is None:
            self.pause()
        else:
            self.slider.set_span(span)
        self._show_moment()

    @Slot()
    def _show_moment(self) -> None:
        at = self._moment.time
        if math.isnan(at):
            return
        self.slider.show_value(at)
        self.field.show_text(f"{at:.6g}")
        for button, to, words in zip(
            (self.back, self.forward), self._neighbours(), ("Previous", "Next"), strict=True
        ):
            button.setEnabled(not math.isnan(to))
            where = "" if math.isnan(to) else f": t = {to:.3g}"
            button.setToolTip(f"{words} change of the group that is ahead{where}")
            button.setAccessibleName(f"{words} change of the lead")

    def _neighbours(self) -> tuple[float, float]:
        """Give the changes of the lead before and after the moment; NaN for none."""
        at, room = self._moment.time, _SAME * self._moment.time
        earlier = [crossing for crossing in self._crossings if crossing < at - room]
        later = [crossing for crossing in self._crossings if crossing > at + room]
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
