"""What the history knows of a run."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from experiments.store.database import StoreError
from experiments.summary import Summary


class Status(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


class UnknownRunError(StoreError):
    """No run has this name or id; the message suggests one that exists."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """One line of the history.

    Attributes
    ----------
    id, name
        Both unique within a store; a name holds no white space.
    reason
        Why the run ended, in one plain sentence; empty where the status says enough.
    settings_hash
        Fingerprint of everything in the settings that decides the numbers.
    created, finished
        Moments in UTC; `finished` is None while the run goes on.
    summary
        None until the run has ended.
    """

    id: int
    name: str
    kind: str
    status: Status
    reason: str
    seed: int
    settings_hash: str
    created: datetime
    finished: datetime | None
    summary: Summary | None


COLUMNS = "id, name, kind, status, reason, seed, settings_hash, created, finished, summary"
"""What `row_from` expects, in order."""


def row_from(record: tuple[Any, ...]) -> RunRow:
    """Build a row from the columns `COLUMNS`."""
    number, name, kind, status, reason, seed, settings_hash, created, finished, summary = record
    return RunRow(
        id=number,
        name=name,
        kind=kind,
        status=Status(status),
        reason=reason,
        seed=seed,
        settings_hash=settings_hash,
        created=datetime.fromtimestamp(created, UTC),
        finished=None if finished is None else datetime.fromtimestamp(finished, UTC),
        summary=None if summary is None else Summary.from_json(summary),
    )


def clean_name(name: str, *, fallback: str) -> str:
    """Make a name that fits into one word of one line."""
    joined = "-".join(name.split())
    return "".join(letter for letter in joined if letter.isprintable())[:100] or fallback


def numbered(base: str, taken: Iterable[str]) -> str:
    """Give ``base-n`` with the smallest n above all those that are taken."""
    numbers = (name.removeprefix(f"{base}-") for name in taken)
    return f"{base}-{1 + max((int(n) for n in numbers if n.isdecimal()), default=0)}"


def unknown_run(wanted: str, names: list[str]) -> UnknownRunError:
    """Say that there is no such run, and name the closest or the newest."""
    if not names:
        advice = "the history is empty"
    elif close := difflib.get_close_matches(wanted, names, n=1):
        advice = f"did you mean {close[0]!r}?"
    else:
        advice = f"the newest is {names[0]!r}"
    return UnknownRunError(f"no run is called {wanted!r}; {advice}")
