"""The page of the data: what there is to see before any metric."""

from collections.abc import Callable
from typing import TypedDict

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from experiments.data_view import same_data
from experiments.data_view.views import DataOverview
from experiments.settings import Settings, TrainingSettings
from gui.data_card import DataCard, plain_label
from gui.data_columns import ColumnTable
from gui.data_preview import DataPreview
from gui.data_rows import RowsView
from gui.keys import KeepsKeys
from gui.pages import Shown
from gui.plots.data_groups import GroupTable
from gui.plots.data_histogram import ColumnPlots
from gui.plots.data_images import ImageGrid
from gui.plots.data_scatter import DataScatter
from gui.theme import Theme

_PATIENCE_MS = 300
"""How long an answer may take before that is said."""
_WIDE = 62
"""Width in letters from which table and histograms stand side by side."""
_READING = "The data are being read …"
_HELP = {
    "Groups": (
        "How many rows each group has, as found and in each part, and how frequent the class is.",
        "Look here before any metric: a gap between groups may be there before anything is learnt.",
        "With few rows every rate is noisy: of 30 rows, a share of 50 % is off by 9 points or so.",
    ),
    "Columns": (
        "What each column holds in each group, and how it goes along with label and group.",
        "Choose a line to see its values. Shares are of each group's own rows, so groups of any"
        " size can be compared.",
        "A strength near 0 does not rule out a dependence that is not monotone; Cramér's V of rare"
        " categories is high by chance.",
    ),
    "Scatter": (
        "Rows as dots: the colour is the group, the symbol is the class.",
        "Where groups lie apart, a model that suits one of them may not suit the other.",
        "Two axes hide all others, and dots that cover each other look like fewer.",
    ),
    "Images": (
        "A few images of every group and class, chosen at random.",
        "Look for what differs between groups besides the class: size, contrast, thickness.",
        "A few images show what is typical and not what is rare.",
    ),
    "Changes": (
        "What trouble and preparation did to the rows, and to each row of your choice.",
        "Read a line from left to right: what was found, what trouble left of it, what the network"
        " gets.",
        "That nothing is marked does not mean that a value was measured well.",
    ),
}


class DataChoice(TypedDict):
    """The column and the axes that the user looks at."""

    column: str
    axes: tuple[str, str]


class DataPage:
    """Follows the settings of the panel; everything is computed by the preview's process."""

    def __init__(self, theme: Theme, changed: Callable[[], None], preview: DataPreview) -> None:
        self.widget = DataView(theme, preview)
        self.widget.changed.connect(changed)
        self.set_theme = self.widget.set_theme
        self.grab_image = self.widget.grab_image

    @property
    def settings(self) -> TrainingSettings | None:
        """Whose data are shown."""
        return self.widget.settings

    @property
    def choice(self) -> DataChoice:
        """What is looked at, as `experiments.export.view.export_view` takes it."""
        return {"column": self.widget.columns.column, "axes": self.widget.scatter.axes}

    def is_of(self, settings: Settings) -> bool:
        """Tell whether the data of these settings are shown."""
        return isinstance(settings, TrainingSettings) and self.widget.shows(settings)

    def set_empty_text(self, text: str) -> None:
        """Do nothing: there are always data, or a reason why not."""

    def show(self, shown: Shown) -> str:
        """Show the data of the settings in the panel."""
        if isinstance(shown.settings, TrainingSettings):
            self.widget.follow(shown.settings)
        return self.widget.caption

    def move(self, shown: Shown) -> None:
        """Do nothing: data have no moment."""

    def refit(self) -> None:
        """Do nothing: the axes always hold everything."""


class DataView(QWidget):
    """Cards below each other, from sizes to single rows."""

    changed = Signal()
    """Other data are shown, or why there are none."""

    def __init__(self, theme: Theme, preview: DataPreview) -> None:
        super().__init__()
        self._preview = preview
        self.settings: TrainingSettings | None = None
        """Whose data are shown or being read."""
        self._overview: DataOverview | None = None
        self._is_other = True
        self.groups, self.columns = GroupTable(theme), ColumnTable()
        self.histograms, self.scatter = ColumnPlots(theme), DataScatter(theme)
        self.images, self.rows = ImageGrid(theme), RowsView(theme)
        self._warnings = plain_label(role="problem")
        self._missing = plain_label(role="muted")
        self._note = plain_label(_READING, role="muted")
        self._note.hide()
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(_PATIENCE_MS)
        self._late.timeout.connect(self._ask_for_patience)
        self._lay_out()
        preview.overview.connect(self._show_overview)
        for part, answered in (
            (self.histograms, preview.column),
            (self.scatter, preview.scatter),
        ):
            answered.connect(part.show_view)
            answered.connect(part.show)
        preview.row.connect(self.rows.show_row)
        preview.failed.connect(self._show_problem)
        self.columns.column_chosen.connect(preview.request_column)
        self.scatter.axes_chosen.connect(preview.request_scatter)
        self.rows.row_wanted.connect(preview.request_row)
        self.rows.next_changed_wanted.connect(
            lambda row: preview.request_row(row, next_changed=True)
        )

    @property
    def caption(self) -> str:
        """What is seen, in a sentence."""
        return "" if self._overview is None else self._overview.caption

    @property
    def problem(self) -> str:
        """Why there is nothing to see; "" where there is."""
        return self._problem.text() if self._stack.currentWidget() is self._failure else ""

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        for part in (self.groups, self.histograms, self.scatter, self.images, self.rows):
            part.set_theme(theme)

    def grab_image(self) -> QImage:
        """Return a picture of all cards, also of those scrolled out of sight."""
        return self._content.grab().toImage()

    def follow(self, settings: TrainingSettings) -> None:
        """Show the data of these settings, unless they are shown."""
        if self.settings is not settings and not self.shows(settings):
            self._read(settings, anew=False)

    def shows(self, settings: TrainingSettings) -> bool:
        """Tell whether the data of these settings are shown or being read."""
        return self.settings is not None and same_data(self.settings, settings)

    @Slot()
    def read_again(self) -> None:
        """Try once more to read what could not be read."""
        if self.settings is not None:
            self._read(self.settings, anew=True)

    def _read(self, settings: TrainingSettings, *, anew: bool) -> None:
        known, self.settings = self.settings, settings
        self._is_other = known is None or known.data.set != settings.data.set
        self._late.start()
        if self._overview is None:
            self._stack.setCurrentWidget(self._waiting)
        self._preview.request(settings, anew=anew)

    @Slot()
    def _ask_for_patience(self) -> None:
        """Say that it takes a while; another set of data is not mistaken for the last one."""
        if self._is_other:
            self._stack.setCurrentWidget(self._waiting)
        self._note.show()

    @Slot(object)
    def _show_overview(self, overview: DataOverview) -> None:
        self._late.stop()
        self._note.hide()
        before, self._overview = self._overview, overview
        if before is None or _names(before) != _names(overview):
            self._forget()
        self.groups.show_overview(overview)
        self._warnings.setText("\n".join(overview.warnings))
        self._warnings.setVisible(bool(overview.warnings))
        lacks = any(share > 0 for column in overview.columns for share in column.missing)
        self._missing.setText("" if lacks else "No cell is missing.")
        self._missing.setVisible(not lacks)
        self.rows.show_overview(overview)
        self.images.show_images(overview.images, overview.groups, overview.classes)
        self._image_card.setVisible(bool(overview.images))
        self.columns.blockSignals(True)
        self.columns.show_overview(overview)
        self.columns.blockSignals(False)
        self._stack.setCurrentWidget(self._area)
        if self.columns.column:
            self._preview.request_column(self.columns.column)
        self.scatter.offer_axes(overview.axes, overview.first_axes)
        self._preview.request_scatter(*self.scatter.axes)
        self._preview.request_row(min(self.rows.number.value(), overview.row_count) - 1)
        self.changed.emit()

    def _forget(self) -> None:
        """Leave blank what is answered later."""
        self.histograms.hide()
        self.scatter.hide()
        self.rows.forget()

    @Slot(str)
    def _show_problem(self, sentence: str) -> None:
        self._late.stop()
        self._note.hide()
        self._overview = None
        self._problem.setText(sentence)
        self._stack.setCurrentWidget(self._failure)
        self.changed.emit()

    def _lay_out(self) -> None:
        self._waiting = plain_label(_READING, role="muted")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._failure = self._make_failure()
        self._content = QWidget()
        self._cards = QVBoxLayout(self._content)
        self._cards.setContentsMargins(0, 0, 6, 0)
        self._cards.setSpacing(8)
        self._cards.addWidget(self._note)
        self._add("Groups", self.groups, self._warnings)
        sides = QWidget()
        self._sides = QBoxLayout(QBoxLayout.Direction.TopToBottom, sides)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(12)
        self._sides.addWidget(self.columns, 1, Qt.AlignmentFlag.AlignTop)
        self._sides.addWidget(self.histograms, 1)
        self._add("Columns", sides, self._missing)
        self._add("Scatter", self.scatter)
        self._image_card = self._add("Images", self.images)
        self._add("Changes", self.rows)
        for part in (self.histograms, self.scatter):
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            part.setSizePolicy(policy)
        self._cards.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setAccessibleName("Data")
        self._area.setWidget(self._content)
        self._stack = QStackedLayout(self)
        for page in (self._waiting, self._area, self._failure):
            self._stack.addWidget(page)

    def _add(self, title: str, *parts: QWidget) -> DataCard:
        card = DataCard(title, _HELP[title])
        for part in parts:
            card.body.addWidget(part)
        self._cards.addWidget(card)
        return card

    def _make_failure(self) -> QWidget:
        self._problem = plain_label()
        self._problem.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        again = QPushButton("Try again")
        again.installEventFilter(KeepsKeys(self, {Qt.Key.Key_Space}))
        again.clicked.connect(self.read_again)
        card = QFrame()
        card.setProperty("role", "error")
        inside = QVBoxLayout(card)
        inside.addWidget(self._problem)
        inside.addWidget(again, 0, Qt.AlignmentFlag.AlignLeft)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(card)
        layout.addStretch(1)
        return page

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() > 2 * _WIDE * self.fontMetrics().averageCharWidth()
        directions = QBoxLayout.Direction
        self._sides.setDirection(directions.LeftToRight if wide else directions.TopToBottom)


def _names(overview: DataOverview) -> tuple[tuple[str, ...], ...]:
    """Tell data apart by what their parts are called."""
    return overview.groups, overview.classes, overview.axes
