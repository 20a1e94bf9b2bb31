"""Questions about the data of settings, for a process of their own.

What answers them is slow to import; who asks need not have it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.data_view.views import ColumnView, DataOverview, RowView, ScatterView
    from experiments.settings import TrainingSettings


def overview(settings: "TrainingSettings", anew: bool) -> "DataOverview":
    """Answer as `answers.overview`; `anew` reads the data again."""
    from experiments.data_view import answers

    if anew:
        answers.forget()
    return answers.overview(settings)


def column(settings: "TrainingSettings", name: str) -> "ColumnView":
    """Answer as `answers.column_view`."""
    from experiments.data_view import answers

    return answers.column_view(settings, name)


def scatter(settings: "TrainingSettings", x: str, y: str) -> "ScatterView":
    """Answer as `answers.scatter_view`."""
    from experiments.data_view import answers

    return answers.scatter_view(settings, x, y)


def row(settings: "TrainingSettings", number: int, next_changed: bool) -> "RowView":
    """Answer as `answers.row_view`, or as `answers.next_changed_row`."""
    from experiments.data_view import answers

    if next_changed:
        return answers.next_changed_row(settings, number)
    return answers.row_view(settings, number)
