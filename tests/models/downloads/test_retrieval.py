"""Tests of `models.downloads` against a web server on this machine."""

import errno
import hashlib
import os
import re
import shutil
import socket
import time
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from local_server import LocalServer, Serve, content, endless, redirect, status

from models.downloads import (
    FILE_SETS,
    DownloadFailedError,
    FileSet,
    Transferred,
    UnknownDownloadError,
    find,
    missing,
    read_files,
    where_is,
)
from models.downloads.catalogue import RemoteFile
from models.downloads.retrieval import download

pytestmark = pytest.mark.usefixtures("nothing_cached")

FIRST = bytes(range(256)) * 1000
SECOND = b"labels"


@pytest.fixture
def entry(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> FileSet:
    """Fashion-MNIST, with two small files on this machine instead of its own four."""
    files = tuple(
        RemoteFile(name, f"{server.address}/{name}", len(data), hashlib.sha256(data).hexdigest())
        for name, data in (("first", FIRST), ("second", SECOND))
    )
    entry = replace(FILE_SETS["fashion-mnist"], files=files)
    monkeypatch.setitem(FILE_SETS, "fashion-mnist", entry)
    server.routes |= {"/first": content(FIRST), "/second": content(SECOND)}
    return entry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "downloads"


def ignore(_: Transferred) -> None:
    pass


def failure(entry: FileSet, folder: Path, *, timeout: float = 5.0, longest: float = 60.0) -> str:
    """What is told of a download that fails; asserts that nothing is left of it."""
    before = set(folder.rglob("*"))
    with pytest.raises(DownloadFailedError) as caught:
        download(entry, folder, on_progress=ignore, timeout=timeout, longest=longest)
    assert set(folder.rglob("*")) <= before
    return str(caught.value)


def test_a_complete_set_is_kept_and_found_and_read(entry: FileSet, folder: Path) -> None:
    assert where_is("fashion-mnist", folder) is None
    told: list[Transferred] = []
    own = download(entry, folder, on_progress=told.append)
    assert where_is("fashion-mnist", folder) == own
    assert read_files(entry, folder) == {"first": FIRST, "second": SECOND}
    assert sorted(path.name for path in folder.rglob("*")) == ["fashion-mnist", "first", "second"]
    done = [one.done for one in told]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, len(FIRST) + len(SECOND))
    assert {one.total for one in told} == {entry.size}
    assert told[0].waits
    assert not told[-1].waits


def test_a_redirection_is_followed(entry: FileSet, folder: Path, server: LocalServer) -> None:
    server.routes |= {"/first": redirect("/moved"), "/moved": content(FIRST)}
    download(entry, folder, on_progress=ignore)
    assert read_files(entry, folder)["first"] == FIRST


def test_a_redirection_to_a_file_is_refused(
    entry: FileSet, folder: Path, server: LocalServer, tmp_path: Path
) -> None:
    (tmp_path / "first").write_bytes(FIRST)
    server.routes["/first"] = redirect(f"file://{tmp_path / 'first'}")
    assert "file" in failure(entry, folder)


@pytest.mark.parametrize(
    ("serve", "why"),
    [
        (status(404), "the server answered 404 (Not Found)"),
        (status(503), "the server answered 503"),
        (content(FIRST[:500], length=len(FIRST)), "the connection ended after 500 of 256,000"),
        (content(b"<html>log in</html>"), "256,000 bytes were expected, but 19 came, perhaps"),
        (content(bytes(len(FIRST))), "what came as first has another hash"),
        (content(FIRST + b"!"), "256,000 bytes were expected, but 256,001 came."),
        (endless, "more was sent than the 0.3 MB"),
    ],
)
def test_a_bad_answer_leaves_nothing_and_is_told(
    entry: FileSet, folder: Path, server: LocalServer, serve: Serve, why: str
) -> None:
    server.routes["/first"] = serve
    told = failure(entry, folder)
    assert told.startswith("Full Fashion-MNIST could not be downloaded from http://127.0.0.1")
    assert why in told
    assert 'the bundled Fashion-MNIST 5k can stand in (data.set = "fashion")' in told


def test_a_set_that_is_here_stays_when_it_cannot_be_downloaded_again(
    entry: FileSet, folder: Path, server: LocalServer
) -> None:
    download(entry, folder, on_progress=ignore)
    server.routes["/second"] = status(500)
    failure(entry, folder)
    assert read_files(entry, folder) == {"first": FIRST, "second": SECOND}


def test_a_set_that_is_here_is_replaced(entry: FileSet, folder: Path) -> None:
    own = download(entry, folder, on_progress=ignore)
    (own / "first").write_bytes(b"damaged")
    (own / "stray").touch()
    download(entry, folder, on_progress=ignore)
    assert sorted(path.name for path in own.iterdir()) == ["first", "second"]
    assert read_files(entry, folder)["first"] == FIRST


def test_a_server_that_hangs_is_given_up_in_time(
    entry: FileSet, folder: Path, server: LocalServer
) -> None:
    server.routes["/first"] = server.hang
    start = time.monotonic()
    assert "there was no answer within 0.3 s" in failure(entry, folder, timeout=0.3)
    assert time.monotonic() - start < 3.0


def test_a_server_that_drips_is_given_up_in_time(
    entry: FileSet, folder: Path, server: LocalServer
) -> None:
    server.routes["/first"] = server.drip(FIRST, piece=10, pause=0.05)
    start = time.monotonic()
    assert "less than 64 KiB arrived in 0.5 s" in failure(entry, folder, timeout=0.5)
    assert time.monotonic() - start < 3.0


def test_a_slow_server_that_gets_on_is_waited_for(
    entry: FileSet, folder: Path, server: LocalServer
) -> None:
    server.routes["/first"] = server.drip(FIRST, piece=2**15, pause=0.1)
    start = time.monotonic()
    download(entry, folder, on_progress=ignore, timeout=0.5)
    assert time.monotonic() - start > 0.5


def test_a_slow_server_that_gets_on_is_given_up_in_the_end(
    entry: FileSet, folder: Path, server: LocalServer
) -> None:
    server.routes["/first"] = server.drip(FIRST, piece=2**14, pause=0.1)
    start = time.monotonic()
    told = failure(entry, folder, longest=0.5)
    assert re.search(r"only [\d.]+ [kM]B of 0\.3 MB had arrived after 0\.5 s, the longest", told)
    assert time.monotonic() - start < 3.0


def test_a_server_that_never_ends_is_given_up_in_the_end(
    entry: FileSet, folder: Path, server: LocalServer
) -> None:
    server.routes["/first"] = endless
    endlessly = replace(entry, files=(replace(entry.files[0], size=2**50), entry.files[1]))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("models.downloads.retrieval._check_space", lambda *_: None)
        told = failure(endlessly, folder, longest=0.3)
    assert "had arrived after 0.3 s, the longest that is waited. Nothing was kept" in told


def test_a_refused_connection_is_told(entry: FileSet, folder: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/first"
        closed = replace(entry, files=(replace(entry.files[0], address=address),))
        assert "the connection failed (connection refused)" in failure(closed, folder)


def test_a_name_that_is_not_found_is_told(
    entry: FileSet, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert "cannot be looked up, as without a network" in failure(entry, folder)


def test_a_full_disk_is_told_before(
    entry: FileSet, folder: Path, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(Path(__file__))._replace(free=entry.size - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert "are free" in failure(entry, folder)
    assert not server.asked


def test_a_disk_that_gets_full_is_told(
    entry: FileSet, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfileobj", fill)
    assert "the disk is full" in failure(entry, folder)


def test_a_folder_that_cannot_be_made_is_told(entry: FileSet, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DownloadFailedError, match=r"not a directory|file exists"):
        download(entry, tmp_path / "file" / "downloads", on_progress=ignore)


def test_what_a_killed_process_left_is_removed(entry: FileSet, folder: Path) -> None:
    dead, alive = folder / f"unfinished-{2**30}", folder / f"unfinished-{os.getppid()}"
    for left in (dead, alive):
        left.mkdir(parents=True)
    download(entry, folder, on_progress=ignore)
    assert (dead.exists(), alive.exists()) == (False, True)


class TestKeras:
    """What Keras keeps is read and never changed."""

    @pytest.fixture
    def keras(self, tmp_path: Path) -> Path:
        place = tmp_path / "keras" / "datasets" / "fashion-mnist"
        place.mkdir(parents=True)
        (place / "first").write_bytes(FIRST)
        (place / "second").write_bytes(SECOND)
        return place

    def test_it_is_found_and_read(self, entry: FileSet, folder: Path, keras: Path) -> None:
        assert where_is("fashion-mnist", folder) == keras
        assert read_files(entry, folder) == {"first": FIRST, "second": SECOND}
        assert not folder.exists()

    def test_part_of_a_set_is_not_enough(self, folder: Path, keras: Path, entry: FileSet) -> None:
        (keras / "second").unlink()
        assert where_is("fashion-mnist", folder) is None
        with pytest.raises(RuntimeError, match="is not on this machine"):
            read_files(entry, folder)

    def test_what_is_damaged_there_is_left_alone(
        self, entry: FileSet, folder: Path, keras: Path
    ) -> None:
        (keras / "first").write_bytes(bytes(len(FIRST)))
        with pytest.raises(RuntimeError, match="is damaged"):
            read_files(entry, folder)
        assert (keras / "first").read_bytes() == bytes(len(FIRST))
        download(entry, folder, on_progress=ignore)
        assert read_files(entry, folder)["first"] == FIRST

    def test_pickles_are_not_looked_at(self, folder: Path, tmp_path: Path) -> None:
        batches = tmp_path / "keras" / "datasets" / "cifar-10-batches-py-target"
        batches.mkdir(parents=True)
        assert where_is("cifar10", folder) is None


def test_a_damaged_set_of_our_own_is_removed(entry: FileSet, folder: Path) -> None:
    own = download(entry, folder, on_progress=ignore)
    (own / "first").write_bytes(bytes(len(FIRST)))
    with pytest.raises(RuntimeError, match=r"damaged.*bias-lab download fashion-mnist"):
        read_files(entry, folder)
    assert where_is("fashion-mnist", folder) is None


@pytest.mark.parametrize("name", ["", "imagenet", "openml", "openml:", "openml:0", "openml:1e3"])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(UnknownDownloadError, match="choose mnist, fashion-mnist, cifar10, or"):
        find(name)


@pytest.mark.parametrize("name", [*FILE_SETS, "openml:1590", "openml:31"])
def test_what_is_missing_is_told_with_what_to_do(name: str) -> None:
    told = missing(find(name))
    assert f"bias-lab download {name}" in told
    assert "Press Download" in told
    assert "bundled" in told
