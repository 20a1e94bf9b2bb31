"""How a network learns: its learning rate, the norms of its gradient and of its weights."""

import re
from collections.abc import Iterator, Sequence

from experiments.curves import Curve, CurveSet
from experiments.figures.curves import finding_markers, line_view
from experiments.figures.run_view import RunView
from experiments.frames import OVERALL, EventKind, Source
from experiments.seeds import typical
from experiments.views import (
    OVERALL_COLOUR,
    CurveStyle,
    CurveView,
    Dash,
    Figure,
    Marker,
    Panel,
    Symbol,
)

_LAYER_COLOURS = ("#8E7CC3", "#B565A7", "#C46A5A", "#A98A2B", "#5E9A4A", "#3A9AA8")
"""From the input on; none of them is the colour of a group, and all can be seen on any ground."""

_DASHES = (Dash.SOLID, Dash.DASHED, Dash.DOTTED, Dash.DASH_DOT)
_LAYER = re.compile(r"gradient norm, layer (\d+)")
_CAPTION = (
    "Learning rate as the optimiser uses it; norms of the gradient of one batch and of all weights."
)


def figure(run: RunView) -> Figure:
    """Build the figure: of repeated trainings the mean over seeds, of twins the right pipeline."""
    curves = typical(CurveSet(_learning(run.curves)))
    changes = tuple(Marker(event.x, event.text) for event in run.happened(EventKind.CHANGE))
    marked = (*changes, *finding_markers(run))
    panels = (
        _panel(run, curves, "learning rate", markers=marked),
        _panel(run, curves, "gradient norm", y_log=True),
        _panel(run, curves, "weight norm"),
    )
    return Figure("learning", "Learning", panels, _CAPTION if len(curves) else "")


def _learning(curves: CurveSet) -> Iterator[Curve]:
    return (
        curves[name]
        for name in curves.names
        if name.group == OVERALL
        and name.source in {Source.TRAINING, Source.THEORY}
        and (name.quantity in {"learning rate", "weight norm"} or "gradient norm" in name.quantity)
    )


def _panel(
    run: RunView,
    curves: CurveSet,
    quantity: str,
    *,
    markers: Sequence[Marker] = (),
    y_log: bool = False,
) -> Panel:
    return Panel(
        quantity,
        run.x_label,
        quantity,
        tuple(_views(run, curves, quantity)),
        tuple(markers),
        x_log=True,
        x_span=run.span,
        y_log=y_log,
        height=1.3 if y_log else 0.9,
    )


def _views(run: RunView, curves: CurveSet, quantity: str) -> Iterator[CurveView]:
    """Draw a quantity of the whole network, then of each layer that it is known of."""
    exact = curves.select(quantity=quantity, source=Source.THEORY)
    line, dots = CurveStyle(OVERALL_COLOUR), CurveStyle(OVERALL_COLOUR, None, Symbol.CIRCLE)
    for curve in curves.select(quantity=quantity, source=Source.TRAINING):
        yield line_view(run, curve, quantity, dots if exact else line)
    for curve in exact:
        yield line_view(run, curve, f"{quantity}, theory", line)
    layers = {
        int(found[1]): curve
        for curve in curves
        if quantity == "gradient norm" and (found := _LAYER.fullmatch(curve.name.quantity))
    }
    for number, curve in sorted(layers.items(), key=lambda layer: layer[0]):
        colour = _LAYER_COLOURS[(number - 1) % len(_LAYER_COLOURS)]
        dash = _DASHES[(number - 1) // len(_LAYER_COLOURS) % len(_DASHES)]
        words = f"layer {number}, nearest the input" if number == 1 else f"layer {number}"
        yield line_view(run, curve, words, CurveStyle(colour, dash))
