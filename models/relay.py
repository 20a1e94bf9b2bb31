"""Two kernels that follow each other, so that a run starts at once and then goes fast."""

from concurrent.futures import ThreadPoolExecutor, wait
from types import TracebackType
from typing import TYPE_CHECKING, Self

from models.batches import Batches
from models.dataset import Dataset
from models.kernel import Kernel
from models.network import operations
from models.norms import NormProbe, Norms
from models.plan import TrainingPlan

if TYPE_CHECKING:
    import keras

LONG_RUN = 10_000
"""Steps from which a run earns back the second that XLA takes to compile its loop."""

SMALL_STEP = 5_000_000
"""Multiplications per step from which a step takes as long as traced, so XLA does not pay."""

HANDOVER = 2_000
"""Step from which XLA goes on in a long run; fixed, because the two round differently."""


class Relay:
    """Advances a run with the kernel whose turn it is.

    A short run has one kernel, which TensorFlow executes as traced. In a long run of small steps a
    thread compiles the second one with XLA meanwhile, which touches nothing that the first one
    uses. Convolutions stay as traced: XLA is slow at them on a CPU, and has no repeatable gradient
    of their maxima; so does what turns images, which XLA does not know.

    Parameters
    ----------
    dataset, plan, batches
        What to learn, how, and in which order.

    Attributes
    ----------
    model
        The Keras model as it was when it last caught up.
    """

    def __init__(self, *, dataset: Dataset, plan: TrainingPlan, batches: Batches) -> None:
        self._kernel = Kernel(dataset=dataset, plan=plan, batches=batches, xla=False)
        self._kernel.prepare()
        self.model: keras.Sequential = self._kernel.model
        self._is_behind = False
        self._probe = NormProbe(self._kernel)
        self._threads = ThreadPoolExecutor(max_workers=1)
        self._successor: Kernel | None = None
        long = plan.total_steps(len(batches.rows)) >= LONG_RUN
        small = operations(self._kernel.model) * batches.size < SMALL_STEP
        suited = plan.model.network != "convolutional" and not plan.augmentation.is_active
        if long and small and suited:
            self._successor = Kernel(dataset=dataset, plan=plan, batches=batches, xla=True)
            self._compiling = self._threads.submit(self._successor.prepare)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown(wait=False)

    def catch_up(self) -> None:
        """Bring `model` up to date."""
        if self._is_behind:
            pairs = zip(self.model.variables, self._kernel.model.variables, strict=True)
            for mine, theirs in pairs:
                mine.value.assign(theirs.value)
            self._is_behind = False

    def ready(self, step: int, *, patience: float) -> bool:
        """Tell whether `step` can be taken, after waiting for XLA at most `patience` seconds."""
        if self._successor is None or step < HANDOVER:
            return True
        wait((self._compiling,), timeout=patience)
        if not self._compiling.done():
            return False
        successor, self._successor = self._successor, None
        if self._compiled():
            successor.take_over(self._kernel)
            self._kernel = successor
        return True

    def advance(self, step: int, *, steps: int, slowing: float = 1.0) -> tuple[int, float]:
        """Take at most `steps` steps from step number `step`; see `Kernel.advance`."""
        if self._successor is not None:
            steps = min(steps, HANDOVER - step)
        self._is_behind = self._kernel.model is not self.model
        return self._kernel.advance(step, steps=steps, slowing=slowing)

    def rate(self, step: int) -> float:
        """Give the learning rate that the plan's schedule has for a step."""
        return self._kernel.rate(step)

    def norms(self, step: int) -> Norms:
        """Measure weights, and the gradient on the batch that a step learns from."""
        self.catch_up()
        return self._probe.measure(*self._kernel.batch(step))

    def _compiled(self) -> bool:
        """Tell whether XLA is to be had: TensorFlow is built without it on some platforms."""
        import tensorflow as tf

        try:
            self._compiling.result()
        except tf.errors.OpError:
            return False
        return True
