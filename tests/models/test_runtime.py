"""Tests of `models.runtime` in a process of its own, as the import happens once."""

import subprocess
import sys

SCRIPT = """
import sys
import models.downloads, models.preparation, models.training, models.trouble
import models.sources.adult, models.sources.images, models.sources.mixture_samples
import models.sources.file, models.sources.openml
from models.runtime import configure_tensorflow
assert not {"tensorflow", "keras", "sklearn", "pandas"} & set(sys.modules)
configure_tensorflow()
import keras
import tensorflow as tf
assert tf.config.threading.get_intra_op_parallelism_threads() == 1
assert tf.config.threading.get_inter_op_parallelism_threads() == 1
assert tf.constant([1.0]).device.endswith("CPU:0")
assert keras.backend.backend() == "tensorflow"
configure_tensorflow()
doubled = tf.function(lambda x: 2 * x, jit_compile=True)
print(float(doubled(tf.constant(21.0))))
print("still heard", file=sys.stderr)
"""


def test_tensorflow_is_imported_late_quietly_on_one_thread() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.stderr == "still heard\n"
    assert done.stdout == "42.0\n"
    assert done.returncode == 0
