"""What the finite-size simulations share: students trained in step, and what they record.

Weights are held as w/√d and samples as x, in orthonormal coordinates that begin with those of the
directions, so that λ = Σ weight · sample and a step adds η c δ x/(B d).
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.learning import DIVERGENCE_NORM, LearningRule
from simulation.mixture import FloatArray, TeacherMixture
from simulation.sampling import IntArray, draw_groups, labels

_PACE = 0.02
"""Seconds of work between two chunks."""

_WATCH = 64
"""Steps between two looks at whether a run has diverged."""


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """What the runs recorded since the last chunk.

    Attributes
    ----------
    step
        Steps done by every run.
    steps
        Recorded step numbers, shape (m,).
    overlaps
        w·u/d with T_1..T_K, v_1..v_K, shape (m, runs, 2K).
    norm
        Q = |w|²/d, shape (m, runs).
    alive
        False for runs that have diverged, whose values are 0; shape (m, runs).
    diverged_at
        For each run, the step at which it was found to have passed `DIVERGENCE_NORM`, or None.
    """

    step: int
    steps: IntArray
    overlaps: FloatArray
    norm: FloatArray
    alive: NDArray[np.bool_]
    diverged_at: tuple[int | None, ...]


class Ensemble(ABC):
    """Students that are trained in step, each on its own samples.

    Attributes
    ----------
    step
        Steps done.
    diverged_at
        As in `Chunk`.
    """

    def __init__(self, *, runs: int, block: int) -> None:
        self.step = 0
        self.diverged_at: list[int | None] = [None] * runs
        self._block = block
        self._drawn_until = 0

    @property
    @abstractmethod
    def overlaps(self) -> FloatArray:
        """w·u/d, shape (runs, 2K)."""

    @property
    @abstractmethod
    def norm(self) -> FloatArray:
        """Q, shape (runs,)."""

    @abstractmethod
    def draw(self) -> None:
        """Draw the samples of the next block of steps."""

    @abstractmethod
    def train(self, first: int, last: int) -> None:
        """Do the steps from `first` up to, not including, `last` of the block."""

    @abstractmethod
    def stop(self, run: int) -> None:
        """Set the weights of a run to 0 for good."""

    @property
    def alive(self) -> NDArray[np.bool_]:
        """False for runs that have diverged, shape (runs,)."""
        return np.array([step is None for step in self.diverged_at])

    @property
    def finished(self) -> bool:
        """Whether every run has diverged."""
        return None not in self.diverged_at

    def advance(self, until: int) -> None:
        """Do some of the steps up to `until`, at least one."""
        if self.step == self._drawn_until:
            self.draw()
            self._drawn_until += self._block
        first = self.step + self._block - self._drawn_until
        count = min(until - self.step, self._block - first, _WATCH - self.step % _WATCH)
        with np.errstate(over="ignore", invalid="ignore"):
            self.train(first, first + count)
        self.step += count
        if self.step % _WATCH == 0:
            self.watch()

    def watch(self) -> None:
        """Take runs that have diverged out of the race."""
        with np.errstate(over="ignore", invalid="ignore"):
            lost = ~(self.norm <= DIVERGENCE_NORM)
        for run in np.flatnonzero(lost):
            self.diverged_at[run] = self.step
            self.stop(int(run))


def random_streams(seeds: Sequence[int], count: int) -> list[tuple[np.random.Generator, ...]]:
    """Return `count` independent sources of random numbers for each seed.

    Raises
    ------
    ValueError
        If there is no seed.
    """
    if not seeds:
        message = "seeds must name at least one run"
        raise ValueError(message)
    return [
        tuple(
            np.random.Generator(np.random.SFC64(child))
            for child in np.random.SeedSequence(seed).spawn(count)
        )
        for seed in seeds
    ]


def label_samples(
    mixture: TeacherMixture,
    rule: LearningRule,
    *,
    dimension: int,
    noise: FloatArray,
    uniform: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Turn noise into samples, in place, each multiplied by its label: y x.

    Parameters
    ----------
    mixture, rule, dimension
        K groups, how they are learnt, and d.
    noise
        Standard normal numbers, shape (..., n); the first coordinates are the directions'.
    uniform
        Numbers uniform in [0, 1) that choose the groups, shape (...).

    Returns
    -------
    rates, variances
        η c_j a_y/(B d) and Δ_j of each sample, shape (...).
    """
    group = draw_groups(mixture, uniform)
    shifts = mixture.coordinates[mixture.size :]
    rank = shifts.shape[1]
    deviation = np.sqrt(mixture.variances).take(group)
    for axis in range(rank):
        noise[..., axis] *= deviation
        noise[..., axis] += shifts[:, axis].take(group)
    label = labels(mixture, group, noise[..., :rank]).astype(np.float64)
    noise[..., :rank] *= label[..., None]
    noise[..., rank:] *= (deviation * label)[..., None]
    step_length = rule.learning_rate / (rule.batch_size * dimension) * rule.group_weights
    rates = step_length.take(group) * np.where(label > 0, *rule.class_weights)
    return rates, mixture.variances.take(group)


def stream(ensemble: Ensemble, steps: Sequence[int]) -> Generator[Chunk, int | None, None]:
    """Train an ensemble up to the last of the steps and yield what it records at each.

    Raises
    ------
    ValueError
        At once, if steps are not usable.
    """
    wanted = np.array(steps, dtype=np.int64)
    if not wanted.size or wanted[0] < 0 or np.any(np.diff(wanted) <= 0):
        message = "steps must be one or more whole numbers of 0 or more, in ascending order"
        raise ValueError(message)
    return _chunks(ensemble, wanted)


def _chunks(ensemble: Ensemble, wanted: IntArray) -> Generator[Chunk, int | None, None]:
    last = int(wanted[-1])
    position = 0
    cap: int | None = 0
    while True:
        began = time.perf_counter()
        begun = ensemble.step
        end = last if cap is None else min(begun + cap, last)
        first, overlaps, norm, alive = position, [], [], []
        while True:
            if ensemble.step == wanted[position]:
                ensemble.watch()
                overlaps.append(ensemble.overlaps)
                norm.append(ensemble.norm)
                alive.append(ensemble.alive)
                position += 1
            late = ensemble.step > begun and time.perf_counter() - began > _PACE
            if ensemble.step >= end or ensemble.finished or late:
                break
            ensemble.advance(min(end, int(wanted[position])))
        runs, directions = ensemble.overlaps.shape
        cap = yield Chunk(
            step=ensemble.step,
            steps=wanted[first:position].copy(),
            overlaps=np.reshape(overlaps, (-1, runs, directions)),
            norm=np.reshape(norm, (-1, runs)),
            alive=np.reshape(np.array(alive, dtype=np.bool_), (-1, runs)),
            diverged_at=tuple(ensemble.diverged_at),
        )
        if ensemble.step >= last or ensemble.finished:
            return
