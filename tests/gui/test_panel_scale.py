import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from panel_examples import ALL_SETTINGS

from gui.panel.scale import POSITIONS, SliderScale
from gui.panel.structure import panel_sections

SCALES = {
    info.key: scale
    for settings in ALL_SETTINGS.values()
    for section in panel_sections(settings)
    for info in section.settings
    if (scale := SliderScale.of(info)) is not None
}
scales = st.sampled_from(sorted(SCALES)).map(SCALES.__getitem__)
positions = st.integers(0, POSITIONS)


@given(scale=scales, position=positions)
def test_an_offered_value_is_offered_again_at_its_own_position(
    scale: SliderScale, position: int
) -> None:
    value = scale.value(position)
    assert scale.low <= value <= scale.high
    assert scale.value(scale.position(value)) == value


@given(scale=scales, first=positions, second=positions)
def test_values_never_fall_along_the_slider(scale: SliderScale, first: int, second: int) -> None:
    low, high = sorted((first, second))
    assert scale.value(low) <= scale.value(high)


@given(scale=scales, position=positions)
def test_offered_values_stay_close_to_their_position(scale: SliderScale, position: int) -> None:
    value = scale.value(position)
    slack = 0.5 if scale.whole else 0.0
    if scale.logarithmic:
        exact = scale.low * (scale.high / scale.low) ** (position / POSITIONS)
        assert abs(value - exact) <= 0.026 * exact + slack
    else:
        exact = scale.low + (scale.high - scale.low) * position / POSITIONS
        assert abs(value - exact) <= (scale.high - scale.low) / 160 * 1.001 + slack


@pytest.mark.parametrize("key", sorted(SCALES))
def test_the_ends_are_the_span(key: str) -> None:
    scale = SCALES[key]
    assert scale.value(0) == scale.low
    assert scale.value(POSITIONS) == scale.high
    assert scale.position(scale.low - 1e6) == 0
    assert scale.position(scale.high * 1e6 + 1) == POSITIONS


@pytest.mark.parametrize("key", sorted(SCALES))
@pytest.mark.parametrize("direction", [1, -1])
def test_steps_reach_the_other_end_and_always_move(key: str, direction: int) -> None:
    scale = SCALES[key]
    start, end = (scale.low, scale.high)[::direction]
    value = float(start)
    for _ in range(400):
        if value == end:
            break
        moved = scale.stepped(value, direction)
        assert (moved - value) * direction > 0
        value = moved
    assert value == end


@given(scale=scales, position=positions)
def test_values_are_round(scale: SliderScale, position: int) -> None:
    value = scale.value(position)
    if value not in {scale.low, scale.high} and not scale.whole:
        digits = f"{value:.12g}".replace(".", "").strip("0").lstrip("-")
        assert math.isfinite(value)
        assert len(digits.split("e")[0].strip("0")) <= 3
    assert isinstance(value, int) == scale.whole
