"""Progress and results on a terminal and in a pipe."""

import io
import sys
import time
from pathlib import Path

import pytest
from typing_extensions import override

from experiments.console import OutputError, progress, say
from experiments.frames import Frame, Progress


class Terminal(io.StringIO):
    @override
    def isatty(self) -> bool:
        return True


def test_pipe_gets_a_line_every_few_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    with progress("mine\x1b") as show:
        for step in range(1, 21):
            now = 100.0 + 0.75 * step
            show(Frame(progress=Progress(step, 40)))
            show(Frame())
    lines = capsys.readouterr().err.splitlines()
    # At 0.75 s for one of 40 steps, 7 leave 24.75 s for the other 33, and so on.
    assert lines == ["mine : 18 %, 25 s left", "mine : 35 %, 20 s left"]


def test_terminal_gets_a_bar_with_the_name_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress("[red]mine[/red]") as show:
        show(Frame(progress=Progress(5, 10)))
        show(Frame(progress=Progress(10, 10)))
    assert "[red]mine[/red]" in terminal.getvalue()
    assert "100%" in terminal.getvalue()


def test_output_that_takes_nothing_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "read-only.txt"
    path.touch()
    with path.open() as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with pytest.raises(OutputError, match="cannot print: not writable"):
            say("a line")
