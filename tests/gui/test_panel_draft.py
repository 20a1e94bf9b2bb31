from panel_examples import THREE_GROUPS

from experiments.settings import DynamicsSettings, TrainingSettings, replace
from gui.panel.draft import Draft

SIMILARITY = "mixture.rule_similarity"
PLUS = "mixture.label_correlation_plus"
MINUS = "mixture.label_correlation_minus"


def test_an_edit_that_fits_is_in_force() -> None:
    draft = Draft(DynamicsSettings())
    draft.edit("learning.learning_rate", 0.5)
    assert draft.settings == replace(DynamicsSettings(), "learning.learning_rate", 0.5)
    assert draft.open_keys == ()


def test_an_edit_that_is_not_allowed_waits_with_its_message() -> None:
    draft = Draft(DynamicsSettings())
    draft.edit("learning.learning_rate", -1.0)
    assert draft.settings == DynamicsSettings()
    assert draft.value("learning.learning_rate") == -1.0
    assert "at least" in draft.message("learning.learning_rate")
    draft.discard("learning.learning_rate")
    assert draft.value("learning.learning_rate") == 0.25
    assert draft.open_keys == ()


def test_other_edits_go_on_while_one_waits() -> None:
    draft = Draft(DynamicsSettings())
    draft.edit("learning.learning_rate", -1.0)
    draft.edit("mixture.representation", 0.6)
    assert draft.settings == replace(DynamicsSettings(), "mixture.representation", 0.6)
    assert draft.message("learning.learning_rate")
    assert not draft.is_named("mixture.representation")


def test_values_that_only_fit_together_can_be_given_one_by_one() -> None:
    draft = Draft(replace(DynamicsSettings(), "mixture.shift", 1.0))
    draft.edit(SIMILARITY, 1.0)
    draft.edit(PLUS, 0.9)
    assert draft.message(PLUS)
    assert draft.is_named(SIMILARITY)
    assert not draft.message(MINUS)
    draft.edit(MINUS, 0.9)
    assert draft.open_keys == ()
    assert [draft.value(key) for key in (SIMILARITY, PLUS, MINUS)] == [1.0, 0.9, 0.9]


def test_values_fit_together_although_an_unrelated_one_waits() -> None:
    draft = Draft(replace(replace(DynamicsSettings(), "mixture.shift", 1.0), SIMILARITY, 1.0))
    draft.edit("learning.learning_rate", -1.0)
    draft.edit(PLUS, 0.9)
    assert "at least" in draft.message("learning.learning_rate")
    assert "at least" not in draft.message(PLUS)
    draft.edit(MINUS, 0.9)
    assert draft.value(PLUS) == draft.value(MINUS) == 0.9
    assert draft.open_keys == ("learning.learning_rate",)


def test_the_number_of_groups_can_be_changed() -> None:
    three = replace(THREE_GROUPS, "mixture.names", ())
    draft = Draft(three)
    two = tuple(tuple(1.0 if row == column else 0.0 for column in range(4)) for row in range(4))
    for key, value in (
        ("shares", (0.5, 0.5)),
        ("variances", (1.0, 2.0)),
        ("thresholds", (0.0, 0.0)),
    ):
        draft.edit(f"mixture.{key}", value)
        assert draft.settings == three
        assert draft.message(f"mixture.{key}")
    draft.edit("mixture.gram", two)
    assert draft.open_keys == ()
    assert draft.value("mixture.shares") == (0.5, 0.5)


def test_custom_weights_can_be_chosen_before_they_are_given() -> None:
    draft = Draft(TrainingSettings())
    draft.edit("mitigation.class_weighting", "custom")
    assert "one weight for each class" in draft.message("mitigation.class_weighting")
    assert draft.is_named("mitigation.class_weights")
    draft.edit("mitigation.class_weights", (1.0, 3.0))
    assert draft.value("mitigation.class_weighting") == "custom"
    assert draft.open_keys == ()


def test_another_data_set_forgets_what_waited_for_this_one() -> None:
    draft = Draft(TrainingSettings())
    draft.edit("mitigation.class_weighting", "custom")
    draft.edit("data.validation_share", 5.0)
    draft.edit("data.set", "mixture")
    assert draft.settings == replace(TrainingSettings(), "data.set", "mixture")
    assert draft.open_keys == ()


def test_an_unreadable_text_leaves_the_settings() -> None:
    draft = Draft(DynamicsSettings())
    draft.refuse("learning.learning_rate", "no number")
    assert draft.is_unreadable("learning.learning_rate")
    assert draft.message("learning.learning_rate") == "no number"
    draft.edit("learning.learning_rate", 1.0)
    assert not draft.is_unreadable("learning.learning_rate")
    assert draft.open_keys == ()


def test_each_of_two_edits_of_a_table_has_a_message_of_its_own() -> None:
    draft = Draft(TrainingSettings())
    draft.edit("model.l2", -1.0)
    draft.edit("model.widths", (1_000_000,))
    assert draft.message("model.l2").startswith("-1.0 is not allowed")
    assert "1000000 is not allowed; each must be at least 1" in draft.message("model.widths")
