import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from runner_watch import workers
from worker_stand_ins import stand_in

from experiments.process import WorkerProcess
from experiments.protocol import Finished, News, Ready, Start, Stop
from experiments.settings import dump_toml
from experiments.store import Status, Store


def new_worker() -> WorkerProcess:
    process = WorkerProcess(run="worker_stand_ins:run", warm_up=None)
    assert isinstance(process.replies.recv(), Ready)
    return process


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    process = new_worker()
    yield process
    process.kill()
    process.end()


def start(title: str) -> Start:
    return Start(dump_toml(stand_in(title)), paused=False)


def stands_still(process: psutil.Process) -> bool:
    """Whether it waits for somebody to read rather than for a turn on a busy machine."""
    before = process.cpu_times().user
    states = []
    for _ in range(20):
        time.sleep(0.05)
        states.append(process.status())
    return process.cpu_times().user == before and psutil.STATUS_RUNNING not in states


def test_memory_stays_flat_while_nobody_reads(worker: WorkerProcess) -> None:
    worker.send(start("torrent"))
    assert isinstance(worker.replies.recv(), News)
    process = psutil.Process(worker.pid)
    deadline = time.monotonic() + 60
    while not stands_still(process) and time.monotonic() < deadline:
        assert process.memory_info().rss < 2e9
    full = process.memory_info().rss
    assert stands_still(process)
    assert process.memory_info().rss - full < 5e6
    worker.send(Stop())
    while not isinstance(reply := worker.replies.recv(), Finished):
        assert isinstance(reply, News)
    assert reply.status is Status.STOPPED


def test_settings_that_cannot_be_read_fail_the_run(worker: WorkerProcess) -> None:
    worker.send(Start("kind = 3", paused=False))
    reply = worker.replies.recv()
    assert isinstance(reply, Finished)
    assert reply.status is Status.FAILED
    assert "version" in reply.reason


def imported_after(seconds: float) -> str:
    worker = new_worker()
    time.sleep(seconds)
    worker.send(start("imported"))
    while not isinstance(reply := worker.replies.recv(), Finished):
        assert isinstance(reply, News)
    worker.kill()
    worker.end()
    return reply.reason


def test_an_idle_worker_imports_ahead_and_one_that_is_needed_does_not() -> None:
    assert imported_after(0) == "Not imported yet."
    assert any(imported_after(seconds) == "Imported ahead." for seconds in (2, 8, 30))


def test_a_worker_runs_in_the_background(worker: WorkerProcess) -> None:
    assert psutil.Process(worker.pid).nice() != psutil.Process().nice()


def test_a_worker_whose_pipe_closes_ends_in_the_midst_of_a_run() -> None:
    worker = new_worker()
    worker.send(start("stubborn"))
    assert isinstance(worker.replies.recv(), News)
    began = time.monotonic()
    exit_code, _ = worker.end()
    assert exit_code == 0
    assert time.monotonic() - began < 1.9, "it was not killed for want of patience"


def test_when_the_window_is_killed_its_worker_ends_and_the_run_is_interrupted(
    tmp_path: Path,
) -> None:
    path = tmp_path / "runs.sqlite"
    script = f"""
import time
from pathlib import Path
from runner_watch import Watch
from worker_stand_ins import stand_in
if __name__ == "__main__":
    watch = Watch(Path({str(path)!r}))
    run = watch.runner.start("endless", stand_in("endless"))
    watch.wait(lambda: watch.steps(run) > 800)
    print("going", flush=True)
    time.sleep(60)
"""
    program = tmp_path / "window.py"
    program.write_text(script)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary)),
    }
    window = subprocess.Popen(
        [sys.executable, str(program)], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert window.stdout is not None
    assert window.stdout.readline() == "going\n"
    children = workers(window.pid)
    assert len(children) == 1
    window.kill()
    window.wait()
    window.stdout.close()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
    if os.name == "posix":  # elsewhere nobody can remove the log that the worker has open
        assert list(temporary.iterdir()) == []
    with Store(path) as store:
        (run,) = store.runs()
        assert run.status is Status.INTERRUPTED
        steps = [curve.x for curve in store.curves(run.id)]
        assert len(steps) == 2
        assert all((x[1:] > x[:-1]).all() for x in steps)
        assert steps[0].size > 0
