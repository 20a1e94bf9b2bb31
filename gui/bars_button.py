"""The button that chooses what bars show, and whether every run is drawn."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from experiments.views import Spread, ViewOptions
from gui.keys import KeepsKeys


class BarsButton(QToolButton):
    """Holds the `ViewOptions`; its menu can be shown elsewhere too.

    Signals
    -------
    chosen
        The options that the user wants.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.options = ViewOptions()
        self.setText("Bars ▾")
        self.setProperty("role", "quiet")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName("Bars and single runs")
        self.installEventFilter(KeepsKeys(self, {Qt.Key.Key_Space}))
        self._choices = QMenu("Bars of simulated runs", self)
        group = QActionGroup(self._choices)
        self._spreads: dict[Spread, QAction] = {}
        for spread in Spread:
            action = self._spreads[spread] = QAction(str(spread).capitalize(), group)
            action.setCheckable(True)
            action.triggered.connect(
                lambda _checked=False, spread=spread: self._choose(spread=spread)
            )
        self._choices.addActions(group.actions())
        self._choices.addSeparator()
        self._all_runs = self._choices.addAction("All runs")
        self._all_runs.setCheckable(True)
        self._all_runs.triggered.connect(lambda checked: self._choose(traces=checked))
        self.setMenu(self._choices)
        self.set_options(self.options)
        self.set_available(False)

    @property
    def choices(self) -> QMenu:
        """The menu."""
        return self._choices

    def set_options(self, options: ViewOptions) -> None:
        """Show these options without telling."""
        self.options = options
        self._spreads[options.spread].setChecked(True)
        self._all_runs.setChecked(options.traces)
        runs = ", and all runs behind the mean" if options.traces else ""
        self._what = f"Bars of simulated runs: {options.spread}{runs}"
        self.setToolTip(self._what)
        self.setAccessibleDescription(self._what)

    @Slot(bool)
    def set_available(self, available: bool) -> None:
        """Allow a choice, where there are simulated runs."""
        self.setEnabled(available)
        self._choices.setEnabled(available)
        self.setToolTip(
            self._what if available else "Bars of simulated runs: press Run to get some"
        )

    def _choose(self, *, spread: Spread | None = None, traces: bool | None = None) -> None:
        options = replace(
            self.options,
            spread=self.options.spread if spread is None else spread,
            traces=self.options.traces if traces is None else traces,
        )
        self.set_options(options)
        self.chosen.emit(options)
