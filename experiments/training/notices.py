"""What a user should know of the data before training begins."""

from collections.abc import Iterator, Sequence

import numpy as np

from experiments.frames import Event, EventKind
from experiments.settings import TrainingSettings, find
from experiments.training.capacity import capacity
from experiments.training.learning_notes import learning_notes
from models.changes import Value
from models.dataset import Dataset
from models.plan import TrainingPlan
from models.preparation import Prepared
from models.training import Changed, Ended, Refused, Slowed

_MOST_NOTES = 6


def notices(prepared: Prepared, plan: TrainingPlan) -> Iterator[Event]:
    """Tell the sizes of groups and network, then what was done while reading and preparing.

    Raises
    ------
    PlanError
        When the plan does not fit the data.
    """
    plan.check(prepared.dataset)
    yield notice(f"Training rows by group: {_sizes(prepared.dataset)}.")
    yield notice(capacity(prepared.dataset, plan))
    if plan.loss.name != "cross-entropy" or plan.loss.label_smoothing:
        kind = plan.loss.name.replace("-", " ")
        smoothed = " of smoothed labels" if plan.loss.label_smoothing else ""
        yield notice(
            f"Training minimises the {kind} loss{smoothed}; curves show the unweighted"
            " cross-entropy, so that runs compare."
        )
    yield from map(notice, learning_notes(prepared.dataset, plan))
    yield from map(notice, _shortened((*prepared.rows.notes, *prepared.notes)))


def notice(text: str, x: float = 0.0) -> Event:
    """Tell something."""
    return Event(EventKind.NOTICE, x, text)


def told(news: Slowed | Ended | Changed | Refused) -> Event:
    """Tell what was done about the validation loss, or at the request of a user."""
    match news:
        case Slowed():
            return notice(_slowed(news), float(news.step))
        case Ended():
            return notice(_ended(news), float(news.step))
        case Changed():
            return Event(EventKind.CHANGE, float(news.step), _changed(news))
        case Refused():
            return unchanged(news.reason, step=news.step)


def unchanged(reason: str, *, step: int) -> Event:
    """Tell why a setting was not changed."""
    text = f"Step {step:,}: nothing was changed. {reason}"
    return Event(EventKind.REFUSED, float(step), text)


def _changed(news: Changed) -> str:
    title = find(TrainingSettings(), news.setting).title
    name = f"{title[:1].lower()}{title[1:]}" if title[1:2].islower() else title
    return f"Step {news.step:,}: {name} {_shown(news.before)} → {_shown(news.value)}."


def _shown(value: Value) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_shown, value))})"
    return value if isinstance(value, str) else f"{value:.6g}"


def _slowed(news: Slowed) -> str:
    return (
        f"Step {news.step:,}: the validation loss stands still. The learning rate is"
        f" {news.factor:.3g} times the one set from now on."
    )


def _ended(news: Ended) -> str:
    begin = "Stopped early" if news.early else "Trained to the end"
    best = (
        f"the watched validation loss was lowest at step {news.best_step:,}: {news.best_loss:.3g}"
    )
    whose = "These weights give" if news.restored else "Yet the last weights give"
    return f"{begin} at step {news.step:,}; {best}. {whose} the scores at the end."


def _sizes(dataset: Dataset) -> str:
    sizes = np.bincount(dataset.training.group, minlength=len(dataset.group_names))
    parts = zip(dataset.group_names, sizes, strict=True)
    return ", ".join(f"{name} {size:,}" for name, size in parts)


def _shortened(notes: Sequence[str]) -> Iterator[str]:
    """Give the first notes, and count the others where they are several."""
    shown = len(notes) if len(notes) <= _MOST_NOTES + 1 else _MOST_NOTES
    yield from notes[:shown]
    if shown < len(notes):
        yield f"The data set has {len(notes) - shown} more notes."
