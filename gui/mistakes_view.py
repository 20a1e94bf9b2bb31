"""The rows of each group that the network is most certain of and wrong about."""

from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from experiments.snapshot_views import GroupMistakes, Mistake, Mistakes
from gui.data_card import DataCard, plain_label
from gui.group_parts import GroupPart, GroupParts
from gui.plots.mistake_images import MistakeImages
from gui.text_table import TextTable, TextTableView
from gui.theme import Theme

_HELP = (
    "Rows that are answered wrong, the most certain ones first, group by group, with the"
    " probability that the network gives to its answer.",
    "Look for what they have in common: a wrong label, a missing value, or a kind of row that is"
    " rare in the group.",
    "These are the worst mistakes and not typical ones, and only of rows whose inputs were kept.",
)
_TITLES = ("answered", "label", "certain")
_TITLE_HELP = (
    "What the network says",
    "What the row is labelled with",
    "The probability that the network gives to its answer",
)


class MistakesView(QWidget):
    """A card with the parts of all groups."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        card = DataCard("The most certain mistakes", _HELP)
        card.body.setSpacing(12)
        self._parts = GroupParts(card.body, _MistakesPart, theme)
        self.set_theme = self._parts.set_theme
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 6, 0)
        layout.addWidget(card)
        layout.addStretch(1)

    def show_view(self, view: Mistakes) -> None:
        """Show these mistakes."""
        for part, found in zip(self._parts.shown(len(view.groups)), view.groups, strict=True):
            part.show_mistakes(found, has_images=view.has_images)


class _MistakesPart(GroupPart):
    """How many rows of one group are answered wrong, and some of them."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, spacing=4)
        self._images = MistakeImages(theme)
        self._table = TextTableView("", stretches=False)
        self._none = plain_label("No mistake is found in this group.", role="muted")
        for part in (self._images, self._table, self._none):
            self.column.addWidget(part)

    @override
    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._images.set_theme(theme)

    def show_mistakes(self, found: GroupMistakes, *, has_images: bool) -> None:
        """Fill in the mistakes of a group."""
        share = f", {100 * found.wrong / found.rows:.1f} %" if found.rows else ""
        words = f"{found.wrong:,} of {found.rows:,} rows answered wrong{share}"
        self.name.show_group(found.group, words)
        self._none.setVisible(not found.shown)
        self._images.setVisible(has_images and bool(found.shown))
        self._table.setVisible(not has_images and bool(found.shown))
        if has_images:
            self._images.show_mistakes(found)
        elif found.shown:
            self._table.setAccessibleName(f"Mistakes in {found.group.label}")
            self._table.show_table(_table(found.shown))


def _table(shown: tuple[Mistake, ...]) -> TextTable:
    columns = tuple(name for name, _ in shown[0].cells)
    return TextTable(
        (*_TITLES, *columns),
        (*_TITLE_HELP, *columns),
        tuple(
            (
                mistake.predicted,
                f"{mistake.recorded} (flipped)" if mistake.is_flipped else mistake.recorded,
                f"{100 * mistake.probability:.1f} %",
                *(text for _, text in mistake.cells),
            )
            for mistake in shown
        ),
        words=2,
    )
