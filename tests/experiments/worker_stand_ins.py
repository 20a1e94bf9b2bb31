"""Runs that the worker process is tested with; the title of the settings chooses one."""

import os
import sys
import time
from collections.abc import Iterable
from itertools import count

import numpy as np

from experiments.frames import (
    CurveName,
    EnsemblePoints,
    Event,
    EventKind,
    Frame,
    Points,
    Progress,
    Source,
)
from experiments.run import FrameGenerator, RunFailedError
from experiments.settings import About, DynamicsSettings, Settings

FLOOD_FRAMES = 400
FLOOD_CURVES = 24
FLOOD_POINTS = 100


def stand_in(title: str, *, seed: int = 1) -> DynamicsSettings:
    return DynamicsSettings(seed=seed, about=About(title=title))


def run(settings: Settings) -> FrameGenerator:
    runs = {
        "endless": endless,
        "short": short,
        "flood": flood,
        "sparse": sparse,
        "crowd": crowd,
        "exits": exits,
        "fails": fails,
        "diverges": diverges,
        "stubborn": stubborn,
        "tardy": tardy,
        "lingers": lingers,
        "prints": prints,
        "torrent": torrent,
        "imported": imported,
    }
    return runs[settings.about.title](settings)


def curve(group: str, seed: int) -> CurveName:
    return CurveName("loss", group, Source.SIMULATION, "base", seed)


def at(step: int, settings: Settings, *, total: int = 10**6) -> Frame:
    """One point on each of two curves, and an event every tenth step."""
    x = np.array([float(step)])
    return Frame(
        points=(Points(curve("+", settings.seed), x, x), Points(curve("-", settings.seed), x, -x)),
        events=(Event(EventKind.NOTICE, float(step), f"step {step}"),) if step % 10 == 0 else (),
        progress=Progress(step, total),
    )


def stepping(steps: Iterable[int], settings: Settings, *, pause: float) -> FrameGenerator:
    for step in steps:
        yield at(step, settings)
        time.sleep(pause)


def endless(settings: Settings) -> FrameGenerator:
    """Go on for ever, two steps a frame unless told otherwise."""
    step = 0
    while True:
        wanted = yield at(step, settings)
        step += min(wanted or 2, 2)
        time.sleep(0.002)


def short(settings: Settings) -> FrameGenerator:
    return stepping(range(50), settings, pause=0.001)


def sparse(settings: Settings) -> FrameGenerator:
    """Points only at every fifth step."""
    step = 0
    while True:
        frame = at(step, settings)
        yield frame if step % 5 == 0 else Frame(progress=frame.progress)
        step += 1


def crowd(settings: Settings) -> FrameGenerator:
    """Seven runs that are summarised at every fifth step; the second one is soon lost."""
    rng = np.random.default_rng(settings.seed)
    for step in range(26):
        values = rng.normal(size=(1, 7))
        values[:, 1] = values[:, 1] if step < 10 else np.nan
        grown = EnsemblePoints.of(
            curve("+", settings.seed), np.array([float(step)]), values, kept=4
        )
        yield Frame(ensembles=(grown,) if step % 5 == 0 else (), progress=Progress(step, 25))


def flood(settings: Settings) -> FrameGenerator:
    for number in range(FLOOD_FRAMES):
        x = np.arange(FLOOD_POINTS, dtype=float) + FLOOD_POINTS * number
        yield Frame(
            tuple(Points(curve(f"g{i}", settings.seed), x, x + i) for i in range(FLOOD_CURVES))
        )


def torrent(settings: Settings) -> FrameGenerator:
    """More than a megabyte in each frame, for ever."""
    x = np.zeros(100_000)
    while True:
        yield Frame((Points(curve("+", settings.seed), x, x),))


def exits(settings: Settings) -> FrameGenerator:
    yield from stepping(range(3), settings, pause=0.05)
    sys.stderr.write("last words\n")
    sys.stderr.flush()
    os._exit(7)


def fails(settings: Settings) -> FrameGenerator:
    yield at(0, settings)
    raise RuntimeError("no such luck")


def diverges(settings: Settings) -> FrameGenerator:
    yield at(0, settings)
    raise RunFailedError("the loss grew without bound: try a smaller learning rate")


def stubborn(settings: Settings) -> FrameGenerator:
    try:
        yield at(0, settings)
    finally:
        time.sleep(60)


def tardy(settings: Settings) -> FrameGenerator:
    """Take a second to stop."""
    try:
        yield from stepping(count(), settings, pause=0.002)
    finally:
        time.sleep(1.0)


def lingers(_settings: Settings) -> FrameGenerator:
    """Never come to the last point that is asked for."""
    for step in count():
        yield Frame(progress=Progress(step, 10**6))
        time.sleep(0.002)


def prints(settings: Settings) -> FrameGenerator:
    os.write(1, b"native noise on stdout\n")
    os.write(2, b"native noise on stderr\n")
    sys.stdout.write("noise on stdout\n")
    yield at(0, settings)


def imported(settings: Settings) -> FrameGenerator:
    yield at(0, settings)
    raise RunFailedError(
        "Imported ahead." if "scipy.integrate" in sys.modules else "Not imported yet."
    )


def exit_while_warming() -> None:
    os._exit(9)


def slow_warm_up() -> None:
    time.sleep(60)
