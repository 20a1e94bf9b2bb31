"""Online SGD in a finite dimension d at a cost that does not depend on d, exact in law.

A sample enters a step through its coordinates along the directions, its coordinate along the rest
of the weights, and the length of what is left; so these are drawn instead of the d inputs. The
n coordinates a of w/√d in the directions' span and the squared length P of the rest follow

    a ← s a + Σ_i k_i x_i,   P ← (s√P + Σ_i k_i √Δ_i g_i)² + (Σ_i k_i² Δ_i) χ²,

with g_i standard normal, χ² of d − n − 1 degrees of freedom, k_i = η c δ_i/(B d), s = 1 − ηλ_2/d.
"""

from collections.abc import Generator, Iterator, Sequence

import numpy as np
from typing_extensions import override

from simulation.ensemble import Block, Chunk, Ensemble, label_samples, random_streams, stream
from simulation.learning import LearningRule, start
from simulation.mixture import FloatArray, TeacherMixture
from simulation.sampling import check_dimension

_CAPACITY = 1_000_000
"""Random numbers in memory at a time, ..."""

_FEWEST = 64
"""... but at least this many samples for each run, for drawing few takes as long."""

_LABELLED = 16_000
"""Samples of a team that are labelled at a time, few enough to stay in the cache."""


def simulate(
    mixture: TeacherMixture,
    rule: LearningRule,
    *,
    dimension: int,
    seeds: Sequence[int],
    steps: Sequence[int],
) -> Generator[Chunk, int | None, None]:
    """Train one student per seed, all in step, and yield what they record.

    Parameters, chunks and errors are those of `simulation.direct_sgd.simulate`. The dimension must
    be at least 1 above the number of independent directions.
    """
    return stream(_Coordinates(mixture, rule, dimension=dimension, seeds=seeds), steps)


class _Coordinates(Ensemble):
    """Students with weights (a, √P) of shape (n + 1, columns), a column for each run."""

    def __init__(
        self, mixture: TeacherMixture, rule: LearningRule, *, dimension: int, seeds: Sequence[int]
    ) -> None:
        begin = start(mixture, rule)
        coordinates = begin.coordinates.size + 1
        check_dimension(dimension, needed=coordinates)
        self._streams = random_streams(seeds, 3)
        batch = rule.batch_size
        super().__init__(
            mixture,
            rule,
            dimension=dimension,
            runs=len(seeds),
            numbers=batch * coordinates,
            capacity=_CAPACITY,
            shortest_block=-(-_FEWEST // batch),
            smallest_team=2,
        )
        # A single run gets an idle neighbour, as NumPy sums one column in another order than many.
        self._weights = np.empty((coordinates, max(2, len(seeds))))
        self._weights[:-1] = begin.coordinates[:, None]
        self._weights[-1] = np.sqrt(begin.remainder)
        team = max(2, *(last.stop - last.start for last in self._teams))
        self._noise = np.zeros((team, self._block, batch, coordinates))
        self._uniform = np.zeros((team, self._block, batch))
        self._gamma = np.zeros((team, self._block))

    @property
    @override
    def overlaps(self) -> FloatArray:
        weights = np.ascontiguousarray(self._weights[:-1, : self.alive.size].T)
        return np.asarray(np.vecdot(weights[:, None], self._mixture.coordinates))

    @override
    def norm(self, team: slice) -> FloatArray:
        weights = self._weights[:, team]
        return np.asarray(np.add.reduce(weights * weights, axis=0))

    @override
    def train(self, team: slice, block: Block) -> Iterator[None]:
        weights = self._weights[:, team.start : max(2, team.stop)]
        rest, add, delta = weights[-1], np.add.reduce, self._rule.loss.delta
        for inputs, rates, scatter, kept in self._samples(team, block):
            pull = rates * delta(add(weights[:, None] * inputs, axis=0))
            weights *= kept
            weights += add(pull * inputs, axis=1)
            pull *= pull
            pull *= scatter
            rest *= rest
            rest += add(pull, axis=0)
            np.sqrt(rest, out=rest)
            yield

    def _samples(
        self, team: slice, block: Block
    ) -> Iterator[tuple[FloatArray, FloatArray, FloatArray, float]]:
        """Yield for each step the samples y x, their rates, Δ_i χ², and what is kept."""
        columns, steps = max(2, team.stop - team.start), block.factors.size
        noise, uniform, gamma = (
            numbers[:columns, :steps] for numbers in (self._noise, self._uniform, self._gamma)
        )
        shape = (self._dimension - len(self._weights)) / 2
        for sources, *targets in zip(self._streams[team], noise, uniform, gamma, strict=False):
            sources[0].standard_normal(out=targets[0])
            sources[1].random(out=targets[1])
            sources[2].standard_gamma(shape, out=targets[2])
        batch = self._rule.batch_size
        length = max(1, _LABELLED // (columns * batch))
        for first in range(0, steps, length):
            part = slice(first, first + length)
            inputs = np.ascontiguousarray(noise[:, part].transpose(1, 3, 2, 0))
            rates, variances = label_samples(
                self._mixture,
                block.rule,
                dimension=self._dimension,
                noise=np.moveaxis(inputs, 1, -1),
                uniform=np.ascontiguousarray(uniform[:, part].transpose(1, 2, 0)),
            )
            rates *= block.factors[part, None, None]
            scatter = 2 * variances * gamma[:, part].T[:, None]
            yield from zip(inputs, rates, scatter, block.kept[part], strict=True)

    @override
    def stop(self, run: int) -> None:
        self._weights[:, run] = 0
