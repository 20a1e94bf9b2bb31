"""The figures of the solvable model."""

import math
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from experiments.dynamics.quantities import CROSSINGS, GAPS, PARTS
from experiments.figures.agreement import agreement
from experiments.figures.curves import (
    OVERLAY_DASHES,
    difference_view,
    dots_note,
    group_style,
    is_crowded,
    line_view,
    overlay_curves,
    theory_and_runs,
)
from experiments.figures.run_view import RunView
from experiments.figures.sentences import explanations, who_is_ahead
from experiments.frames import OVERALL, EventKind, Source
from experiments.views import (
    Band,
    CurveStyle,
    CurveView,
    Dash,
    Figure,
    Marker,
    Panel,
    Symbol,
    ViewOptions,
    group_colour,
    group_label,
)

_PHASE_COLOURS = {
    "class imbalance": "#009E73",
    "saliency": "#E69F00",
    "representation": "#56B4E9",
}
_M_COLOUR, _Q_COLOUR = "#009E73", "#E69F00"
_PART_STYLES = {
    "alignment": CurveStyle("#CC79A7", Dash.DASHED),
    "norm": CurveStyle("#E69F00", Dash.DASH_DOT),
    "shift": CurveStyle("#009E73", Dash.DOTTED),
}
_PART_LABELS = {
    "alignment": "alignment with the rules",
    "norm": "noise of the weights",
    "shift": "shift of the groups",
}
_RATE_STYLES = (
    (Dash.SOLID, Symbol.CIRCLE),
    (Dash.DASHED, Symbol.SQUARE),
    (Dash.DOTTED, Symbol.TRIANGLE),
)
_DISPARITY_COLOURS = ("#CC79A7", "#56B4E9", "#E69F00", "#009E73")
_DASHES = (Dash.SOLID, Dash.DASHED, Dash.DOTTED, Dash.DASH_DOT)

_RATE_PANELS = (
    (
        "rate",
        (
            ("selection_rate", "selection rate"),
            ("true_positive_rate", "true positive rate"),
            ("false_positive_rate", "false positive rate"),
        ),
    ),
    ("precision, F1", (("precision", "precision"), ("f1", "F1"))),
)
_DISPARITIES = ("demographic_parity", "equal_opportunity", "equalized_odds", "accuracy_score")


def figure(run: RunView, title: str, overlays: Sequence[RunView], options: ViewOptions) -> Figure:
    """Build one figure; `overlays` are other runs to compare with."""
    match title:
        case "Losses":
            return _measured(run, "loss", title, overlays=overlays, options=options)
        case "Errors":
            return _measured(run, "error", title, overlays=overlays, options=options)
        case "Order parameters":
            return _order_parameters(run, options)
        case "Rates":
            return _rates(run, options)
        case "Disparities":
            return _disparities(run, options)
        case "Why":
            return _decomposition(run)
        case _:
            raise KeyError(title)


def _measured(
    run: RunView,
    quantity: str,
    title: str,
    *,
    overlays: Sequence[RunView],
    options: ViewOptions,
) -> Figure:
    """Draw the curves of the groups, and below them the gap."""
    curves = [
        view
        for index, group in enumerate([*run.curves.groups(), OVERALL])
        for view in theory_and_runs(
            run,
            quantity,
            group,
            label=group_label(group),
            style=group_style(index, group),
            options=options,
            named=not is_crowded(run),
        )
        if group != OVERALL or view.style.dash is not None
    ]
    gaps = list(_gaps(run, GAPS[quantity], options))
    for number, other in enumerate(overlays):
        dash = OVERLAY_DASHES[number % len(OVERLAY_DASHES)]
        curves += overlay_curves(other, run, quantity, dash)
        gaps += _overlay_gaps(other, run, GAPS[quantity], dash)
    diverged = bool(run.happened(EventKind.DIVERGED))
    panels = (
        _panel(
            run,
            quantity,
            quantity,
            curves,
            markers=_markers(run, quantity),
            bands=_bands(run),
            y_log=diverged and quantity == "loss",
            height=2.2,
        ),
        _panel(
            run,
            f"{quantity} gap",
            "gap to overall" if is_crowded(run) else "gap",
            gaps,
            baseline=0.0,
            height=1.1,
        ),
    )
    why = explanations(run) if quantity == "loss" else ""
    sentences = (why, who_is_ahead(run, quantity), agreement(run))
    return Figure(quantity, title, panels, " ".join(part for part in sentences if part))


def _panel(
    run: RunView,
    key: str,
    y_label: str,
    curves: Sequence[CurveView],
    *,
    markers: tuple[Marker, ...] = (),
    bands: tuple[Band, ...] = (),
    y_log: bool = False,
    baseline: float | None = None,
    height: float = 1.0,
) -> Panel:
    return Panel(
        key,
        run.x_label,
        y_label,
        tuple(curves),
        markers,
        bands,
        x_log=True,
        x_span=run.span,
        y_log=y_log,
        baseline=baseline,
        height=height,
    )


def _gap_label(run: RunView, group: str) -> str:
    if group != OVERALL:
        return group_label(group)
    first, second = run.curves.groups()
    return f"{group_label(first)} minus {group_label(second)}"


def _gap_groups(run: RunView) -> tuple[str, ...]:
    groups = run.curves.groups()
    return (OVERALL,) if len(groups) == 2 else groups


def _gaps(run: RunView, quantity: str, options: ViewOptions) -> Iterator[CurveView]:
    for index, group in enumerate(_gap_groups(run)):
        yield from theory_and_runs(
            run,
            quantity,
            group,
            label=_gap_label(run, group),
            style=group_style(index, group),
            options=options,
            named=not is_crowded(run),
        )


def _overlay_gaps(other: RunView, run: RunView, quantity: str, dash: Dash) -> Iterator[CurveView]:
    known = list(run.curves.groups())
    for index, group in enumerate(_gap_groups(other)):
        colour = group_style(known.index(group) if group in known else index, group).colour
        for curve in other.curves.select(quantity=quantity, source=Source.THEORY, group=group):
            label = f"{other.name}: {_gap_label(other, group)}"
            yield line_view(other, curve, label, CurveStyle(colour, dash))


def _order_parameters(run: RunView, options: ViewOptions) -> Figure:
    groups = run.curves.groups()
    wanted = [("R", group, group_colour(index), Dash.SOLID) for index, group in enumerate(groups)]
    wanted += [("M", group, _M_COLOUR, _DASHES[i % 4]) for i, group in enumerate(groups)]
    wanted.append(("Q", OVERALL, _Q_COLOUR, Dash.SOLID))
    curves = [
        view
        for quantity, group, colour, dash in wanted
        for view in theory_and_runs(
            run,
            quantity,
            group,
            label=quantity if group == OVERALL else f"{quantity} of {group_label(group)}",
            style=CurveStyle(colour, dash),
            options=options,
        )
    ]
    cosines = [
        view
        for index, group in enumerate(groups)
        for view in theory_and_runs(
            run,
            "cosine",
            group,
            label=f"R/√Q of {group_label(group)}",
            style=group_style(index, group),
            options=options,
        )
    ]
    caption = (
        "R is the overlap of the weights with each group's rule, M with the shift, and Q their"
        " squared length. R/√Q is the cosine of the angle between the weights and a group's rule:"
        " at 1 the rule is learnt, whatever the length of the weights."
    )
    panels = (
        _panel(run, "order parameters", "R, M, Q", curves, height=1.6),
        _panel(run, "cosines", "R/√Q", cosines),
    )
    words = " ".join(filter(None, (caption, dots_note(run, options))))
    return Figure("order parameters", "Order parameters", panels, words)


def _rates(run: RunView, options: ViewOptions) -> Figure:
    panels = []
    for y_label, rates in _RATE_PANELS:
        curves = [
            view
            for (quantity, words), (dash, symbol) in zip(rates, _RATE_STYLES, strict=False)
            for index, group in enumerate(run.curves.groups())
            for view in theory_and_runs(
                run,
                quantity,
                group,
                label=f"{words} of {group_label(group)}",
                style=CurveStyle(group_colour(index), dash),
                options=options,
                symbol=symbol,
            )
        ]
        panels.append(_panel(run, y_label, y_label, curves))
    caption = (
        "Selection rate: how often the answer is +1. True positive rate: among samples labelled +1;"
        " false positive rate: among those labelled −1. Precision: how often an answer +1 is right;"
        " F1 balances precision and the true positive rate."
    )
    words = " ".join(filter(None, (caption, dots_note(run, options))))
    return Figure("rates", "Rates", tuple(panels), words)


def _disparities(run: RunView, options: ViewOptions) -> Figure:
    panels = []
    for kind, baseline in (("difference", 0.0), ("ratio", 1.0)):
        curves = [
            view
            for name, colour, dash in zip(_DISPARITIES, _DISPARITY_COLOURS, _DASHES, strict=True)
            for view in theory_and_runs(
                run,
                f"{name}_{kind}",
                OVERALL,
                label=f"{name}_{kind}".replace("_", " "),
                style=CurveStyle(colour, dash),
                options=options,
            )
        ]
        panels.append(_panel(run, kind, kind, curves, baseline=baseline))
    caption = (
        "Names and definitions are those of fairlearn. A difference is the largest minus the"
        " smallest rate among the groups, 0 without disparity; a ratio is the smallest over the"
        " largest, 1 without disparity. They do not say who is ahead: the rates do."
    )
    if run.curves.ensembles:
        caption += (
            " No difference is ever negative, so the mean over runs lies above the exact line where"
            " the noise of single runs is larger than the disparity."
        )
    words = " ".join(filter(None, (caption, dots_note(run, options))))
    return Figure("disparities", "Disparities", tuple(panels), words)


def _decomposition(run: RunView) -> Figure:
    """Draw what the gap is made of; for more than two groups, what each loss is made of."""
    groups = run.curves.groups()
    if len(groups) == 2:
        gap = list(_gaps(run, GAPS["loss"], ViewOptions()))
        parts = [
            difference_view(run, *pair, label=_PART_LABELS[part], style=_PART_STYLES[part])
            for part in PARTS
            if len(pair := run.curves.select(quantity=part, source=Source.THEORY)) == 2
        ]
        panels: tuple[Panel, ...] = (
            _panel(
                run,
                "parts",
                "parts of the loss gap",
                [*gap[:1], *parts],
                markers=_markers(run, "loss"),
                bands=_bands(run),
                baseline=0.0,
            ),
        )
    else:
        panels = tuple(
            _panel(
                run,
                part,
                _PART_LABELS[part],
                [
                    view
                    for index, group in enumerate(groups)
                    for view in theory_and_runs(
                        run,
                        part,
                        group,
                        label=group_label(group),
                        style=group_style(index, group),
                        options=ViewOptions(),
                    )
                ],
                baseline=0.0,
            )
            for part in PARTS
        )
    caption = "The parts add up to the loss above that of a student who knows nothing."
    if len(groups) == 2:
        first, second = (group_label(group) for group in groups)
        caption = (
            f"The parts add up to the gap. Below 0 a part favours {first}, above 0 {second}; noise"
            " is what the length of the weights costs a group, more where its variance is larger."
        )
    return Figure("why", "Why", panels, " ".join(filter(None, (explanations(run), caption))))


def _markers(run: RunView, quantity: str) -> tuple[Marker, ...]:
    events = (*run.happened(CROSSINGS[quantity]), *run.happened(EventKind.DIVERGED))
    return tuple(Marker(event.x, event.text) for event in events)


def _bands(run: RunView) -> tuple[Band, ...]:
    """Shade what mostly decides; a phase lasts until the next one begins."""
    phases = run.happened(EventKind.PHASE)
    return tuple(
        Band(
            event.x,
            following.x if following is not None else math.inf,
            event.text,
            _PHASE_COLOURS[event.text],
        )
        for event, following in zip_longest(phases, phases[1:])
    )
