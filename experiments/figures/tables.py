"""Numbers of a run of the solvable model, with what each one means."""

import math
from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np

from experiments.dynamics.quantities import CROSSINGS, GAPS
from experiments.dynamics.rule import learning_rule
from experiments.figures.agreement import MeasuredCrossing, forecasts_and_measured, misfit_of
from experiments.figures.moment import State, Student, state_of, student_at
from experiments.figures.run_view import RunView
from experiments.frames import OVERALL, EnsemblePoints
from experiments.settings import DynamicsSettings
from experiments.views import Number, NumberTable, group_label
from models.percent import percent
from simulation.averages import label_moments
from simulation.closed_form import applies, largest_learning_rate, relaxation
from simulation.disparities import DISPARITIES
from simulation.learning import LearningRule, spans
from simulation.mixture import TeacherMixture
from simulation.observables import group_losses
from simulation.phases import asymptote, phase_ends

_ROUNDING = 1e-12
_LEVEL = 1e-6

_RATES = (
    ("loss", "Loss", "Expected loss of a new sample, without any weights."),
    ("error", "Error", "How often the answer is wrong."),
    ("selection_rate", "Selection rate", "How often the answer is +1."),
    ("true_positive_rate", "True positive rate", "How often it is +1 among samples labelled +1."),
    ("false_positive_rate", "False positive rate", "How often it is +1 among those labelled −1."),
    ("precision", "Precision", "How often an answer +1 is right."),
    ("f1", "F1", "Harmonic mean of precision and true positive rate."),
    ("R", "Overlap R", "Overlap of the weights with the group's rule, w·T/d."),
    ("cosine", "Cosine R/√Q", "Cosine of the angle between the weights and the group's rule."),
    ("M", "Overlap M", "Overlap of the weights with the group's shift, w·v/d."),
)


def numbers(run: RunView, moment: float | None) -> tuple[NumberTable, ...]:
    """Give the tables of a run; empty where there are no exact curves.

    Parameters
    ----------
    run
        A run of any kind; only the solvable model has numbers.
    moment
        t of the table of one moment; None, or a time past them, for the end of the curves.
    """
    if not isinstance(run.settings, DynamicsSettings):
        return ()
    student = student_at(run, moment)
    if student is None:
        return ()
    mixture, state = run.settings.mixture.teacher_mixture(), state_of(run.settings, student)
    tables = (
        _moment_table(mixture, state, student),
        _disparity_table(state),
        *_lasting_tables(run, run.curves.ensemble("loss", mixture.names[0])),
    )
    return tuple(table for table in tables if table.numbers)


@lru_cache(maxsize=1)
def _lasting_tables(run: RunView, _recorded: EnsemblePoints | None) -> tuple[NumberTable, ...]:
    """Give the tables of no moment; `_recorded` tells when more of the runs has been recorded."""
    assert isinstance(run.settings, DynamicsSettings)
    mixture, rule = run.settings.mixture.teacher_mixture(), learning_rule(run.settings)
    return (
        *_crossing_tables(run),
        _agreement_table(run),
        _asymptote_table(mixture, rule),
        _scales_table(mixture, rule, run.settings.learning.duration),
        _forces_table(mixture, rule, run.settings.learning.duration),
    )


def _moment_table(mixture: TeacherMixture, state: State, student: Student) -> NumberTable:
    columns = (*mixture.names, OVERALL)
    rows = [
        Number(
            label,
            _row([state.get((quantity, group), math.nan) for group in columns]),
            help_text,
        )
        for quantity, label, help_text in _RATES
    ]
    norm = _row([state.get(("Q", OVERALL), math.nan)])
    squared_length = Number("Norm Q", norm, "Squared length of the weights, |w|²/d.")
    heading = _heading(group_label(group) for group in columns)
    how = "exact" if student.exact else "interpolated"
    return NumberTable(f"At t = {student.time:.4g}, {how}", (heading, *rows, squared_length))


def _disparity_table(state: State) -> NumberTable:
    rows = [
        Number(
            name.replace("_", " ").capitalize(),
            _row([state[name, OVERALL], state[f"{name}_to_overall", OVERALL]]),
            f"fairlearn's {name}: between groups, and of the group furthest from the overall rate.",
        )
        for name in DISPARITIES
        if (name, OVERALL) in state
    ]
    heading = _heading(("between groups", "to overall"))
    return NumberTable("Disparities at the same time", (heading, *rows) if rows else ())


def _crossing_tables(run: RunView) -> Iterator[NumberTable]:
    for measure, kind in CROSSINGS.items():
        events = run.happened(kind)
        measured = forecasts_and_measured(run, measure)
        runs = _runs_measured(run)
        rows = tuple(
            Number(
                event.text.removesuffix("."),
                (_measured_text(found, runs),),
                "Forecast by the exact curves, and the moments at which single simulated runs"
                " changed the lead there.",
            )
            for event, found in zip(events, measured, strict=True)
        )
        yield NumberTable(f"Changes of the lead in {measure}: forecast and measured", rows)


def _runs_measured(run: RunView) -> str:
    """Name the runs of which single curves were kept."""
    assert isinstance(run.settings, DynamicsSettings)
    ensemble = run.curves.ensemble(GAPS["loss"], OVERALL)
    all_kept = ensemble is None or ensemble.traces.shape[1] >= run.settings.simulation.runs
    return "runs" if all_kept else "runs kept"


def _measured_text(found: MeasuredCrossing, runs: str) -> str:
    if not found.runs:
        return "forecast; no runs yet"
    if not found.resolved:
        return "forecast; not recorded closely enough to be measured"
    if not found.crossed:
        return f"none of {found.runs:,} {runs} changes here"
    middle = (
        f"{found.crossed:,} of {found.runs:,} {runs} change, at {found.median:.3g} in the middle"
    )
    if found.crossed == 1:
        return middle
    return f"{middle}; 95 % of them between {found.low:.3g} and {found.high:.3g}"


def _agreement_table(run: RunView) -> NumberTable:
    found = misfit_of(run)
    if found is None:
        return NumberTable("Simulated runs against theory", ())
    assert isinstance(run.settings, DynamicsSettings)
    simulation = run.settings.simulation
    agree = {None: "cannot be told from one run", True: "yes", False: "no"}[found.agrees]
    rows = [
        Number("Runs, dimension", (f"{simulation.runs:,}, d = {simulation.dimension:,}",)),
        Number("They agree", (agree,), "At a chance of 1 % to be called wrong by accident."),
        Number(
            "Largest misfit",
            (f"{found.absolute:.3g} in loss at t = {found.time:.3g}",),
            "Distance of the runs' mean from the exact curve. A single run's shrinks like one over"
            " the square root of the dimension.",
        ),
    ]
    if found.agrees is not None:
        rows.append(
            Number(
                "… in standard errors",
                (f"{found.standard_errors:.2f}, allowed {found.allowed:.2f}",),
                "The standard error of the mean shrinks with the number of runs.",
            )
        )
    return NumberTable("Simulated runs against theory", tuple(rows))


def _forces_table(mixture: TeacherMixture, rule: LearningRule, end: float) -> NumberTable:
    """Say what pulls early, and with the last weights late, by group."""
    _, saliency = label_moments(mixture)
    last = spans(rule, end)[-1].rule
    weights = last.sampling_shares(mixture) * last.group_weights * np.sqrt(mixture.variances)
    return NumberTable(
        "What pulls",
        (
            _heading(group_label(name) for name in mixture.names),
            Number(
                "Saliency κ",
                _row(saliency),
                "How readable a group's labels are, 2φ(h)√Δ for a rule of length √d: early on, the"
                " larger one is learnt faster.",
            ),
            Number(
                "Relative representation",
                _row(weights / weights.sum()),
                "Share times the root of the variance, weights and sampling included (those after"
                " the switch, if there is one), as part of the whole: late in training the larger"
                " one mostly decides what the weights become.",
            ),
        ),
    )


def _scales_table(mixture: TeacherMixture, rule: LearningRule, end: float) -> NumberTable:
    """Give the time-scales, and the limit of the learning rate (squared loss)."""
    if not applies(rule):
        return NumberTable(
            "Time-scales",
            (
                Number(
                    "None in closed form",
                    ("squared loss with equal class weights only",),
                    "Other losses are integrated; their curves are as exact, but no formula gives"
                    " their time-scales.",
                ),
            ),
        )
    ends = phase_ends(mixture, rule, end)
    limit = largest_learning_rate(mixture, rule, until=end)
    no_shift = "after the end" if relaxation(mixture, rule).has_shift else "no shift"
    return NumberTable(
        "Time-scales",
        (
            Number(
                "Shift learnt",
                (_time(ends.shift, no_shift),),
                "When the weights along the shift have come within 1/e of their end, τ_M at a"
                " constant rate: until then class imbalance mostly decides who is ahead.",
            ),
            Number(
                "Rules learnt",
                (_time(ends.teachers, "after the end"),),
                "The same for the rules, τ_R: until then saliency mostly decides, later"
                " representation.",
            ),
            Number(
                "Norm settled",
                (_time(ends.norm, "after the end, or never"),),
                "The same for the squared length of the weights, τ_Q.",
            ),
            Number(
                "Limit of the learning rate",
                (f"{limit:.4g}, set {percent(rule.learning_rate / limit)} of it",),
                "From there on the noise of each step outweighs what the gradient takes away, and"
                " the weights grow without bound.",
            ),
        ),
    )


def _time(moment: float | None, missing: str) -> str:
    return missing if moment is None else f"t = {moment:.4g}"


def _asymptote_table(mixture: TeacherMixture, rule: LearningRule) -> NumberTable:
    """Say who is ahead in the end, if training went on for ever."""
    title = "If training went on for ever"
    final = asymptote(mixture, rule)
    if final is None:
        return NumberTable(title, ())
    losses = group_losses(mixture, rule.loss, final.overlaps, np.array(final.norm))
    order = np.argsort(losses)
    gap = float(losses[order[-1]] - losses[order[0]])
    ahead = "level" if gap < _LEVEL else f"{group_label(mixture.names[order[0]])}, by {gap:.4g}"
    names = " · ".join(group_label(name) for name in mixture.names)
    return NumberTable(
        title,
        (
            Number("Ahead in loss", (ahead,), "The group with the lower loss at t → ∞."),
            Number(f"Loss of {names}", _row(losses), "Expected losses at t → ∞."),
        ),
    )


def _heading(columns: Iterable[str]) -> Number:
    return Number("", tuple(columns), "The order of the numbers in each row.")


def _row(values: Iterable[float]) -> tuple[str, ...]:
    return tuple("–" if math.isnan(value) else f"{value:.4g}" for value in _clean(values))


def _clean(values: Iterable[float]) -> Iterator[float]:
    """Take rounding errors around 0 for 0."""
    return (0.0 if abs(value) < _ROUNDING else value for value in values)
