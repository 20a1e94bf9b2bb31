"""Online SGD with explicit weights and samples in a finite dimension d: what the theory predicts.

Gaussian noise looks the same in every orthonormal basis, so the directions are laid along the first
axes; the weights and the samples are full vectors of length d.
"""

from collections.abc import Generator, Sequence

import numpy as np
from typing_extensions import override

from simulation.ensemble import Chunk, Ensemble, label_samples, random_streams, stream
from simulation.learning import LearningRule, start
from simulation.mixture import FloatArray, TeacherMixture
from simulation.sampling import check_dimension

_BLOCK = 2**17
"""Noise drawn at once, in numbers over all runs."""


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
    return stream(_Vectors(mixture, rule, dimension=dimension, seeds=seeds), steps)


class _Vectors(Ensemble):
    """Students with weights of shape (runs, d)."""

    def __init__(
        self, mixture: TeacherMixture, rule: LearningRule, *, dimension: int, seeds: Sequence[int]
    ) -> None:
        begin = start(mixture, rule)
        rank = begin.coordinates.size
        check_dimension(dimension, needed=rank + (begin.remainder > 0))
        self._mixture, self._rule, self._dimension = mixture, rule, dimension
        self._kept = 1 - rule.learning_rate * rule.weight_decay / dimension
        self._streams = random_streams(seeds, 3)
        self._weights = np.empty((len(seeds), dimension))
        self._weights[:, :rank] = begin.coordinates
        length = np.sqrt(begin.remainder)
        for weights, (source, *_) in zip(self._weights, self._streams, strict=True):
            rest = source.standard_normal(dimension - rank)
            weights[rank:] = rest * (length / max(float(np.linalg.norm(rest)), 1e-300))
        block = max(1, _BLOCK // (len(seeds) * rule.batch_size * dimension))
        self._inputs = np.empty((len(seeds), block, rule.batch_size, dimension))
        super().__init__(runs=len(seeds), block=block)

    @property
    @override
    def overlaps(self) -> FloatArray:
        directions = self._mixture.coordinates
        rank = directions.shape[1]
        return np.asarray(np.vecdot(self._weights[:, None, :rank], directions))

    @property
    @override
    def norm(self) -> FloatArray:
        return np.asarray(np.vecdot(self._weights, self._weights))

    @override
    def draw(self) -> None:
        inputs = self._inputs
        for (_, source, _), target in zip(self._streams, inputs, strict=True):
            source.standard_normal(out=target)
        uniform = np.stack([source.random(inputs.shape[1:3]) for *_, source in self._streams])
        rates, _ = label_samples(
            self._mixture, self._rule, dimension=self._dimension, noise=inputs, uniform=uniform
        )
        self._rates = rates * self.alive[:, None, None]

    @override
    def train(self, first: int, last: int) -> None:
        weights, delta = self._weights, self._rule.loss.delta
        for index in range(first, last):
            inputs = self._inputs[:, index]
            pull = self._rates[:, index] * delta(np.vecdot(inputs, weights[:, None]))
            weights *= self._kept
            weights += (pull[:, None] @ inputs)[:, 0]

    @override
    def stop(self, run: int) -> None:
        self._weights[run] = 0
        self._rates[run] = 0
