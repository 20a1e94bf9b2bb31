"""The exported script that draws a figure again without this application."""

import inspect
import pprint
import re
from collections.abc import Mapping
from types import ModuleType

from experiments.export import (
    boundary_drawing,
    cell_text,
    data_drawing,
    drawing,
    map_drawing,
    mistakes_drawing,
    page,
    plane_drawing,
    report_drawing,
    rows,
    thresholds_drawing,
)

_SCRIPT = '''\
"""Draw figure.png, figure.svg and figure.pdf again from the tables beside this script.

It needs Python 3.11 or later and Matplotlib; Bias Lab need not be installed. Change FIGURE below
to change colours, labels or axes.
"""
{source}

FIGURE: {kind} = {specification}

if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    {command}
'''

_KINDS = {
    drawing: "FigureSpecification",
    plane_drawing: "PlaneSpecification",
    map_drawing: "MapSpecification",
    data_drawing: "DataSpecification",
    report_drawing: "ReportSpecification",
    thresholds_drawing: "ThresholdSpecification",
    boundary_drawing: "BoundarySpecification",
    mistakes_drawing: "MistakeSpecification",
}
_OWN_IMPORT = re.compile(r"^from experiments\.\S+ import (\([^)]*\)|.*)\n", re.MULTILINE)


def figure_script(specification: drawing.FigureSpecification) -> str:
    """Write a script that draws curves from ``curves.csv`` and ``ensembles.csv``."""
    command = "save_figure(FIGURE, read_tables(here), here)"
    return _script(drawing, specification, command)


def plane_script(specification: plane_drawing.PlaneSpecification) -> str:
    """Write a script that draws a plane from ``plane.csv``."""
    command = "save_plane(FIGURE, read_samples(here), here)"
    return _script(plane_drawing, specification, command)


def map_script(specification: map_drawing.MapSpecification) -> str:
    """Write a script that draws a map from ``cells.csv`` and ``measured.csv``."""
    command = "save_map(FIGURE, read_map(here), here)"
    return _script(map_drawing, specification, command)


def data_script(specification: data_drawing.DataSpecification) -> str:
    """Write a script that draws the data from ``groups.csv``, ``column.csv``, ``scatter.csv``."""
    command = "save_data(FIGURE, read_data(here), here)"
    return _script(data_drawing, specification, command)


def report_script(specification: report_drawing.ReportSpecification) -> str:
    """Write a script that draws ``classification_report.csv`` and ``confusion.csv``."""
    command = "save_report(FIGURE, read_report(here), here)"
    return _script(report_drawing, specification, command)


def thresholds_script(specification: thresholds_drawing.ThresholdSpecification) -> str:
    """Write a script that draws ROC curves, calibration, histograms and rates."""
    command = "save_thresholds(FIGURE, read_thresholds(here), here)"
    return _script(thresholds_drawing, specification, command)


def boundary_script(specification: boundary_drawing.BoundarySpecification) -> str:
    """Write a script that draws ``boundary.csv`` and ``boundary_points.csv``."""
    command = "save_boundary(FIGURE, read_boundary(here), here)"
    return _script(boundary_drawing, specification, command)


def mistakes_script(specification: mistakes_drawing.MistakeSpecification) -> str:
    """Write a script that draws ``mistakes.csv`` and, of images, ``mistakes.npy``."""
    command = "save_mistakes(FIGURE, read_mistakes(here), here)"
    return _script(mistakes_drawing, specification, command)


def _script(module: ModuleType, specification: Mapping[str, object], command: str) -> str:
    """Put the sources that are needed into one, without what they import from each other."""
    reading = (rows,) if hasattr(module, "read_rows") else ()
    source = "\n\n".join(_bare_source(part) for part in (cell_text, *reading, page, module))
    values = pprint.pformat(specification, width=100, compact=True, sort_dicts=False)
    return _SCRIPT.format(source=source, kind=_KINDS[module], specification=values, command=command)


def _bare_source(module: ModuleType) -> str:
    source = inspect.getsource(module).removeprefix(f'"""{module.__doc__}"""\n')
    return _OWN_IMPORT.sub("", source)
