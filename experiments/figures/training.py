"""The figures of a training run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from experiments.figures.curves import (
    OVERLAY_DASHES,
    difference_view,
    group_style,
    is_crowded,
    line_view,
    overlay_curves,
)
from experiments.figures.run_view import RunView
from experiments.figures.sentences import who_is_ahead
from experiments.frames import OVERALL, EventKind, Source
from experiments.views import (
    CurveStyle,
    CurveView,
    Dash,
    Figure,
    Marker,
    Panel,
    group_label,
)


@dataclass(frozen=True, slots=True)
class _Measure:
    quantity: str
    y_label: str


_MEASURES = {
    "Losses": _Measure("loss", "cross-entropy (unweighted)"),
    "Accuracy": _Measure("accuracy", "accuracy"),
}


def figure(run: RunView, title: str, overlays: Sequence[RunView]) -> Figure:
    """Build one figure; `overlays` are other runs to compare with."""
    measure = _MEASURES[title]
    quantity = measure.quantity
    curves = list(_curves(run, quantity))
    gaps = list(_gaps(run, quantity))
    for number, other in enumerate(overlays):
        dash = OVERLAY_DASHES[number % len(OVERLAY_DASHES)]
        curves += overlay_curves(other, run, quantity, dash)
        gaps += _gaps(other, quantity, overlay=dash)
    markers = (
        tuple(Marker(event.x, event.text) for event in run.happened(EventKind.CROSSING))
        if quantity == "loss"
        else ()
    )
    panels = (
        Panel(
            quantity,
            run.x_label,
            measure.y_label,
            tuple(curves),
            markers,
            x_log=True,
            x_span=run.span,
            height=2.2,
        ),
        Panel(
            f"{quantity} gap",
            run.x_label,
            "gap to overall" if is_crowded(run) else "gap",
            tuple(gaps),
            x_log=True,
            x_span=run.span,
            baseline=0.0,
            height=1.1,
        ),
    )
    return Figure(quantity, title, panels, caption=who_is_ahead(run, quantity))


def _curves(run: RunView, quantity: str) -> Iterator[CurveView]:
    """Draw validation in full and training dotted."""
    for index, group in enumerate([*run.curves.groups(), OVERALL]):
        style = group_style(index, group)
        again = style.dash is Dash.DASHED
        dotted = CurveStyle(style.colour, Dash.DASH_DOT if again else Dash.DOTTED)
        leader = ""
        for source, look, suffix in (
            (Source.VALIDATION, style, ""),
            (Source.TRAINING, dotted, ", training"),
        ):
            if group == OVERALL and source is Source.TRAINING:
                continue
            for curve in run.curves.select(quantity=quantity, source=source, group=group):
                view = line_view(run, curve, f"{group_label(group)}{suffix}", look)
                yield replace(view, companion_of=leader if is_crowded(run) else "")
                leader = leader or view.key


def _gaps(run: RunView, quantity: str, *, overlay: Dash | None = None) -> Iterator[CurveView]:
    """Draw the difference of two groups; for more groups, each one's distance from the overall."""
    groups = run.curves.groups()
    two = len(groups) == 2
    by_group = {
        curve.name.group: curve
        for curve in run.curves.select(quantity=quantity, source=Source.VALIDATION)
    }
    for index, first in enumerate(groups[:1] if two else groups):
        second = groups[1] if two else OVERALL
        if first not in by_group or second not in by_group:
            continue
        name = f"{group_label(first)} minus {group_label(second)}" if two else group_label(first)
        style = group_style(index, OVERALL if two else first)
        if overlay is not None:
            name, style = f"{run.name}: {name}", CurveStyle(style.colour, overlay)
        yield difference_view(run, by_group[first], by_group[second], label=name, style=style)
