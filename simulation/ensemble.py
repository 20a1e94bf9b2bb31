"""What the finite-size simulations share: students trained in step, and what they record.

Weights are held as w/√d and samples as x, in orthonormal coordinates that begin with those of the
directions, so that λ = Σ weight · sample and a step adds η c δ x/(B d).
"""

import itertools
import time
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Sequence
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

_LONGEST_BLOCK = 512
"""Steps for which noise is drawn at once; more would only make the work coarser."""


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


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Successive steps with the same weights of groups and classes.

    Attributes
    ----------
    rule
        What holds these weights, and how groups are sampled.
    factors
        η(t) of each step as a multiple of the rule's, shape (n,).
    kept
        What weight decay leaves of the student in each step, 1 − η(t)λ_2/d; n values.
    """

    rule: LearningRule
    factors: FloatArray
    kept: list[float]


class Ensemble(ABC):
    """Students that are trained in step, each on its own samples.

    A block of steps is done by one team of students after the other, so that the noise in memory
    stays below a bound whatever the number of runs.

    Parameters
    ----------
    mixture, rule, dimension
        K groups, how they are learnt, and d.
    runs
        Number of students.
    numbers
        Random numbers that a student needs for a step.
    capacity
        Random numbers in memory at a time.
    shortest_block, smallest_team
        Steps drawn at once, and students in a team, even beyond the capacity.

    Attributes
    ----------
    step
        Steps done.
    alive
        False for runs that have diverged, shape (runs,).
    diverged_at
        As in `Chunk`.
    """

    def __init__(
        self,
        mixture: TeacherMixture,
        rule: LearningRule,
        *,
        dimension: int,
        runs: int,
        numbers: int,
        capacity: int,
        shortest_block: int = 1,
        smallest_team: int = 1,
    ) -> None:
        self.step = 0
        self.alive = np.ones(runs, dtype=np.bool_)
        self.diverged_at: list[int | None] = [None] * runs
        self._mixture, self._rule, self._dimension = mixture, rule, dimension
        self._rule_after_switch = rule.after_switch()
        self._block = min(max(shortest_block, capacity // (runs * numbers)), _LONGEST_BLOCK)
        team = max(smallest_team, capacity // (self._block * numbers))
        ends = np.linspace(0, runs, max(1, runs // team) + 1).astype(int).tolist()
        self._teams = [slice(first, last) for first, last in itertools.pairwise(ends)]

    @property
    @abstractmethod
    def overlaps(self) -> FloatArray:
        """w·u/d, shape (runs, 2K)."""

    @abstractmethod
    def norm(self, team: slice) -> FloatArray:
        """Q of a team."""

    @abstractmethod
    def train(self, team: slice, block: Block) -> Iterator[None]:
        """Let a team do a block of steps, with a pause after each."""

    @abstractmethod
    def stop(self, run: int) -> None:
        """Set the weights of a run to 0."""

    @property
    def finished(self) -> bool:
        """Whether every run has diverged."""
        return not self.alive.any()

    def advance(self, until: int) -> None:
        """Do some of the steps up to `until`, at least one."""
        block = self._next_block(until)
        with np.errstate(over="ignore", invalid="ignore"):
            for team in self._teams:
                for step, _ in enumerate(self.train(team, block), self.step + 1):
                    if step % _WATCH == 0:
                        self.watch(team, step)
        self.step += block.factors.size

    def watch(self, team: slice, step: int) -> None:
        """Mark the runs of a team that have diverged by now; these start again from 0, unseen."""
        with np.errstate(over="ignore", invalid="ignore"):
            lost = ~(self.norm(team) <= DIVERGENCE_NORM)
        for run in (np.flatnonzero(lost) + team.start).tolist():
            self.stop(run)
            if self.alive[run]:
                self.alive[run] = False
                self.diverged_at[run] = step

    def record(self) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
        """Return overlaps and norms, 0 for runs that have diverged, and which have not."""
        everyone = slice(0, self.alive.size)
        self.watch(everyone, self.step)
        alive = self.alive.copy()
        return (
            np.where(alive[:, None], self.overlaps, 0.0),
            np.where(alive, self.norm(everyone), 0.0),
            alive,
        )

    def _next_block(self, until: int) -> Block:
        rule = self._rule
        end = min(until, self.step + self._block)
        times = np.arange(self.step, end) / self._dimension
        if rule.switch is not None:
            before = int(np.searchsorted(times, rule.switch.time))
            rule, times = (rule, times[:before]) if before else (self._rule_after_switch, times)
        factors = rule.schedule.factor(times)
        decay = rule.learning_rate * rule.weight_decay / self._dimension
        return Block(rule=rule, factors=factors, kept=(1 - decay * factors).tolist())


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
        η c_j a_y/(B d), with the largest η, and Δ_j of each sample; shape (...).
    """
    group = draw_groups(rule.sampling_shares(mixture), uniform)
    shifts = mixture.coordinates[mixture.size :]
    rank = shifts.shape[1]
    deviation = np.sqrt(mixture.variances).take(group)
    for axis in range(rank):
        noise[..., axis] *= deviation
        noise[..., axis] += shifts[:, axis].take(group)
    label = labels(mixture, group, noise[..., :rank]).astype(np.float64)
    noise[..., :rank] *= label[..., None]
    deviation *= label
    noise[..., rank:] *= deviation[..., None]
    rate = rule.learning_rate / (rule.batch_size * dimension)
    rates = np.outer(rate * rule.group_weights, rule.class_weights)
    return rates.take(2 * group + (label < 0)), mixture.variances.take(group)


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
                recorded = ensemble.record()
                overlaps.append(recorded[0])
                norm.append(recorded[1])
                alive.append(recorded[2])
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
