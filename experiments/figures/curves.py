"""Curves of a run as a plot draws them: exact and measured lines, and ensembles as dots."""

from collections.abc import Iterator
from dataclasses import replace

from experiments.curves import Curve
from experiments.figures.run_view import RunView
from experiments.frames import OVERALL, CurveName, EnsemblePoints, Source
from experiments.spread import bars
from experiments.views import (
    GROUP_COLOURS,
    OVERALL_COLOUR,
    CurveStyle,
    CurveView,
    Dash,
    Marker,
    Spread,
    Symbol,
    ViewOptions,
    group_colour,
    group_label,
)

OVERLAY_DASHES = (Dash.DASHED, Dash.DASH_DOT, Dash.DOTTED)

_SEPARATE_ENTRIES = 2
"""With more groups than this, one entry of the legend stands for all curves of a group."""

_SUFFIXES = {
    Spread.NONE: ", {runs} {what}",
    Spread.RANGE: ", {runs} {what}, min–max",
    Spread.DEVIATION: ", {runs} {what} ± sd",
    Spread.ERROR: ", {runs} {what} ± se",
    Spread.INTERVAL: ", {runs} {what}, 95 %",
}
_BARS = {
    Spread.NONE: "",
    Spread.RANGE: "; bars reach from the lowest to the highest",
    Spread.DEVIATION: "; bars are one standard deviation",
    Spread.ERROR: "; bars are one standard error of the mean",
    Spread.INTERVAL: "; bars are the 95 % interval of the mean",
}


def dots_note(run: RunView, options: ViewOptions) -> str:
    """Say what the dots are where the legend has no room for it; empty without runs."""
    ensemble = run.curves.ensemble("Q", OVERALL)
    runs = 0 if ensemble is None else int(ensemble.count.max(initial=0))
    if runs < 2:
        return "Dots are one simulated run." if runs else ""
    return f"Dots are the mean of {runs:,} simulated runs{_BARS[options.spread]}."


def is_crowded(run: RunView) -> bool:
    """Say whether there are too many groups for an entry of the legend for each curve."""
    return len(run.curves.groups()) > _SEPARATE_ENTRIES


def finding_markers(run: RunView) -> tuple[Marker, ...]:
    """Mark where something was found to be wrong."""
    return tuple(Marker(found.step, found.headline, quiet=True) for found in run.findings)


def group_style(index: int, group: str) -> CurveStyle:
    """Give the line of a group; beyond the colours there are, lines are dashed."""
    if group == OVERALL:
        return CurveStyle(OVERALL_COLOUR)
    again = index >= len(GROUP_COLOURS)
    return CurveStyle(group_colour(index), Dash.DASHED if again else Dash.SOLID)


def line_view(run: RunView, curve: Curve, label: str, style: CurveStyle) -> CurveView:
    """Draw one stored curve."""
    name = curve.name
    key = _key(run, name)
    return CurveView(key, label, curve.x, curve.value, style, name=name)


def difference_view(
    run: RunView, first: Curve, second: Curve, *, label: str, style: CurveStyle
) -> CurveView:
    """Draw one stored curve minus another of the same positions."""
    count = min(first.x.size, second.x.size)
    name = first.name
    return CurveView(
        f"{_key(run, name)}/{second.name.group}",
        label,
        first.x[:count],
        first.value[:count] - second.value[:count],
        style,
        name=name,
        minus=second.name,
    )


def ensemble_view(
    run: RunView,
    ensemble: EnsemblePoints,
    *,
    label: str,
    style: CurveStyle,
    options: ViewOptions,
    what: str = "run",
) -> CurveView:
    """Draw the mean of an ensemble, with bars and traces as chosen; `what` has been repeated."""
    name = ensemble.name
    runs = int(ensemble.count.max(initial=0))
    low, high = bars(options.spread, ensemble) if runs > 1 else (None, None)
    suffix = f", 1 {what}"
    if runs > 1:
        suffix = _SUFFIXES[options.spread].format(runs=f"{runs:,}", what=f"{what}s")
    drawn = ensemble.traces.shape[1]
    if options.traces and drawn < runs:
        suffix = f"{suffix} (first {drawn:,} drawn)"
    return CurveView(
        _key(run, name),
        f"{label}{suffix}",
        ensemble.x,
        ensemble.mean,
        style,
        low=low,
        high=high,
        traces=ensemble.traces if options.traces else None,
        name=name,
        spread=options.spread if runs > 1 else Spread.NONE,
    )


def theory_and_runs(
    run: RunView,
    quantity: str,
    group: str,
    *,
    label: str,
    style: CurveStyle,
    options: ViewOptions,
    symbol: Symbol = Symbol.CIRCLE,
    named: bool = False,
) -> Iterator[CurveView]:
    """Draw a quantity of the solvable model: the exact line, and dots for simulated runs.

    `named` gives the dots an entry of their own in the legend.
    """
    leader = ""
    for curve in run.curves.select(quantity=quantity, group=group, source=Source.THEORY):
        view = line_view(run, curve, label, style)
        leader = view.key
        yield view
    ensemble = run.curves.ensemble(quantity, group)
    if ensemble is not None:
        dots = CurveStyle(style.colour, None, symbol)
        view = ensemble_view(run, ensemble, label=label, style=dots, options=options)
        yield replace(view, companion_of="" if named else leader)


def overlay_curves(other: RunView, run: RunView, quantity: str, dash: Dash) -> Iterator[CurveView]:
    """Draw another run's curves of every group, in the colours that the groups have here."""
    known = list(run.curves.groups())
    for index, group in enumerate(other.curves.groups()):
        colour = group_colour(known.index(group) if group in known else index)
        for source in (Source.THEORY, Source.VALIDATION):
            for curve in other.curves.select(quantity=quantity, source=source, group=group):
                label = f"{other.name}: {group_label(group)}"
                yield line_view(other, curve, label, CurveStyle(colour, dash))


def _key(run: RunView, name: CurveName) -> str:
    return f"{run.name}/{name.quantity}/{name.group}/{name.source}/{name.arm}"
