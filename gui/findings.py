"""The bar under the plots that lists what is wrong with a training."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from experiments.figures import RunView
from experiments.findings import Finding
from gui.keys import KeepsKeys

_LINES = 8
"""Lines of text that the list is high; more can be scrolled to."""
_NONE = "Nothing suspicious was found so far."
_HELP = "What is wrong with this training, with evidence and what to try"


class Headline(QLabel):
    """One line of text, cut off at the end where there is no room for it."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        painter.drawText(self.rect(), flags, shown)


class FindingsBar(QWidget):
    """Counts what was found and shows the newest; opens to a list of all.

    Signals
    -------
    chosen
        The step that the user wants to look at.
    """

    chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Findings")
        self.findings: tuple[Finding, ...] = ()
        self.button = QToolButton()
        self.button.setProperty("role", "quiet")
        self.button.setCheckable(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setToolTip(_HELP)
        self.button.toggled.connect(self._open)
        self.button.installEventFilter(KeepsKeys(self, {Qt.Key.Key_Space}))
        self.headline = Headline()
        self.headline.setTextFormat(Qt.TextFormat.PlainText)
        self.headline.setMinimumWidth(1)
        policy = self.headline.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.headline.setSizePolicy(policy)
        self.list = QListWidget()
        self.list.setAccessibleName("Findings, the newest last")
        self.list.setAccessibleDescription("Enter or a click looks at the step of a finding")
        self.list.setWordWrap(True)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setSpacing(3)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        keys = {Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right}
        self.list.installEventFilter(KeepsKeys(self, keys))
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.button)
        top.addWidget(self.headline, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.list)
        self._fit()
        self._open(False)
        self.hide()

    def show_run(self, run: RunView) -> None:
        """List what was found in a run; hidden where nothing is watched."""
        self.setVisible(run.is_watched and bool(len(run.curves)))
        findings = run.findings
        if findings != self.findings or not self.headline.text():
            self._fill(findings)

    def _fill(self, findings: Sequence[Finding]) -> None:
        row = self.list.currentRow()
        if tuple(findings[: len(self.findings)]) != self.findings:  # those of another run
            self.list.clear()
            row = -1
        for finding in findings[self.list.count() :]:
            item = QListWidgetItem(finding.words, self.list)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, finding.words)
        self.findings = tuple(findings)
        self.list.setCurrentRow(row)
        self.button.setEnabled(bool(findings))
        if not findings:
            self.button.setChecked(False)
        self.headline.setText(findings[-1].headline if findings else _NONE)
        self._name()

    def _name(self) -> None:
        """Say on the button how many there are, and what it does."""
        count = len(self.findings)
        self.button.setText(f"Findings: {count}")
        verb = "Hide" if self.button.isChecked() else "Show"
        self.button.setAccessibleName(f"{verb} findings: {count}")
        self.button.setAccessibleDescription(self.headline.text())

    @Slot(bool)
    def _open(self, wanted: bool) -> None:
        self.list.setVisible(wanted)
        self.headline.setVisible(not wanted)
        self.button.setArrowType(Qt.ArrowType.DownArrow if wanted else Qt.ArrowType.RightArrow)
        self._name()

    @Slot(QListWidgetItem)
    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(self.findings[self.list.row(item)].step)

    def _fit(self) -> None:
        self.list.setFixedHeight(_LINES * self.fontMetrics().lineSpacing())

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._fit()
        super().changeEvent(event)
