"""Turn what is seen of the data into the plain specification that is drawn and written to disk."""

from dataclasses import dataclass

from experiments.data_view.views import ColumnView, DataOverview, ScatterView
from experiments.data_view.words import class_letters
from experiments.export.data_drawing import DataSpecification
from experiments.export.data_tables import FOUND
from experiments.export.figure import origin
from experiments.settings import TrainingSettings
from experiments.views import group_colour, group_label

_HATCHES = ("", "////", "....", "\\\\\\\\", "---", "|||")
_MARKERS = ("o", "s", "^", "D")


@dataclass(frozen=True, slots=True, eq=False)
class DataFigure:
    """What is drawn of the data; no column where there is none."""

    overview: DataOverview
    column: ColumnView | None
    scatter: ScatterView

    @property
    def caption(self) -> str:
        """What is seen, in words."""
        return f"{self.overview.caption} {self.scatter.note}"


def data_figure(settings: TrainingSettings, *, column: str, axes: tuple[str, str]) -> DataFigure:
    """Look at the data of settings; a column or axes that they do not have give way to others.

    Raises
    ------
    DataUnavailableError
        When the data cannot be read or prepared.
    """
    from experiments.data_view import answers

    overview = answers.overview(settings)
    if column not in {each.name for each in overview.columns}:
        column = overview.first_column
    if not set(axes) <= set(overview.axes):
        axes = overview.first_axes
    view = answers.column_view(settings, column) if column else None
    return DataFigure(overview, view, answers.scatter_view(settings, *axes))


def specify_data(figure: DataFigure, *, settings: TrainingSettings, dpi: int) -> DataSpecification:
    """Describe what is drawn, and where its numbers come from, in plain values."""
    overview, column, scatter = figure.overview, figure.column, figure.scatter
    return {
        "title": ": ".join(text for text in (settings.about.title, "Data") if text),
        "caption": figure.caption,
        "origin": origin(settings, f"{int(overview.found.sum()):,} rows"),
        "dpi": dpi,
        "part": FOUND,
        "groups": [
            {
                "name": name,
                "label": group_label(name),
                "colour": group_colour(number),
                "hatch": _HATCHES[number % len(_HATCHES)],
            }
            for number, name in enumerate(overview.groups)
        ],
        "classes": [
            {"name": name, "marker": _MARKERS[number % len(_MARKERS)], "letter": letter}
            for number, (name, letter) in enumerate(
                zip(overview.classes, class_letters(overview.classes), strict=True)
            )
        ],
        "stages": []
        if column is None
        else [{"title": stage.title, "unit": stage.unit} for stage in column.stages],
        "column": "" if column is None else column.column,
        "x_label": scatter.x_label,
        "y_label": scatter.y_label,
    }
