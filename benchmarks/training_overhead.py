"""What a training costs beyond its compiled loop, and what exact replays cost.

* The share that measuring every group, streaming and storing add to the loop of 2-64-32-1 at
  batches of 32 over 200,000 steps, through a worker process and the history, against the loop
  alone; after the handover to XLA, since before it the run waits for the compiler anyway.
* Seconds from the press of Run to the first point, with a worker that has warmed up.
* Growth of the worker's memory over a run of a linear unit, from a tenth of its steps on.
* How much slower deterministic kernels are, in two processes: TensorFlow cannot switch them off
  again, so fast runs have them as well.

Run it with ``python -m benchmarks.training_overhead``; give names to run those alone.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil

from benchmarks.training_throughput import images
from experiments.frames import OVERALL, FloatArray, Frame
from experiments.runner import Runner
from experiments.settings import TrainingSettings, from_table
from experiments.store import Status, Store
from experiments.updates import Ended, Streamed, Update
from models.batches import Batches
from models.dataset import Dataset
from models.kernel import Kernel
from models.learning_rows import learning_rows
from models.plan import ModelPlan, TrainingPlan
from models.relay import HANDOVER
from models.runtime import configure_tensorflow

_STEPS = 200_000
_SLICE = 256
_NICE = 10
"""Priority of a worker process, which what it is compared with shall have too."""


def settings(*, steps: int, widths: list[int], samples: int = 12_500) -> TrainingSettings:
    """Describe a run on points of the plane, of which four fifths are learnt from."""
    table = {
        "version": 1,
        "kind": "training",
        "data": {"set": "shapes", "samples": samples},
        "model": {"widths": widths},
        "optimiser": {"steps": steps, "batch_size": 32},
    }
    found = from_table(table)
    assert isinstance(found, TrainingSettings)
    return found


class Watched:
    """A run through a worker, with the moments at which its frames came."""

    def __init__(self, runner: Runner, wanted: TrainingSettings) -> None:
        self._runner = runner
        self._begun = time.perf_counter()
        self._run = runner.start("benchmark", wanted)
        self.frames: list[tuple[float, Frame]] = []
        self.ended: Ended | None = None

    def follow(self, at_step: int | None = None) -> None:
        """Take frames until a step, or the end."""
        while self.ended is None and (at_step is None or self.step < at_step):
            for update in self._runner.drain():
                self._take(update)
            time.sleep(0.001)

    @property
    def step(self) -> int:
        """The last step that was told of; -1 before the first."""
        found = (f.progress.steps for _, f in reversed(self.frames) if f.progress is not None)
        return next(found, -1)

    def _take(self, update: Update) -> None:
        if isinstance(update, Streamed) and update.run == self._run:
            self.frames.append((time.perf_counter() - self._begun, update.frame))
        elif isinstance(update, Ended) and update.run == self._run:
            self.ended = update

    def first(self, enough: Callable[[Frame], bool]) -> float:
        """Give the moment of the first frame of which something is true."""
        return next(moment for moment, frame in self.frames if enough(frame))


@contextmanager
def warm_runner() -> Iterator[tuple[Runner, Path]]:
    """Start a runner, and have a training over so that its worker has warmed up."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "runs.sqlite"
        runner = Runner(path)
        try:
            Watched(runner, settings(steps=50, widths=[2], samples=400)).follow()
            yield runner, path
        finally:
            runner.close()


def overhead() -> None:
    """Print what measuring, streaming and storing add to the loop."""
    wanted = settings(steps=_STEPS, widths=[64, 32])
    with warm_runner() as (runner, path):
        run = Watched(runner, wanted)
        run.follow(at_step=HANDOVER + 1)
        begun, since, before = run.step, time.perf_counter(), _worker_seconds()
        run.follow(at_step=_STEPS)
        whole = time.perf_counter() - since, _worker_seconds() - before
        run.follow()
        records = _stored_loss(path, run)
    alone = _loop_seconds(wanted, _STEPS - begun)
    print(f"  {_STEPS - begun:,} steps, {records.size} records a curve in all")
    for clock, mine, theirs in zip(("wall", "processor"), whole, alone, strict=True):
        print(
            f"  {clock:9s}: through worker and history {mine:6.2f} s,"
            f" the loop alone {theirs:6.2f} s, added {mine / theirs - 1:.1%}"
        )
    print("  (at most 10 % wanted; on a busy machine the processor's time tells more)")


def _loop_seconds(wanted: TrainingSettings, steps: int) -> tuple[float, float]:
    """Measure steps of the compiled loop alone, at the priority of a worker, by both clocks."""
    from experiments.training import plan_of, prepared_data

    configure_tensorflow()
    os.nice(max(0, _NICE - os.nice(0)))
    dataset, plan = prepared_data(wanted).dataset, plan_of(wanted)
    return _seconds(dataset, plan, xla=True, steps=steps)


def _stored_loss(path: Path, run: Watched) -> FloatArray:
    """Give the steps of a run's loss as the history has them."""
    assert run.ended is not None
    assert run.ended.row is not None, run.ended.details
    assert run.ended.status is Status.DONE, run.ended.reason
    with Store(path) as store:
        found = store.curves(run.ended.row.id).select(quantity="loss", group=OVERALL)
    return found[0].x


def _seconds(dataset: Dataset, plan: TrainingPlan, *, xla: bool, steps: int) -> tuple[float, float]:
    """Take steps, and measure them by both clocks."""
    batches = Batches(plan=plan, rows=learning_rows(dataset, plan))
    kernel = Kernel(dataset=dataset, plan=plan, batches=batches, xla=xla)
    kernel.prepare()
    kernel.advance(0, steps=_SLICE)
    step, begun, busy = 0, time.perf_counter(), time.process_time()
    while step < steps:
        step, _ = kernel.advance(step, steps=min(_SLICE, steps - step))
    return time.perf_counter() - begun, time.process_time() - busy


def start() -> None:
    """Print the seconds from the press of Run to the first point."""
    with warm_runner() as (runner, _):
        moments = []
        for _ in range(5):
            run = Watched(runner, settings(steps=_STEPS, widths=[64, 32]))
            run.follow(at_step=100)
            moments.append(run.first(lambda frame: bool(frame.points)))
            runner.stop()
            run.follow()
    times = ", ".join(f"{moment:.2f}" for moment in moments)
    print(f"  press of Run to first point: {times} s; median {np.median(moments):.2f} s")
    print("  (1.5 s wanted)")


def memory() -> None:
    """Print how the worker's memory grows over a run."""
    steps = 300_000
    with warm_runner() as (runner, path):
        run = Watched(runner, settings(steps=steps, widths=[]))
        run.follow(at_step=steps // 10)
        early = _worker_memory()
        run.follow(at_step=steps - 1)
        late = _worker_memory()
        run.follow()
        x = _stored_loss(path, run)
    print(f"  worker at step {steps // 10:,}: {early / 1e6:.0f} MB, at the end {late / 1e6:.0f} MB")
    print(f"  its history has {x.size} points a curve, up to step {x[-1]:,.0f}")


def _worker() -> psutil.Process:
    """Find the worker process that has TensorFlow, by its size."""
    return max(psutil.Process().children(), key=lambda child: int(child.memory_info().rss))


def _worker_memory() -> int:
    return int(_worker().memory_info().rss)


def _worker_seconds() -> float:
    times = _worker().cpu_times()
    return float(times.user + times.system)


def _small() -> tuple[Dataset, TrainingPlan]:
    wanted = settings(steps=_STEPS, widths=[64, 32])
    from experiments.training import plan_of, prepared_data

    return prepared_data(wanted).dataset, plan_of(wanted)


def _images(model: ModelPlan, batch_size: int) -> tuple[Dataset, TrainingPlan]:
    task = images(model, batch_size=batch_size, steps=10_000, points=10, wanted=1)
    return task.dataset, task.plan


_NETWORKS: dict[str, tuple[Callable[[], tuple[Dataset, TrainingPlan]], bool, int]] = {
    "2-64-32-1, traced": (_small, False, 3_000),
    "2-64-32-1, XLA": (_small, True, 60_000),
    "784-200-10, XLA": (lambda: _images(ModelPlan(widths=(200,)), 128), True, 1_500),
    "convolutional, traced": (
        lambda: _images(ModelPlan(network="convolutional", widths=(32,)), 32),
        False,
        150,
    ),
}


def determinism() -> None:
    """Print how much slower steps are with deterministic kernels."""
    speeds = [_speeds_in_a_process(is_exact) for is_exact in (True, False)]
    for name, exact, free in zip(_NETWORKS, *speeds, strict=True):
        print(f"  {name:22s} {exact:9,.0f} steps/s; without determinism {free / exact:.2f} times")


def _speeds_in_a_process(is_exact: bool) -> list[float]:
    command = [sys.executable, "-m", __spec__.name, "--speeds", "exact" if is_exact else "free"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [float(line) for line in printed.split()]


def print_speeds(kind: str) -> None:
    """Print the steps per second of processor time of each network, by the kind of kernels."""
    if kind == "free":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism = _leave_free
    configure_tensorflow()
    for make, xla, steps in _NETWORKS.values():
        _, busy = _seconds(*make(), xla=xla, steps=steps)
        print(steps / busy)


def _leave_free() -> None:
    """Do nothing where kernels would be made deterministic."""


PARTS: dict[str, Callable[[], None]] = {
    "overhead": overhead,
    "start": start,
    "memory": memory,
    "determinism": determinism,
}


def main() -> None:
    """Print every part, or those named."""
    if sys.argv[1:2] == ["--speeds"]:
        print_speeds(sys.argv[2])
        return
    for name in sys.argv[1:] or PARTS:
        print(name)
        PARTS[name]()


if __name__ == "__main__":
    main()
