"""The entry point."""

import subprocess
import sys

import pytest

import gui.app
import main


def test_commands_need_no_window(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bias-lab", "list"])
    assert main.main() == 0
    assert "crossing" in capsys.readouterr().out


def test_window_opens_without_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["bias-lab"])
    monkeypatch.setattr(gui.app, "open_window", lambda: 7)
    assert main.main() == 7


def test_missing_screen_is_told_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bias-lab"])
    monkeypatch.setattr(gui.app, "missing_screen", lambda: "there is no screen")
    assert main.main() == 1
    told = capsys.readouterr().err
    assert "there is no screen" in told
    assert "bias-lab run" in told


def test_worker_processes_import_nothing_heavy_from_the_entry_point() -> None:
    code = "import main, sys; print(*sorted(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    loaded = set(result.stdout.split())
    assert loaded.isdisjoint({"experiments", "gui", "numpy", "PySide6", "tensorflow", "typer"})
