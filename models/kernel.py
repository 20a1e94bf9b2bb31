"""Many training steps in one call of a compiled function."""

from typing import TYPE_CHECKING

import numpy as np

from models.augmentation import Augmenter
from models.batches import Batches, Block
from models.dataset import Dataset
from models.losses import row_losses
from models.network import build, build_optimiser
from models.plan import TrainingPlan

if TYPE_CHECKING:
    import keras
    import tensorflow as tf


class Kernel:
    """A network and its optimiser, advanced by a loop over the batches of a block.

    The number of steps of a call is dynamic: the loop body, and so every bit of the result, is
    the same for any division of the run into calls.

    Parameters
    ----------
    dataset, plan, batches
        What to learn, how, and from which rows in which order.
    xla
        Whether XLA compiles the loop. Small networks then take several times as many steps per
        second, but compiling costs about a second; `prepare` can do it in another thread.

    Attributes
    ----------
    model
        The Keras model, in its current state.
    losses
        What each row costs.
    x, y
        Inputs (n, p), not augmented, and labels (n,) of the rows that are learnt from.
    size
        Rows of a batch.
    """

    def __init__(
        self, *, dataset: Dataset, plan: TrainingPlan, batches: Batches, xla: bool
    ) -> None:
        import tensorflow as tf

        classes = len(dataset.class_names)
        self.model = build(
            plan.model,
            inputs=len(dataset.feature_names),
            classes=classes,
            image_shape=dataset.image_shape,
            seed=plan.seed,
        )
        counts = np.bincount(batches.rows.y, minlength=classes)
        self.losses = row_losses(plan.loss, shares=counts / counts.sum())
        self._optimiser = build_optimiser(plan.optimiser)
        self._optimiser.build(self.model.trainable_variables)
        self.x = tf.constant(batches.rows.x)
        self.y = tf.constant(batches.rows.y)
        self._group = tf.constant(batches.rows.group)
        self._augmenter = None
        if plan.augmentation.is_active:
            self._augmenter = Augmenter(plan.augmentation, dataset=dataset, seed=plan.seed)
        self.size = batches.size
        self._batches = batches
        self._block = batches.block(0)
        self._tensors = _tensors(self._block)
        position = tf.TensorSpec([], tf.int32)
        self._loop = tf.function(
            self._steps,
            autograph=False,
            jit_compile=xla,
            input_signature=[
                position,
                position,
                tf.TensorSpec([], tf.float32),
                *(tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in self._tensors),
            ],
        ).get_concrete_function()

    def prepare(self) -> None:
        """Compile the loop by a call of no steps."""
        import tensorflow as tf

        self._loop(tf.constant(0), tf.constant(0), tf.constant(1.0), *self._tensors)

    def advance(self, step: int, *, steps: int, slowing: float = 1.0) -> tuple[int, float]:
        """Take at most `steps` steps, none beyond the current block, from step number `step`.

        Parameters
        ----------
        step, steps
            Where to begin, and how far to go.
        slowing
            Factor on the learning rates of the plan's schedule.

        Returns
        -------
        tuple
            Number of the step reached, and the loss of its batch, penalties included. When a loss
            is not finite, that step is the last.
        """
        import tensorflow as tf

        self._turn_to(step)
        start = self._block.first_step
        end = min(step + steps, self._block.last_step)
        reached, loss = self._loop(
            tf.constant(step - start),
            tf.constant(end - start),
            tf.constant(slowing),
            *self._tensors,
        )
        return start + int(reached), float(loss)

    def batch(self, step: int) -> "tuple[int, tf.Tensor, tf.Tensor]":
        """Tell where a step's batch begins in the rows and coefficients of its block."""
        self._turn_to(step)
        rows, coefficients, _ = self._tensors
        return (step - self._block.first_step) * self.size, rows, coefficients

    def rate(self, step: int) -> float:
        """Give the learning rate that the plan's schedule has for a step."""
        self._turn_to(step)
        return float(self._block.rates[step - self._block.first_step])

    def use(self, batches: Batches) -> None:
        """Go on with other batches of the same rows."""
        self._batches = batches
        self._block = batches.block(self._block.first_step)
        self._tensors = _tensors(self._block)

    def take_over(self, other: "Kernel") -> None:
        """Continue from the state of another kernel whose plan has variables of the same shapes.

        Where only one of them has dropout, its random numbers stay at their start.
        """
        pairs = list(zip(self._state(), other._state(), strict=True))
        if len(self._draws()) == len(other._draws()):
            pairs += zip(self._draws(), other._draws(), strict=True)
        for mine, theirs in pairs:
            mine.assign(theirs)

    def _turn_to(self, step: int) -> None:
        """Have the block that holds a step."""
        if not self._block.first_step <= step < self._block.last_step:
            self._block = self._batches.block(step)
            self._tensors = _tensors(self._block)

    def _state(self) -> "list[keras.Variable]":
        augmenter = [] if self._augmenter is None else self._augmenter.variables
        floats = [each for each in self.model.variables if each.dtype == "float32"]
        return [*floats, *self._optimiser.variables, *augmenter]

    def _draws(self) -> "list[keras.Variable]":
        """Give what the random numbers of dropout go on from."""
        return [each for each in self.model.variables if each.dtype != "float32"]

    def _steps(
        self,
        first: "tf.Tensor",
        end: "tf.Tensor",
        slowing: "tf.Tensor",
        rows: "tf.Tensor",
        coefficients: "tf.Tensor",
        rates: "tf.Tensor",
    ) -> "tuple[tf.Tensor, tf.Tensor]":
        import tensorflow as tf

        variables = self.model.trainable_variables
        size = self.size

        def unfinished(step: "tf.Tensor", loss: "tf.Tensor") -> "tf.Tensor":
            return tf.logical_and(step < end, tf.math.is_finite(loss))

        def take(step: "tf.Tensor", _: "tf.Tensor") -> "tuple[tf.Tensor, tf.Tensor]":
            batch = tf.slice(rows, [step * size], [size])
            x, y = tf.gather(self.x, batch), tf.gather(self.y, batch)
            if self._augmenter is not None:
                x = self._augmenter(x, y=y, group=tf.gather(self._group, batch))
            with tf.GradientTape() as tape:
                logits = self.model(x, training=True)
                losses = self.losses(y, logits)
                weighted = losses * tf.slice(coefficients, [step * size], [size])
                loss = tf.add_n([tf.reduce_sum(weighted), *self.model.losses])
            gradients = tape.gradient(loss, [variable.value for variable in variables])
            self._optimiser.learning_rate.assign(rates[step] * slowing)
            self._optimiser.apply(gradients, variables)
            return step + 1, loss

        end_step, loss = tf.while_loop(unfinished, take, (first, tf.constant(0.0)))
        return end_step, loss


def _tensors(block: Block) -> "tuple[tf.Tensor, tf.Tensor, tf.Tensor]":
    import tensorflow as tf

    return tf.constant(block.rows), tf.constant(block.coefficients), tf.constant(block.rates)
