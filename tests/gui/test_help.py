"""The help pages and their links."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QUrl
from PySide6.QtWidgets import QApplication, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from experiments.catalogue import preset
from experiments.documentation import theory_text
from experiments.settings import About
from gui.help_dialog import HelpDialog, help_text


@pytest.fixture
def dialog(qtbot: QtBot, qapp: QApplication) -> Iterator[HelpDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = HelpDialog(preset("crossing").settings.about, parent)
    made.show()
    yield made
    made.close()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def browser(dialog: HelpDialog) -> QTextBrowser:
    return next(part for part in dialog.findChildren(QTextBrowser) if part.isVisible())


def test_help_names_every_key_and_what_is_new_to_see(dialog: HelpDialog) -> None:
    text = browser(dialog).toPlainText()
    for word in ("P:", "Space:", "F1:", "moves through time", "Bars", "All runs"):
        assert word in text


def test_what_users_wrote_is_shown_as_it_is() -> None:
    text = help_text(About(title="<b>mine</b>", see="*see*", why="", explore=""))
    assert "<B>MINE</B>" in text
    assert "See: *see*" in text


def test_the_model_is_rendered_and_its_presets_can_be_opened(
    dialog: HelpDialog, qtbot: QtBot
) -> None:
    dialog.show_model()
    page = browser(dialog)
    assert "](" not in page.toPlainText()
    assert "preset:" in page.toHtml() or "preset:" not in theory_text()
    with qtbot.waitSignal(dialog.preset_chosen, timeout=100) as told:
        page.anchorClicked.emit(QUrl("preset:crossing"))
    assert told.args == ["crossing"]
    assert page.isVisible()


@pytest.mark.parametrize("link", ["https://example.org/", "file:///etc/passwd", "crossing"])
def test_other_links_are_not_followed(dialog: HelpDialog, qtbot: QtBot, link: str) -> None:
    dialog.show_model()
    before = browser(dialog).toPlainText()
    with qtbot.assertNotEmitted(dialog.preset_chosen):
        browser(dialog).anchorClicked.emit(QUrl(link))
    assert browser(dialog).toPlainText() == before
