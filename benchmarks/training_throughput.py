"""Steps per second of `models.training.train` and of `model.fit`, on the same task in one run.

A 2-64-64-1 network (a little more work than 2-64-32-1), batches of 32, Adam, class weights, one
thread. Ours includes what a user waits for: drawing batches, per-group loss and accuracy on both
splits at 200 log-spaced steps, and a Python object for each yield. `model.fit` runs with
`steps_per_execution=1` and a callback that only counts batches; it measures nothing by group.
Tracing is left out on the side of `model.fit`; on ours every part is told apart.

Run it with ``python -m benchmarks.training_throughput``.
"""

from time import perf_counter

import numpy as np

from models.dataset import Dataset, Split
from models.network import build, build_optimiser
from models.plan import MitigationPlan, ModelPlan, OptimiserPlan, TrainingPlan
from models.relay import HANDOVER
from models.runtime import configure_tensorflow
from models.training import Record, train

FIT_STEPS = 1_500
PLAN = TrainingPlan(
    model=ModelPlan(widths=(64, 64)),
    optimiser=OptimiserPlan(learning_rate=1e-3, batch_size=32, epochs=800),
    mitigation=MitigationPlan(class_weighting="custom", class_weights=(1.0, 2.0)),
)


def two_groups(*, rows: int) -> Split:
    """Points of the plane in two groups that follow different rules."""
    random = np.random.default_rng(0)
    x = random.normal(size=(rows, 2))
    group = random.integers(0, 2, rows)
    y = np.where(group == 0, x[:, 0] > 0, x[:, 0] + x[:, 1] > 0)
    return Split(x.astype(np.float32), y.astype(np.int32), group.astype(np.int32))


def ours(dataset: Dataset) -> float:
    """Run the whole plan; print its parts and return its steps per second, waiting included."""
    begun = perf_counter()
    marks = []
    records = 0
    for news in train(dataset=dataset, plan=PLAN):
        marks.append((news.step, perf_counter()))
        records += isinstance(news, Record)
    steps, ended = marks[-1]
    started = marks[0][1]
    handed_over = max(time for step, time in marks if step <= HANDOVER)
    print(f"ours: {steps:,} steps, {records} records, {len(marks)} yields")
    print(f"  build and trace, until step 0 is measured   {started - begun:8.2f} s")
    print(f"  {HANDOVER:,} traced steps and the wait for XLA     {handed_over - started:8.2f} s")
    after = (steps - HANDOVER) / (ended - handed_over)
    print(f"  after the handover                          {after:8,.0f} steps/s")
    whole = steps / (ended - begun)
    print(f"  whole run, everything above included        {whole:8,.0f} steps/s")
    return whole


def fit(dataset: Dataset) -> float:
    """Return the steps per second of `model.fit`, after as many steps to warm up."""
    import keras

    model = build(PLAN.model, inputs=2, classes=2, image_shape=None, seed=PLAN.seed)
    keras.utils.set_random_seed(PLAN.seed)
    model.compile(
        optimizer=build_optimiser(PLAN.optimiser),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        steps_per_execution=1,
    )
    times: list[float] = []
    count = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda *_, **__: times.append(perf_counter())
    )
    steps_per_epoch = PLAN.steps_per_epoch(dataset.training.y.size)
    model.fit(
        dataset.training.x,
        dataset.training.y.astype(np.float32),
        batch_size=PLAN.optimiser.batch_size,
        epochs=-(-2 * FIT_STEPS // steps_per_epoch),
        class_weight={0: 1.0, 1: 2.0},
        callbacks=[count],
        verbose=0,
    )
    return FIT_STEPS / (times[2 * FIT_STEPS - 1] - times[FIT_STEPS - 1])


def main() -> None:
    """Print both speeds and their ratio."""
    begun = perf_counter()
    configure_tensorflow()
    print(f"import of TensorFlow {perf_counter() - begun:.1f} s, in no other figure")
    dataset = Dataset(
        name="Plane",
        training=two_groups(rows=8_000),
        validation=two_groups(rows=2_000),
        group_names=("one", "two"),
        class_names=("below", "above"),
        feature_names=("x1", "x2"),
    )
    baseline = fit(dataset)
    print(f"model.fit: {baseline:,.0f} steps/s over {FIT_STEPS:,} steps")
    print(f"ratio of the whole run: {ours(dataset) / baseline:.0f} (at least 15 is wanted)")


if __name__ == "__main__":
    main()
