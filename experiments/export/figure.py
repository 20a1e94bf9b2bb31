"""Turn a figure view into the plain specification that is drawn and written to disk."""

import math
from itertools import chain

from experiments.curves import CurveSet
from experiments.export import drawing
from experiments.frames import CurveName, FloatArray
from experiments.settings import Settings, settings_hash
from experiments.spread import interval_half_width
from experiments.views import CurveView, Figure, Panel


def specify(
    figure: Figure, *, curves: CurveSet, settings: Settings, dpi: int
) -> drawing.FigureSpecification:
    """Describe a figure, and where its numbers come from, in plain values."""
    return {
        "title": ": ".join(text for text in (settings.about.title, figure.title) if text),
        "caption": figure.caption,
        "origin": origin(settings, _runs(figure, curves)),
        "dpi": dpi,
        "panels": [_panel(panel) for panel in figure.panels],
    }


def tables_of(curves: CurveSet) -> drawing.Tables:
    """Index curves and ensembles by the plain parts of their names."""
    return drawing.Tables(
        curves={
            _name(curve.name): (curve.x, curve.value) for curve in chain(curves, curves.runs())
        },
        ensembles={
            _name(each.name): drawing.Ensemble(
                x=each.x,
                runs=each.count,
                mean=each.mean,
                standard_deviation=each.deviation,
                minimum=each.lowest,
                maximum=each.highest,
                interval_half_width=interval_half_width(each),
            )
            for each in curves.ensembles
        },
    )


def origin(settings: Settings, counted: str) -> str:
    """Tell where numbers come from; `counted` says how many there are."""
    return f"{settings.kind}, seed {settings.seed}, {counted}, settings {settings_hash(settings)}"


def _runs(figure: Figure, curves: CurveSet) -> str:
    drawn = {view.name for panel in figure.panels for view in panel.curves}
    counts = (each.count.max(initial=1) for each in curves.ensembles if each.name in drawn)
    return f"N = {max(counts, default=1.0):.0f}"


def _panel(panel: Panel) -> drawing.PanelSpecification:
    return {
        "x_label": panel.x_label,
        "y_label": panel.y_label,
        "x_log": panel.x_log,
        "y_log": panel.y_log,
        "baseline": panel.baseline,
        "height": panel.height,
        "curves": [_curve(view) for view in panel.curves],
        "markers": [
            {"x": marker.x, "text": marker.text} for marker in panel.markers if not marker.quiet
        ],
        "bands": [
            {
                "start": band.start,
                "stop": band.stop if math.isfinite(band.stop) else None,
                "text": band.text,
                "colour": band.colour,
            }
            for band in panel.bands
        ],
    }


def _curve(view: CurveView) -> drawing.CurveSpecification:
    style = view.style
    return {
        "label": "" if view.companion_of else view.label,
        "colour": style.colour,
        "dash": style.dash.value if style.dash else None,
        "symbol": style.symbol.value if style.symbol else None,
        "name": None if view.name is None else _name(view.name),
        "minus": None if view.minus is None else _name(view.minus),
        "spread": view.spread.value,
        "traces": view.traces is not None,
        "values": _values(view) if view.name is None else None,
    }


def _values(view: CurveView) -> drawing.Values:
    return {
        "x": _numbers(view.x),
        "y": _numbers(view.y),
        "low": None if view.low is None else _numbers(view.low),
        "high": None if view.high is None else _numbers(view.high),
    }


def _numbers(array: FloatArray) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in array.tolist()]


def _name(name: CurveName) -> drawing.Name:
    return (name.quantity, name.group, name.source.value, name.arm, name.seed)
