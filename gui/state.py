"""What the window remembers from one start to the next."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from experiments.settings import Settings, SettingsError, dump_toml, load_file
from experiments.views import Spread, ViewOptions
from gui.panel import Density

_DENSITIES: tuple[Density, ...] = ("simple", "default", "everything")


class WindowState:
    """Layout in ``window.ini`` and the last settings in ``last.toml``, in one folder."""

    def __init__(self, folder: Path) -> None:
        self._last = folder / "last.toml"
        self._file = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)

    def text(self, key: str) -> str:
        """Read a text; empty where there is none."""
        value = self._file.value(key, "")
        return value if isinstance(value, str) else ""

    def data(self, key: str) -> QByteArray:
        """Read bytes such as a geometry; empty where there are none."""
        value = self._file.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def number(self, key: str) -> float:
        """Read a number; 0 where there is none."""
        try:
            return float(self.text(key) or 0.0)
        except ValueError:
            return 0.0

    def put(self, key: str, value: str | QByteArray) -> None:
        """Remember a value."""
        self._file.setValue(key, value)

    @property
    def density(self) -> Density:
        """How many parameters the panel shows."""
        stored = self.text("density")
        return next((name for name in _DENSITIES if name == stored), "default")

    @property
    def view_options(self) -> ViewOptions:
        """What was chosen for all plots."""
        stored = self.text("bars")
        spread = next((choice for choice in Spread if choice == stored), ViewOptions().spread)
        return ViewOptions(spread=spread, traces=self.text("all runs") == "yes")

    def keep_view_options(self, options: ViewOptions) -> None:
        """Remember what was chosen for all plots."""
        self.put("bars", str(options.spread))
        self.put("all runs", "yes" if options.traces else "no")

    def last_settings(self) -> Settings | None:
        """Read the settings of the last session; None if there are none that can be used."""
        try:
            return load_file(self._last)
        except SettingsError:
            return None

    def keep(self, settings: Settings) -> None:
        """Remember settings for the next start, where the folder can be written."""
        try:
            self._last.parent.mkdir(parents=True, exist_ok=True)
            self._last.write_text(dump_toml(settings), encoding="utf-8")
        except OSError:
            return
