"""Lines where a sampled function is zero, against functions whose zeros are known."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gui.plots.contours import class_borders, zero_lines


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-40, 40))
def test_the_zeros_of_a_plane_lie_on_a_straight_line(a: float, b: float, c: float) -> None:
    row, column = np.mgrid[:12, :17]
    segments = zero_lines(a * column + b * row + c)
    heights = a * segments[..., 0] + b * segments[..., 1] + c
    np.testing.assert_allclose(heights, 0, atol=1e-9 * (abs(a) + abs(b) + abs(c) + 1))


def test_the_zeros_of_a_circle_have_its_length() -> None:
    row, column = np.mgrid[:200, :200]
    segments = zero_lines(np.hypot(row - 99.3, column - 100.1) - 70.0)
    length = np.linalg.norm(segments[:, 1] - segments[:, 0], axis=1).sum()
    np.testing.assert_allclose(length, 2 * np.pi * 70.0, rtol=1e-3)
    radii = np.hypot(segments[..., 1] - 99.3, segments[..., 0] - 100.1)
    np.testing.assert_allclose(radii, 70.0, atol=0.01)


@given(arrays(np.float64, (6, 7), elements=st.sampled_from([-1.0, -0.6, -0.1, 0.2, 0.7, 0.9])))
def test_lines_end_at_the_rim_alone(values: np.ndarray) -> None:
    """Every end is shared by two segments, save those on the outermost samples."""
    ends = zero_lines(values).reshape(-1, 2)
    assert np.isfinite(ends).all()
    assert (ends >= 0).all()
    assert (ends <= (6, 5)).all()
    inside = ends[((ends > 0) & (ends < (6, 5))).all(axis=1)]
    _, counts = np.unique(np.round(inside, 9), axis=0, return_counts=True)
    assert (counts % 2 == 0).all()


def test_no_change_no_line() -> None:
    assert not zero_lines(np.ones((5, 5))).size
    assert not class_borders(np.ones((5, 5), np.int32)).size


def test_borders_lie_between_samples_of_different_classes() -> None:
    classes = np.zeros((4, 5), np.int32)
    classes[1, 2] = 1
    sides = {tuple(map(tuple, side)) for side in class_borders(classes).tolist()}
    assert sides == {
        ((1.5, 0.5), (1.5, 1.5)),
        ((2.5, 0.5), (2.5, 1.5)),
        ((1.5, 0.5), (2.5, 0.5)),
        ((1.5, 1.5), (2.5, 1.5)),
    }
