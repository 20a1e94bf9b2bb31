"""Two kernels that follow each other, so that a run starts at once and then goes fast."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Self

from models.batches import Batches
from models.dataset import Dataset
from models.kernel import Kernel
from models.norms import NormProbe, Norms
from models.plan import TrainingPlan

if TYPE_CHECKING:
    import keras

LONG_RUN = 10_000
"""Steps from which a run earns back the second that XLA takes to compile its loop."""

HANDOVER = 2_000
"""Steps after which XLA goes on in a long run; fixed, because the two round differently, and draw
other random numbers for dropout."""


class Relay:
    """Advances a run with the kernel whose turn it is.

    A short run has one kernel, which TensorFlow executes as traced. In a long run a thread
    compiles the second one with XLA meanwhile, which touches nothing that the first one uses.
    Convolutions stay as traced: XLA is slow at them on a CPU, and has no repeatable gradient of
    their maxima.

    Where replays must be exact, the plan alone decides who takes which step: the second kernel
    goes on after `HANDOVER` steps, for which the run waits if need be. Otherwise it goes on as soon
    as it is compiled, and stays if it is the faster one.

    Parameters
    ----------
    dataset, plan, batches
        What to learn, how, and in which order.

    Attributes
    ----------
    model
        The Keras model as it was when it last caught up; another object after `change`.
    """

    def __init__(self, *, dataset: Dataset, plan: TrainingPlan, batches: Batches) -> None:
        self._dataset = dataset
        self._is_exact = plan.replay == "exact"
        self._handover = HANDOVER
        self._is_behind = False
        self._copy: Callable[[], None] | None = None
        self._threads = ThreadPoolExecutor(max_workers=1)
        self._successor: Kernel | None = None
        self._compiling: Future[None] | None = None
        self._spare: Kernel | None = None
        self._kernel = self._begin(plan, batches, first=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def catch_up(self) -> None:
        """Bring `model` up to date."""
        if self._is_behind and self._copy is not None:
            self._copy()
            self._is_behind = False

    def ready(self, step: int, *, patience: float) -> bool:
        """Tell whether `step` can be taken, after waiting for XLA at most `patience` seconds."""
        if self._successor is None or self._compiling is None or step < self._handover:
            return True
        if self._is_exact:
            wait((self._compiling,), timeout=patience)
        if not self._compiling.done():
            return not self._is_exact
        successor, self._successor = self._successor, None
        if _compiled(self._compiling):
            successor.take_over(self._kernel)
            self._copy = _copying(successor.model, self.model)
            self._kernel, self._spare = successor, None if self._is_exact else self._kernel
        return True

    def advance(self, step: int, *, steps: int, slowing: float = 1.0) -> tuple[int, float]:
        """Take at most `steps` steps from step number `step`; see `Kernel.advance`."""
        if self._successor is not None and self._is_exact:
            steps = min(steps, self._handover - step)
        begun = perf_counter()
        reached, loss = self._kernel.advance(step, steps=steps, slowing=slowing)
        seconds = (perf_counter() - begun) / (reached - step)
        if self._spare is not None:
            self._keep_the_faster(seconds)
        self._seconds = seconds
        self._is_behind = self._kernel.model is not self.model
        return reached, loss

    def use(self, batches: Batches) -> None:
        """Go on with other batches of the same rows."""
        for kernel in (self._kernel, self._successor, self._spare):
            if kernel is not None:
                kernel.use(batches)

    def change(self, plan: TrainingPlan, batches: Batches, *, step: int) -> None:
        """Go on from a step by another plan, whose variables have the same shapes."""
        before = self._kernel
        if self._compiling is not None:
            self._compiling.cancel()
        self._kernel = self._begin(plan, batches, first=step)
        self._kernel.take_over(before)

    def rate(self, step: int) -> float:
        """Give the learning rate that the plan's schedule has for a step."""
        return self._kernel.rate(step)

    def norms(self, step: int) -> Norms:
        """Measure weights, and the gradient on the batch that a step learns from."""
        self.catch_up()
        return self._probe.measure(*self._kernel.batch(step))

    def _begin(self, plan: TrainingPlan, batches: Batches, *, first: int) -> Kernel:
        """Make the kernel for the next step, and have the one after it compiled."""
        kernel = Kernel(dataset=self._dataset, plan=plan, batches=batches, xla=False)
        kernel.prepare()
        self.model = kernel.model
        self._is_behind = False
        self._probe = NormProbe(kernel)
        self._handover = first + HANDOVER if self._is_exact else first
        self._successor = self._compiling = self._spare = self._copy = None
        self._seconds = 0.0
        long = plan.total_steps(len(batches.rows)) - first >= LONG_RUN
        if long and plan.model.network != "convolutional":
            self._successor = Kernel(dataset=self._dataset, plan=plan, batches=batches, xla=True)
            self._compiling = self._threads.submit(self._successor.prepare)
        return kernel

    def _keep_the_faster(self, seconds: float) -> None:
        """Go back to the traced kernel if the compiled one took longer for a step."""
        spare, self._spare = self._spare, None
        if spare is not None and seconds > self._seconds:
            spare.take_over(self._kernel)
            self._kernel = spare


def _copying(source: "keras.Model", target: "keras.Model") -> Callable[[], None]:
    """Make a function that gives one model the state of another, in one call of TensorFlow."""
    import tensorflow as tf

    def copy() -> None:
        for theirs, mine in zip(source.variables, target.variables, strict=True):
            mine.value.assign(theirs.value)

    function: Callable[[], None] = tf.function(copy, autograph=False).get_concrete_function()
    return function


def _compiled(compiling: "Future[None]") -> bool:
    """Tell whether XLA is to be had: TensorFlow is built without it on some platforms."""
    import tensorflow as tf

    try:
        compiling.result()
    except tf.errors.OpError:
        return False
    return True
