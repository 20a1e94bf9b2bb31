"""All trouble, in its order, each with random numbers of its own."""

from models.rows import Rows
from models.trouble.cells import change_units, put_outliers, shift
from models.trouble.columns import add_leak, add_noise, add_proxy
from models.trouble.labels import flip_labels
from models.trouble.missing import empty_cells
from models.trouble.plan import Trouble
from models.trouble.sampling import duplicate, thin_class, thin_group
from models.trouble.state import Parts, State


def inject(rows: Rows, parts: Parts, *, trouble: Trouble, seed: int) -> State:
    """Do to rows, once they are split, what `trouble` says.

    Every trouble draws from the seed and its own name, a number for each found row: turning one
    on changes no random number of another, and a greater strength strikes the same rows and
    more. A strength of 0 does nothing.

    Parameters
    ----------
    rows
        The n rows as found.
    parts
        Where each goes, shape (n,).
    trouble
        What is done, in the order of its attributes.
    seed
        Source of every random number, >= 0.

    Raises
    ------
    DataUnavailableError
        When a group, class or column that is named does not exist.
    """
    state = State.untouched(rows, parts)
    if trouble.class_imbalance.strength:
        state = thin_class(state, trouble.class_imbalance, seed=seed)
    if trouble.under_sampling.strength:
        state = thin_group(state, trouble.under_sampling, seed=seed)
    if trouble.label_flips.strength:
        state = flip_labels(state, trouble.label_flips, seed=seed)
    if trouble.shift.strength:
        state = shift(state, trouble.shift)
    if trouble.outliers.strength:
        state = put_outliers(state, trouble.outliers, seed=seed)
    if trouble.units.strength:
        state = change_units(state, trouble.units)
    if trouble.missing.strength:
        state = empty_cells(state, trouble.missing, seed=seed)
    if trouble.noise.strength:
        state = add_noise(state, trouble.noise, seed=seed)
    if trouble.proxy.strength:
        state = add_proxy(state, trouble.proxy, seed=seed)
    if trouble.leak.strength:
        state = add_leak(state, trouble.leak, seed=seed)
    if trouble.duplicates.strength:
        state = duplicate(state, trouble.duplicates, seed=seed)
    return state
