"""What a user can do with a plot, in its menu and on the buttons at its axes."""

from collections.abc import Callable
from typing import final

from PySide6.QtCore import QRect
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from gui.plots.area import small_font
from gui.theme import Theme


@final
class PlotActions:
    """The actions of one plot.

    Parameters
    ----------
    area
        Where the buttons for logarithmic axes go.
    set_x_log, set_y_log
        Called with whether the axis is to be logarithmic.
    reset, show_all, copy
        Called when chosen from the menu.
    """

    def __init__(
        self,
        area: QWidget,
        *,
        set_x_log: Callable[[bool], None],
        set_y_log: Callable[[bool], None],
        reset: Callable[[], None],
        show_all: Callable[[], None],
        copy: Callable[[], None],
    ) -> None:
        self._area = area
        self.x_log = self._toggle("x", set_x_log)
        self.y_log = self._toggle("y", set_y_log)
        self.reset = self._action("Reset view", reset)
        self.show_all = self._action("Show all curves", show_all)
        self.copy = self._action("Copy image", copy)
        self.x_button = self._button(self.x_log)
        self.y_button = self._button(self.y_log)

    def _action(self, text: str, done: Callable[[], None]) -> QAction:
        action = QAction(text, self._area)
        action.triggered.connect(done)
        return action

    def _toggle(self, axis: str, done: Callable[[bool], None]) -> QAction:
        action = QAction(f"Logarithmic {axis} axis", self._area)
        action.setCheckable(True)
        action.setIconText(f"log {axis}")
        action.setToolTip(f"Logarithmic {axis} axis: equal factors become equal lengths")
        action.toggled.connect(done)
        return action

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self._area)
        button.setDefaultAction(action)
        button.setAccessibleName(action.text())
        return button

    def menu(self, parent: QWidget) -> QMenu:
        """Build the menu of the right mouse button; it goes when it is closed."""
        menu = QMenu(parent)
        menu.addActions([self.x_log, self.y_log])
        menu.addSeparator()
        menu.addActions([self.reset, self.show_all])
        menu.addSeparator()
        menu.addAction(self.copy)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def place_buttons(self, area: QRect, *, shown: bool) -> None:
        """Put the buttons into the lower corners, beside the x label."""
        for button in (self.x_button, self.y_button):
            button.setVisible(shown)
            button.setFont(small_font(self._area.font()))
            button.resize(button.sizeHint())
        size = self.x_button.size()
        self.x_button.move(area.width() - size.width(), area.height() - size.height())
        self.y_button.move(0, area.height() - size.height())

    def set_theme(self, theme: Theme) -> None:
        """Colour the buttons."""
        for button in (self.x_button, self.y_button):
            button.setStyleSheet(
                f"QToolButton {{ border: 1px solid transparent; border-radius: 4px;"
                f" padding: 0 3px; color: {theme.muted}; background: transparent; }}"
                f"QToolButton:checked {{ color: {theme.accent}; font-weight: 600; }}"
                f"QToolButton:hover {{ border-color: {theme.line}; }}"
                f"QToolButton:focus {{ border-color: {theme.accent}; }}"
            )
