"""A runner under test, with everything it has told."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from experiments.curves import CurveSet
from experiments.runner import Runner
from experiments.updates import Ended, Paused, Started, Streamed, Update

PATIENCE = 120.0


class Watch:
    def __init__(
        self,
        path: Path,
        *,
        run: str = "worker_stand_ins:run",
        warm_ups: Mapping[str, str] | None = None,
    ) -> None:
        self.path = path
        self.runner = Runner(path, run=run, warm_ups=warm_ups or {})
        self.told: list[Update] = []

    def wait(self, enough: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            self.told += self.runner.drain()
            if enough():
                return
            assert time.monotonic() < deadline, self.told[-5:]
            time.sleep(0.002)

    def close(self) -> None:
        self.runner.close()
        self.told += self.runner.drain()

    def of(self, run: int) -> list[Update]:
        return [u for u in self.told if getattr(u, "run", None) == run]

    def started(self, run: int) -> Started | None:
        return next((u for u in self.of(run) if isinstance(u, Started)), None)

    def ended(self, run: int) -> Ended | None:
        found = [u for u in self.of(run) if isinstance(u, Ended)]
        assert len(found) < 2
        return found[0] if found else None

    def finish(self, run: int) -> Ended:
        self.wait(lambda: self.ended(run))
        ended = self.ended(run)
        assert ended is not None
        return ended

    def wait_for_pause(self, run: int, number: int) -> None:
        self.wait(lambda: sum(isinstance(u, Paused) for u in self.of(run)) == number)

    def curves(self, run: int) -> CurveSet:
        curves = CurveSet()
        for update in self.of(run):
            if isinstance(update, Streamed):
                curves.extend(update.frame.points, update.frame.ensembles)
        return curves

    def steps(self, run: int) -> int:
        """Last step that was streamed; -1 before the first."""
        frames = [u.frame for u in self.of(run) if isinstance(u, Streamed)]
        return max((f.progress.steps for f in frames if f.progress is not None), default=-1)


def workers(parent: int | None = None) -> list[psutil.Process]:
    children = psutil.Process(parent).children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]
