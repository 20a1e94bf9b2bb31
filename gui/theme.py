"""Colours and spacing of the window, light and dark, in one place."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by what they are for; text on them keeps a contrast of at least 4.5."""

    name: str
    surface: str  # cards, toolbar, panels
    background: str  # what lies between them
    line: str  # hairlines and borders
    text: str
    muted: str  # second-rank text
    accent: str  # what can be done
    accent_text: str
    accent_soft: str  # selection
    grid: str
    error: str
    error_soft: str


LIGHT = Theme(
    name="light",
    surface="#FFFFFF",
    background="#F4F5F7",
    line="#DDE1E6",
    text="#1B1F24",
    muted="#5B6470",
    accent="#3355DD",
    accent_text="#FFFFFF",
    accent_soft="#E7EBFC",
    grid="#ECEEF1",
    error="#B3261E",
    error_soft="#FCEBEA",
)

DARK = Theme(
    name="dark",
    surface="#22252C",
    background="#1B1D22",
    line="#373B45",
    text="#E8EAED",
    muted="#A3ABB7",
    accent="#7C93FF",
    accent_text="#10131A",
    accent_soft="#2D3358",
    grid="#2E323A",
    error="#FF9C94",
    error_soft="#4A2422",
)


def system_theme() -> Theme:
    """Follow the desktop's colour scheme."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def _roles(theme: Theme) -> dict[QPalette.ColorRole, str]:
    """Give the colour of each role; the last three have no role of their own in Qt."""
    role = QPalette.ColorRole
    return {
        role.Window: theme.background,
        role.Base: theme.surface,
        role.AlternateBase: theme.background,
        role.Button: theme.surface,
        role.Text: theme.text,
        role.WindowText: theme.text,
        role.ButtonText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.accent_text,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.ToolTipBase: theme.surface,
        role.ToolTipText: theme.text,
        role.Mid: theme.line,
        role.Midlight: theme.accent_soft,
        role.BrightText: theme.error,
        role.LinkVisited: theme.error_soft,
    }


def palette_of(theme: Theme) -> QPalette:
    """Build the Qt palette of a theme."""
    palette = QPalette(QColor(theme.surface))
    for role, colour in _roles(theme).items():
        palette.setColor(role, QColor(colour))
    for role in (
        QPalette.ColorRole.Text,
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.ButtonText,
    ):
        disabled = QColor(theme.muted)
        disabled.setAlphaF(0.55)
        palette.setColor(QPalette.ColorGroup.Disabled, role, disabled)
    return palette


def apply(theme: Theme) -> None:
    """Give the whole application a theme; plots are told separately (`set_theme`).

    The style sheet refers to the palette and stays as it is: setting it anew would measure every
    widget again, which takes ten times as long as polishing them.
    """
    application = _application()
    application.setPalette(palette_of(theme))
    if not application.styleSheet():
        application.setStyleSheet(style_sheet())
        return
    widgets = application.allWidgets()
    for widget in widgets:
        widget.style().unpolish(widget)
    for widget in widgets:
        widget.style().polish(widget)


def set_font_size(points: float) -> None:
    """Give all text a size; styled widgets follow only once their style sheet is set anew."""
    application = _application()
    font = QFont(application.font())
    font.setPointSizeF(points)
    application.setFont(font)
    application.setStyleSheet(application.styleSheet())


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application


def style_sheet() -> str:
    """Build the style sheet; widgets opt in by the property ``role``, the window by ``theme``."""
    icons = Path(str(files("resources") / "icons")).as_posix()
    return f"""
    QToolTip {{
        background: palette(base); color: palette(text);
        border: 1px solid palette(mid); padding: 6px;
    }}
    QFrame[role="card"] {{
        background: palette(base); border: 1px solid palette(mid); border-radius: 8px;
    }}
    QWidget[role="surface"] {{ background: palette(base); }}
    QLabel[role="muted"] {{ color: palette(placeholder-text); }}
    QLabel[role="heading"] {{ color: palette(placeholder-text); font-weight: 600; }}
    QLabel[role="title"] {{ font-weight: 600; font-size: 120%; }}
    QLabel[role="sentence"] {{
        background: palette(midlight); color: palette(text);
        border-radius: 8px; padding: 12px;
    }}
    QFrame[role="error"] {{
        background: palette(link-visited); border: 1px solid palette(bright-text);
        border-radius: 8px;
    }}
    QLabel[role="problem"] {{ color: palette(bright-text); }}
    QPushButton, QToolButton[role="button"] {{
        background: palette(base); color: palette(text);
        border: 1px solid palette(mid); border-radius: 6px; padding: 5px 12px;
    }}
    QPushButton:hover, QToolButton[role="button"]:hover {{ border-color: palette(accent); }}
    QPushButton:focus, QToolButton[role="button"]:focus {{ border: 2px solid palette(accent); }}
    QPushButton:disabled, QToolButton[role="button"]:disabled {{
        color: palette(placeholder-text); background: palette(window);
    }}
    QPushButton[role="primary"] {{
        background: palette(accent); color: palette(highlighted-text);
        border: 1px solid palette(accent); font-weight: 600; padding: 7px 20px;
    }}
    QPushButton[role="primary"]:focus {{ border: 2px solid palette(text); }}
    QPushButton[role="primary"]:disabled {{
        background: palette(window); color: palette(placeholder-text); border-color: palette(mid);
    }}
    QLineEdit, QComboBox, QPlainTextEdit {{
        background: palette(base); color: palette(text);
        border: 1px solid palette(mid); border-radius: 5px; padding: 3px 6px;
        selection-background-color: palette(accent); selection-color: palette(highlighted-text);
    }}
    QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus {{
        border: 1px solid palette(accent);
    }}
    QLineEdit:disabled, QComboBox:disabled {{
        color: palette(placeholder-text); background: palette(window);
    }}
    QLineEdit[invalid="true"], QComboBox[invalid="true"], QPlainTextEdit[invalid="true"] {{
        border: 1px solid palette(bright-text);
    }}
    QComboBox[role="choice"]::drop-down {{ border: none; width: 18px; }}
    QToolButton[role="quiet"] {{
        border: 1px solid transparent; border-radius: 5px; background: transparent;
        color: palette(text); padding: 3px 6px;
    }}
    QTabWidget QToolButton[role="quiet"] {{ margin-bottom: 6px; }}
    QToolButton[role="quiet"]:hover {{ border-color: palette(mid); }}
    QToolButton[role="quiet"]:focus {{ border-color: palette(accent); }}
    QToolButton[role="quiet"]:disabled {{ color: palette(placeholder-text); }}
    QToolButton[role="section"] {{
        border: 1px solid transparent; border-radius: 5px; background: transparent;
        color: palette(text); font-weight: 600; padding: 5px 2px;
    }}
    QToolButton[role="section"]:hover {{ color: palette(accent); }}
    QToolButton[role="section"]:focus {{ border-color: palette(accent); }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: palette(mid); border-radius: 3px; margin: 2px; }}
    QScrollBar::handle:vertical {{ min-height: 24px; }}
    QScrollBar::handle:horizontal {{ min-width: 24px; }}
    QScrollBar::handle:hover {{ background: palette(placeholder-text); }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QFrame[role="hairline"] {{ background: palette(mid); border: none; }}
    QFrame[role="popup"] {{ background: palette(base); border: 1px solid palette(mid); }}
    QProgressBar {{
        background: palette(mid); border: none; border-radius: 3px;
        max-height: 6px; min-height: 6px;
    }}
    QProgressBar::chunk {{ background: palette(accent); border-radius: 3px; }}
    QSplitter::handle {{ background: palette(mid); }}
    QTabBar::tab {{
        background: transparent; color: palette(placeholder-text); border: none;
        border-bottom: 2px solid transparent; padding: 7px 10px;
    }}
    QTabBar::tab:selected {{ color: palette(text); border-bottom: 2px solid palette(accent); }}
    QTabBar::tab:focus {{ color: palette(accent); }}
    QTabWidget::pane {{ border: none; }}
    QHeaderView::section {{
        background: palette(base); color: palette(placeholder-text);
        border: none; border-bottom: 1px solid palette(mid); padding: 5px 8px;
    }}
    QTableView, QListView {{
        background: palette(base); border: none; gridline-color: palette(mid);
        selection-background-color: palette(midlight); selection-color: palette(text);
    }}
    QTableView::indicator {{
        width: 14px; height: 14px; border: 1px solid palette(placeholder-text); border-radius: 3px;
        background: palette(base);
    }}
    QTableView::indicator:checked {{
        background: palette(accent); border-color: palette(accent);
    }}
    QWidget[theme="light"] QTableView::indicator:checked {{
        image: url({icons}/check-light.svg);
    }}
    QWidget[theme="dark"] QTableView::indicator:checked {{
        image: url({icons}/check-dark.svg);
    }}
    QTableView::item {{ padding: 2px 10px; }}
    QHeaderView {{ background: palette(base); border: none; }}
    QTableCornerButton::section {{ background: palette(base); border: none; }}
    QAbstractScrollArea::corner {{ background: transparent; border: none; }}
    QToolButton::menu-indicator {{ image: none; }}
    QToolButton[popupMode="1"] {{ padding-right: 24px; }}
    QToolButton::menu-button {{
        border: none; border-left: 1px solid palette(mid); width: 18px;
        border-top-right-radius: 6px; border-bottom-right-radius: 6px;
    }}
    QStatusBar {{ color: palette(placeholder-text); background: palette(window); }}
    """
