"""Turn a figure view into the plain specification that is drawn and written to disk."""

import inspect
import math
import pprint

from experiments.curves import CurveSet
from experiments.export import drawing
from experiments.frames import CurveName
from experiments.settings import Settings, settings_hash
from experiments.views import CurveView, Figure, Panel

_SCRIPT = '''\
"""Draw figure.png, figure.svg and figure.pdf again from the curves.csv beside this script.

It needs Python 3.11 or later and Matplotlib; Bias Lab need not be installed. Change FIGURE below
to change colours, labels or axes.
"""
{source}

FIGURE: FigureSpecification = {specification}

if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    save_figure(FIGURE, read_curves(here / "curves.csv"), here)
'''


def specify(figure: Figure, *, settings: Settings, dpi: int) -> drawing.FigureSpecification:
    """Describe a figure, and where its numbers come from, in plain values."""
    return {
        "title": ": ".join(text for text in (settings.about.title, figure.title) if text),
        "caption": figure.caption,
        "origin": _origin(figure, settings),
        "dpi": dpi,
        "panels": [_panel(panel) for panel in figure.panels],
    }


def curve_table(curves: CurveSet) -> drawing.Curves:
    """Index curves by the plain parts of their names."""
    return {_name(curve.name): (curve.x, curve.value) for curve in curves}


def reproduce_script(specification: drawing.FigureSpecification) -> str:
    """Write a script that draws the figure from ``curves.csv`` without this application."""
    source = inspect.getsource(drawing).removeprefix(f'"""{drawing.__doc__}"""\n')
    values = pprint.pformat(specification, width=100, sort_dicts=False)
    return _SCRIPT.format(source=source, specification=values)


def _origin(figure: Figure, settings: Settings) -> str:
    runs = max((len(view.names) for panel in figure.panels for view in panel.curves), default=1)
    return f"{settings.kind}, seed {settings.seed}, N = {runs}, settings {settings_hash(settings)}"


def _panel(panel: Panel) -> drawing.PanelSpecification:
    return {
        "x_label": panel.x_label,
        "y_label": panel.y_label,
        "x_log": panel.x_log,
        "y_log": panel.y_log,
        "baseline": panel.baseline,
        "height": panel.height,
        "curves": [_curve(view) for view in panel.curves],
        "markers": [{"x": marker.x, "text": marker.text} for marker in panel.markers],
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
        "names": [_name(name) for name in view.names],
        "minus": [_name(name) for name in view.minus],
        "spread": view.spread is not None,
    }


def _name(name: CurveName) -> drawing.Name:
    return (name.quantity, name.group, name.source.value, name.arm, name.seed)
