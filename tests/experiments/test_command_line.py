"""The command line, in this process where possible."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from experiments import dynamics
from experiments.catalogue import preset, presets
from experiments.command_line import main
from experiments.frames import CurveName, Event, EventKind, Frame, Points, Source
from experiments.run import RunFailedError
from experiments.settings import DynamicsSettings, Settings, load_file, parse_toml
from experiments.store import Status, Store, StoreError, default_path

QUICK = (
    "--set",
    "simulation.runs=2",
    "--set",
    "simulation.dimension=20",
    "--set",
    "output.times=[1.0, 2.0]",
)
FILES = {
    "curves.csv",
    "curves.parquet",
    "ensembles.csv",
    "ensembles.parquet",
    "figure.pdf",
    "figure.png",
    "figure.svg",
    "numbers.csv",
    "reproduce.py",
    "settings.toml",
}
ENTRY = Path(__file__).parents[2] / "main.py"

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BIAS_LAB_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def statuses() -> list[tuple[str, Status]]:
    with Store(default_path()) as store:
        return [(row.name, row.status) for row in store.runs()]


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "curves.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def replace_run(monkeypatch: pytest.MonkeyPatch, error: BaseException | None = None) -> None:
    """Let every run stream one frame and then end with `error`."""

    def run_dynamics(settings: Settings) -> Iterator[Frame]:
        name = CurveName("loss", "+", Source.THEORY, "base", settings.seed)
        events = (Event(EventKind.NOTICE, 1.0, "It began."),)
        yield Frame((Points(name, np.array([1.0, 2.0]), np.array([0.5, 0.25])),), events)
        if error is not None:
            raise error

    monkeypatch.setattr(dynamics, "run_dynamics", run_dynamics)


class TestList:
    def test_one_line_each_name_first(self, capsys: Output) -> None:
        assert main(["list"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert [line.split()[:2] for line in lines] == [[p.name, p.kind] for p in presets()]
        assert all(p.title in line for p, line in zip(presets(), lines, strict=True))

    def test_imports_little(self) -> None:
        code = "import main, sys; main.main(); print(*sorted(sys.modules), file=sys.stderr)"
        result = subprocess.run(
            [sys.executable, "-c", code, "list"],
            cwd=ENTRY.parent,
            capture_output=True,
            check=True,
            text=True,
        )
        heavy = {"numpy", "scipy", "rich.progress", "tensorflow", "PySide6"}
        assert heavy.isdisjoint(result.stderr.split())

    def test_reader_that_goes_away_is_no_error(self) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            result = subprocess.run(
                [sys.executable, str(ENTRY), "list"],
                stdout=pipe,
                stderr=subprocess.PIPE,
                check=False,
                text=True,
            )
        assert (result.returncode, result.stderr) == (0, "")


class TestShow:
    @pytest.mark.parametrize("name", ["crossing", "adult"])
    def test_prints_settings_that_can_be_run(self, name: str, capsys: Output) -> None:
        assert main(["show", name]) == 0
        assert parse_toml(capsys.readouterr().out) == preset(name).settings

    def test_unknown_name(self, capsys: Output) -> None:
        assert main(["show", "crosing"]) == 2
        assert "did you mean 'crossing'?" in capsys.readouterr().err


class TestRun:
    def test_preset_with_changes(self, tmp_path: Path, capsys: Output) -> None:
        out = tmp_path / "a" / "results"
        command = ["run", "crossing", *QUICK, "--set", "seed=5", "--out", str(out)]
        assert main(command) == 0
        assert {path.name for path in out.iterdir()} == FILES
        settings = load_file(out / "settings.toml")
        assert isinstance(settings, DynamicsSettings)
        assert (settings.seed, settings.output.times) == (5, (1.0, 2.0))
        changed = {"seed", "simulation", "output"}
        assert settings.model_dump(exclude=changed) == preset("crossing").settings.model_dump(
            exclude=changed
        )
        rows = rows_of(out)
        assert {row["source"] for row in rows} == {"theory", "simulation"}
        assert {row["x"] for row in rows} == {"1.0", "2.0"}
        assert {row["seed"] for row in rows} == {"5", "6"}
        assert {row["group"] for row in rows} == {"+", "-", "overall"}
        printed = capsys.readouterr().out.splitlines()
        assert printed[0] == "crossing-1: done"
        assert {f"wrote {out / name}" for name in FILES} <= set(printed)
        assert statuses() == [("crossing-1", Status.DONE)]

    def test_another_figure_can_be_drawn(self, tmp_path: Path, capsys: Output) -> None:
        command = ["run", "crossing", *QUICK, "--out", str(tmp_path), "--view", "Disparities"]
        assert main(command) == 0
        assert "demographic parity" in (tmp_path / "figure.svg").read_text("utf-8")
        assert main(["export", "crossing-1", "--out", str(tmp_path), "--view", "errors"]) == 0
        assert "demographic parity" not in (tmp_path / "figure.svg").read_text("utf-8")
        assert main(["run", "crossing", *QUICK, "--view", "plain"]) == 2
        assert "choose one of losses, errors" in capsys.readouterr().err
        assert statuses() == [("crossing-1", Status.DONE)]

    def test_exported_settings_give_the_same_curves(self, tmp_path: Path) -> None:
        first, second = tmp_path / "first", tmp_path / "second"
        assert main(["run", "crossing", *QUICK, "--out", str(first)]) == 0
        assert main(["run", str(first / "settings.toml"), "--out", str(second)]) == 0
        for name in ("curves.csv", "settings.toml", "figure.svg"):
            assert (first / name).read_bytes() == (second / name).read_bytes()
        assert [name for name, _ in statuses()] == ["settings-1", "crossing-1"]

    def test_without_folder_it_is_kept_in_the_history(self, tmp_path: Path, capsys: Output) -> None:
        assert main(["run", "crossing", *QUICK, "--name", "mine"]) == 0
        assert "bias-lab export mine-1 --out FOLDER" in capsys.readouterr().out
        assert [path.name for path in tmp_path.iterdir()] == ["home"]
        assert main(["export", "mine-1", "--out", "kept"]) == 0
        assert {path.name for path in (tmp_path / "kept").iterdir()} == FILES

    def test_export_is_the_same_now_and_later(self, tmp_path: Path) -> None:
        assert main(["run", "crossing", *QUICK, "--out", "now"]) == 0
        assert main(["export", "crossing-1", "--out", "later"]) == 0
        for name in ("curves.csv", "settings.toml", "figure.png", "reproduce.py"):
            now, later = tmp_path / "now" / name, tmp_path / "later" / name
            assert now.read_bytes() == later.read_bytes()

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (["crosing"], "no preset is called 'crosing'; did you mean 'crossing'?"),
            (["none.toml"], "none.toml: cannot be read: no such file"),
            (["."], "is a directory"),
            (["latin.toml"], "latin.toml: is not UTF-8 text"),
            (["empty.toml"], "empty.toml: is empty"),
            (["text.toml"], "text.toml: is not valid TOML"),
            (["wrong.toml"], "wrong.toml: learning.learning_rate: -1.0 is not allowed; it must"),
            (["crossing", "--set", "seed"], '"seed" is no assignment; write key=value'),
            (["crossing", "--set", "sed=1"], "sed: unknown key; did you mean 'seed'?"),
            (["crossing", "--set", "mixture.representation=7"], "mixture.representation: 7 is not"),
            (["crossing", "--set", "seed.x=1"], "seed.x: 'seed' holds a value, not a table"),
            (["crossing", "--out", "empty.toml"], "empty.toml: cannot write the export"),
            (["crossing", "--out", "empty.toml/below"], "cannot write the export"),
            ([], "PRESET|FILE"),
        ],
    )
    def test_bad_input_runs_nothing(
        self, arguments: list[str], told: str, tmp_path: Path, home: Path, capsys: Output
    ) -> None:
        (tmp_path / "latin.toml").write_bytes(b"\xe9")
        (tmp_path / "empty.toml").touch()
        (tmp_path / "text.toml").write_text("to be or not to be")
        (tmp_path / "wrong.toml").write_text(
            'version = 1\nkind = "dynamics"\n[learning]\nlearning_rate = -1.0'
        )
        assert main(["run", *arguments]) == 2
        captured = capsys.readouterr()
        assert told in captured.err
        assert captured.out == ""
        assert not home.exists()

    def test_failure_keeps_what_was_streamed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
    ) -> None:
        replace_run(monkeypatch, RunFailedError("the loss is not finite at step 3"))
        assert main(["run", "crossing", "--out", "results"]) == 1
        captured = capsys.readouterr()
        assert "crossing-1: failed\nIt began.\n" in captured.out
        assert "bias-lab: The loss is not finite at step 3. Details are in" in captured.err
        assert [row["value"] for row in rows_of(tmp_path / "results")] == ["0.5", "0.25"]
        assert statuses() == [("crossing-1", Status.FAILED)]

    def test_interrupt_keeps_what_was_streamed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
    ) -> None:
        replace_run(monkeypatch, KeyboardInterrupt())
        assert main(["run", "crossing", "--out", "results"]) == 1
        assert "crossing-1: stopped" in capsys.readouterr().out
        assert len(rows_of(tmp_path / "results")) == 2
        assert statuses() == [("crossing-1", Status.STOPPED)]

    def test_no_traceback_reaches_the_user(
        self, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
    ) -> None:
        replace_run(monkeypatch, ZeroDivisionError("by zero"))
        assert main(["run", "crossing"]) == 1
        monkeypatch.setattr("experiments.catalogue.presets", lambda: 1 / 0)
        assert main(["list"]) == 1
        told = capsys.readouterr().err
        assert told.count("ZeroDivisionError") == 2
        assert "Traceback" not in told
        assert str(home / "errors.log") in told
        assert (home / "errors.log").read_text(encoding="utf-8").count("Traceback") == 2

    def test_folder_that_breaks_during_the_run(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
    ) -> None:
        replace_run(monkeypatch)
        out = tmp_path / "results"
        monkeypatch.setattr("experiments.export.check_folder", lambda _: out.write_text("a file"))
        assert main(["run", "crossing", "--out", str(out)]) == 1
        told = capsys.readouterr().err
        assert f"{out}: cannot write the export" in told
        assert "bias-lab export crossing-1 --out FOLDER" in told
        assert statuses() == [("crossing-1", Status.DONE)]

    def test_history_that_cannot_be_written(
        self, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
    ) -> None:
        replace_run(monkeypatch)
        home.write_text("a file where the folder should be")
        assert main(["run", "crossing", "--out", "results"]) == 0
        captured = capsys.readouterr()
        assert "cannot be used" in captured.err
        assert "crossing: done" in captured.out
        written = {path.name for path in (tmp_path / "results").iterdir()}
        assert written == FILES - {"ensembles.csv", "ensembles.parquet", "numbers.csv"}
        assert main(["run", "crossing"]) == 1
        assert main(["runs"]) == 1

    def test_history_that_breaks_during_the_run(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
    ) -> None:
        def full(*_arguments: object) -> None:
            raise StoreError("the disk is full; free some space")

        replace_run(monkeypatch)
        monkeypatch.setattr(Store, "append", full)
        assert main(["run", "crossing"]) == 1
        assert "the disk is full" in capsys.readouterr().err
        assert main(["run", "crossing", "--out", "results"]) == 0
        assert len(rows_of(tmp_path / "results")) == 2


class TestRuns:
    def test_one_line_each_newest_first(
        self, monkeypatch: pytest.MonkeyPatch, capsys: Output
    ) -> None:
        replace_run(monkeypatch)
        main(["run", "crossing"])
        replace_run(monkeypatch, KeyboardInterrupt())
        main(["run", "crossing", "--name", "two words"])
        capsys.readouterr()
        assert main(["runs"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert [line.split()[:3] for line in lines] == [
            ["two-words-1", "stopped", "dynamics"],
            ["crossing-1", "done", "dynamics"],
        ]
        assert all("loss + 0.25" in line for line in lines)

    def test_empty_history_says_what_to_do(self, capsys: Output) -> None:
        assert main(["runs"]) == 0
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "bias-lab run crossing" in captured.err

    def test_export_of_an_unknown_run(self, capsys: Output) -> None:
        assert main(["export", "nothing", "--out", "results"]) == 2
        assert "no run is called 'nothing'" in capsys.readouterr().err


def test_names_are_printed_as_they_are(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    replace_run(monkeypatch)
    assert main(["run", "crossing", "--name", "[red]x[/red]<b>\x1b[31m\n"]) == 0
    assert main(["runs"]) == 0
    assert main(["run", "\x1b[31m.toml"]) == 2
    captured = capsys.readouterr()
    assert "\x1b" not in captured.out + captured.err
    assert captured.out.count("[red]x[/red]<b>[31m-1") == 3


def test_terminal_without_the_characters(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "names.toml"
    file.write_text(
        'version = 1\nkind = "dynamics"\n[simulation]\nruns = 0\n[mixture]\n'
        'names = ["Zoë", "漢字"]\nshares = [0.5, 0.5]\nvariances = [1.0, 2.0]\n'
        "thresholds = [0.0, 0.0]\ngram = [[1.0, 0.5, 0.0, 0.0], [0.5, 1.0, 0.0, 0.0],"
        "[0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]\n",
        encoding="utf-8",
    )
    buffer = io.BytesIO()
    with io.TextIOWrapper(buffer, encoding="cp1252") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(["run", str(file), "--out", "results"]) == 0
        printed = buffer.getvalue()
    assert "Zoë".encode("cp1252") in printed
    assert b"??" in printed
    assert {row["group"] for row in rows_of(tmp_path / "results")} == {"Zoë", "漢字", "overall"}


def test_version(capsys: Output) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("bias-lab ")


@pytest.mark.parametrize("command", ["bogus", "--bogus"])
def test_unknown_command(command: str, capsys: Output) -> None:
    assert main([command]) == 2
    assert command in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_a_terminal_that_is_full_does_not_cost_the_export(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, str(ENTRY), "run", "crossing", *QUICK, "--out", str(out)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert result.returncode == 1
    assert "cannot print" in result.stderr
    assert {path.name for path in out.iterdir()} == FILES
