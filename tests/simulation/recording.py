"""Runs of a simulator, collected to the end, and what to simulate."""

from collections.abc import Generator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from simulation_cases import rule, three_groups, two_groups

from simulation.ensemble import Chunk
from simulation.learning import LearningRule
from simulation.losses import Focal, Logistic
from simulation.mixture import FloatArray, TeacherMixture
from simulation.sampling import IntArray

CASES: dict[str, tuple[TeacherMixture, LearningRule]] = {
    "squared": (two_groups(), rule()),
    "squared, one rule, no shift": (
        two_groups(rule_similarity=1, label_correlation_plus=0, label_correlation_minus=0, shift=0),
        rule(learning_rate=0.8),
    ),
    "weights, L2, batch, start": (
        two_groups(),
        rule(
            weight_decay=0.3,
            batch_size=2,
            learning_rate=0.8,
            group_weights=[0.5, 1.5],
            class_weights=[1.0, 2.0],
            initial_norm=0.5,
            initial_overlaps=[0.1, 0.2, -0.1, 0.1],
        ),
    ),
    "logistic": (two_groups(), rule(loss=Logistic(), learning_rate=1.5, class_weights=[3.0, 1.0])),
    "focal, three groups": (
        three_groups(),
        rule(3, loss=Focal(2.0), learning_rate=2.0, group_weights=[1.0, 2.0, 0.5]),
    ),
}


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
