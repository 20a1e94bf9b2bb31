"""Online SGD with explicit weights and samples in a finite dimension d: what the theory predicts.

Gaussian noise looks the same in every orthonormal basis, so the directions are laid along the first
axes; the weights and the samples are full vectors of length d.
"""

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.learning import DIVERGENCE_NORM, LearningRule, start
from simulation.mixture import FloatArray, TeacherMixture
from simulation.sampling import IntArray, check_dimension, draw_groups, labels

_PACE = 0.02
"""Seconds of work between two chunks."""

_BLOCK = 2**17
"""Noise drawn at once, in numbers over all runs."""

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


def simulate(
    mixture: TeacherMixture,
    rule: LearningRule,
    *,
    dimension: int,
    seeds: Sequence[int],
    steps: Sequence[int],
) -> Generator[Chunk, int | None, None]:
    """Train one student per seed, all in step, and yield what they record.

    A run depends on its own seed alone, neither on the other runs nor on where chunks end.
    The first chunk comes before the first step; the others after about 20 ms of work each, and
    after n steps at most if ``send(n)`` asked for it. Ends early when every run has diverged.

    Parameters
    ----------
    mixture
        K groups.
    rule
        A learning rule for K groups.
    dimension
        d; t = step/d.
    seeds
        One per run.
    steps
        Step numbers to record, ascending, from 0 on.

    Raises
    ------
    ValueError
        If the dimension is too small, the start inadmissible, or seeds or steps are not usable.
    """
    wanted = np.array(steps, dtype=np.int64)
    if not wanted.size or wanted[0] < 0 or np.any(np.diff(wanted) <= 0):
        message = "steps must be one or more whole numbers of 0 or more, in ascending order"
        raise ValueError(message)
    if not seeds:
        message = "seeds must name at least one run"
        raise ValueError(message)
    return _stream(_Ensemble(mixture, rule, dimension=dimension, seeds=seeds), wanted)


def _stream(ensemble: "_Ensemble", wanted: IntArray) -> Generator[Chunk, int | None, None]:
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
        runs = len(ensemble.diverged_at)
        cap = yield Chunk(
            step=ensemble.step,
            steps=wanted[first:position].copy(),
            overlaps=np.reshape(overlaps, (-1, runs, ensemble.directions.shape[0])),
            norm=np.reshape(norm, (-1, runs)),
            alive=np.reshape(np.array(alive, dtype=np.bool_), (-1, runs)),
            diverged_at=tuple(ensemble.diverged_at),
        )
        if ensemble.step >= last or ensemble.finished:
            return


class _Ensemble:
    """Students that are trained in step, each on its own samples."""

    def __init__(
        self, mixture: TeacherMixture, rule: LearningRule, *, dimension: int, seeds: Sequence[int]
    ) -> None:
        begin = start(mixture, rule)
        rank = begin.coordinates.size
        check_dimension(dimension, needed=rank + (begin.remainder > 0))
        self.step = 0
        self.diverged_at: list[int | None] = [None] * len(seeds)
        self.directions = mixture.coordinates
        self._mixture, self._rule, self._dimension = mixture, rule, dimension
        self._kept = 1 - rule.learning_rate * rule.weight_decay / dimension
        self._weights = np.empty((len(seeds), dimension))
        self._weights[:, :rank] = begin.coordinates * np.sqrt(dimension)
        self._noise, self._groups = [], []
        for run, seed in enumerate(seeds):
            weights, noise, groups = (
                np.random.Generator(np.random.SFC64(child))
                for child in np.random.SeedSequence(seed).spawn(3)
            )
            rest = weights.standard_normal(dimension - rank)
            length = np.sqrt(dimension * begin.remainder)
            self._weights[run, rank:] = rest * (length / max(float(np.linalg.norm(rest)), 1e-300))
            self._noise.append(noise)
            self._groups.append(groups)
        block = max(1, _BLOCK // (len(seeds) * rule.batch_size * dimension))
        self._inputs = np.empty((len(seeds), block, rule.batch_size, dimension))
        self._drawn_until = 0

    @property
    def finished(self) -> bool:
        """Whether every run has diverged."""
        return None not in self.diverged_at

    @property
    def alive(self) -> NDArray[np.bool_]:
        return np.array([step is None for step in self.diverged_at])

    @property
    def overlaps(self) -> FloatArray:
        rank = self.directions.shape[1]
        overlaps = np.vecdot(self._weights[:, None, :rank], self.directions)
        return np.asarray(overlaps / np.sqrt(self._dimension))

    @property
    def norm(self) -> FloatArray:
        return np.asarray(np.vecdot(self._weights, self._weights) / self._dimension)

    def advance(self, until: int) -> None:
        """Do some of the steps up to `until`, at least one."""
        if self.step == self._drawn_until:
            self._draw()
        block = self._inputs.shape[1]
        first = self.step + block - self._drawn_until
        count = min(until - self.step, self._drawn_until - self.step, _WATCH - self.step % _WATCH)
        weights, delta = self._weights, self._rule.loss.delta
        with np.errstate(over="ignore", invalid="ignore"):
            for index in range(first, first + count):
                inputs = self._inputs[:, index]
                margin = self._labels[:, index] * np.vecdot(inputs, weights[:, None])
                pull = self._gains[:, index] * delta(margin)
                weights *= self._kept
                weights += (pull[:, None] @ inputs)[:, 0]
        self.step += count
        if self.step % _WATCH == 0:
            self.watch()

    def watch(self) -> None:
        """Take runs that have diverged out of the race."""
        with np.errstate(over="ignore", invalid="ignore"):
            lost = ~(self.norm <= DIVERGENCE_NORM)
        for run in np.flatnonzero(lost):
            self.diverged_at[run] = self.step
            self._weights[run] = 0
            self._gains[run] = 0

    def _draw(self) -> None:
        """Draw the samples of the next steps: x/√d, labels and the length of each one's pull."""
        mixture, rule, inputs = self._mixture, self._rule, self._inputs
        for noise, target in zip(self._noise, inputs, strict=True):
            noise.standard_normal(out=target)
        uniform = np.stack([groups.random(inputs.shape[1:3]) for groups in self._groups])
        group = draw_groups(mixture, uniform)
        rank = self.directions.shape[1]
        inputs *= np.sqrt(mixture.variances / self._dimension)[group, None]
        inputs[..., :rank] += (self.directions[mixture.size :] / np.sqrt(self._dimension))[group]
        components = inputs[..., :rank] * np.sqrt(self._dimension)
        self._labels = labels(mixture, group, components)
        step_length = rule.learning_rate / rule.batch_size * rule.group_weights[group]
        class_weight = np.where(self._labels > 0, *rule.class_weights)
        self._gains = step_length * class_weight * self._labels * self.alive[:, None, None]
        self._drawn_until += inputs.shape[1]
