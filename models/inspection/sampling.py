"""Which rows are drawn where there are too many, and the directions along which they vary most."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.dataset import Features
from models.inspection.cells import Floats
from models.trouble.seeds import generator

_LEARNT_FROM = 5_000


def drawn_rows(
    group: NDArray[np.integer], *, groups: int, at_most: int, at_least: int, seed: int
) -> NDArray[np.int64]:
    """Choose rows at random, each as likely as any other, but some of every group.

    Parameters
    ----------
    group
        Group of each row, shape (n,).
    groups
        How many groups there are.
    at_most
        Rows wanted; with many small groups there are more.
    at_least
        Rows of a group that are drawn even where its share is smaller, if it has as many.
    seed
        Source of the choice, >= 0.

    Returns
    -------
    array
        Numbers of the rows, rising.
    """
    size = group.size
    if size <= at_most:
        return np.arange(size)
    random = generator(seed, "rows drawn")
    chosen = random.choice(size, at_most, replace=False, shuffle=False)
    found = np.bincount(group[chosen], minlength=groups)
    total = np.bincount(group, minlength=groups)
    extra = [chosen]
    for index in np.flatnonzero(found < np.minimum(at_least, total)):
        others = np.setdiff1d(np.flatnonzero(group == index), chosen, assume_unique=True)
        wanted = min(at_least, int(total[index])) - int(found[index])
        extra.append(random.choice(others, wanted, replace=False))
    return np.sort(np.concatenate(extra))


@dataclass(frozen=True, slots=True, eq=False)
class PrincipalComponents:
    """The directions of largest variance.

    Attributes
    ----------
    mean
        What is taken away first, shape (p,).
    directions
        Of unit length and at right angles, shape (p, c); the largest entry of each is positive.
    share
        Share of the whole variance along each, shape (c,).
    """

    mean: Floats
    directions: Floats
    share: Floats

    def place(self, x: Features) -> Floats:
        """Give the coordinates of rows (n, p) along the directions, shape (n, c)."""
        return np.asarray((x - self.mean) @ self.directions)


def principal_components(x: Features, *, seed: int, count: int = 2) -> PrincipalComponents:
    """Find principal components of rows (n, p), of a random choice of them where there are many."""
    from sklearn.decomposition import PCA

    if len(x) > _LEARNT_FROM:
        random = generator(seed, "principal components")
        x = x[np.sort(random.choice(len(x), _LEARNT_FROM, replace=False))]
    with np.errstate(invalid="ignore"):  # no variance has no shares
        fitted = PCA(min(count, *x.shape), random_state=seed).fit(x.astype(np.float64))
    directions = fitted.components_.T
    largest = np.abs(directions).argmax(axis=0)
    directions = directions * np.where(np.diagonal(directions[largest]) < 0, -1.0, 1.0)
    share = np.nan_to_num(fitted.explained_variance_ratio_)
    return PrincipalComponents(fitted.mean_, directions, share)
