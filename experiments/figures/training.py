"""The figures of a training run, or of twin pipelines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from experiments.crossings import measured_crossings
from experiments.curves import Curve, CurveSet
from experiments.figures import LEARNING, LOSSES, learning
from experiments.figures.curves import (
    OVERLAY_DASHES,
    difference_view,
    ensemble_view,
    finding_markers,
    group_style,
    is_crowded,
    line_view,
    overlay_curves,
)
from experiments.figures.measures import CLEAN, LOSS, SCORES, Measure
from experiments.figures.run_view import RunView
from experiments.figures.sentences import lead, who_is_ahead
from experiments.figures.training_agreement import agreement
from experiments.frames import BASE, OVERALL, RIGHT, WRONG, EnsemblePoints, EventKind, Source
from experiments.inflation import WEIGHTS_STEP, Ends, headline
from experiments.seeds import over_seeds, typical
from experiments.views import (
    CurveStyle,
    CurveView,
    Dash,
    Figure,
    Marker,
    Panel,
    Spread,
    Symbol,
    ViewOptions,
    group_label,
)

_BARS = 10
"""Positions at which a mean over seeds has bars; more would hide the lines."""


@dataclass(frozen=True, slots=True)
class _Look:
    """Which curves of a group are drawn, and how they are told apart."""

    source: Source
    arm: str
    dash: Dash | None
    suffix: str
    symbol: Symbol = Symbol.CIRCLE


_SINGLE = (
    _Look(Source.VALIDATION, BASE, Dash.SOLID, ""),
    _Look(Source.TRAINING, BASE, Dash.DOTTED, ", training"),
)
_WITH_THEORY = (
    _Look(Source.VALIDATION, BASE, None, ""),
    _Look(Source.THEORY, BASE, Dash.SOLID, ", theory"),
    _Look(Source.TRAINING, BASE, Dash.DOTTED, ", training"),
)
_TWINS = (
    _Look(Source.VALIDATION, RIGHT, Dash.SOLID, ", right"),
    _Look(Source.VALIDATION, WRONG, Dash.DASHED, ", wrong", Symbol.SQUARE),
)
_MEASURES = {LOSSES: LOSS} | {measure.title: measure for measure in SCORES}
_MOST_MARKERS = 4
"""With more changes of the lead than this, the groups are as good as level, and none is marked."""


def figure(run: RunView, title: str, overlays: Sequence[RunView], options: ViewOptions) -> Figure:
    """Build one figure; `overlays` are other runs to compare with."""
    if title == LEARNING:
        return learning.figure(run)
    measure = _MEASURES[title]
    quantity, clean = measure.quantity, f"{CLEAN}{measure.quantity}"
    y_label = "cross-entropy (unweighted)" if measure is LOSS else measure.words
    is_flipped = bool(run.curves.select(quantity=clean))
    if is_flipped:
        y_label = f"{measure.words}, recorded labels"
    looks = _looks(run.curves, quantity)
    caption = _caption(run, quantity, clean)
    run = _only(run, quantity, clean)
    panels = [_panel(run, quantity, y_label, looks, overlays=overlays, options=options)]
    if is_flipped:
        words = f"{measure.words}, clean labels"
        panels.append(_panel(run, clean, words, looks, overlays=overlays, options=options))
    if len(run.curves.groups()) != 1:
        panels.append(_gap_panel(run, measure, looks, overlays=overlays, is_flipped=is_flipped))
    return Figure(quantity, title, tuple(panels), caption)


def _looks(curves: CurveSet, quantity: str) -> tuple[_Look, ...]:
    if is_twin(curves):
        return _TWINS
    is_exact = bool(curves.select(quantity=quantity, source=Source.THEORY))
    return _WITH_THEORY if is_exact else _SINGLE


def is_twin(curves: CurveSet) -> bool:
    """Tell whether two pipelines are compared."""
    return bool(curves.select(quantity="rows", arm=RIGHT))


def _caption(run: RunView, quantity: str, clean: str) -> str:
    seen = _typical(run, quantity, clean)
    if not is_twin(run.curves):
        sentences = [who_is_ahead(seen, quantity), who_is_ahead(seen, clean)]
        if quantity == LOSS.quantity:
            sentences.append(agreement(run))
    else:
        scored = _only(run, "accuracy", WEIGHTS_STEP)
        leads = [lead(seen, quantity), lead(seen, clean)]
        sentences = [
            headline(Ends(scored.curves)),
            "Solid: right pipeline, dashed: wrong pipeline.",
        ]
        sentences += [f"Right pipeline: {words[:1].lower()}{words[1:]}" for words in leads if words]
    return " ".join(sentence for sentence in sentences if sentence)


def _panel(
    run: RunView,
    quantity: str,
    y_label: str,
    looks: Sequence[_Look],
    *,
    overlays: Sequence[RunView],
    options: ViewOptions,
) -> Panel:
    curves = [
        view
        for index, group in enumerate([*run.curves.groups(), OVERALL])
        for view in _group_views(run, quantity, index, group, looks, options=options)
    ]
    for number, other in enumerate(overlays):
        dash = OVERLAY_DASHES[number % len(OVERLAY_DASHES)]
        curves += overlay_curves(_typical(other, quantity), run, quantity, dash)
    crossings = run.happened(EventKind.CROSSING) if quantity == "loss" else ()
    changes = run.happened(EventKind.CHANGE)
    marked = (Marker(event.x, event.text) for event in (*crossings, *changes))
    return Panel(
        quantity,
        run.x_label,
        y_label,
        tuple(curves),
        (*marked, *finding_markers(run)),
        x_log=True,
        x_span=run.span,
        height=2.2,
    )


def _group_views(
    run: RunView,
    quantity: str,
    index: int,
    group: str,
    looks: Sequence[_Look],
    *,
    options: ViewOptions,
) -> Iterator[CurveView]:
    """Draw what is wanted of one group; of the overall curve, no training rows."""
    leader = ""
    for look in looks:
        if group == OVERALL and look.source is Source.TRAINING:
            continue
        family = run.curves.select(quantity=quantity, source=look.source, group=group, arm=look.arm)
        style, label = _style(index, group, look), f"{group_label(group)}{look.suffix}"
        if len(family) == 1:
            views = [line_view(run, family[0], label, style)]
        else:
            views = [
                view
                for ensemble in over_seeds(CurveSet(family))
                for view in _mean_views(run, ensemble, label, style, look, options=options)
            ]
        for view in views:
            yield replace(view, companion_of=leader) if is_crowded(run) else view
            leader = leader or view.key


def _style(index: int, group: str, look: _Look) -> CurveStyle:
    """Give the line of a group; beyond the colours there are, lines are broken otherwise."""
    style = group_style(index, group)
    if look.dash is None:
        return CurveStyle(style.colour, None, look.symbol)
    if look.dash is Dash.SOLID:
        return style
    again = style.dash is Dash.DASHED
    return CurveStyle(style.colour, Dash.DASH_DOT if again else look.dash)


def _mean_views(
    run: RunView,
    ensemble: EnsemblePoints,
    label: str,
    style: CurveStyle,
    look: _Look,
    *,
    options: ViewOptions,
) -> Iterator[CurveView]:
    """Draw the mean over seeds as a line, and on it some dots with bars."""
    whole = ensemble_view(run, ensemble, label=label, style=style, options=options, what="seed")
    yield replace(whole, low=None, high=None, spread=Spread.NONE)
    later = np.flatnonzero(ensemble.x > 0)
    if whole.low is None or whole.high is None or not later.size:
        return
    spaced = np.geomspace(ensemble.x[later[0]], ensemble.x[-1], 2 * _BARS)
    own = spaced[_TWINS.index(look) :: 2]  # those of twins do not cover each other
    at = np.unique(np.searchsorted(ensemble.x, own).clip(max=ensemble.x.size - 1))
    yield replace(
        whole,
        key=f"{whole.key}/bars",
        x=whole.x[at],
        y=whole.y[at],
        low=whole.low[at],
        high=whole.high[at],
        traces=None,
        style=CurveStyle(style.colour, None, look.symbol),
        name=None,
        companion_of=whole.key,
    )


def _gap_panel(
    run: RunView,
    measure: Measure,
    looks: Sequence[_Look],
    *,
    overlays: Sequence[RunView],
    is_flipped: bool,
) -> Panel:
    """Draw the gaps on validation rows; of twins, or against both kinds of labels, broken too."""
    quantity = measure.quantity
    drawn = [(quantity, look) for look in looks if look.source is not Source.TRAINING]
    if is_flipped and looks is _SINGLE:
        drawn = [
            (quantity, replace(looks[0], suffix=", recorded labels")),
            (f"{CLEAN}{quantity}", replace(looks[0], suffix=", clean labels", dash=Dash.DASHED)),
        ]
    gaps = [view for name, look in drawn for view in _gaps(run, name, look)]
    for number, other in enumerate(overlays):
        dash = OVERLAY_DASHES[number % len(OVERLAY_DASHES)]
        seen = _typical(other, quantity)
        arm = next((curve.name.arm for curve in seen.curves), BASE)
        gaps += _gaps(seen, quantity, _Look(Source.VALIDATION, arm, dash, ""), overlay=True)
    return Panel(
        f"{quantity} gap",
        run.x_label,
        "gap to overall" if is_crowded(run) else "gap",
        tuple(gaps),
        () if measure is LOSS else _changes_of_lead(run, measure),
        x_log=True,
        x_span=run.span,
        baseline=0.0,
        height=1.1,
    )


def _changes_of_lead(run: RunView, measure: Measure) -> tuple[Marker, ...]:
    """Mark where the validation curves of two groups cross for good measure."""
    curves = _typical(run, measure.quantity).curves
    groups = curves.groups()
    sides = [curves.select(source=Source.VALIDATION, group=group) for group in groups]
    if len(groups) != 2 or any(len(side) != 1 for side in sides):
        return ()
    (first,), (second,) = sides
    count = min(first.x.size, second.x.size)
    later = first.x[:count] > 0
    x, *values = (array[:count][later] for array in (first.x, first.value, second.value))
    found = measured_crossings(x, *values)
    if len(found) > _MOST_MARKERS:
        return ()
    markers = []
    for crossing in found:
        now = crossing.before if measure.better > 0 else crossing.after
        words = "is ahead" if measure.better else f"has the lower {measure.words}"
        text = f"Step {crossing.x:,.0f}: now {group_label(groups[now])} {words}."
        markers.append(Marker(crossing.x, text))
    return tuple(markers)


def _gaps(
    run: RunView, quantity: str, look: _Look, *, overlay: bool = False
) -> Iterator[CurveView]:
    """Draw the difference of two groups; for more groups, each one's distance from the overall."""
    groups = run.curves.groups()
    two = len(groups) == 2
    found = run.curves.select(quantity=quantity, source=look.source, arm=look.arm)
    by_group: dict[str, Curve] = {curve.name.group: curve for curve in typical(CurveSet(found))}
    for index, first in enumerate(groups[:1] if two else groups):
        second = groups[1] if two else OVERALL
        if first not in by_group or second not in by_group:
            continue
        name = f"{group_label(first)} minus {group_label(second)}" if two else group_label(first)
        style = _style(index, OVERALL if two else first, look)
        if overlay:
            name, style = f"{run.name}: {name}", CurveStyle(style.colour, look.dash)
        label = f"{name}{look.suffix}"
        yield difference_view(run, by_group[first], by_group[second], label=label, style=style)


def _only(run: RunView, *quantities: str) -> RunView:
    """Show no more than these quantities of a run."""
    wanted = (run.curves[name] for name in run.curves.names if name.quantity in quantities)
    return replace(run, curves=CurveSet(wanted))


def _typical(run: RunView, *quantities: str) -> RunView:
    """Show what stands for a run: the mean over seeds, and of twins the right pipeline."""
    return replace(run, curves=typical(_only(run, *quantities).curves))
