"""Tests of tables of OpenML: fetched from a server on this machine, or taken over."""

import gzip
import json
import urllib.request
from pathlib import Path

import pandas as pd
import pytest
from local_server import LocalServer, content, status
from openml_pages import ARFF, keep_as_scikit_learn, pages, serve_openml
from sklearn.datasets import _openml

from models.dataset import DataUnavailableError
from models.downloads import (
    DownloadFailedError,
    OpenmlSet,
    Transferred,
    where_is,
)
from models.downloads.retrieval import download, openml_table

ENTRY = OpenmlSet(7)

pytestmark = pytest.mark.usefixtures("nothing_cached")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "downloads"


@pytest.fixture
def openml(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> LocalServer:
    for name, path in (("INFO", "{}"), ("FEATURES", "features/{}"), ("QUALITIES", "qualities/{}")):
        address = f"{server.address}/api/v1/json/data/{path}"
        monkeypatch.setattr(_openml, f"_DATA_{name}", address)
    serve_openml(server)
    return server


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in [folder, *folder.rglob("*")]
    }


def failure(folder: Path) -> str:
    with pytest.raises(DownloadFailedError) as caught:
        download(ENTRY, folder, on_progress=lambda _: None, timeout=0.5)
    assert not list(folder.iterdir())
    return str(caught.value)


def check_table(own: Path) -> None:
    """Compare with what the four people are."""
    table = pd.read_parquet(own / "table.parquet")
    assert list(table.columns) == ["age", "sex", "class"]
    assert table["age"].tolist()[::2] == [25.0, 47.5]
    assert table["age"].isna().tolist() == [False, True, False, False]
    assert table["sex"].fillna("").tolist() == ["Male", "Female", "", "Female"]
    assert table["class"].tolist() == ["0", "1", "1", "0"]
    about = json.loads((own / "about.json").read_text(encoding="utf-8"))
    assert (about["name"], about["version"], about["licence"]) == ("people", "2", "Public")
    assert about["label"] == "class"
    assert about["notes"] == []


def test_a_table_is_kept_as_it_is_at_openml(openml: LocalServer, folder: Path) -> None:
    told: list[Transferred] = []
    own = download(ENTRY, folder, on_progress=told.append)
    check_table(own)
    assert where_is("openml:7", folder) == own
    assert sorted(path.name for path in folder.rglob("*")) == [
        "about.json",
        "openml-7",
        "table.parquet",
    ]
    bodies = pages(openml.address)
    size = sum(map(len, bodies.values()))
    assert told[-1] == Transferred(size, size, waits=False)
    assert set(openml.asked) == set(bodies)


def test_answers_may_be_compressed(openml: LocalServer, folder: Path) -> None:
    for path, body in pages(openml.address).items():
        openml.routes[path] = content(gzip.compress(body), encoding="gzip")
    check_table(download(ENTRY, folder, on_progress=lambda _: None))


def test_scikit_learn_opens_addresses_as_ever_afterwards(openml: LocalServer, folder: Path) -> None:
    download(ENTRY, folder, on_progress=lambda _: None)
    openml.routes["/"] = content(b"as ever")
    with urllib.request.urlopen(openml.address) as answer:
        assert answer.read() == b"as ever"


def test_what_openml_warns_of_is_kept(openml: LocalServer, folder: Path) -> None:
    path = "/api/v1/json/data/7"
    openml.routes[path] = content(pages(openml.address)[path].replace(b'"active"', b'"in doubt"'))
    own = download(ENTRY, folder, on_progress=lambda _: None)
    (note,) = json.loads((own / "about.json").read_text(encoding="utf-8"))["notes"]
    assert "inactive" in note


@pytest.mark.parametrize(
    ("path", "code", "why"),
    [
        ("/api/v1/json/data/7", 412, "the server has no such set"),
        ("/api/v1/json/data/features/7", 500, "the server answered 500"),
        ("/data/v1/download/99/people.arff", 404, "the server answered 404"),
    ],
)
def test_a_refusal_is_told_at_once(
    openml: LocalServer, folder: Path, path: str, code: int, why: str
) -> None:
    openml.routes[path] = status(code)
    told = failure(folder)
    assert why in told
    assert "OpenML set 7 could not be downloaded from https://www.openml.org/d/7" in told
    assert openml.asked.count(path) == 1


def test_a_server_that_hangs_is_asked_once(openml: LocalServer, folder: Path) -> None:
    openml.routes["/data/v1/download/99/people.arff"] = openml.hang
    assert "there was no answer within 0.5 s" in failure(folder)
    assert openml.asked.count("/data/v1/download/99/people.arff") == 1


def test_a_table_that_ends_too_early_is_not_kept(openml: LocalServer, folder: Path) -> None:
    openml.routes["/data/v1/download/99/people.arff"] = content(ARFF[:90], length=len(ARFF))
    assert "the connection ended after 90 of" in failure(folder)


def test_another_table_than_announced_is_not_kept(openml: LocalServer, folder: Path) -> None:
    openml.routes["/data/v1/download/99/people.arff"] = content(ARFF.replace(b"25", b"52"))
    assert "md5" in failure(folder)


def test_more_than_the_limit_is_not_kept(
    openml: LocalServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert openml.routes
    monkeypatch.setattr("models.downloads.retrieval.LIMIT", 100)
    assert "more was sent than the 0.1 kB" in failure(folder)


def test_what_is_no_description_is_told(openml: LocalServer, folder: Path) -> None:
    openml.routes["/api/v1/json/data/7"] = content(b"<html>log in</html>")
    assert "it cannot be read as a table" in failure(folder)


class TestScikitLearn:
    """What scikit-learn keeps is copied and never changed."""

    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        keep_as_scikit_learn(tmp_path / "scikit-learn")
        return tmp_path / "scikit-learn"

    def test_a_table_is_taken_over_without_a_network(self, home: Path, folder: Path) -> None:
        before = snapshot(home)
        assert where_is("openml:7", folder) == home
        table, _ = openml_table(ENTRY, folder)
        check_table(table.parent)
        assert snapshot(home) == before
        assert where_is("openml:7", folder) == table.parent

    def test_tables_of_older_releases_are_found(self, home: Path, folder: Path) -> None:
        table = (
            home / "openml" / "openml.org" / "data" / "v1" / "download" / "99" / "people.arff.gz"
        )
        content = table.read_bytes()
        table.unlink()
        table.parent.rmdir()
        table.parent.with_name("99.gz").write_bytes(content)
        assert where_is("openml:7", folder) == home

    @pytest.mark.parametrize("name", ["7.gz", "features/7.gz"])
    def test_part_of_a_set_is_not_enough(self, home: Path, folder: Path, name: str) -> None:
        (home / "openml" / "openml.org" / "api" / "v1" / "json" / "data" / name).unlink()
        assert where_is("openml:7", folder) is None
        with pytest.raises(DataUnavailableError, match=r"OpenML set 7 is not on this machine"):
            openml_table(ENTRY, folder)
        assert not list(folder.iterdir())

    @pytest.mark.parametrize("name", ["api/v1/json/data/7", "data/v1/download/99/people.arff"])
    @pytest.mark.parametrize(
        "body", [b"", b"no gzip", gzip.compress(b"{}")], ids=["empty", "no gzip", "no description"]
    )
    def test_what_is_damaged_there_is_left_alone(
        self, home: Path, folder: Path, name: str, body: bytes
    ) -> None:
        (home / "openml" / "openml.org" / f"{name}.gz").write_bytes(body)
        before = snapshot(home)
        with pytest.raises(DataUnavailableError, match=r"OpenML set 7 is not on this machine"):
            openml_table(ENTRY, folder)
        assert snapshot(home) == before
        assert not list(folder.iterdir())

    def test_a_path_that_leads_out_of_the_folder_is_not_followed(
        self, home: Path, folder: Path, tmp_path: Path
    ) -> None:
        description = home / "openml" / "openml.org" / "api" / "v1" / "json" / "data" / "7.gz"
        body = gzip.decompress(description.read_bytes())
        outside = body.replace(b"data/v1/download/99/people.arff", b"../../../outside")
        description.write_bytes(gzip.compress(outside))
        (tmp_path / "outside.gz").write_bytes(gzip.compress(ARFF))
        assert where_is("openml:7", folder) is None
