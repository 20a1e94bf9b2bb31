"""Help: what the presets say, keys, how to read the plots, and the model behind them."""

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from experiments.settings import About

_KEYS = (
    ("Space", "run, pause, go on"),
    ("→", "one step of the chosen size"),
    ("P", "play through time, or pause; shows the moment in all views"),
    ("Ctrl+R", "reset: back to the start, same seed"),
    ("Ctrl+E", "export figure, tables and settings"),
    ("Ctrl+O", "open a settings file; dropping it onto the window does the same"),
    ("Ctrl+I", "import a table of your own; dropping a CSV or Parquet file does the same"),
    ("Ctrl+Z, Ctrl+Y", "undo and redo changes of parameters"),
    ("Ctrl + and −", "larger and smaller text, for a projector"),
    ("Ctrl+D", "light or dark"),
    ("F1", "help; on a parameter, the help of that parameter"),
)

_READING = """\
Every curve belongs to one group and keeps that group's colour everywhere. A group is ahead when
its loss is the lower one. The lower plot shows the gap between the groups: where it crosses zero,
another group gets ahead, and a dotted line marks the moment.

In dynamics, lines are exact and follow the sliders at once; Run adds simulated runs as markers.
Their bars show what is chosen under Bars, at the right of the tabs: the standard deviation over the
runs, their range, or how well their mean is known; All runs draws every run behind the mean. In
training, solid lines are measured on rows kept away from training, dotted lines on the training
rows. Shaded stretches say what mostly decides who is ahead: first the imbalance of the classes
(where the groups are shifted apart), then saliency, how readable a group's labels are, which grows
with the root of its variance and the balance of its labels, then representation, its share of the
data times that root. They are soft: a change of the lead need not fall on a border. All losses are
shown without class weights, so that runs can be compared.

The slider under the plots of dynamics moves through time: a line marks the moment in every plot,
and the plane and the numbers show the model as it is then. Play runs through all of it; the arrows
beside the slider jump to the changes of the lead.

In training, the line above that slider counts what was found to be wrong; open it for evidence and
what to try. Small triangles on the curves mark where. What is looked for, and when it misleads, is
told under Findings.

Move the mouse over a plot to read every curve; drag or turn the wheel to zoom, double click to
follow the data again. Click a name in the legend to hide its curve. Tick runs in the history to
lay them over the one shown.
"""

_MARGIN = 12
_PRESET = "preset"
"""Scheme of the links that open a preset."""


class HelpDialog(QDialog):
    """Shows the help pages; it does not hold up a run.

    Signals
    -------
    preset_chosen
        Name of the preset whose link was clicked.
    """

    preset_chosen = Signal(str)

    def __init__(self, about: About, parent: QWidget) -> None:
        from experiments.documentation import (  # not needed to see the window
            findings_text,
            theory_text,
        )

        super().__init__(parent)
        self.setWindowTitle("Bias Lab: help")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(800, 640)
        page, self._model, findings = _page(), _page(), _page()
        page.setPlainText(help_text(about))
        self._model.setOpenLinks(False)
        self._model.setMarkdown(theory_text())
        self._model.anchorClicked.connect(self._follow)
        findings.setMarkdown(findings_text())
        self._pages = QTabWidget()
        self._pages.setDocumentMode(True)
        self._pages.addTab(page, "Help")
        self._pages.addTab(self._model, "The model")
        self._pages.addTab(findings, "Findings")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._pages)
        layout.addWidget(buttons)

    def show_model(self) -> None:
        """Turn to the page about the model."""
        self._pages.setCurrentWidget(self._model)

    @Slot(QUrl)
    def _follow(self, link: QUrl) -> None:
        if link.scheme() == _PRESET:
            self.preset_chosen.emit(link.path())


def _page() -> QTextBrowser:
    page = QTextBrowser()
    page.setFrameShape(QFrame.Shape.NoFrame)
    page.document().setDocumentMargin(_MARGIN)
    return page


def help_text(about: About) -> str:
    """Write the page as plain text."""
    parts = []
    if about.title:
        lines = [about.title.upper()]
        for word, text in (("See", about.see), ("Why", about.why), ("Try", about.explore)):
            if text:
                lines.append(f"{word}: {text}")
        parts.append("\n\n".join(lines))
    paragraphs = [" ".join(part.split()) for part in _READING.split("\n\n")]
    parts.append("\n\n".join(["READING THE PLOTS", *paragraphs]))
    parts.append("KEYS\n\n" + "\n".join(f"{key}:  {what}" for key, what in _KEYS))
    return "\n\n".join(parts)
