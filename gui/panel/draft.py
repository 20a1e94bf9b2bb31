"""Settings in force, and edits that wait because they do not fit them yet."""

from collections.abc import Iterator

from experiments.settings import Problem, Settings, SettingsError, replace, value_at
from experiments.settings.document import from_table, to_table


class Draft:
    """Valid settings with edits on the way.

    An edit that does not fit waits with its problem, and the settings stay in force. It is tried
    again with every later edit, so that values which only fit together can be given one by one.

    Attributes
    ----------
    settings
        The settings in force; always valid.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._waiting: dict[str, object] = {}
        self._unreadable: dict[str, str] = {}
        self._problems: tuple[Problem, ...] = ()

    def edit(self, key: str, value: object) -> None:
        """Give one setting a value: in force if it fits, waiting otherwise."""
        self._unreadable.pop(key, None)
        self._waiting.pop(key, None)
        if key == "data.set":  # another variant resets what might wait for this one
            self._waiting.clear()
            self._unreadable.clear()
        self._waiting[key] = value
        self._settle()

    def refuse(self, key: str, message: str) -> None:
        """Note that the text given for a setting stands for no value."""
        self._waiting.pop(key, None)
        self._unreadable[key] = message
        self._settle()

    def discard(self, key: str) -> None:
        """Forget what was given for a setting and does not fit."""
        self._unreadable.pop(key, None)
        self._waiting.pop(key, None)
        self._settle()

    def value(self, key: str) -> object:
        """Give the value to show: the waiting one, or else the one in force."""
        return self._waiting[key] if key in self._waiting else value_at(self.settings, key)

    def is_unreadable(self, key: str) -> bool:
        """Tell whether the text given for a setting stands for no value."""
        return key in self._unreadable

    def is_named(self, key: str) -> bool:
        """Tell whether a setting is at fault, or part of what does not fit together."""
        if key in self._waiting or key in self._unreadable:
            return True
        return any(key in _keys(problem) for problem in self._problems)

    def message(self, key: str) -> str:
        """Say what is wrong with the edit of a setting; empty if nothing is."""
        if key in self._unreadable:
            return self._unreadable[key]
        if key not in self._waiting:
            return ""
        return max(self._problems, key=lambda problem: _closeness(problem, key)).message

    @property
    def open_keys(self) -> tuple[str, ...]:
        """The settings whose edits are not in force."""
        return (*self._unreadable, *self._waiting)

    def _settle(self) -> None:
        """Put in force whatever fits."""
        while self._waiting:
            problems: list[Problem] = []
            for keys in self._combinations():
                edits = {key: self._waiting[key] for key in keys}
                try:
                    self.settings = _changed(self.settings, edits)
                except SettingsError as error:
                    if len(keys) in {1, len(self._waiting)}:  # together some may hide others
                        problems.extend(error.problems)
                else:
                    for key in keys:
                        del self._waiting[key]
                    break
            else:
                self._problems = tuple(problems)
                return
        self._problems = ()

    def _combinations(self) -> Iterator[tuple[str, ...]]:
        """List the sets of waiting edits to try: all, the newest with each other one, each."""
        *others, newest = self._waiting
        yield (*others, newest)
        if len(others) > 1:
            yield from ((other, newest) for other in others)
        if others:
            yield from ((key,) for key in reversed(self._waiting))


def _changed(settings: Settings, edits: dict[str, object]) -> Settings:
    if len(edits) == 1:
        return replace(settings, *next(iter(edits.items())))
    table = to_table(settings)
    for key, value in edits.items():
        *parents, last = key.split(".")
        place = table
        for parent in parents:
            place = place[parent]
        place[last] = value
    return from_table(table)


def _keys(problem: Problem) -> list[str]:
    return problem.key.split(", ")


def _closeness(problem: Problem, key: str) -> int:
    """Count the leading parts that a key shares with the nearest key of a problem."""
    wanted = key.split(".")
    best = 0
    for other in _keys(problem):
        shared = 0
        for mine, theirs in zip(wanted, other.split("."), strict=False):
            if mine != theirs:
                break
            shared += 1
        best = max(best, shared)
    return best
