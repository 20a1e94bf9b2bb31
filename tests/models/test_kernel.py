"""Tests of `models.kernel`."""

import numpy as np
import pytest

from models.batches import Batches
from models.dataset import Dataset, Split
from models.kernel import Kernel
from models.learning_rows import learning_rows
from models.plan import ModelPlan, OptimiserName, OptimiserPlan, TrainingPlan
from models.runtime import configure_tensorflow


@pytest.mark.parametrize("optimiser", ["momentum", "adam"])
def test_a_kernel_that_takes_over_goes_on_as_the_other_would(optimiser: OptimiserName) -> None:
    random = np.random.default_rng(0)
    x = random.normal(size=(40, 3)).astype(np.float32)
    split = Split(x, (x[:, 0] > 0).astype(np.int32), np.zeros(40, np.int32))
    dataset = Dataset(
        name="Toy",
        training=split,
        validation=split,
        group_names=("all",),
        class_names=("no", "yes"),
        feature_names=("a", "b", "c"),
    )
    plan = TrainingPlan(
        model=ModelPlan(widths=(5, 5), dropout=0.4, batch_normalisation="yes"),
        optimiser=OptimiserPlan(name=optimiser, learning_rate=0.05, batch_size=8, epochs=10),
        record_points=2,
    )
    configure_tensorflow()
    batches = Batches(plan=plan, rows=learning_rows(dataset, plan))
    first, second = (
        Kernel(dataset=dataset, plan=plan, batches=batches, xla=False) for _ in range(2)
    )
    first.advance(0, steps=7)
    second.take_over(first)
    assert first.advance(7, steps=9) == second.advance(7, steps=9)
    for mine, theirs in zip(first.model.get_weights(), second.model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
