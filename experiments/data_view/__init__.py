"""What is seen of a data set before anything is learnt from it."""

from experiments.data_view.views import (
    ColumnView,
    DataOverview,
    RowCell,
    RowView,
    ScatterView,
    Stage,
    same_data,
)

__all__ = [
    "ColumnView",
    "DataOverview",
    "RowCell",
    "RowView",
    "ScatterView",
    "Stage",
    "same_data",
]
