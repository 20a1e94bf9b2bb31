import numpy as np
import pytest
from worker_stand_ins import at, stand_in

from experiments.frames import TO_NEXT_POINT, Cells, Frame, MeasuredCell, Progress
from experiments.pace import Pace


def test_it_goes_on_until_it_is_paused() -> None:
    pace = Pace(paused=False)
    pace.took(at(3, stand_in("")))
    assert (pace.paused, pace.wanted) == (False, None)
    pace.pause()
    assert pace.paused
    pace.resume()
    assert (pace.paused, pace.wanted) == (False, None)


def test_a_step_ends_once_so_many_steps_were_taken() -> None:
    pace = Pace(paused=True)
    pace.took(at(100, stand_in("")))
    pace.step(5)
    assert (pace.paused, pace.wanted) == (False, 5)
    pace.took(Frame(progress=Progress(102, 1000)))
    assert (pace.paused, pace.wanted) == (False, 3)
    pace.took(at(105, stand_in("")))
    assert (pace.paused, pace.wanted) == (True, None)


def test_steps_add_up_when_the_key_is_held() -> None:
    pace = Pace(paused=True)
    pace.step(1)
    pace.step(1)
    pace.step(1)
    assert pace.wanted == 3


def test_a_step_of_no_given_length_ends_at_the_next_points_of_a_later_step() -> None:
    pace = Pace(paused=True)
    pace.took(at(6, stand_in("")))
    pace.step(None)
    assert pace.wanted == TO_NEXT_POINT
    pace.took(at(6, stand_in("")))
    assert not pace.paused
    pace.took(Frame(progress=Progress(7, 1000)))
    assert not pace.paused
    pace.took(at(8, stand_in("")))
    assert pace.paused


def test_of_a_step_and_a_next_point_the_later_one_counts() -> None:
    pace = Pace(paused=True)
    pace.took(at(6, stand_in("")))
    pace.step(None)
    pace.step(5)
    assert pace.wanted == 5
    pace.step(None)
    assert pace.wanted == TO_NEXT_POINT
    pace.took(Frame(progress=Progress(40, 1000)))
    assert not pace.paused
    pace.took(at(41, stand_in("")))
    assert pace.paused


def test_pausing_or_resuming_forgets_the_step() -> None:
    for end in (Pace.pause, Pace.resume):
        pace = Pace(paused=True)
        pace.step(5)
        end(pace)
        assert pace.wanted is None
        pace.took(at(int(np.iinfo(np.int32).max), stand_in("")))
        assert pace.paused == (end is Pace.pause)


@pytest.mark.parametrize("news", ["cells", "measured"])
def test_a_step_to_the_next_point_ends_with_new_cells_of_a_map(news: str) -> None:
    pace = Pace(paused=True)
    pace.step(None)
    pace.took(Frame(progress=Progress(1, 10)))
    assert (pace.paused, pace.wanted) == (False, TO_NEXT_POINT)
    arrived = {
        "cells": Frame(
            progress=Progress(2, 10),
            cells=(Cells(np.zeros(1), np.zeros(1), np.ones(1), np.zeros((1, 8))),),
        ),
        "measured": Frame(
            progress=Progress(2, 10),
            measured=(
                MeasuredCell(
                    0.5,
                    1.0,
                    runs=2,
                    agreeing=1,
                    asymptotic_preference=0,
                    crossings=0,
                    diverges=False,
                ),
            ),
        ),
    }
    pace.took(arrived[news])
    assert pace.paused
