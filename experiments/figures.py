"""Which curves of a run go into which plot, and the sentence under it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np

from experiments.curves import Curve, CurveSet
from experiments.frames import OVERALL, Event, EventKind, FloatArray, Source
from experiments.settings import DynamicsSettings, Settings
from experiments.views import (
    GROUP_COLOURS,
    OVERALL_COLOUR,
    Band,
    CurveStyle,
    CurveView,
    Dash,
    Figure,
    Marker,
    Panel,
    Symbol,
    group_colour,
    group_label,
)

_PHASE_COLOURS = {
    "class imbalance": "#009E73",
    "saliency": "#E69F00",
    "representation": "#56B4E9",
}
M_COLOUR, Q_COLOUR = "#009E73", "#E69F00"
_OVERLAY_DASHES = (Dash.DASHED, Dash.DASH_DOT, Dash.DOTTED)


@dataclass(frozen=True, slots=True, eq=False)
class RunView:
    """A run as plots see it.

    Attributes
    ----------
    name
        The run's name; shown when runs are laid over each other.
    settings
        What was run.
    curves
        Everything it has streamed so far.
    events
        What happened along the way.
    end
        Where x ends if the run goes on to its end; None where that is not known.
    """

    name: str
    settings: Settings
    curves: CurveSet
    events: tuple[Event, ...] = ()
    end: float | None = None


@dataclass(frozen=True, slots=True)
class _Measure:
    """A quantity of each group that has a figure of its own."""

    quantity: str
    title: str
    y_label: str


_MEASURES = {
    "dynamics": (_Measure("loss", "Losses", "loss"), _Measure("error", "Errors", "error")),
    "training": (
        _Measure("loss", "Losses", "cross-entropy (unweighted)"),
        _Measure("accuracy", "Accuracy", "accuracy"),
    ),
}
_ORDER_PARAMETERS = "Order parameters"
_LEVEL = 1e-3
"""A final gap below this cannot be seen."""
_SEPARATE_ENTRIES = 2
"""With more groups than this, one entry of the legend stands for all curves of a group."""


def titles(kind: str) -> tuple[str, ...]:
    """Name the figures of a kind of experiment, in the order of their tabs."""
    measures = tuple(measure.title for measure in _MEASURES[kind])
    return (*measures, _ORDER_PARAMETERS) if kind == "dynamics" else measures


def figure(run: RunView, title: str, overlays: Sequence[RunView] = ()) -> Figure:
    """Build one figure of a run; `overlays` are other runs to compare with.

    Raises
    ------
    KeyError
        If runs of this kind have no figure of that title.
    """
    if title == _ORDER_PARAMETERS:
        return _order_parameters(run)
    by_title = {measure.title: measure for measure in _MEASURES[run.settings.kind]}
    shown = [other for other in overlays if other.settings.kind == run.settings.kind]
    return _measure_figure(run, shown, by_title[title])


def _measure_figure(run: RunView, overlays: Sequence[RunView], measure: _Measure) -> Figure:
    quantity = measure.quantity
    dynamics = isinstance(run.settings, DynamicsSettings)
    x_label = "t = steps / d" if dynamics else "step"
    span = _span(run)
    diverged = any(event.kind is EventKind.DIVERGED for event in run.events)
    curves = list(_run_curves(run, quantity))
    gaps = list(_gap_curves(run, quantity))
    for number, other in enumerate(overlays):
        dash = _OVERLAY_DASHES[number % len(_OVERLAY_DASHES)]
        curves += _overlay_curves(other, run, quantity, dash)
        gaps += _gap_curves(other, quantity, overlay=dash)
    markers = tuple(_markers(run)) if quantity == "loss" else ()
    groups = run.curves.groups()
    gap_label = "gap to overall" if len(groups) > 2 else "gap"
    panels = (
        Panel(
            quantity,
            x_label,
            measure.y_label,
            tuple(curves),
            markers,
            bands=tuple(_bands(run)) if quantity == "loss" else (),
            x_log=True,
            x_span=span,
            y_log=diverged and quantity == "loss",
            height=2.2,
        ),
        Panel(
            f"{quantity} gap",
            x_label,
            gap_label,
            tuple(gaps),
            x_log=True,
            x_span=span,
            baseline=0.0,
            height=1.1,
        ),
    )
    return Figure(quantity, measure.title, panels, caption=sentence(run, quantity))


def _span(run: RunView) -> tuple[float, float] | None:
    """Tell which stretch of x the whole run covers, so that axes stay put while curves grow."""
    if run.end is None:
        return None
    return (min(0.01, 1e-3 * run.end) if run.settings.kind == "dynamics" else 1.0, run.end)


def _run_curves(run: RunView, quantity: str) -> Iterator[CurveView]:
    groups = run.curves.groups()
    many = len(groups) > _SEPARATE_ENTRIES
    for index, group in enumerate([*groups, OVERALL]):
        leader = ""
        for source, style, suffix in _styles(index, group):
            if group == OVERALL and source in {Source.SIMULATION, Source.TRAINING}:
                continue
            members = run.curves.select(quantity=quantity, source=source, group=group)
            if members:
                key = f"{run.name}/{quantity}/{group}/{source}"
                view = mean_view(
                    members,
                    key=key,
                    label=f"{group_label(group)}{suffix.format(count=len(members))}",
                    style=style,
                )
                yield replace(view, companion_of=leader if many else "")
                leader = leader or key


def _styles(index: int, group: str) -> Iterator[tuple[Source, CurveStyle, str]]:
    """Give the look of a group's curve from each source, and what its label adds to the name."""
    again = group != OVERALL and index >= len(GROUP_COLOURS)
    colour = OVERALL_COLOUR if group == OVERALL else group_colour(index)
    line = CurveStyle(colour, Dash.DASHED if again else Dash.SOLID)
    yield Source.THEORY, line, ""
    yield Source.VALIDATION, line, ""
    yield Source.TRAINING, CurveStyle(colour, Dash.DASH_DOT if again else Dash.DOTTED), ", training"
    symbol = Symbol.SQUARE if again else Symbol.CIRCLE
    yield Source.SIMULATION, CurveStyle(colour, None, symbol), ", {count} runs ± sd"


def _overlay_curves(other: RunView, run: RunView, quantity: str, dash: Dash) -> Iterator[CurveView]:
    known = list(run.curves.groups())
    for index, group in enumerate(other.curves.groups()):
        colour = group_colour(known.index(group) if group in known else index)
        for source in (Source.THEORY, Source.VALIDATION, Source.SIMULATION):
            members = other.curves.select(quantity=quantity, source=source, group=group)
            if members:
                yield mean_view(
                    members,
                    key=f"{other.name}/{quantity}/{group}/{source}",
                    label=f"{other.name}: {group_label(group)}",
                    style=CurveStyle(colour, dash),
                )
                break


def _gap_curves(run: RunView, quantity: str, *, overlay: Dash | None = None) -> Iterator[CurveView]:
    """Difference of the two groups; for more groups, each one's distance from the overall."""
    groups = run.curves.groups()
    two = len(groups) == 2
    for index, first in enumerate(groups[:1] if two else groups):
        second = groups[1] if two else OVERALL
        name = f"{group_label(first)} minus {group_label(second)}" if two else group_label(first)
        leader = ""
        for source, style, suffix in _styles(index, OVERALL if two else first):
            members = run.curves.select(quantity=quantity, source=source, group=first)
            others = run.curves.select(quantity=quantity, source=source, group=second)
            if source is Source.TRAINING or not members or len(members) != len(others):
                continue
            key = f"{run.name}/{quantity}/{first}/{second}/{source}"
            label = f"{name}{suffix.format(count=len(members))}"
            if overlay is not None:
                label, style = f"{run.name}: {name}", CurveStyle(style.colour, overlay)
            view = difference_view(members, others, key=key, label=label, style=style)
            yield replace(view, companion_of="" if two else leader)
            leader = leader or key
            if overlay is not None:
                break


def _order_parameters(run: RunView) -> Figure:
    groups = run.curves.groups()
    curves: list[CurveView] = []
    wanted = [("R", group, group_colour(index), Dash.SOLID) for index, group in enumerate(groups)]
    dashes = (Dash.SOLID, Dash.DASHED, Dash.DOTTED, Dash.DASH_DOT)
    wanted += [("M", group, M_COLOUR, dashes[i % 4]) for i, group in enumerate(groups)]
    wanted.append(("Q", OVERALL, Q_COLOUR, Dash.SOLID))
    many = len(groups) > _SEPARATE_ENTRIES
    for quantity, group, colour, dash in wanted:
        label = quantity if group == OVERALL else f"{quantity} of {group_label(group)}"
        leader = ""
        for source, style, suffix in (
            (Source.THEORY, CurveStyle(colour, dash), ""),
            (Source.SIMULATION, CurveStyle(colour, None, Symbol.CIRCLE), ", {count} runs ± sd"),
        ):
            members = run.curves.select(quantity=quantity, source=source, group=group)
            if members:
                key = f"{run.name}/{quantity}/{group}/{source}"
                named = f"{label}{suffix.format(count=len(members))}"
                view = mean_view(members, key=key, label=named, style=style)
                curves.append(replace(view, companion_of=leader if many else ""))
                leader = leader or key
    panel = Panel(
        "order parameters",
        "t = steps / d",
        "R, M, Q",
        tuple(curves),
        x_log=True,
        x_span=_span(run),
    )
    caption = (
        "R is the overlap of the weights with each group's rule, M with the shift, and Q their"
        " squared length. Learning a group's rule means that its R grows faster than the root of Q."
    )
    return Figure("order parameters", _ORDER_PARAMETERS, (panel,), caption=caption)


def mean_view(members: Sequence[Curve], *, key: str, label: str, style: CurveStyle) -> CurveView:
    """Draw the mean over `members`; with several, the bars show their standard deviation."""
    names = tuple(member.name for member in members)
    if len(members) == 1:
        (only,) = members
        return CurveView(key, label, only.x, only.value, style, names=names)
    x, values = _stacked(members)
    return CurveView(
        key, label, x, values.mean(axis=0), style, spread=_deviation(values), names=names
    )


def difference_view(
    members: Sequence[Curve], others: Sequence[Curve], *, key: str, label: str, style: CurveStyle
) -> CurveView:
    """Draw the mean difference of paired curves, seed by seed."""
    x, first = _stacked(members)
    second = _stacked(others)[1]
    count = min(first.shape[1], second.shape[1])
    values = first[:, :count] - second[:, :count]
    spread = _deviation(values) if len(members) > 1 else None
    return CurveView(
        key,
        label,
        x[:count],
        values.mean(axis=0),
        style,
        spread=spread,
        names=tuple(member.name for member in members),
        minus=tuple(other.name for other in others),
    )


def _stacked(members: Sequence[Curve]) -> tuple[FloatArray, FloatArray]:
    """Cut curves to their common length: x (n,) and values (members, n)."""
    count = min(member.x.size for member in members)
    return members[0].x[:count], np.array([member.value[:count] for member in members])


def _deviation(values: FloatArray) -> FloatArray:
    spread: FloatArray = values.std(axis=0, ddof=1)
    return spread


def _markers(run: RunView) -> Iterator[Marker]:
    for event in run.events:
        if event.kind in {EventKind.CROSSING, EventKind.DIVERGED}:
            yield Marker(event.x, event.text)


def _bands(run: RunView) -> Iterator[Band]:
    """Shade what mostly decides; a phase lasts until the next one begins."""
    phases = [event for event in run.events if event.kind is EventKind.PHASE]
    for event, following in zip_longest(phases, phases[1:]):
        stop = following.x if following is not None else math.inf
        yield Band(event.x, stop, event.text, _PHASE_COLOURS[event.text])


def sentence(run: RunView, quantity: str) -> str:
    """Say in plain words who is ahead at the end, and how often that changed."""
    for event in run.events:
        if event.kind is EventKind.DIVERGED:
            advice = "Try a smaller learning rate, a larger batch or more weight decay."
            return f"{event.text} {advice}"
    groups = run.curves.groups()
    for source in (Source.THEORY, Source.VALIDATION, Source.SIMULATION):
        finals = [
            float(np.mean([curve.value[-1] for curve in members]))
            for group in groups
            if (members := run.curves.select(quantity=quantity, source=source, group=group))
        ]
        if len(finals) == len(groups) > 1:
            return _who_is_ahead(run, quantity, groups, finals, source)
    return ""


def _who_is_ahead(
    run: RunView, quantity: str, groups: Sequence[str], finals: Sequence[float], source: Source
) -> str:
    sign = -1.0 if quantity == "accuracy" else 1.0
    order = sorted(range(len(groups)), key=lambda index: sign * finals[index])
    best, worst = order[0], order[-1]
    words = f"{quantity} ({source})"
    if abs(finals[best] - finals[worst]) < _LEVEL:
        return f"At the end of the curves the groups are level in {words}: {finals[best]:.3g}."
    now = (
        f"At the end of the curves {group_label(groups[best])} is ahead of"
        f" {group_label(groups[worst])} by {abs(finals[best] - finals[worst]):.3g} in {words}:"
        f" {finals[best]:.3g} against {finals[worst]:.3g}."
    )
    changes = [event for event in run.events if event.kind is EventKind.CROSSING]
    if len(groups) > _SEPARATE_ENTRIES and source is Source.VALIDATION:
        now = f"{now} Dotted lines are measured on the training rows."
    if quantity != "loss" or len(groups) != 2:
        return now
    if not changes:
        return f"{now} Who is ahead did not visibly change on the way."
    *earlier, last = (_moment(event.x, run) for event in changes)
    times = f"{', '.join(earlier)} and {last}" if earlier else last
    return f"Who is ahead changes at {times}. {now}"


def _moment(x: float, run: RunView) -> str:
    return f"t = {x:.3g}" if isinstance(run.settings, DynamicsSettings) else f"step {x:,.0f}"
