"""Edits of the panel during a training: what it can take up, and what holds for the next run."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from experiments.frames import Event, EventKind
from experiments.settings import (
    SettingInfo,
    Settings,
    SettingsError,
    TrainingSettings,
    describe,
    replace,
    value_at,
    with_change,
)
from gui.changes_bar import ChangesBar
from gui.panel import ParameterPanel
from gui.panel.text import value_text
from gui.session import Run, Session
from models.changes import CHANGEABLE, Value


@dataclass(frozen=True, slots=True)
class _Edit:
    """A setting that the panel shows otherwise than the training runs with it."""

    info: SettingInfo
    before: Value | None
    after: Value

    @property
    def words(self) -> str:
        old, new = (value_text(self.info, value) or "none" for value in (self.before, self.after))
        return f"{self.info.title} {old} → {new}"


class ChangeControl(QObject):
    """Compares the panel with the training under way, and sends what is to be changed.

    Attributes
    ----------
    bar
        Shows what is to be changed; put over the parameters.

    Signals
    -------
    problem
        Why something cannot be changed: a sentence.
    """

    problem = Signal(str)

    def __init__(self, parent: QObject, *, session: Session, panel: ParameterPanel) -> None:
        super().__init__(parent)
        self._session = session
        self._panel = panel
        self._run: Run | None = None
        self._begun: TrainingSettings | None = None
        self._sent: tuple[_Edit, ...] = ()
        self.bar = ChangesBar()
        panel.put_above(self.bar)
        self.bar.wanted.connect(self.apply)
        self.bar.discarded.connect(self.discard)
        self.bar.forgotten.connect(self.forget)
        panel.changed.connect(self.compare)
        session.activity.connect(self.compare)
        session.happened.connect(self._take_news)

    @Slot()
    def compare(self) -> None:
        """Show how the panel differs from the training under way."""
        running, shown = self._running, self._panel.settings
        if self._session.under_way is not self._run:
            self._run, self._begun, self._sent = self._session.under_way, running, ()
        live, later = self._edits()
        self.bar.show_changes(
            [edit.words for edit in live],
            later=[edit.info.title for edit in later],
            planned=_planned(shown),
            waits=bool(live) and all(edit in self._sent for edit in live),
        )

    @Slot()
    def apply(self) -> None:
        """Send the edits that can be taken up."""
        self._panel.commit()
        run, running = self._session.under_way, self._running
        live, _ = self._edits()
        if run is None or running is None or not live:
            return
        try:
            ordered = _ordered(running, live, step=run.progress.steps if run.progress else 0)
        except SettingsError as error:
            self.problem.emit(f"Not applied. {error}")
            return
        self._sent = tuple(live)
        for edit in ordered:
            self._session.change(edit.info.key, edit.after)
        self.compare()

    @Slot()
    def discard(self) -> None:
        """Take back the edits that could be taken up."""
        live, _ = self._edits()
        self._panel.drag({edit.info.key: edit.before for edit in live}, "Discard changes")
        self._panel.end_drag()

    @Slot()
    def forget(self) -> None:
        """Make no change on the way in the next run."""
        self._panel.load(replace(self._panel.settings, "changes", ()), "Forget changes")

    def _edits(self) -> tuple[list[_Edit], list[_Edit]]:
        """List what can be taken up, and what holds for the next run."""
        shown, begun, running = self._panel.settings, self._begun, self._running
        if begun is None or running is None or not isinstance(shown, TrainingSettings):
            return [], []
        applied = {
            change.setting: change.value
            for change in running.changes
            if change not in begun.changes
        }
        live: list[_Edit] = []
        later: list[_Edit] = []
        may = begun.twin.mistake == "none"
        for section in describe(shown):
            for info in section.settings:
                after = value_at(shown, info.key)
                try:
                    before = applied.get(info.key, value_at(begun, info.key))
                except AttributeError:  # another variant of these settings
                    before = None
                if after != before:
                    is_live = may and info.key in CHANGEABLE and before is not None
                    (live if is_live else later).append(_Edit(info, before, after))
        return live, later

    @property
    def _running(self) -> TrainingSettings | None:
        """Settings of the training under way, with what was changed in it."""
        run = self._session.under_way
        settings = None if run is None else run.settings
        return settings if isinstance(settings, TrainingSettings) else None

    @Slot(object)
    def _take_news(self, events: Sequence[Event]) -> None:
        """Show what was taken up, or why it was not."""
        for event in events:
            if event.kind is EventKind.REFUSED and self._sent:
                self._sent = ()
                self.problem.emit(event.text)
        self.compare()


def _ordered(running: TrainingSettings, edits: Sequence[_Edit], *, step: int) -> list[_Edit]:
    """Find an order in which each edit fits those before it; raises SettingsError if none does."""
    waiting, ordered = list(edits), []
    while waiting:
        for place, edit in enumerate(waiting):
            key, value = edit.info.key, edit.after
            try:
                running = with_change(running, step=step, setting=key, value=value)
            except SettingsError:
                if place == len(waiting) - 1:
                    raise
            else:
                ordered.append(waiting.pop(place))
                break
    return ordered


def _planned(settings: Settings) -> list[str]:
    """Tell what settings change on the way."""
    if not isinstance(settings, TrainingSettings):
        return []
    infos = {info.key: info for section in describe(settings) for info in section.settings}
    return [
        f"From step {change.step:,} on: {info.title} {value_text(info, change.value)}"
        for change in settings.changes
        for info in (infos[change.setting],)
    ]
