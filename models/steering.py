"""The plan of a run under way, as changes alter it."""

from collections import deque
from collections.abc import Iterable

from models.changes import Change, Value, value_of, with_setting
from models.dataset import Dataset
from models.learning_rows import learning_counts
from models.plan import PlanError, TrainingPlan


class Steering:
    """Keeps the changes of a run, planned or asked for, until their step.

    A change at step s takes effect after everything that is measured at s, and before the step
    from s to s + 1, whether it was planned or asked for; so both give the same run.

    Parameters
    ----------
    plan, dataset
        What is planned, and for which data.
    steps
        Number of steps of the whole run.

    Attributes
    ----------
    plan
        The plan with all changes so far that were put into effect.

    Raises
    ------
    PlanError
        When a planned change is out of order, outside of the run, or not possible.
    """

    def __init__(self, plan: TrainingPlan, dataset: Dataset, *, steps: int) -> None:
        self.plan = plan
        self._dataset = dataset
        self._steps = steps
        self._planned = deque(plan.changes)
        self._due: list[Change] = []
        order = [change.step for change in plan.changes]
        if order != sorted(order):
            raise PlanError(f"changes: their steps must ascend, but are {order}")
        for change in plan.changes:
            self.take(change)
        self._due.clear()

    @property
    def next_step(self) -> int:
        """Step of the next planned change, or the end of the run."""
        return self._planned[0].step if self._planned else self._steps

    def planned(self, step: int) -> list[Change]:
        """Take the changes that are planned for a step."""
        found = []
        while self._planned and self._planned[0].step <= step:
            found.append(self._planned.popleft())
        return found

    def take(self, change: Change) -> Value:
        """Have a change put into effect at the next occasion, and give the value before it.

        Raises
        ------
        PlanError
            When it is not possible.
        """
        if not 0 <= change.step < self._steps:
            raise PlanError(
                f"changes.step: the run has the steps 0 to {self._steps - 1:,}, but "
                f"{change.setting} is to change at {change.step:,}"
            )
        before = self._with(self._due)
        after = with_setting(before, change)
        after.check(self._dataset)
        learning_counts(self._dataset, after)
        self._due.append(change)
        return value_of(before, change.setting)

    def apply(self) -> tuple[Change, ...]:
        """Put what is due into effect, and tell what it was."""
        due = tuple(self._due)
        self.plan = self._with(due)
        self._due.clear()
        return due

    def _with(self, changes: Iterable[Change]) -> TrainingPlan:
        plan = self.plan
        for change in changes:
            plan = with_setting(plan, change)
        return plan
