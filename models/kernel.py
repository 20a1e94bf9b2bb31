"""Many training steps in one call of a compiled function."""

from typing import TYPE_CHECKING

from models.batches import Batches, Block
from models.dataset import Dataset
from models.network import build, build_optimiser
from models.plan import TrainingPlan

if TYPE_CHECKING:
    import keras
    import tensorflow as tf


def cross_entropies(*, labels: "tf.Tensor", logits: "tf.Tensor") -> "tf.Tensor":
    """Cross-entropy of each row, from class indices (n,) and logits (n, 1) or (n, K)."""
    import tensorflow as tf

    if logits.shape[1] == 1:
        return tf.nn.sigmoid_cross_entropy_with_logits(
            labels=tf.cast(labels, logits.dtype), logits=logits[:, 0]
        )
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)


class Kernel:
    """A network and its optimiser, advanced by a loop over the batches of a block.

    The number of steps of a call is dynamic: the loop body, and so every bit of the result, is
    the same for any division of the run into calls.

    Parameters
    ----------
    dataset, plan, batches
        What to learn, how, and in which order.
    xla
        Whether XLA compiles the loop. Small networks then take several times as many steps per
        second, but compiling costs about a second; `prepare` can do it in another thread.

    Attributes
    ----------
    model
        The Keras model, in its current state.
    """

    def __init__(
        self, *, dataset: Dataset, plan: TrainingPlan, batches: Batches, xla: bool
    ) -> None:
        import tensorflow as tf

        self.model = build(
            inputs=len(dataset.feature_names),
            classes=len(dataset.class_names),
            width=plan.width,
            depth=plan.depth,
            activation=plan.activation,
            dropout=plan.dropout,
            l2=plan.l2,
            seed=plan.seed,
        )
        self._optimiser = build_optimiser(plan.optimiser, learning_rate=plan.learning_rate)
        self._optimiser.build(self.model.trainable_variables)
        self._x = tf.constant(dataset.training.x)
        self._y = tf.constant(dataset.training.y)
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
                *(tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in self._tensors),
            ],
        ).get_concrete_function()

    def prepare(self) -> None:
        """Compile the loop by a call of no steps."""
        import tensorflow as tf

        self._loop(tf.constant(0), tf.constant(0), *self._tensors)

    def advance(self, step: int, *, steps: int) -> tuple[int, float]:
        """Take at most `steps` steps, none beyond the current block, from step number `step`.

        Returns
        -------
        tuple
            Number of the step reached, and the loss of its batch, penalties included. When a loss
            is not finite, that step is the last.
        """
        import tensorflow as tf

        if not self._block.first_step <= step < self._block.last_step:
            self._block = self._batches.block(step)
            self._tensors = _tensors(self._block)
        start = self._block.first_step
        end = min(step + steps, self._block.last_step)
        reached, loss = self._loop(
            tf.constant(step - start), tf.constant(end - start), *self._tensors
        )
        return start + int(reached), float(loss)

    def take_over(self, other: "Kernel") -> None:
        """Continue from the state of another kernel of the same plan."""
        for mine, theirs in zip(self._state(), other._state(), strict=True):
            mine.assign(theirs)

    def _state(self) -> "list[keras.Variable]":
        return [*self.model.variables, *self._optimiser.variables]

    def _steps(
        self, first: "tf.Tensor", end: "tf.Tensor", rows: "tf.Tensor", coefficients: "tf.Tensor"
    ) -> "tuple[tf.Tensor, tf.Tensor]":
        import tensorflow as tf

        variables = self.model.trainable_variables
        size = self._batches.size

        def unfinished(step: "tf.Tensor", loss: "tf.Tensor") -> "tf.Tensor":
            return tf.logical_and(step < end, tf.math.is_finite(loss))

        def take(step: "tf.Tensor", _: "tf.Tensor") -> "tuple[tf.Tensor, tf.Tensor]":
            batch = tf.slice(rows, [step * size], [size])
            with tf.GradientTape() as tape:
                logits = self.model(tf.gather(self._x, batch), training=True)
                losses = cross_entropies(labels=tf.gather(self._y, batch), logits=logits)
                weighted = losses * tf.slice(coefficients, [step * size], [size])
                loss = tf.add_n([tf.reduce_sum(weighted), *self.model.losses])
            gradients = tape.gradient(loss, [variable.value for variable in variables])
            self._optimiser.apply(gradients, variables)
            return step + 1, loss

        end_step, loss = tf.while_loop(unfinished, take, (first, tf.constant(0.0)))
        return end_step, loss


def _tensors(block: Block) -> "tuple[tf.Tensor, tf.Tensor]":
    import tensorflow as tf

    return tf.constant(block.rows), tf.constant(block.coefficients)
