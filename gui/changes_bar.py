"""The bar over the parameters that offers to put edits into the training under way."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from gui.data_card import plain_label
from gui.keys import KeepsKeys

_MOST_NAMED = 4


class ChangesBar(QFrame):
    """Lists what waits to be applied, what holds for the next run, and what is planned.

    Signals
    -------
    wanted
        The user wants the edits to be applied.
    discarded
        The user wants the edits to be taken back.
    forgotten
        The user wants no knob to be changed on the way.
    """

    wanted = Signal()
    discarded = Signal()
    forgotten = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName("Changes in mid-run")
        self.pending = plain_label()
        self.later = plain_label(role="muted")
        self.planned = plain_label(role="muted")
        self.apply = QPushButton("Apply to the running training")
        self.apply.setToolTip(
            "Change these knobs from the next step on; the change is marked on the curves and"
            " kept with the run (Ctrl+Return)"
        )
        self.discard = QPushButton("Discard")
        self.discard.setToolTip("Go back to the values that the training runs with")
        self.forget = QPushButton("Forget changes")
        self.forget.setToolTip("Run with the values shown from the first step to the last")
        keeps = KeepsKeys(self, {Qt.Key.Key_Space})
        for button, told in (
            (self.apply, self.wanted),
            (self.discard, self.discarded),
            (self.forget, self.forgotten),
        ):
            button.clicked.connect(told)
            button.installEventFilter(keeps)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.apply, 1)
        buttons.addWidget(self.discard)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(6)
        layout.addWidget(self.pending)
        layout.addLayout(buttons)
        layout.addWidget(self.later)
        layout.addWidget(self.planned)
        layout.addWidget(self.forget, 0, Qt.AlignmentFlag.AlignLeft)
        self.show_changes((), later=(), planned=(), waits=False)

    def show_changes(
        self,
        pending: Sequence[str],
        *,
        later: Sequence[str],
        planned: Sequence[str],
        waits: bool,
    ) -> None:
        """Show these; hidden where there is nothing to show.

        Parameters
        ----------
        pending
            Edits that the training under way can take up, such as ``Learning rate 0.1 → 0.01``.
        later
            Settings that were edited and hold for the next run.
        planned
            Changes that the settings shown make on the way, in sentences.
        waits
            Whether the edits are on their way to the training.
        """
        self.pending.setText("\n".join(pending))
        self.apply.setText("Being applied …" if waits else "Apply to the running training")
        self.apply.setEnabled(not waits)
        for widget in (self.pending, self.apply, self.discard):
            widget.setVisible(bool(pending))
        names = [_within(title) for title in later[:_MOST_NAMED]]
        more = f" and {len(later) - _MOST_NAMED} more" if len(later) > _MOST_NAMED else ""
        self.later.setText(f"For the next run: {', '.join(names)}{more}." if later else "")
        self.later.setVisible(bool(later))
        self.planned.setText("\n".join(planned))
        self.planned.setVisible(bool(planned))
        self.forget.setVisible(bool(planned))
        self.setVisible(bool(pending or later or planned))


def _within(title: str) -> str:
    """Write a title as a part of a sentence."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
