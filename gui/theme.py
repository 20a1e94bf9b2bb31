"""Colours and spacing of the window, light and dark, in one place."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
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


def palette_of(theme: Theme) -> QPalette:
    """Build the Qt palette of a theme."""
    palette = QPalette(QColor(theme.surface))
    roles = {
        QPalette.ColorRole.Window: theme.background,
        QPalette.ColorRole.Base: theme.surface,
        QPalette.ColorRole.AlternateBase: theme.background,
        QPalette.ColorRole.Button: theme.surface,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.muted,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.accent_text,
        QPalette.ColorRole.Accent: theme.accent,
        QPalette.ColorRole.Link: theme.accent,
        QPalette.ColorRole.ToolTipBase: theme.surface,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.Mid: theme.line,
    }
    for role, colour in roles.items():
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


def apply(application: QApplication, theme: Theme) -> None:
    """Give the whole application a theme; plots are told separately (`set_theme`)."""
    application.setStyle("Fusion")
    application.setPalette(palette_of(theme))
    application.setStyleSheet(style_sheet(theme))


def style_sheet(theme: Theme) -> str:
    """Build the style sheet; widgets opt in by the property ``role``."""
    check = Path(str(files("resources") / "icons" / f"check-{theme.name}.svg")).as_posix()
    return f"""
    QToolTip {{
        background: {theme.surface}; color: {theme.text};
        border: 1px solid {theme.line}; padding: 6px;
    }}
    QFrame[role="card"] {{
        background: {theme.surface}; border: 1px solid {theme.line}; border-radius: 8px;
    }}
    QWidget[role="surface"] {{ background: {theme.surface}; }}
    QLabel[role="muted"] {{ color: {theme.muted}; }}
    QLabel[role="heading"] {{ color: {theme.muted}; font-weight: 600; }}
    QLabel[role="title"] {{ font-weight: 600; font-size: 120%; }}
    QLabel[role="sentence"] {{
        background: {theme.accent_soft}; color: {theme.text};
        border-radius: 8px; padding: 12px;
    }}
    QFrame[role="error"] {{
        background: {theme.error_soft}; border: 1px solid {theme.error}; border-radius: 8px;
    }}
    QLabel[role="problem"] {{ color: {theme.error}; }}
    QPushButton, QToolButton[role="button"] {{
        background: {theme.surface}; color: {theme.text};
        border: 1px solid {theme.line}; border-radius: 6px; padding: 5px 12px;
    }}
    QPushButton:hover, QToolButton[role="button"]:hover {{ border-color: {theme.accent}; }}
    QPushButton:focus, QToolButton[role="button"]:focus {{ border: 2px solid {theme.accent}; }}
    QPushButton:disabled, QToolButton[role="button"]:disabled {{
        color: {theme.muted}; background: {theme.background};
    }}
    QPushButton[role="primary"] {{
        background: {theme.accent}; color: {theme.accent_text};
        border: 1px solid {theme.accent}; font-weight: 600; padding: 7px 20px;
    }}
    QPushButton[role="primary"]:focus {{ border: 2px solid {theme.text}; }}
    QPushButton[role="primary"]:disabled {{
        background: {theme.background}; color: {theme.muted}; border-color: {theme.line};
    }}
    QLineEdit, QComboBox, QPlainTextEdit {{
        background: {theme.surface}; color: {theme.text};
        border: 1px solid {theme.line}; border-radius: 5px; padding: 3px 6px;
        selection-background-color: {theme.accent}; selection-color: {theme.accent_text};
    }}
    QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus {{
        border: 1px solid {theme.accent};
    }}
    QLineEdit:disabled, QComboBox:disabled {{
        color: {theme.muted}; background: {theme.background};
    }}
    QLineEdit[invalid="true"], QComboBox[invalid="true"], QPlainTextEdit[invalid="true"] {{
        border: 1px solid {theme.error};
    }}
    QComboBox[role="choice"]::drop-down {{ border: none; width: 18px; }}
    QToolButton[role="quiet"] {{
        border: 1px solid transparent; border-radius: 5px; background: transparent;
        color: {theme.text}; padding: 3px 6px; margin-bottom: 6px;
    }}
    QToolButton[role="quiet"]:hover {{ border-color: {theme.line}; }}
    QToolButton[role="quiet"]:focus {{ border-color: {theme.accent}; }}
    QToolButton[role="quiet"]:disabled {{ color: {theme.muted}; }}
    QToolButton[role="section"] {{
        border: 1px solid transparent; border-radius: 5px; background: transparent;
        color: {theme.text}; font-weight: 600; padding: 5px 2px;
    }}
    QToolButton[role="section"]:hover {{ color: {theme.accent}; }}
    QToolButton[role="section"]:focus {{ border-color: {theme.accent}; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: {theme.line}; border-radius: 3px; margin: 2px; }}
    QScrollBar::handle:vertical {{ min-height: 24px; }}
    QScrollBar::handle:horizontal {{ min-width: 24px; }}
    QScrollBar::handle:hover {{ background: {theme.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QFrame[role="hairline"] {{ background: {theme.line}; border: none; }}
    QFrame[role="popup"] {{ background: {theme.surface}; border: 1px solid {theme.line}; }}
    QProgressBar {{
        background: {theme.line}; border: none; border-radius: 3px;
        max-height: 6px; min-height: 6px;
    }}
    QProgressBar::chunk {{ background: {theme.accent}; border-radius: 3px; }}
    QSplitter::handle {{ background: {theme.line}; }}
    QTabBar::tab {{
        background: transparent; color: {theme.muted}; border: none;
        border-bottom: 2px solid transparent; padding: 7px 10px;
    }}
    QTabBar::tab:selected {{ color: {theme.text}; border-bottom: 2px solid {theme.accent}; }}
    QTabBar::tab:focus {{ color: {theme.accent}; }}
    QTabWidget::pane {{ border: none; }}
    QHeaderView::section {{
        background: {theme.surface}; color: {theme.muted};
        border: none; border-bottom: 1px solid {theme.line}; padding: 5px 8px;
    }}
    QTableView, QListView {{
        background: {theme.surface}; border: none; gridline-color: {theme.line};
        selection-background-color: {theme.accent_soft}; selection-color: {theme.text};
    }}
    QTableView::indicator {{
        width: 14px; height: 14px; border: 1px solid {theme.muted}; border-radius: 3px;
        background: {theme.surface};
    }}
    QTableView::indicator:checked {{
        background: {theme.accent}; border-color: {theme.accent}; image: url({check});
    }}
    QTableView::item {{ padding: 2px 10px; }}
    QHeaderView {{ background: {theme.surface}; border: none; }}
    QTableCornerButton::section {{ background: {theme.surface}; border: none; }}
    QAbstractScrollArea::corner {{ background: transparent; border: none; }}
    QToolButton::menu-indicator {{ image: none; }}
    QToolButton[popupMode="1"] {{ padding-right: 24px; }}
    QToolButton::menu-button {{
        border: none; border-left: 1px solid {theme.line}; width: 18px;
        border-top-right-radius: 6px; border-bottom-right-radius: 6px;
    }}
    QStatusBar {{ color: {theme.muted}; background: {theme.background}; }}
    """
