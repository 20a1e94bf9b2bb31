"""Tests of `models.relay`: which runs are handed over to XLA."""

from typing import Any

import numpy as np
import pytest
from training_plans import PLAN, changed

from models import relay
from models.batches import Batches
from models.dataset import Dataset, Split
from models.kernel import Kernel
from models.learning_rows import learning_rows
from models.relay import Relay
from models.runtime import configure_tensorflow


@pytest.mark.parametrize(
    ("tables", "long_run", "small_step", "expected"),
    [
        ({}, 12, 49 * 16 + 1, True),
        ({}, 13, 49 * 16 + 1, False),
        ({}, 12, 49 * 16, False),
        ({"model": {"network": "convolutional", "filters": (2,)}}, 12, 10**9, False),
    ],
)
def test_long_runs_of_small_steps_without_convolutions_are_handed_over(
    monkeypatch: pytest.MonkeyPatch,
    *,
    tables: dict[str, Any],
    long_run: int,
    small_step: int,
    expected: bool,
) -> None:
    built: list[bool] = []

    class Counted(Kernel):
        def __init__(self, *, xla: bool, **parts: Any) -> None:  # noqa: ANN401  (passed on)
            built.append(xla)
            super().__init__(xla=False, **parts)

    monkeypatch.setattr(relay, "Kernel", Counted)
    monkeypatch.setattr(relay, "LONG_RUN", long_run)
    monkeypatch.setattr(relay, "SMALL_STEP", small_step)
    y = (np.arange(64) % 2).astype(np.int32)
    split = Split(np.zeros((64, 4), np.float32), y, np.zeros(64, np.int32))
    dataset = Dataset(
        name="Still",
        training=split,
        validation=split,
        group_names=("all",),
        class_names=("no", "yes"),
        feature_names=("a", "b", "c", "d"),
        image_shape=(2, 2),
    )
    configure_tensorflow()
    plan = changed(PLAN, **{"model": {"widths": (8,)}} | tables)
    assert plan.total_steps(64) == 12
    batches = Batches(plan=plan, rows=learning_rows(dataset, plan))
    with Relay(dataset=dataset, plan=plan, batches=batches):
        assert built == ([False, True] if expected else [False])
