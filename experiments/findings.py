"""What is wrong with a training, in plain words: seen, shown by numbers, and what to try."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from experiments.frames import Event, EventKind

_TRY = "Try: "


class Fault(StrEnum):
    """What can be wrong."""

    OVERFITTING = "Overfitting"
    UNDERFITTING = "Underfitting"
    COLLAPSE = "Collapse to one class"
    NOT_FINITE = "Loss not finite"
    RATE_TOO_HIGH = "Learning rate too high"
    RATE_TOO_LOW = "Learning rate too low"
    TOO_SHORT = "Training too short"
    VANISHING_GRADIENT = "Vanishing gradient"
    SMALL_GROUP = "Group too small to judge"
    MISLEADING_ACCURACY = "Accuracy misleads"
    IDLE_WEIGHTS = "Weights without effect"
    UNSURE_LEAD = "Lead within the noise"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong that was found while a network trained.

    Attributes
    ----------
    fault
        What is wrong.
    step
        Where on the x axis of the curves to look.
    sentence
        What is seen, beginning in the middle of a line.
    evidence
        The numbers that show it.
    remedy
        What to try, without the word.
    gravity
        How grave it is, where it may become graver: told again then; else None.
    """

    fault: Fault
    step: float
    sentence: str
    evidence: str
    remedy: str
    gravity: float | None = field(default=None, compare=False)

    @property
    def headline(self) -> str:
        """Where and what, in one line."""
        return f"Step {self.step:,.0f}. {self.fault}: {self.sentence}"

    @property
    def words(self) -> str:
        """Everything, on three lines."""
        return f"{self.headline}\n{self.evidence}\n{_TRY}{self.remedy}"

    def event(self) -> Event:
        """Tell it: what is seen, evidence and what to try on a line each."""
        lines = (f"{self.fault}: {self.sentence}", self.evidence, f"{_TRY}{self.remedy}")
        return Event(EventKind.FINDING, self.step, "\n".join(lines))

    @classmethod
    def told_by(cls, event: Event) -> Self:
        """Take an event of the kind FINDING apart again."""
        seen, evidence, remedy = event.text.split("\n")
        fault, _, sentence = seen.partition(": ")
        return cls(Fault(fault), event.x, sentence, evidence, remedy.removeprefix(_TRY))
