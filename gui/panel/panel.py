"""The parameter panel: every setting of an experiment, generated from its declaration."""

import re
from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QVBoxLayout, QWidget

from experiments.settings import DynamicsSettings, SettingInfo, Settings, find, replace, value_at
from gui.panel.draft import Draft
from gui.panel.form import SettingsForm
from gui.panel.history import EditStep, PanelState
from gui.panel.relevance import Density, is_shown, no_effect_reason
from gui.panel.row import RowState, SettingRow
from gui.panel.text import sentence, value_text

_UNDO_LIMIT = 500
_LONGEST_STEP_TEXT = 40


class ParameterPanel(QWidget):
    """Shows settings of any kind and edits them.

    `settings` are valid at any time: an edit that is not allowed, or does not fit the others,
    is marked in its row and waits there.

    Attributes
    ----------
    undo_action, redo_action
        Actions for a menu or toolbar, named after the step, without shortcuts.

    Signals
    -------
    changed
        The new settings, after every edit, undo, redo and load; many times while a slider moves.
    problem
        What does not fit, in words; again whenever that changes.
    problem_cleared
        Everything shown is in force again.
    file_requested
        A table is to be chosen.
    """

    changed = Signal(object)
    problem = Signal(str)
    problem_cleared = Signal()
    file_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = Draft(DynamicsSettings())
        self._baseline = self._draft.settings
        self._density: Density = "default"
        self._reported = ""
        self._stroke = 0
        self._stroke_key = ""
        self._stroke_start = self._draft.settings
        self._stack = QUndoStack(self)
        self._stack.setUndoLimit(_UNDO_LIMIT)
        self._stack.indexChanged.connect(self._go_to_step)
        self.undo_action = self._stack.createUndoAction(self, "Undo")
        self.redo_action = self._stack.createRedoAction(self, "Redo")
        self._form = SettingsForm()
        self._form.edited.connect(self._edit)
        self._form.refused.connect(self._refuse)
        self._form.reverted.connect(self._revert)
        self._form.reset.connect(self._reset)
        self._form.stroke_ended.connect(self._end_stroke)
        self._form.file_requested.connect(self.file_requested)
        self._form.folding.connect(self._show_rows)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._form)
        self._layout = layout
        self.setAccessibleName("Parameters")

    def put_above(self, widget: QWidget) -> None:
        """Show something above all settings, that does not scroll with them."""
        self._layout.insertWidget(0, widget)

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._draft.settings

    def set_settings(self, settings: Settings) -> None:
        """Show settings as a new baseline with nothing to undo; emits no `changed`."""
        self._baseline = settings
        self._draft = Draft(settings)
        self._stroke_key = ""
        self._stack.clear()
        self._refresh()
        self._fold()

    def load(self, settings: Settings, text: str) -> None:
        """Show settings as a new baseline, as one step that can be undone and is named `text`."""
        before = self._state()
        self._baseline = settings
        self._draft = Draft(settings)
        self._advance(before, text=text, stroke=0)
        self._fold()

    def set_value(self, key: str, value: object) -> None:
        """Give one setting a value as if the user had; works for ``seed`` too.

        Raises
        ------
        SettingsError
            If the value is not allowed; the settings stay as they are.
        KeyError
            If there is no such setting.
        """
        find(self.settings, key)
        replace(self.settings, key, value)
        self._edit(key, value, False)

    def drag(self, values: Mapping[str, object], text: str) -> None:
        """Give settings values that belong together; until `end_drag`, all is one step."""
        before = self._state()
        if self._stroke_key != text:
            self._stroke += 1
            self._stroke_key = text
        for key, value in values.items():
            self._draft.edit(key, value)
        self._advance(before, text=text, stroke=self._stroke)

    def end_drag(self) -> None:
        """Let the next edit be a step of its own."""
        self._end_stroke()

    @property
    def problems(self) -> str:
        """What does not fit at the moment, in words; empty if all that is shown is in force."""
        return self._reported

    def set_density(self, density: Density) -> None:
        """Show few settings, those for every day, or all."""
        self._density = density
        if self._form.infos:
            self._refresh()
            self._fold()

    def commit(self) -> None:
        """Take over what is being typed, as if the field had lost the focus."""
        for row in tuple(self._form.rows.values()):
            row.commit()

    def row(self, key: str) -> SettingRow:
        """Give the row of a setting, shown or not; raises KeyError if the panel has none."""
        row = self._form.row(key)
        row.show_state(self._row_state(row))
        return row

    def _edit(self, key: str, value: object, goes_on: bool) -> None:
        """Take an edit; `goes_on` tells that it is part of a stroke."""
        before = self._state()
        if not goes_on or key != self._stroke_key:
            self._stroke += 1
            self._stroke_start = before.settings
        self._stroke_key = key if goes_on else ""
        self._draft.edit(key, value)
        info = self._form.infos.get(key) or find(self.settings, key)
        text = _step_text(info, self._stroke_start, self.settings)
        self._advance(before, text=text, stroke=self._stroke if goes_on else 0)

    def _reset(self, key: str) -> None:
        self._edit(key, value_at(self._baseline, key), False)

    def _refuse(self, key: str, message: str) -> None:
        self._draft.refuse(key, message)
        self._refresh()

    def _revert(self, key: str) -> None:
        self._draft.discard(key)
        self._refresh()

    def _end_stroke(self) -> None:
        self._stroke_key = ""
        self._refresh()

    def _state(self) -> PanelState:
        return PanelState(self._draft.settings, self._baseline)

    def _advance(self, before: PanelState, *, text: str, stroke: int) -> None:
        """Show the present state, and record and tell what led to it."""
        self._refresh()
        after = self._state()
        if after != before:
            plain = text.replace("&", "&&")  # in an action's text a single one marks a key
            self._stack.push(EditStep(before=before, after=after, stroke=stroke, text=plain))
            self.changed.emit(after.settings)

    def _go_to_step(self, index: int) -> None:
        """Show the state at an index of the undo stack."""
        if not self._stack.count():
            return
        step = self._stack.command(max(index - 1, 0))
        if not isinstance(step, EditStep):
            return
        state = step.after if index else step.before
        if state == self._state():
            return
        self._baseline = state.baseline
        self._draft = Draft(state.settings)
        self._stroke_key = ""
        self._refresh()
        self.changed.emit(state.settings)

    def _refresh(self) -> None:
        """Bring every row in line with the draft."""
        self._form.show_structure(self.settings)
        self._show_rows()
        report = "\n".join(map(self._report, self._draft.open_keys))
        if report != self._reported:
            self._reported = report
            if report:
                self.problem.emit(report)
            else:
                self.problem_cleared.emit()

    def _show_rows(self) -> None:
        """Bring what is shown in line with the draft."""
        self._form.show_rows(self._is_shown)
        for row in self._form.rows.values():
            row.show_state(self._row_state(row))

    def _fold(self) -> None:
        if self._density == "everything":
            self._form.unfold()
        else:
            self._form.fold(self.settings)

    def _is_shown(self, key: str) -> bool:
        if self._draft.is_named(key):
            return True
        if self._density == "default" and key.startswith("trouble."):
            return not no_effect_reason(key, self._draft.value)
        return is_shown(key, self._density)

    def _row_state(self, row: SettingRow) -> RowState:
        key = row.info.key
        value = self._draft.value(key)
        unreadable = self._draft.is_unreadable(key)
        at_fault = self._draft.is_named(key)
        return RowState(
            value=None if unreadable else value,
            message=self._in_words(self._draft.message(key)),
            at_fault=at_fault,
            baseline=self._reset_text(row.info, value, unreadable),
            no_effect="" if at_fault else no_effect_reason(key, self._draft.value),
        )

    def _reset_text(self, info: SettingInfo, value: object, unreadable: bool) -> str | None:
        """Give the text of the baseline's value, if it has another one."""
        try:
            original = value_at(self._baseline, info.key)
        except AttributeError:  # the baseline is of another kind or variant
            return None
        return value_text(info, original) if unreadable or original != value else None

    def _report(self, key: str) -> str:
        """Say what is wrong with a setting outside its row."""
        label, message = self._form.infos[key].label, self._in_words(self._draft.message(key))
        return message if message.startswith(label) else f"{label}: {message}"

    def _in_words(self, message: str) -> str:
        """Replace names of settings that are no words by their labels."""
        if not message:
            return ""
        for key, info in self._form.infos.items():
            name = key.rpartition(".")[2]
            if "_" in name and name in message:
                message = re.sub(rf"\b{name}\b", info.label, message)
        return sentence(message)


def _step_text(info: SettingInfo, before: Settings, after: Settings) -> str:
    """Name a step, e.g. ``Learning rate 0.25 → 0.5``."""
    old = value_text(info, value_at(before, info.key)) or "none"
    new = value_text(info, value_at(after, info.key)) or "none"
    text = f"{old} → {new}"
    return info.title if len(text) > _LONGEST_STEP_TEXT else f"{info.title} {text}"
