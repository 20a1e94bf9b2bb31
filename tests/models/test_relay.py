"""Tests of `models.relay`: which runs are handed over to XLA, and when."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from training_plans import PLAN, changed
from typing_extensions import override

from models import relay
from models.batches import Batches
from models.dataset import Dataset, Split
from models.kernel import Kernel
from models.learning_rows import learning_rows
from models.plan import Replay, TrainingPlan
from models.relay import Relay
from models.runtime import configure_tensorflow


def still() -> Dataset:
    """Nothing to see, in 64 rows."""
    y = (np.arange(64) % 2).astype(np.int32)
    x = np.random.default_rng(0).normal(size=(64, 4)).astype(np.float32)
    split = Split(x, y, np.zeros(64, np.int32))
    return Dataset(
        name="Still",
        training=split,
        validation=split,
        group_names=("all",),
        class_names=("no", "yes"),
        feature_names=("a", "b", "c", "d"),
        image_shape=(2, 2),
    )


def relay_of(plan: TrainingPlan) -> Relay:
    configure_tensorflow()
    batches = Batches(plan=plan, rows=learning_rows(still(), plan))
    return Relay(dataset=still(), plan=plan, batches=batches)


CONVOLUTIONAL = {"model": {"network": "convolutional", "filters": (2,)}}


@pytest.mark.parametrize(
    ("replay", "tables", "long_run", "expected"),
    [
        ("exact", {}, 12, True),
        ("exact", {}, 13, False),
        ("exact", CONVOLUTIONAL, 12, False),
        ("fast", {}, 12, True),
        ("fast", {}, 13, False),
        ("fast", CONVOLUTIONAL, 12, False),
    ],
)
def test_long_runs_without_convolutions_are_handed_over(
    monkeypatch: pytest.MonkeyPatch,
    *,
    replay: Replay,
    tables: dict[str, Any],
    long_run: int,
    expected: bool,
) -> None:
    built: list[bool] = []

    class Counted(Kernel):
        def __init__(self, *, xla: bool, **parts: Any) -> None:  # noqa: ANN401  (passed on)
            built.append(xla)
            super().__init__(xla=False, **parts)

    monkeypatch.setattr(relay, "Kernel", Counted)
    monkeypatch.setattr(relay, "LONG_RUN", long_run)
    plan = replace(changed(PLAN, **{"model": {"widths": (8,)}} | tables), replay=replay)
    assert plan.total_steps(64) == 12
    with relay_of(plan):
        assert built == ([False, True] if expected else [False])


def clock(ticks: list[float]) -> Callable[[], float]:
    """A clock that goes on by given seconds each time that it is read."""
    now = 0.0

    def read() -> float:
        nonlocal now
        now += ticks.pop(0)
        return now

    return read


@pytest.mark.parametrize(("seconds", "stays"), [(0.5, True), (2.0, False)])
def test_a_fast_run_keeps_the_faster_kernel_and_goes_on_from_its_state(
    monkeypatch: pytest.MonkeyPatch, *, seconds: float, stays: bool
) -> None:
    """A traced step takes a second, a compiled one more or less; every clock is read twice."""
    monkeypatch.setattr(relay, "LONG_RUN", 1)
    monkeypatch.setattr(relay, "perf_counter", clock([0, 1, 0, seconds, 0, 1]))
    taken: list[str] = []

    class Named(Kernel):
        def __init__(self, *, xla: bool, **parts: Any) -> None:  # noqa: ANN401  (passed on)
            self.name = "compiled" if xla else "traced"
            super().__init__(xla=xla, **parts)

        @override
        def advance(self, step: int, *, steps: int, slowing: float = 1.0) -> tuple[int, float]:
            taken.append(self.name)
            return super().advance(step, steps=steps, slowing=slowing)

    with relay_of(PLAN) as alone:
        for step in range(3):
            alone.advance(step, steps=1)
        expected = alone.model.get_weights()
    monkeypatch.setattr(relay, "perf_counter", clock([0, 1, 0, seconds, 0, 1]))
    monkeypatch.setattr(relay, "Kernel", Named)
    with relay_of(replace(PLAN, replay="fast")) as fast:
        monkeypatch.setattr(relay, "wait", None)  # nothing is waited for
        assert fast.ready(0, patience=0.0)
        assert fast.advance(0, steps=1)[0] == 1
        while fast._compiling is not None and not fast._compiling.done():
            assert fast.ready(1, patience=0.0)
        assert fast.ready(1, patience=0.0)
        assert fast.advance(1, steps=1)[0] == 2
        assert fast.advance(2, steps=1)[0] == 3
        fast.catch_up()
        found = fast.model.get_weights()
    assert taken == ["traced", "compiled", "compiled" if stays else "traced"]
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)
