"""Tests of `models.trouble.labels`."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trouble_rows import CLASSES, GROUPS, assert_rate, split, table

from models.trouble import Strike, Trouble, inject
from models.trouble.plan import Where

ROWS = table()
PARTS = split(ROWS)
TWO = table(classes=("no", "yes"))


@settings(deadline=None, max_examples=40)
@given(
    strength=st.floats(0.0, 1.0),
    group=st.sampled_from(["", *GROUPS]),
    label=st.sampled_from(["", *CLASSES]),
    where=st.sampled_from(["training", "held-out", "everywhere"]),
    seed=st.integers(0, 2**40),
)
def test_the_mask_tells_exactly_which_labels_were_replaced(
    strength: float, group: str, label: str, where: Where, seed: int
) -> None:
    strike = Strike(strength=strength, group=group, label=label, where=where)
    state = inject(ROWS, PARTS, trouble=Trouble(label_flips=strike), seed=seed)
    np.testing.assert_array_equal(state.rows.y != ROWS.y, state.masks.flipped)
    np.testing.assert_array_equal(state.clean_y, ROWS.y)
    hit = state.masks.flipped
    if group:
        assert set(ROWS.group[hit]) <= {GROUPS.index(group)}
    if label:
        assert set(ROWS.y[hit]) <= {CLASSES.index(label)}
    allowed = {"training": {0}, "held-out": {1, 2}, "everywhere": {0, 1, 2}}[where]
    assert set(PARTS[hit]) <= allowed
    assert state.rows.columns is ROWS.columns


@pytest.mark.parametrize("strength", [0.05, 0.4, 1.0])
def test_each_group_and_class_is_hit_at_the_rate_asked_for(strength: float) -> None:
    strike = Strike(strength=strength, group="middle", label="yes")
    flipped = inject(ROWS, PARTS, trouble=Trouble(label_flips=strike), seed=4).masks.flipped
    struck = (PARTS == 0) & (ROWS.group == 1) & (ROWS.y == 2)
    assert_rate(flipped[struck], strength)
    assert not flipped[~struck].any()


def test_every_other_class_is_as_likely() -> None:
    state = inject(ROWS, PARTS, trouble=Trouble(label_flips=Strike(strength=0.8)), seed=4)
    for label in range(3):
        flipped = state.rows.y[state.masks.flipped & (ROWS.y == label)]
        assert_rate(flipped == (label + 1) % 3, 0.5)


def test_flips_of_two_classes_are_undone_by_the_mask() -> None:
    trouble = Trouble(label_flips=Strike(strength=0.3, where="everywhere"))
    state = inject(TWO, split(TWO), trouble=trouble, seed=1)
    assert state.masks.flipped.any()
    np.testing.assert_array_equal(state.rows.y ^ state.masks.flipped, TWO.y)


def test_more_flips_are_the_same_and_others() -> None:
    few, many = (
        inject(ROWS, PARTS, trouble=Trouble(label_flips=Strike(strength=strength)), seed=2)
        for strength in (0.1, 0.3)
    )
    assert many.masks.flipped[few.masks.flipped].all()
    hit = few.masks.flipped
    np.testing.assert_array_equal(few.rows.y[hit], many.rows.y[hit])


def test_the_note_counts_flips_by_group() -> None:
    strike = Strike(strength=0.5, group="small")
    state = inject(ROWS, PARTS, trouble=Trouble(label_flips=strike), seed=2)
    flipped = np.count_nonzero(state.masks.flipped)
    among = np.count_nonzero((PARTS == 0) & (ROWS.group == 2))
    assert state.notes == (f"Label flips: labels replaced: small {flipped:,} of {among:,}.",)
