"""How a file is written: what was guessed, and the choices that overrule it."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from experiments.settings import FileData, SettingInfo, TrainingSettings, describe
from gui.panel.controls import ChoiceBox
from gui.panel.text import choice_words, tooltip
from models.tables import TableChoices

_SETTINGS = {
    info.key: info
    for section in describe(TrainingSettings(data=FileData()))
    for info in section.settings
}
_NAMES = ("delimiter", "encoding", "decimal", "header")


class ReadingBar(QWidget):
    """A box for each question about a text file.

    Signals
    -------
    chosen
        Something is to be read otherwise; see `apply`.
    """

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.boxes = {name: _box(file_setting(name)) for name in _NAMES}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for name, box in self.boxes.items():
            label = QLabel(file_setting(name).title)
            label.setBuddy(box)
            box.activated.connect(lambda _: self.chosen.emit())
            layout.addWidget(label)
            layout.addWidget(box)
            layout.addSpacing(10)
        layout.addStretch(1)

    def wish(self, choices: TableChoices) -> None:
        """Select what choices say."""
        for name, box in self.boxes.items():
            box.setCurrentIndex(box.findData(getattr(choices, name)))

    def apply(self, choices: TableChoices) -> TableChoices:
        """Write what is selected into choices."""
        return replace(choices, **{name: box.currentData() for name, box in self.boxes.items()})

    def show_found(self, found: TableChoices) -> None:
        """Say beside each guess what it came to."""
        for name, box in self.boxes.items():
            value = getattr(found, name)
            guess = box.findData("auto")
            box.setItemText(guess, f"Guess: {choice_words(value)}" if value != "auto" else "Guess")
        self.setVisible(found.format != "parquet")


def file_setting(name: str) -> SettingInfo:
    """Describe a setting of a table of the user's own."""
    return _SETTINGS[f"data.{name}"]


def choice_box(info: SettingInfo) -> ChoiceBox:
    """Make an empty box that bears the name and help of a setting."""
    box = ChoiceBox()
    box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToContents)
    box.setAccessibleName(info.title)
    box.setAccessibleDescription(info.help_text[0])
    box.setToolTip(tooltip(*info.help_text))
    return box


def _box(info: SettingInfo) -> ChoiceBox:
    box = choice_box(info)
    for choice in info.choices:
        box.addItem("Guess" if choice == "auto" else choice_words(choice), choice)
    return box
