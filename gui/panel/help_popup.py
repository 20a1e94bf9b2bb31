"""The help of one setting, opened beside it."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from experiments.settings import SettingInfo
from gui.panel.text import choice_words, value_text

_WIDTH = 48  # characters
_CAPTIONS = ("What it is", "How to read it", "When it misleads")


def help_facts(info: SettingInfo) -> tuple[tuple[str, str], ...]:
    """List what is declared about a setting beside its help: caption and text."""
    allowed = ", ".join(map(choice_words, info.choices)) if info.choices else info.allowed
    default = value_text(info, info.default).replace("\n", "; ")
    facts = (
        ("Allowed", allowed),
        ("Unit", info.unit),
        ("Default", default or "empty"),
        ("Key", f"--set {info.key}=…"),
    )
    return tuple((caption, text) for caption, text in facts if text)


class HelpPopup(QFrame):
    """What a setting is, how to read it, when it misleads, and what may be given."""

    def __init__(self, info: SettingInfo, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "popup")
        self.setAccessibleName(f"Help: {info.label}")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(_label(info.label, role="title"))
        for caption, line in zip(_CAPTIONS, info.help_text, strict=False):
            paragraph = QVBoxLayout()
            paragraph.setSpacing(2)
            paragraph.addWidget(_label(caption, role="heading"))
            paragraph.addWidget(_label(line))
            layout.addLayout(paragraph)
        facts = QGridLayout()
        facts.setHorizontalSpacing(12)
        facts.setVerticalSpacing(4)
        facts.setColumnStretch(1, 1)
        for row, (caption, text) in enumerate(help_facts(info)):
            facts.addWidget(_label(caption, role="muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            value = _label(text)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            facts.addWidget(value, row, 1)
        layout.addLayout(facts)
        self.setFixedWidth(_WIDTH * self.fontMetrics().averageCharWidth())

    def open_beside(self, anchor: QWidget) -> None:
        """Open below a widget, inside its screen."""
        self.adjustSize()
        height = self.heightForWidth(self.width())
        self.resize(self.width(), height)
        screen = anchor.screen().availableGeometry()
        corner = anchor.mapToGlobal(QPoint(anchor.width() - self.width(), anchor.height() + 4))
        left = min(max(corner.x(), screen.left()), screen.right() - self.width())
        top = corner.y()
        if top + height > screen.bottom():
            top = max(anchor.mapToGlobal(QPoint(0, -4)).y() - height, screen.top())
        self.move(left, top)
        self.show()


def _label(text: str, *, role: str = "") -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setText(text)
    if role:
        label.setProperty("role", role)
    return label
