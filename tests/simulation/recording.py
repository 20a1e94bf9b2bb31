"""Runs of a simulator, collected to the end."""

from collections.abc import Generator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from simulation.ensemble import Chunk
from simulation.learning import LearningRule
from simulation.mixture import FloatArray, TeacherMixture
from simulation.sampling import IntArray


class Simulator(Protocol):
    """`simulate` of either simulation."""

    def __call__(
        self,
        mixture: TeacherMixture,
        rule: LearningRule,
        *,
        dimension: int,
        seeds: Sequence[int],
        steps: Sequence[int],
    ) -> Generator[Chunk, int | None, None]: ...


class Record(NamedTuple):
    """All chunks, and their arrays joined."""

    steps: IntArray
    overlaps: FloatArray
    norm: FloatArray
    alive: NDArray[np.bool_]
    chunks: list[Chunk]

    @property
    def order_parameters(self) -> FloatArray:
        """R, M and Q of all runs, shape (m, runs, 2K + 1)."""
        return np.concatenate([self.overlaps, self.norm[..., None]], axis=-1)


def collect(
    simulate: Simulator,
    mixture: TeacherMixture,
    learning: LearningRule,
    *,
    caps: Sequence[int] = (),
    dimension: int,
    seeds: Sequence[int],
    steps: Sequence[int],
) -> Record:
    """Run to the end, sending the caps first."""
    stream = simulate(mixture, learning, dimension=dimension, seeds=seeds, steps=steps)
    chunks = [next(stream)]
    asked = iter(caps)
    try:
        while True:
            chunks.append(stream.send(next(asked, None)))
    except StopIteration:
        pass
    return Record(
        steps=np.concatenate([chunk.steps for chunk in chunks]),
        overlaps=np.concatenate([chunk.overlaps for chunk in chunks]),
        norm=np.concatenate([chunk.norm for chunk in chunks]),
        alive=np.concatenate([chunk.alive for chunk in chunks]),
        chunks=chunks,
    )
