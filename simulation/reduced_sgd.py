"""Online SGD in a finite dimension d at a cost that does not depend on d, exact in law.

A sample enters a step through its coordinates along the directions, its coordinate along the rest
of the weights, and the length of what is left; so these are drawn instead of the d inputs. The
n coordinates a of w/√d in the directions' span and the squared length P of the rest follow

    a ← s a + Σ_i k_i x_i,   P ← (s√P + Σ_i k_i √Δ_i g_i)² + (Σ_i k_i² Δ_i) χ²,

with g_i standard normal, χ² of d − n − 1 degrees of freedom, k_i = η c δ_i/(B d), s = 1 − ηλ_2/d.
"""

from collections.abc import Generator, Sequence

import numpy as np
from typing_extensions import override

from simulation.ensemble import Chunk, Ensemble, label_samples, random_streams, stream
from simulation.learning import LearningRule, start
from simulation.mixture import FloatArray, TeacherMixture
from simulation.sampling import check_dimension

_BLOCK = 130_000
"""Noise drawn at once, in numbers over all runs, ..."""

_FEWEST = 250
"""... but at least this many samples for each run, for drawing few takes as long.

Neither is a power of two, at whose multiples the numbers of many runs would collide in the cache.
"""


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
        self._mixture, self._rule, self._dimension = mixture, rule, dimension
        self._kept = 1 - rule.learning_rate * rule.weight_decay / dimension
        self._streams = random_streams(seeds, 3)
        # A single run gets an idle neighbour, as NumPy sums one column in another order than many.
        columns = max(2, len(seeds))
        self._weights = np.empty((coordinates, columns))
        self._weights[:-1] = begin.coordinates[:, None]
        self._weights[-1] = np.sqrt(begin.remainder)
        batch = rule.batch_size
        block = max(_BLOCK // (columns * batch * coordinates), -(-_FEWEST // batch))
        self._noise = np.zeros((columns, block, batch, coordinates))
        self._uniform = np.zeros((columns, block, batch))
        self._gamma = np.zeros((columns, block))
        self._inputs = np.empty((block, coordinates, batch, columns))
        super().__init__(runs=len(seeds), block=block)

    @property
    @override
    def overlaps(self) -> FloatArray:
        weights = np.ascontiguousarray(self._weights[:-1, : len(self.diverged_at)].T)
        return np.asarray(np.vecdot(weights[:, None], self._mixture.coordinates))

    @property
    @override
    def norm(self) -> FloatArray:
        weights = self._weights[:, : len(self.diverged_at)]
        return np.asarray(np.add.reduce(weights * weights, axis=0))

    @override
    def draw(self) -> None:
        shape = (self._dimension - len(self._weights)) / 2
        for (normal, uniform, gamma), *targets in zip(
            self._streams, self._noise, self._uniform, self._gamma, strict=False
        ):
            normal.standard_normal(out=targets[0])
            uniform.random(out=targets[1])
            gamma.standard_gamma(shape, out=targets[2])
        self._inputs[...] = self._noise.transpose(1, 3, 2, 0)
        self._rates, variances = label_samples(
            self._mixture,
            self._rule,
            dimension=self._dimension,
            noise=np.moveaxis(self._inputs, 1, -1),
            uniform=np.ascontiguousarray(self._uniform.transpose(1, 2, 0)),
        )
        self._rates[..., : len(self.diverged_at)] *= self.alive
        self._scatter = 2 * variances * self._gamma.T[:, None]

    @override
    def train(self, first: int, last: int) -> None:
        weights, kept, delta = self._weights, self._kept, self._rule.loss.delta
        rest, add = weights[-1], np.add.reduce
        block = slice(first, last)
        for inputs, rates, scatter in zip(
            self._inputs[block], self._rates[block], self._scatter[block], strict=True
        ):
            pull = rates * delta(add(weights[:, None] * inputs, axis=0))
            weights *= kept
            weights += add(pull * inputs, axis=1)
            pull *= pull
            pull *= scatter
            rest *= rest
            rest += add(pull, axis=0)
            np.sqrt(rest, out=rest)

    @override
    def stop(self, run: int) -> None:
        self._weights[:, run] = 0
        self._rates[..., run] = 0
