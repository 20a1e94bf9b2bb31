import numpy as np
from worker_stand_ins import at, curve, run, stand_in

from experiments.curves import CurveSet
from experiments.frames import ENSEMBLE_ARRAYS, Event, EventKind, Frame, Points, Progress
from experiments.merging import merge


def test_merging_keeps_every_point_event_and_the_last_progress() -> None:
    settings = stand_in("")
    extra = Frame(points=(Points(curve("x", 1), np.array([9.0]), np.array([8.0])),))
    frames = [at(step, settings) for step in range(25)] + [extra]
    merged = merge(frames)
    one_by_one = CurveSet(points for frame in frames for points in frame.points)
    at_once = CurveSet(merged.points)
    assert len(merged.points) == len(one_by_one) == 3
    for wanted, got in zip(one_by_one, at_once, strict=True):
        assert wanted.name == got.name
        np.testing.assert_array_equal(wanted.x, got.x)
        np.testing.assert_array_equal(wanted.value, got.value)
    assert [event.x for event in merged.events] == [0.0, 10.0, 20.0]
    assert merged.progress == Progress(24, 10**6)


def test_merging_joins_the_parts_of_each_ensemble() -> None:
    frames = list(run(stand_in("crowd")))
    merged = merge(frames)
    (whole,) = merged.ensembles
    np.testing.assert_array_equal(whole.x, np.arange(0.0, 26.0, 5.0))
    for field in ENSEMBLE_ARRAYS:
        parts = [getattr(part, field) for frame in frames for part in frame.ensembles]
        np.testing.assert_array_equal(getattr(whole, field), np.concatenate(parts))


def test_merging_nothing_gives_nothing() -> None:
    empty = merge([])
    assert (empty.points, empty.ensembles, empty.events, empty.progress) == ((), (), (), None)


def test_a_single_frame_is_itself() -> None:
    frame = Frame(events=(Event(EventKind.NOTICE, 0.0, "only"),))
    assert merge([frame]) is frame
