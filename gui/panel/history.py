"""Steps of editing that can be undone."""

from dataclasses import dataclass

from PySide6.QtGui import QUndoCommand
from typing_extensions import override

from experiments.settings import Settings


@dataclass(frozen=True, slots=True)
class PanelState:
    """What one step leads to: settings, and the baseline that changes are marked against."""

    settings: Settings
    baseline: Settings


class EditStep(QUndoCommand):
    """A step from one state to the next.

    Parameters
    ----------
    before, after
        The two states.
    stroke
        Steps with the same stroke, e.g. those of one slider drag, become one; 0 stands alone.
    """

    def __init__(self, *, before: PanelState, after: PanelState, stroke: int, text: str) -> None:
        super().__init__(text)
        self.before = before
        self.after = after
        self._stroke = stroke

    @override
    def id(self) -> int:
        return 1

    @override
    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, EditStep) or not self._stroke or other._stroke != self._stroke:
            return False
        self.after = other.after
        self.setText(other.text())
        self.setObsolete(self.after == self.before)
        return True
