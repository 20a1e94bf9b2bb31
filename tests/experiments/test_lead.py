"""Changes of the lead are told as a run goes on, one after the other."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from experiments.frames import (
    OVERALL,
    CurveName,
    Event,
    EventKind,
    FloatArray,
    Frame,
    Points,
    Source,
)
from experiments.training.lead import LeadWatch

STEPS = np.geomspace(1.0, 10_000.0, 80)


def told(gap: FloatArray) -> list[Event]:
    """Watch the losses of two groups, a point in each frame."""
    losses = {"A": 1.0 + gap / 2, "B": 1.0 - gap / 2, OVERALL: np.ones_like(gap)}
    watch = LeadWatch()
    return [
        event
        for at in range(STEPS.size)
        for event in watch.watch(
            Frame(
                tuple(
                    Points(
                        CurveName("loss", group, Source.VALIDATION, "", 1),
                        STEPS[at : at + 1],
                        values[at : at + 1],
                    )
                    for group, values in losses.items()
                )
            )
        ).events
    ]


def test_each_lasting_change_is_told_once() -> None:
    events = told(np.sin(2.0 * np.log(STEPS) - 1.0))
    changes = np.exp((1.0 + np.pi * np.arange(6)) / 2.0)
    assert [event.kind for event in events] == [EventKind.CROSSING] * 6
    np.testing.assert_allclose([event.x for event in events], changes, rtol=0.05)
    assert ["group B" in event.text for event in events] == [True, False] * 3


@given(st.lists(st.sampled_from([-0.3, -0.001, 0.001, 0.3]), min_size=80, max_size=80))
def test_whoever_gets_ahead_was_behind(gaps: list[float]) -> None:
    events = told(np.array(gaps))
    ahead = ["group B" in event.text for event in events]
    assert all(before != after for before, after in pairwise(ahead))
    assert all(before.x < after.x for before, after in pairwise(events))
