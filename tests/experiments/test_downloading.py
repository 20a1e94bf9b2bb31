"""Downloads in a process of their own, and on the command line."""

import hashlib
import os
import signal
import time
from dataclasses import replace as with_changes
from pathlib import Path
from typing import NoReturn

import psutil
import pytest
from local_server import LocalServer, content, status

from experiments import download_command
from experiments.command_line import main
from experiments.downloading import (
    DownloadProcess,
    Ended,
    News,
    absent,
    download_folder,
    needed,
)
from experiments.run import RunFailedError, run
from experiments.settings import DynamicsSettings, Settings, TrainingSettings, replace
from models.downloads import FILE_SETS, FileSet, Transferred, find, where_is
from models.downloads.catalogue import RemoteFile

pytestmark = pytest.mark.usefixtures("nothing_cached")

CONTENT = bytes(range(256)) * 4000
FULL = replace(TrainingSettings(), "data.set", "full")

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BIAS_LAB_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home" / "downloads"


@pytest.fixture
def entry(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> FileSet:
    """MNIST with a small file on this machine instead of its own."""
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    file = RemoteFile("mnist.npz", f"{server.address}/mnist.npz", len(CONTENT), sha256)
    entry = with_changes(FILE_SETS["mnist"], files=(file,))
    monkeypatch.setitem(FILE_SETS, "mnist", entry)
    server.routes["/mnist.npz"] = content(CONTENT)
    return entry


def follow(process: DownloadProcess) -> list[News]:
    """All news up to the end."""
    told: list[News] = []
    while not (told and isinstance(told[-1], Ended)):
        news = process.news(30.0)
        assert news is not None
        told.append(news)
    return told


def is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def wait_until_asked(server: LocalServer) -> None:
    deadline = time.monotonic() + 30.0
    while not server.asked and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.asked


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (DynamicsSettings(), None),
        (TrainingSettings(), None),
        (FULL, "mnist"),
        (replace(FULL, "data.name", "cifar10"), "cifar10"),
        (replace(replace(FULL, "data.set", "openml"), "data.data_id", 31), "openml:31"),
    ],
)
def test_settings_say_what_they_need(settings: Settings, name: str | None) -> None:
    assert needed(settings) == absent(settings) == (None if name is None else find(name))


def test_folder_is_beside_the_history(folder: Path) -> None:
    assert download_folder() == folder


class TestProcess:
    def test_news_lead_to_the_end(self, entry: FileSet, folder: Path, server: LocalServer) -> None:
        server.routes["/mnist.npz"] = server.drip(CONTENT, piece=2**17, pause=0.1)
        *told, end = follow(DownloadProcess(entry, folder))
        assert end == Ended()
        done = [news.done for news in told if isinstance(news, Transferred)]
        assert len(done) > 2
        assert done == sorted(done)
        assert where_is("mnist", folder) == folder / "mnist"
        assert absent(FULL) is None

    def test_failure_is_told(self, entry: FileSet, folder: Path, server: LocalServer) -> None:
        server.routes["/mnist.npz"] = status(404)
        end = follow(DownloadProcess(entry, folder))[-1]
        assert isinstance(end, Ended)
        assert "the server answered 404" in end.problem

    def test_cancelling_ends_what_hangs(
        self, entry: FileSet, folder: Path, server: LocalServer
    ) -> None:
        server.routes["/mnist.npz"] = server.hang
        process = DownloadProcess(entry, folder)
        wait_until_asked(server)
        (unfinished,) = folder.iterdir()
        pid = int(unfinished.name.rpartition("-")[2])
        assert is_alive(pid)
        process.cancel()
        assert not is_alive(pid)
        assert not list(folder.iterdir())

    def test_a_killed_process_is_a_failure(
        self, entry: FileSet, folder: Path, server: LocalServer
    ) -> None:
        server.routes["/mnist.npz"] = server.hang
        process = DownloadProcess(entry, folder)
        wait_until_asked(server)
        (unfinished,) = folder.iterdir()
        os.kill(int(unfinished.name.rpartition("-")[2]), signal.SIGKILL)
        end = follow(process)[-1]
        assert isinstance(end, Ended)
        assert "ended unexpectedly" in end.problem
        assert not list(folder.iterdir())

    def test_what_hangs_outside_of_python_is_given_up(
        self, entry: FileSet, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A process that says nothing at all, as when a name server does not answer."""
        monkeypatch.setattr("experiments.downloading._GRACE_SECONDS", 0.0)
        process = DownloadProcess(entry, folder, patience=0.0)
        time.sleep(0.01)
        end = process.news()
        assert isinstance(end, Ended)
        assert "there was no answer within 0 s" in end.problem


class TestCommandLine:
    def test_download(self, entry: FileSet, folder: Path, capsys: Output) -> None:
        assert main(["download", entry.name]) == 0
        told = capsys.readouterr().out
        assert "Downloading Full MNIST from http://127.0.0.1" in told
        assert "1.0 MB; licence: CC BY-SA 3.0" in told
        assert where_is("mnist", folder) is not None

    def test_what_is_here_is_not_downloaded_again(
        self, entry: FileSet, capsys: Output, server: LocalServer
    ) -> None:
        assert main(["download", entry.name]) == 0
        assert main(["download", entry.name]) == 0
        assert "on this machine already" in capsys.readouterr().out
        assert len(server.asked) == 1

    def test_what_is_damaged_is_downloaded_again(self, entry: FileSet, folder: Path) -> None:
        (folder / "mnist").mkdir(parents=True)
        (folder / "mnist" / "mnist.npz").write_bytes(bytes(len(CONTENT)))
        assert main(["download", entry.name]) == 0
        assert (folder / "mnist" / "mnist.npz").read_bytes() == CONTENT

    def test_failure(self, entry: FileSet, server: LocalServer, capsys: Output) -> None:
        server.routes.clear()
        assert main(["download", entry.name]) == 1
        told = capsys.readouterr().err
        assert "404" in told
        assert "MNIST 5k can stand in" in told
        assert "Details" not in told

    def test_unknown_name(self, capsys: Output) -> None:
        assert main(["download", "imagenet"]) == 2
        assert "choose mnist, fashion-mnist, cifar10, or openml:" in capsys.readouterr().err

    def test_interrupt(
        self, entry: FileSet, folder: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupt(_: object) -> NoReturn:
            raise KeyboardInterrupt

        monkeypatch.setattr(download_command, "_follow", interrupt)
        assert main(["download", entry.name]) == 1
        assert "was cancelled; nothing was kept" in capsys.readouterr().err
        assert not folder.exists() or not list(folder.iterdir())

    def test_run_downloads_first_when_told_to(
        self, entry: FileSet, server: LocalServer, capsys: Output
    ) -> None:
        server.routes.clear()
        command = ["run", "samples-of-the-mixture", "--set", "data.set=full"]
        assert main([*command, "--download"]) == 1
        assert entry.title in capsys.readouterr().err
        assert server.asked
        server.asked.clear()
        assert main(command) == 1
        assert "--download" in capsys.readouterr().err
        assert not server.asked

    def test_run_needs_no_download_of_what_is_bundled(
        self, server: LocalServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(_: object) -> NoReturn:
            raise AssertionError

        monkeypatch.setattr(download_command, "download_here", refuse)
        quick = ["--set", "simulation.runs=0", "--set", "output.times=[1.0]"]
        assert main(["run", "crossing", *quick, "--download"]) == 0
        assert not server.asked


def test_a_run_without_its_set_says_how_to_get_it() -> None:
    with pytest.raises(RunFailedError, match=r"Press Download .* bias-lab download mnist .*5k"):
        next(run(FULL))
