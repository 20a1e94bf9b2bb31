"""Plain text for a terminal or a pipe: results, complaints and progress."""

import io
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from experiments.time_left import TimeLeft

if TYPE_CHECKING:
    from experiments.frames import Frame

_PLAIN_SECONDS = 5.0


class OutputError(RuntimeError):
    """Text could not be printed; the message says why."""


def accept_any_text() -> None:
    """Let characters that the terminal's encoding lacks come out as question marks."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def say(text: str) -> None:
    """Print lines of results."""
    _print(text, sys.stdout)


def complain(text: str) -> None:
    """Print what went wrong."""
    _print(f"bias-lab: {text}", sys.stderr)


def plain(text: str) -> str:
    """Replace control characters, which could steer the terminal, in text from users."""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)


@contextmanager
def progress(label: str) -> Iterator[Callable[["Frame"], None]]:
    """Show progress and time left on stderr: a bar in a terminal, else a line now and then."""
    if not sys.stderr.isatty():
        yield _PlainProgress(plain(label)).show
        return
    from rich.console import Console
    from rich.progress import Progress, TextColumn, TimeRemainingColumn

    text = TextColumn("{task.description}", markup=False)
    columns = (text, *Progress.get_default_columns()[1:3], TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(plain(label), total=None)

        def show(frame: "Frame") -> None:
            if frame.progress is not None:
                bar.update(
                    task, completed=frame.progress.steps, total=frame.progress.total_steps or None
                )

        yield show


class _PlainProgress:
    """Writes a line every few seconds."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._told = time.monotonic()
        self._clock = TimeLeft()

    def show(self, frame: "Frame") -> None:
        if frame.progress is None:
            return
        fraction = frame.progress.fraction
        seconds = self._clock.estimate(fraction)
        now = time.monotonic()
        if now - self._told >= _PLAIN_SECONDS:
            self._told = now
            left = "" if seconds is None else f", {seconds:.0f} s left"
            _print(f"{self._label}: {100 * fraction:.0f} %{left}", sys.stderr)


def _print(text: str, stream: TextIO) -> None:
    """Print at once; a reader that has gone away, as `head` does, is no error."""
    try:
        print(plain(text), file=stream, flush=True)
    except OSError as error:
        # What is still buffered would fail again when the interpreter ends.
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            message = f"cannot print: {(error.strerror or str(error)).lower()}"
            raise OutputError(message) from error
