"""Random numbers of their own for everything that is drawn."""

from zlib import crc32

import numpy as np


def generator(seed: int, *names: str) -> np.random.Generator:
    """Start the random numbers that belong to a name, whatever else is drawn from the seed."""
    key = tuple(crc32(name.encode()) for name in names)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
