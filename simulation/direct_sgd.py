"""Online SGD with explicit weights and samples in a finite dimension d: what the theory predicts.

Gaussian noise looks the same in every orthonormal basis, so the directions are laid along the first
axes; the weights and the samples are full vectors of length d.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from functools import reduce
from itertools import starmap

import numpy as np
from typing_extensions import override

from simulation.ensemble import Block, Chunk, Ensemble, label_samples, random_streams, stream
from simulation.learning import LearningRule, start
from simulation.mixture import FloatArray, TeacherMixture
from simulation.sampling import check_dimension

_CAPACITY = 2**17
"""Random numbers in memory at a time, ..."""

_LARGEST_PART = 2**22
"""... unless a step of one run needs more; it is done in parts above this many."""

_FEWEST = 1000
"""Random numbers drawn at once for each run, for drawing few takes as long."""


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
    The first chunk comes before the first step; the others after about 20 ms of work each, with
    thousands of runs 100 ms, and after n steps at most if ``send(n)`` asked for it. Ends early
    when every run has diverged.

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
        self._streams = random_streams(seeds, 3)
        super().__init__(
            mixture,
            rule,
            dimension=dimension,
            runs=len(seeds),
            numbers=rule.batch_size * dimension,
            capacity=_CAPACITY,
            shortest_block=-(-_FEWEST // (rule.batch_size * dimension)),
        )
        self._weights = np.empty((len(seeds), dimension))
        self._weights[:, :rank] = begin.coordinates
        length = np.sqrt(begin.remainder)
        for weights, (source, *_) in zip(self._weights, self._streams, strict=True):
            rest = source.standard_normal(dimension - rank)
            weights[rank:] = rest * (length / max(float(np.linalg.norm(rest)), 1e-300))

    @property
    @override
    def overlaps(self) -> FloatArray:
        directions = self._mixture.coordinates
        rank = directions.shape[1]
        return np.asarray(np.vecdot(self._weights[:, None, :rank], directions))

    @override
    def norm(self, team: slice) -> FloatArray:
        weights = self._weights[team]
        return np.asarray(np.vecdot(weights, weights))

    @override
    def train(self, team: slice, block: Block) -> Iterator[None]:
        weights, delta = self._weights[team], self._rule.loss.delta

        def push(inputs: FloatArray, rates: FloatArray) -> FloatArray:
            pull = rates * delta(np.vecdot(inputs, weights[:, None]))
            return np.asarray((pull[:, None] @ inputs)[:, 0])

        for batch, kept in zip(self._batches(team, block), block.kept, strict=True):
            pushes = reduce(np.add, starmap(push, batch))
            weights *= kept
            weights += pushes
            yield

    def _batches(
        self, team: slice, block: Block
    ) -> Iterator[Iterable[tuple[FloatArray, FloatArray]]]:
        """Yield the samples of each step, and their rates; those of a large batch in parts."""
        batch, part = self._rule.batch_size, max(1, _LARGEST_PART // self._dimension)
        if batch <= part:
            yield from ([step] for step in self._samples(team, block, count=batch))
            return
        counts = (min(part, batch - drawn) for drawn in range(0, batch, part))
        yield (step for count in counts for step in self._samples(team, block, count=count))

    def _samples(
        self, team: slice, block: Block, *, count: int
    ) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Yield inputs, shape (runs, count, d), and their rates, shape (runs, count), per step."""
        streams = self._streams[team]
        shape = (block.factors.size, count)
        inputs = np.empty((len(streams), *shape, self._dimension))
        for (_, source, _), target in zip(streams, inputs, strict=True):
            source.standard_normal(out=target)
        rates, _ = label_samples(
            self._mixture,
            block.rule,
            dimension=self._dimension,
            noise=inputs,
            uniform=np.stack([source.random(shape) for *_, source in streams]),
        )
        rates *= block.factors[:, None]
        return zip(inputs.swapaxes(0, 1), rates.swapaxes(0, 1), strict=True)

    @override
    def stop(self, run: int) -> None:
        self._weights[run] = 0
