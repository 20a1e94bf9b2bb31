"""Steps per second of `models.training.train` and of `model.fit`, on the same task in one run.

Three networks: 2-64-64-1 (a little more work than 2-64-32-1) at batches of 32, 784-200-10 at
batches of 128 and a small convolutional one; Adam, class weights, one thread. Ours includes what a
user waits for: drawing batches, per-group scores on both splits at the steps of the plan,
and a Python object for each yield; the loop alone has nothing of that. `model.fit` runs with
`steps_per_execution=1` and a callback that only counts batches; it measures nothing at all. Tracing
is left out on the side of `model.fit`; on ours every part is told apart. Speeds of `model.fit` and
of the loop alone are medians, over steps and over calls, taken by turns.

Run it with ``python -m benchmarks.training_throughput``; give names to run those alone.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from models.batches import Batches
from models.dataset import Dataset, Split
from models.kernel import Kernel
from models.learning_rows import learning_rows
from models.network import build, build_optimiser
from models.plan import MitigationPlan, ModelPlan, OptimiserPlan, TrainingPlan
from models.relay import HANDOVER
from models.runtime import configure_tensorflow
from models.training import Record, train

_CALL = 20
"""Steps in one call of the loop where it is timed alone."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something to learn, for how many steps `model.fit` is timed, and the ratio wanted.

    Long runs without convolutions are handed over to XLA.
    """

    dataset: Dataset
    plan: TrainingPlan
    fit_steps: int
    wanted: float
    handed_over: bool


def plane() -> Task:
    """Points of the plane in two groups that follow different rules."""
    random = np.random.default_rng(0)

    def draw(rows: int) -> Split:
        x = random.normal(size=(rows, 2))
        group = random.integers(0, 2, rows)
        y = np.where(group == 0, x[:, 0] > 0, x[:, 0] + x[:, 1] > 0)
        return Split(x.astype(np.float32), y.astype(np.int32), group.astype(np.int32))

    dataset = Dataset(
        name="Plane",
        training=draw(8_000),
        validation=draw(2_000),
        group_names=("one", "two"),
        class_names=("below", "above"),
        feature_names=("x1", "x2"),
    )
    plan = _plan(ModelPlan(widths=(64, 64)), batch_size=32, steps=200_000, classes=2, points=200)
    return Task(dataset, plan, fit_steps=1_500, wanted=15, handed_over=True)


def images(
    model: ModelPlan,
    *,
    batch_size: int,
    steps: int,
    points: int,
    wanted: float,
    handed_over: bool = False,
) -> Task:
    """Ten noisy pictures of 28 × 28 pixels, in two groups of different noise."""
    random = np.random.default_rng(0)
    pictures = random.random((10, 784))

    def draw(rows: int) -> Split:
        y, group = random.integers(0, 10, rows), random.integers(0, 2, rows)
        x = pictures[y] + (1 + group[:, None]) * random.normal(size=(rows, 784))
        return Split(x.astype(np.float32), y.astype(np.int32), group.astype(np.int32))

    dataset = Dataset(
        name="Pictures",
        training=draw(8_000),
        validation=draw(2_000),
        group_names=("quiet", "noisy"),
        class_names=tuple(map(str, range(10))),
        feature_names=tuple(map(str, range(784))),
        image_shape=(28, 28),
    )
    plan = _plan(model, batch_size=batch_size, steps=steps, classes=10, points=points)
    return Task(dataset, plan, fit_steps=300, wanted=wanted, handed_over=handed_over)


def _plan(
    model: ModelPlan, *, batch_size: int, steps: int, classes: int, points: int
) -> TrainingPlan:
    weights = (1.0, 2.0) * (classes // 2)
    return TrainingPlan(
        model=model,
        optimiser=OptimiserPlan(learning_rate=1e-3, batch_size=batch_size, steps=steps),
        mitigation=MitigationPlan(class_weighting="custom", class_weights=weights),
        record_points=points,
    )


def ours(task: Task) -> float:
    """Run the whole plan; print its parts and return its steps per second, waiting included."""
    begun = perf_counter()
    marks = []
    records = 0
    for news in train(dataset=task.dataset, plan=task.plan):
        marks.append((news.step, perf_counter()))
        records += isinstance(news, Record)
    steps, ended = marks[-1]
    started = marks[0][1]
    print(f"ours: {steps:,} steps, {records} records, {len(marks)} yields")
    print(f"  build and trace, until step 0 is measured   {started - begun:8.2f} s")
    if task.handed_over:
        handed_over = max(time for step, time in marks if step <= HANDOVER)
        wait = handed_over - started
        print(f"  {HANDOVER:,} traced steps and the wait for XLA     {wait:8.2f} s")
        after = (steps - HANDOVER) / (ended - handed_over)
        print(f"  after the handover                          {after:8,.0f} steps/s")
    whole = steps / (ended - begun)
    print(f"  whole run, everything above included        {whole:8,.0f} steps/s")
    return whole


def fit(task: Task) -> float:
    """Return the steps per second of `model.fit`, after as many steps to warm up."""
    import keras

    dataset, plan = task.dataset, task.plan
    classes = len(dataset.class_names)
    model = build(
        plan.model,
        inputs=len(dataset.feature_names),
        classes=classes,
        image_shape=dataset.image_shape,
        seed=plan.seed,
    )
    keras.utils.set_random_seed(plan.seed)
    loss = "Binary" if classes == 2 else "SparseCategorical"
    model.compile(
        optimizer=build_optimiser(plan.optimiser),
        loss=getattr(keras.losses, f"{loss}Crossentropy")(from_logits=True),
        steps_per_execution=1,
    )
    times: list[float] = []
    count = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda *_, **__: times.append(perf_counter())
    )
    steps_per_epoch = plan.steps_per_epoch(dataset.training.y.size)
    y = dataset.training.y
    model.fit(
        dataset.training.x,
        y.astype(np.float32) if classes == 2 else y,
        batch_size=plan.optimiser.batch_size,
        epochs=-(-2 * task.fit_steps // steps_per_epoch),
        class_weight=dict(enumerate(plan.mitigation.class_weights)),
        callbacks=[count],
        verbose=0,
    )
    return 1.0 / float(np.median(np.diff(times[task.fit_steps :])))


def loop(task: Task) -> float:
    """Return the steps per second of our loop alone, measuring and streaming left out."""
    plan, rows = task.plan, learning_rows(task.dataset, task.plan)
    batches = Batches(plan=plan, rows=rows)
    kernel = Kernel(dataset=task.dataset, plan=plan, batches=batches, xla=task.handed_over)
    kernel.prepare()
    step, seconds = 0, []
    while step < 2 * task.fit_steps:
        begun = perf_counter()
        reached, _ = kernel.advance(step, steps=_CALL)
        seconds.append((perf_counter() - begun) / (reached - step))
        step = reached
    return 1.0 / float(np.median(seconds[len(seconds) // 2 :]))


TASKS: dict[str, Callable[[], Task]] = {
    "2-64-64-1": plane,
    "784-200-10": lambda: images(
        ModelPlan(widths=(200,)),
        batch_size=128,
        steps=20_000,
        points=100,
        wanted=3,
        handed_over=True,
    ),
    "convolutional": lambda: images(
        ModelPlan(network="convolutional", filters=(8, 16), widths=(32,)),
        batch_size=32,
        steps=4_000,
        points=20,
        wanted=1.2,
    ),
}


def main() -> None:
    """Print both speeds and their ratio for each network."""
    begun = perf_counter()
    configure_tensorflow()
    print(f"import of TensorFlow {perf_counter() - begun:.1f} s, in no other figure")
    for name in sys.argv[1:] or TASKS:
        task = TASKS[name]()
        print(f"{name}, batches of {task.plan.optimiser.batch_size}")
        taken = [(fit(task), loop(task)) for _ in range(3)]
        theirs, alone = np.array(taken).T
        print(f"model.fit, three times by turns: {_listed(theirs)} steps/s")
        print(f"our loop alone:                  {_listed(alone)} steps/s")
        whole = ours(task)
        wanted = f"(at least {task.wanted:g} is wanted)"
        print(f"ratio of the loop alone: {np.median(alone / theirs):.1f} {wanted}")
        print(f"ratio of the whole run:  {whole / np.median(theirs):.1f}")


def _listed(speeds: NDArray[np.float64]) -> str:
    return ", ".join(f"{speed:,.0f}" for speed in speeds)


if __name__ == "__main__":
    main()
