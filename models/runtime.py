"""TensorFlow, imported quietly and set up so that the same seed gives the same numbers."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from tempfile import TemporaryFile


@cache
def configure_tensorflow() -> None:
    """Import TensorFlow once and set it up for small, repeatable runs in this process.

    One thread (faster than several for networks of this size, and it leaves the other cores to
    the window), deterministic kernels, 32-bit floats, no GPU. Takes several seconds. Call it
    before anything else uses TensorFlow: the number of threads cannot be changed later.
    """
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["KERAS_BACKEND"] = "tensorflow"
    with _native_messages_held_back():
        import keras
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        tf.config.set_visible_devices([], "GPU")
        tf.config.experimental.enable_op_determinism()
        keras.config.set_floatx("float32")


def warm_up() -> None:
    """Import all that training and its data need, so that a first run starts at once."""
    configure_tensorflow()
    for name in ("pandas", "sklearn.compose", "sklearn.datasets", "sklearn.model_selection"):
        import_module(name)


@contextmanager
def _native_messages_held_back() -> Iterator[None]:
    """Hold back what native code writes to stderr; it is shown only when the block fails.

    TensorFlow's start-up notices (oneDNN, CUDA) ignore its own log level.
    """
    sys.stderr.flush()
    original = os.dup(2)
    with TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(original, held.read())
            raise
        finally:
            os.dup2(original, 2)
            os.close(original)
