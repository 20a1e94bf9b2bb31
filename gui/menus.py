"""The window's commands, with their keys, in one place."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton, QWidget


@dataclass(frozen=True, slots=True)
class Command:
    """A named command and the keys that give it."""

    text: str
    run: Callable[[], object]
    keys: tuple[str, ...] = ()


def fill(menu: QMenu, owner: QWidget, commands: tuple[Command | None, ...]) -> None:
    """Add commands to a menu, and their keys to the window; None is a separator."""
    for command in commands:
        if command is None:
            menu.addSeparator()
        else:
            menu.addAction(action(owner, command))


def action(owner: QWidget, command: Command) -> QAction:
    """Make the action of a command; its keys work in the whole window of `owner`."""
    made = QAction(command.text, owner)
    made.setShortcuts([QKeySequence(key) for key in command.keys])
    run = command.run
    made.triggered.connect(lambda _checked=False: run())
    owner.addAction(made)
    return made


def add_visibility(menu: QMenu, text: str, widget: QWidget) -> None:
    """Add a tick that shows or hides a part of the window."""
    tick = menu.addAction(text)
    tick.setCheckable(True)
    tick.toggled.connect(widget.setVisible)
    menu.aboutToShow.connect(lambda: tick.setChecked(widget.isVisible()))


def menu_button(text: str, tip: str) -> QToolButton:
    """Make a button that opens a menu at once."""
    button = QToolButton()
    button.setText(text)
    button.setProperty("role", "button")
    button.setToolTip(tip)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button
