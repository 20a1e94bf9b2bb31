"""Turn views of a snapshot into the plain specifications that are drawn and written to disk."""

from dataclasses import dataclass
from pathlib import Path

from experiments.export.boundary_drawing import (
    BoundarySpecification,
    read_boundary,
    save_boundary,
)
from experiments.export.figure import origin
from experiments.export.mistakes_drawing import MistakeSpecification, read_mistakes, save_mistakes
from experiments.export.page import PageSpecification
from experiments.export.report_drawing import (
    ReportGroup,
    ReportSpecification,
    read_report,
    save_report,
)
from experiments.export.script import (
    boundary_script,
    mistakes_script,
    report_script,
    thresholds_script,
)
from experiments.export.thresholds_drawing import (
    ThresholdSpecification,
    read_thresholds,
    save_thresholds,
)
from experiments.figures import BOUNDARY, MISTAKES, REPORT, THRESHOLDS
from experiments.settings import Settings
from experiments.snapshot_views import (
    Boundary,
    Choice,
    Group,
    GroupMistakes,
    Labels,
    Look,
    Mistakes,
    boundary,
    calibration,
    mistakes,
    roc,
)

SNAPSHOT_TITLES = (REPORT, THRESHOLDS, BOUNDARY, MISTAKES)
"""Views that are of one step."""

_REPORTED = (
    "F1 = 2 TP / (2 TP + FP + FN); what is not defined says “no data”, and so do averages over it."
    " Cells of a matrix are shaded by their share of the true class."
)
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "*", "h")
_SHADES = ("#FFFFFF", "#E3E6EA", "#C9CED5", "#F0EDE6", "#D9DFE0", "#E9E4EC", "#D2D7CE", "#F4F4F4")


@dataclass(frozen=True, slots=True, eq=False)
class SnapshotFigure:
    """One of `SNAPSHOT_TITLES` at one step.

    Attributes
    ----------
    caption
        What is seen, in plain sentences.
    """

    title: str
    look: Look
    choice: Choice
    caption: str


def snapshot_figure(title: str, look: Look, choice: Choice) -> SnapshotFigure | str:
    """Prepare a figure; a sentence where there is nothing to draw."""
    match title:
        case _ if title == REPORT:
            caption = f"{look.moment} {_REPORTED}"
        case _ if title == THRESHOLDS:
            caption = f"{look.moment} {_thresholds_words(look, choice)}"
        case _:
            view = boundary(look) if title == BOUNDARY else mistakes(look)
            if isinstance(view, str):
                return view
            caption = view.caption
    return SnapshotFigure(title, look, choice, caption)


def draw_snapshot(figure: SnapshotFigure, *, settings: Settings, dpi: int, folder: Path) -> str:
    """Draw a figure from the tables in a folder; returns the script that draws it again."""
    look = figure.look
    page: PageSpecification = {
        "title": ": ".join(text for text in (settings.about.title, figure.title) if text),
        "caption": figure.caption,
        "origin": origin(settings, f"step {look.snapshot.step:,.0f}"),
        "dpi": dpi,
    }
    if figure.title == REPORT:
        report = _report(page, look)
        save_report(report, read_report(folder), folder)
        return report_script(report)
    if figure.title == THRESHOLDS:
        spread = specify_thresholds(page, look, figure.choice)
        save_thresholds(spread, read_thresholds(folder), folder)
        return thresholds_script(spread)
    if figure.title == BOUNDARY:
        plane = specify_boundary(page, look)
        save_boundary(plane, read_boundary(folder), folder)
        return boundary_script(plane)
    found = _mistakes(page, look)
    save_mistakes(found, read_mistakes(folder), folder)
    return mistakes_script(found)


def _thresholds_words(look: Look, choice: Choice) -> str:
    name = look.classes[look.positive_class(choice)]
    return (
        f"Dots and dashed lines: the threshold {choice.threshold:.2f} on the probability of {name},"
        " with its rates. Calibration in ten bins, bars are 95 % intervals by Wilson's formula; ECE"
        " is the mean distance of rows from the diagonal (the score named calibration error is that"
        " of the answers given, whichever class they are). Histograms: rows that"
        f" are {name} upwards, other rows downwards, each to its own height, with the share that"
        " the fullest bin holds; heights grow with the square root of rows, so that half as high"
        " means a quarter of the rows."
    )


def _group(group: Group) -> ReportGroup:
    return {"name": group.name, "label": group.label, "colour": group.colour}


def _report(page: PageSpecification, look: Look) -> ReportSpecification:
    return {**page, "groups": [_group(each) for each in look.groups], "classes": [*look.classes]}


def specify_thresholds(
    page: PageSpecification, look: Look, choice: Choice
) -> ThresholdSpecification:
    """Describe curves and histograms, within the words of a page, in plain values."""
    positive = look.positive_class(choice)
    curves, bins = roc(look, positive), calibration(look, positive)
    return {
        **page,
        "groups": [
            {
                **_group(curve.group),
                "area": curve.measured,
                "error": each.measured,
            }
            for curve, each in zip(curves.curves, bins.curves, strict=True)
        ],
        "positive": look.classes[positive],
        "threshold": choice.threshold,
    }


def specify_boundary(page: PageSpecification, look: Look) -> BoundarySpecification:
    """Describe a plane, within the words of a page, in plain values."""
    plane = boundary(look)
    assert isinstance(plane, Boundary)
    return {
        **page,
        "groups": [_group(each) for each in plane.groups],
        "classes": [
            {
                "name": name,
                "marker": _MARKERS[number % len(_MARKERS)],
                "shade": _SHADES[number % len(_SHADES)],
            }
            for number, name in enumerate(plane.classes)
        ],
        "x_label": plane.x_label,
        "y_label": plane.y_label,
        "low": plane.low,
        "high": plane.high,
    }


def _mistakes(page: PageSpecification, look: Look) -> MistakeSpecification:
    found = mistakes(look)
    assert isinstance(found, Mistakes)
    return {
        **page,
        "groups": [
            {
                **_group(each.group),
                "counted": _counted(each),
            }
            for each in found.groups
        ],
        "judged_by": "clean" if look.against is Labels.CLEAN else "recorded",
        "most": max(len(each.shown) for each in found.groups) or 1,
    }


def _counted(mistakes: GroupMistakes) -> str:
    told = f"{mistakes.wrong:,} of {mistakes.rows:,} rows are answered wrong"
    shown = len(mistakes.shown)
    return f"{told}; the {shown} most certain ones" if mistakes.wrong > shown else told
