"""Numbers of a training: sizes of the groups first, then scores, then what a mistake inflates."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.curves import Curve, CurveSet
from experiments.figures.measures import CLEAN, LOSS, SCORES
from experiments.figures.run_view import RunView
from experiments.frames import BASE, OVERALL, RIGHT, WRONG, FloatArray, Source
from experiments.inflation import Ends, Inflation, inflation, signed
from experiments.views import Number, NumberTable, group_label
from models.baselines import BASELINES
from models.scores import wilson_interval

_PARTS = (
    (Source.VALIDATION, "Validation"),
    (Source.TEST, "Test"),
    (Source.TRAINING, "Training"),
)
_SHARES = {"accuracy", "selection rate", "true positive rate", "false positive rate"}
_LABELS = (
    ("", "", ""),
    (
        CLEAN,
        ", clean labels",
        " Here against the labels before some were flipped on purpose, which no auditor sees.",
    ),
)
_SIZES = (
    ("rows", ",.0f", "How many there are."),
    ("base rate", ".3f", "Share of rows labelled with the second of two classes."),
)
_WILSON = " In brackets the 95 % interval for so many rows, by Wilson's formula."
_PAIRED = (
    " Wrong minus right, each on the rows that it held out itself; in brackets the 95 % interval of"
    " the mean over seeds, by Student's t of the paired differences."
)


def numbers(run: RunView, moment: float | None = None) -> tuple[NumberTable, ...]:
    """Give the tables of a training, or of twin pipelines; empty before anything is measured.

    Parameters
    ----------
    run
        The training.
    moment
        Step that is looked at; None for the end of the curves.
    """
    ends = Ends(run.curves if moment is None else _until(run.curves, moment))
    twins = bool(ends.begun(RIGHT))
    arms = (RIGHT, WRONG) if twins else (BASE,)
    tables = [_sizes([_Trained(ends, arm, ends.begun(arm)) for arm in arms])]
    if twins:
        tables += [_inflations(ends, source, title) for source, title in _PARTS[:2]]
    at = "" if moment is None else f", at step {moment:,.0f}"
    tables += [
        _scores(
            _Trained(ends, arm, ends.ended(arm) if twins else ends.begun(arm)),
            source,
            f"{title.lower()} rows{at}",
            [_Trained(ends, name, ends.begun(name)) for name in BASELINES],
        )
        for source, title in _PARTS
        for arm in arms
    ]
    return tuple(table for table in tables if len(table.numbers) > 1)


def _until(curves: CurveSet, step: float) -> CurveSet:
    """Give of each curve the last point at or before a step."""
    found = ((curve, int(np.searchsorted(curve.x, step, side="right"))) for curve in curves)
    return CurveSet(
        Curve(curve.name, curve.x[count - 1 : count], curve.value[count - 1 : count])
        for curve, count in found
        if count
    )


@dataclass(frozen=True, slots=True)
class _Trained:
    """The trainings of an arm."""

    ends: Ends
    arm: str
    seeds: tuple[int, ...]

    @property
    def words(self) -> str:
        return "" if self.arm == BASE else f", {self.arm} pipeline"

    def means(self, quantity: str, source: Source) -> FloatArray:
        """Give the means over seeds for each group and over all rows, (G + 1,)."""
        found = [
            self.ends.values(quantity, group, source, arm=self.arm, seeds=self.seeds)
            for group in (*self.ends.groups, OVERALL)
        ]
        return np.array(found).mean(axis=1) if self.seeds else np.full(len(found), np.nan)

    def has(self, quantity: str, source: Source) -> bool:
        """Say whether the quantity has been measured."""
        return any(self.ends.has(quantity, source, self.arm, seed) for seed in self.seeds)

    def rows(self, quantity: str, prefix: str, source: Source) -> FloatArray:
        """Count the rows of which a score is a share, (G + 1,)."""
        rows = self.means("rows", source)
        positive = self.means(f"{prefix}base rate", source)
        match quantity:
            case "true positive rate":
                return rows * positive
            case "false positive rate":
                return rows * (1 - positive)
            case _:
                return rows


def _sizes(trained: Sequence[_Trained]) -> NumberTable:
    """Count the rows of each part, and give its base rates."""
    rows = [_heading(trained[0].ends)]
    for prefix, labels, note in _LABELS:
        for quantity, pattern, help_text in _SIZES:
            for source, title in _PARTS:
                found = {
                    each.words: tuple(
                        _text(value, pattern) for value in each.means(f"{prefix}{quantity}", source)
                    )
                    for each in trained
                    if each.has(f"{prefix}{quantity}", source)
                }
                if len(set(found.values())) == 1:
                    found = {"": next(iter(found.values()))}
                label = f"{title} {quantity}{labels}"
                rows += [
                    Number(f"{label}{words}", texts, f"{help_text}{note}")
                    for words, texts in found.items()
                ]
    return NumberTable("Group sizes and base rates", tuple(rows))


def _scores(
    trained: _Trained, source: Source, part: str, baselines: Sequence[_Trained]
) -> NumberTable:
    """Give every score on one part, then that of each baseline.

    Of one seed, they have intervals where they are shares of rows.
    """
    rows = [_heading(trained.ends)]
    for quantity, prefix, label, help_text in _measured():
        if not trained.has(f"{prefix}{quantity}", source):
            continue
        has_intervals = len(trained.seeds) == 1 and quantity in _SHARES
        if has_intervals:
            help_text = f"{help_text}{_WILSON}"
        for each in (trained, *baselines):
            if each.has(f"{prefix}{quantity}", source):
                values = each.means(f"{prefix}{quantity}", source)
                texts = tuple(_text(value, ".3f") for value in values)
                if has_intervals:
                    low, high = wilson_interval(values, trained.rows(quantity, prefix, source))
                    texts = tuple(map(_with_interval, texts, low, high))
                words = "" if each is trained else f", {each.arm}"
                rows.append(Number(f"{label}{words}", texts, help_text))
    over = f", mean over {len(trained.seeds)} seeds" if len(trained.seeds) > 1 else ""
    return NumberTable(f"Scores on {part}{trained.words}{over}", tuple(rows))


def _inflations(ends: Ends, source: Source, title: str) -> NumberTable:
    """Give what the mistake adds to every score."""
    rows = [_heading(ends)]
    for quantity, prefix, label, help_text in _measured():
        found = [
            inflation(ends, f"{prefix}{quantity}", group, source=source)
            for group in (*ends.groups, OVERALL)
        ]
        if any(found):
            scale, digits, unit = (1, 3, "") if quantity == "loss" else (100, 1, ", points")
            texts = tuple(_change(each, scale, digits) for each in found)
            rows.append(Number(f"{label}{unit}", texts, f"{help_text}{_PAIRED}"))
    return NumberTable(
        f"Inflation on {title.lower()} rows: wrong minus right pipeline", tuple(rows)
    )


def _measured() -> Iterator[tuple[str, str, str, str]]:
    """Give every score against the labels on record, then against the clean ones."""
    for measure in (LOSS, *SCORES):
        for prefix, labels, note in _LABELS:
            what = f"{measure.what}{note}"
            yield measure.quantity, prefix, f"{measure.title}{labels}", what


def _heading(ends: Ends) -> Number:
    names = (*map(group_label, ends.groups), "overall")
    return Number("", names, "The order of the numbers in each row.")


def _text(value: float, pattern: str) -> str:
    return "no data" if math.isnan(value) else format(value, pattern)


def _with_interval(text: str, low: float, high: float) -> str:
    return text if math.isnan(low) else f"{text} ({low:.3f}–{high:.3f})"


def _change(found: Inflation | None, scale: float, digits: int) -> str:
    if found is None:
        return "no data"
    mean, half = scale * found.mean, scale * found.half_width
    text = signed(mean, digits)
    if found.seeds > 1:
        text = f"{text} ({signed(mean - half, digits)} to {signed(mean + half, digits)})"
    return text
