"""The panel's rows of network, loss, optimiser and stopping: what is typed, what has no effect."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from experiments.settings import TrainingSettings, replace, value_at
from gui.panel import ParameterPanel
from gui.panel.controls import ValueField
from gui.panel.draft import Draft
from gui.panel.relevance import no_effect_reason


@pytest.fixture
def panel(qtbot: QtBot) -> ParameterPanel:
    panel = ParameterPanel()
    qtbot.addWidget(panel)
    panel.set_settings(TrainingSettings())
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


@pytest.mark.parametrize(("text", "widths"), [("32, 16", (32, 16)), ("8", (8,)), ("", ())])
def test_widths_are_typed_as_a_list(
    panel: ParameterPanel, text: str, widths: tuple[int, ...]
) -> None:
    field = panel.row("model.widths").field
    assert isinstance(field, ValueField)
    field.setFocus()
    assert field.text() == "64, 64"
    field.selectAll()
    QTest.keyClicks(field, text or " ")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert value_at(panel.settings, "model.widths") == widths
    assert field.text() == text


def lookup(**values: object) -> Callable[[str], object]:
    settings: TrainingSettings = TrainingSettings()
    changes = {key.replace("__", "."): value for key, value in values.items()}

    def read(key: str) -> object:
        return changes[key] if key in changes else value_at(settings, key)

    return read


@pytest.mark.parametrize("key", ["model.activation", "model.dropout", "model.batch_normalisation"])
def test_hidden_layers_are_dense_or_convolutional(key: str) -> None:
    assert not no_effect_reason(key, lookup())
    assert no_effect_reason(key, lookup(model__widths=())) == "There is no hidden layer."
    assert not no_effect_reason(key, lookup(model__widths=(), model__network="convolutional"))


@pytest.mark.parametrize(
    ("key", "choice", "needed"),
    [
        ("model.filters", "model__network", "convolutional"),
        ("loss.focal_gamma", "loss__name", "focal"),
        ("loss.adjustment", "loss__name", "logit-adjusted"),
        ("optimiser.momentum", "optimiser__name", "nesterov"),
        ("optimiser.weight_decay", "optimiser__name", "adamw"),
        ("optimiser.decay_steps", "optimiser__schedule", "cosine"),
        ("optimiser.boundaries", "optimiser__schedule", "piecewise"),
        ("optimiser.patience", "optimiser__schedule", "reduce-on-plateau"),
        ("mitigation.effective_beta", "mitigation__class_weighting", "effective-number"),
        ("mitigation.normalisation", "mitigation__class_weighting", "balanced"),
        ("mitigation.normalisation", "mitigation__group_weighting", "reweighing"),
        ("mitigation.group_weights", "mitigation__group_weighting", "custom"),
        ("mitigation.resampling_by", "mitigation__resampling", "under-sampling"),
        ("mitigation.neighbours", "mitigation__resampling", "smote"),
        ("augmentation.rotation", "data__set", "digits"),
        ("stopping.patience", "stopping__watch", "worst-group"),
    ],
)
def test_what_belongs_to_a_choice_has_no_effect_without_it(
    key: str, choice: str, needed: str
) -> None:
    assert no_effect_reason(key, lookup())
    assert not no_effect_reason(key, lookup(**{choice: needed}))


def test_whose_images_change_matters_once_some_do() -> None:
    for key in ("augmentation.only_class", "augmentation.only_group"):
        assert no_effect_reason(key, lookup(augmentation__zoom=0.1)), "adult has no images"
        assert no_effect_reason(key, lookup(data__set="digits"))
        for change in ({"augmentation__zoom": 0.1}, {"augmentation__flip": "both"}):
            assert not no_effect_reason(key, lookup(data__set="digits", **change))


def test_twins_have_no_baselines() -> None:
    assert not no_effect_reason("baselines.rbf_svm", lookup())
    assert no_effect_reason("baselines.rbf_svm", lookup(twin__mistake="scaler"))


def test_epochs_and_smoothing_give_way() -> None:
    assert not no_effect_reason("optimiser.epochs", lookup())
    assert no_effect_reason("optimiser.epochs", lookup(optimiser__steps=5))
    assert no_effect_reason("loss.label_smoothing", lookup(loss__name="hinge"))
    balanced = {"loss__name": "focal", "loss__focal_balancing": "yes"}
    assert not no_effect_reason("loss.focal_alpha", lookup(**balanced))
    assert no_effect_reason("loss.focal_alpha", lookup(loss__name="focal"))


def test_another_data_set_waits_until_the_network_suits_it() -> None:
    images = replace(TrainingSettings(), "data.set", "digits")
    draft = Draft(replace(images, "model.network", "convolutional"))
    draft.edit("data.set", "adult")
    assert value_at(draft.settings, "data.set") == "digits"
    assert "adult is a table; choose dense" in draft.message("data.set")
    assert draft.is_named("model.network")
    draft.edit("model.network", "dense")
    assert value_at(draft.settings, "data.set") == "adult"
