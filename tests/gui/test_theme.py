"""Tests of the window's colours."""

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget

from gui import theme as themes
from gui.window import MainWindow


def picture(widget: QWidget) -> QImage:
    QApplication.processEvents()
    return widget.grab().toImage()


def test_a_theme_reaches_every_widget_without_a_new_style_sheet(
    qapp: QApplication, window: MainWindow
) -> None:
    window.set_theme(themes.LIGHT)
    sheet = qapp.styleSheet()
    light = picture(window.panel)
    window.set_theme(themes.DARK)
    dark = picture(window.panel)
    assert qapp.styleSheet() == sheet
    qapp.setStyleSheet(sheet)  # styles every widget from scratch
    assert picture(window.panel) == dark
    assert dark != light
    window.set_theme(themes.LIGHT)
    assert picture(window.panel) == light


@pytest.mark.parametrize("theme", [themes.DARK, themes.LIGHT], ids=lambda theme: theme.name)
def test_words_of_the_style_sheet_stand_for_the_colours_of_the_theme(
    window: MainWindow, theme: themes.Theme
) -> None:
    window.set_theme(themes.LIGHT)
    window.set_theme(theme)
    window.messages.show_message("Something went wrong.")
    shown = picture(window)
    bar = window.messages
    inside = bar.mapTo(window, bar.rect().center())
    inside.setY(bar.mapTo(window, bar.rect().bottomLeft()).y() - 3)
    assert shown.pixelColor(inside) == QColor(theme.error_soft)
    run = window.transport.run
    edge = run.mapTo(window, run.rect().center())
    edge.setX(run.mapTo(window, run.rect().topLeft()).x() + 5)
    assert shown.pixelColor(edge) == QColor(theme.accent)
