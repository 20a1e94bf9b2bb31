"""One part of a page for each group."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.plots.group_name import GroupName
from gui.theme import Theme


class GroupPart(QWidget):
    """What is seen of one group, under its name."""

    def __init__(self, theme: Theme, *, spacing: int) -> None:
        super().__init__()
        self.name = GroupName(theme)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(spacing)
        self.column.addWidget(self.name)

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self.name.set_theme(theme)


_Part = TypeVar("_Part", bound=GroupPart)


class GroupParts(Generic[_Part]):
    """As many parts as there are groups; what is there is filled in anew.

    Parameters
    ----------
    column
        Where they stand, one under the other.
    make
        Makes one in the colours of a theme.
    """

    def __init__(self, column: QVBoxLayout, make: Callable[[Theme], _Part], theme: Theme) -> None:
        self._column = column
        self._make = make
        self._theme = theme
        self._parts: list[_Part] = []

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._theme = theme
        for part in self._parts:
            part.set_theme(theme)

    def shown(self, count: int) -> list[_Part]:
        """Show as many, and give them to be filled in."""
        while len(self._parts) < count:
            part = self._make(self._theme)
            self._parts.append(part)
            self._column.addWidget(part)
        for index, part in enumerate(self._parts):
            part.setVisible(index < count)
        return self._parts[:count]
