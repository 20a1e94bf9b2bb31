"""Settings: reading back what was written, and changing one value at a time."""

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.settings import (
    DigitsData,
    DynamicsSettings,
    GroupsMixture,
    MixtureData,
    Settings,
    SettingsError,
    TrainingSettings,
    TwoGroupMixture,
    describe,
    dump_toml,
    find,
    from_table,
    parse_toml,
    replace,
    settings_hash,
    value_at,
    with_assignments,
)
from experiments.settings.augmentation import Augmentation
from experiments.settings.description import table_types
from experiments.settings.document import to_table
from experiments.settings.preparation import Preparation
from experiments.settings.reference import reference
from experiments.settings.training import TABLES
from experiments.settings.trouble import LabelFlips, Trouble
from models.changes import CHANGEABLE


def within(key: str, example: Settings) -> st.SearchStrategy[Any]:
    """Draw an allowed value of a number or a choice, as its declaration says."""
    info = find(example, key)
    if info.choices:
        return st.sampled_from(info.choices)
    assert info.low is not None
    assert info.high is not None
    if info.kind == "integer":
        return st.integers(int(info.low), int(info.high))
    return st.floats(info.low, info.high)


def some_of(keys: list[str], example: Settings) -> st.SearchStrategy[dict[str, Any]]:
    """Draw values for some of the keys of one table."""
    optional = {key.rpartition(".")[2]: within(key, example) for key in keys}
    return st.fixed_dictionaries({}, optional=optional)


TWO_GROUP = [
    f"mixture.{name}"
    for name in ["representation", "variance_plus", "variance_minus", "rule_similarity", "shift"]
]
LEARNING = [f"learning.{name}" for name in ("loss", "learning_rate", "weight_decay", "batch_size")]
DATA = [
    replace(TrainingSettings(), "data.set", name)
    for name in table_types(TrainingSettings.model_fields["data"].annotation)
]
SIMULATION = ["simulation.dimension", "simulation.runs"]


@st.composite
def group_tables(draw: st.DrawFn) -> dict[str, Any]:
    groups = draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    directions = rng.normal(size=(2 * groups, 5))
    names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9)
    usable = names.filter(
        lambda name: name.isprintable() and name == name.strip() and name != "overall"
    )
    return {
        "shares": [1 / groups] * groups,
        "variances": rng.uniform(0.1, 3.0, groups).tolist(),
        "thresholds": rng.normal(size=groups).tolist(),
        "names": draw(st.lists(usable, min_size=groups, max_size=groups, unique=True)),
        "gram": (directions @ directions.T).tolist(),
    }


@st.composite
def dynamics_tables(draw: st.DrawFn) -> dict[str, Any]:
    example = DynamicsSettings()
    simulation = draw(some_of(SIMULATION, example))
    if "dimension" in simulation:
        simulation["dimension"] = max(simulation["dimension"], 6)  # more than any group_tables span
    return {
        "version": 1,
        "kind": "dynamics",
        "seed": draw(within("seed", example)),
        "about": {"title": draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=50))},
        "mixture": draw(some_of(TWO_GROUP, example) | group_tables()),
        "learning": draw(some_of(LEARNING, example)),
        "simulation": simulation,
    }


@st.composite
def training_tables(draw: st.DrawFn) -> dict[str, Any]:
    example = draw(st.sampled_from(DATA))
    assert isinstance(example, TrainingSettings)
    table: dict[str, Any] = {"version": 1, "kind": "training", "data": {"set": example.data.set}}
    for section in describe(example):
        keys = [info.key for info in section.settings if info.low is not None]
        own = [key for key in keys if key.count(".") == 1]
        table.setdefault(section.key, {}).update(draw(some_of(own, example)))
    data = table["data"]
    data |= {key: min(data[key], 20_000) for key in ("samples", "rows") if key in data}
    held_out = data.get("validation_share", example.data.validation_share)
    data["test_share"] = min(data.get("test_share", 0.0), max(0.0, 0.95 - held_out))
    classes = example.data.class_count or 2
    weights = st.lists(st.floats(0.0, 1e4), min_size=classes, max_size=classes).filter(any)
    table["mitigation"] = {"class_weighting": "custom", "class_weights": draw(weights)}
    output = table["output"]
    if output.get("plane_right", 1) == output.get("plane_up", 2):
        output["plane_up"] = output.get("plane_up", 2) % 20 + 1
    if example.data.set in TABLES:
        del table["augmentation"]
    return table


@settings(max_examples=100, deadline=None)
@given(table=dynamics_tables() | training_tables())
def test_what_is_written_reads_back_the_same(table: dict[str, Any]) -> None:
    first = from_table(table)
    text = dump_toml(first)
    second = parse_toml(text)
    assert second == first
    assert dump_toml(second) == text
    assert settings_hash(second) == settings_hash(first)


@settings(max_examples=50, deadline=None)
@given(table=dynamics_tables(), values=some_of(LEARNING, DynamicsSettings()))
def test_assignments_set_exactly_what_they_name(
    table: dict[str, Any], values: dict[str, Any]
) -> None:
    before = from_table(table)
    texts = [f"learning.{name}={value}" for name, value in values.items()]
    after = from_table(with_assignments(table, texts))
    for info in (info for section in describe(before) for info in section.settings):
        wanted = values.get(info.key.removeprefix("learning."), value_at(before, info.key))
        assert value_at(after, info.key) == wanted


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("seed=3", "seed", 3),
        ("mixture.representation = 0.7", "mixture.representation", 0.7),
        ("mixture.representation=7e-1", "mixture.representation", 0.7),
        ("learning.loss=logistic", "learning.loss", "logistic"),
        ('learning.loss="logistic"', "learning.loss", "logistic"),
        ("output.times=[0.5, 2]", "output.times", (0.5, 2.0)),
        ("about.title=two words = three", "about.title", "two words = three"),
        ("about.title=", "about.title", ""),
        ("about.title=1\nseed = 9", "about.title", "1\nseed = 9"),
    ],
)
def test_assignment_takes_toml_or_plain_words(text: str, key: str, value: object) -> None:
    changed = from_table(with_assignments(to_table(DynamicsSettings()), [text]))
    assert value_at(changed, key) == value


def test_assignments_leave_the_table_as_it_was() -> None:
    table = to_table(DynamicsSettings())
    with_assignments(table, ["mixture.representation=0.1"])
    assert table == to_table(DynamicsSettings())


@pytest.mark.parametrize("text", ["seed", "=1", "seed.x=1", "kind.a.b=1"])
def test_what_is_no_assignment_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="--set"):
        with_assignments(to_table(DynamicsSettings()), [text])


def test_data_set_may_be_chosen_before_or_after_what_belongs_to_it() -> None:
    texts = ["data.samples=100", "data.set=mixture"]
    for order in (texts, texts[::-1]):
        changed = from_table(with_assignments(to_table(TrainingSettings()), order))
        assert isinstance(changed, TrainingSettings)
        assert changed.data == MixtureData(samples=100)


def test_replace_changes_one_value() -> None:
    changed = replace(DynamicsSettings(), "learning.learning_rate", 0.5)
    assert isinstance(changed, DynamicsSettings)
    assert changed.learning.learning_rate == 0.5
    assert replace(changed, "learning.learning_rate", 0.25) == DynamicsSettings()


def test_replace_takes_the_values_that_settings_hold() -> None:
    before = DynamicsSettings()
    for info in (info for section in describe(before) for info in section.settings):
        assert replace(before, info.key, value_at(before, info.key)) == before


def test_replacing_the_data_set_resets_what_belongs_to_it() -> None:
    before = from_table(
        {
            "version": 1,
            "kind": "training",
            "data": {"set": "adult", "group": "race", "validation_share": 0.5},
            "model": {"widths": [7]},
            "mitigation": {
                "class_weighting": "custom",
                "class_weights": [1.0, 2.0],
                "group_weighting": "custom",
                "group_weights": [1.0, 2.0, 3.0, 4.0, 5.0],
            },
            "augmentation": {"only_class": ">50K", "only_group": "Black"},
            "trouble": {"label_flips": {"strength": 0.2, "group": "Black", "label": ">50K"}},
            "preparation": {"leave_out": ["age"], "scaling": "robust"},
        }
    )
    after = replace(before, "data.set", "digits")
    assert isinstance(after, TrainingSettings)
    assert after.data == DigitsData()
    assert after.model.widths == (7,)
    assert after.mitigation == TrainingSettings().mitigation
    assert after.augmentation == Augmentation()
    assert after.trouble == Trouble(label_flips=LabelFlips(strength=0.2))
    assert after.preparation == Preparation(scaling="robust")
    assert replace(before, "data.set", "adult") == before
    balanced = replace(after, "mitigation.class_weighting", "balanced")
    again = replace(balanced, "data.set", "mixture")
    assert value_at(again, "mitigation.class_weighting") == "balanced"


def test_replace_refuses_what_does_not_fit() -> None:
    with pytest.raises(SettingsError, match=r"learning\.learning_rate"):
        replace(DynamicsSettings(), "learning.learning_rate", math.inf)
    with pytest.raises(SettingsError, match=r"data\.set"):
        replace(TrainingSettings(), "data.set", "faces")


def test_both_forms_of_two_groups_are_the_same_mixture() -> None:
    two = TwoGroupMixture(
        representation=0.7,
        rule_similarity=0.5,
        shift=2.0,
        label_correlation_plus=0.3,
        label_correlation_minus=-0.2,
    )
    gram = [
        [1.0, 0.5, 0.3, -0.3],
        [0.5, 1.0, -0.2, 0.2],
        [0.3, -0.2, 2.0, -2.0],
        [-0.3, 0.2, -2.0, 2.0],
    ]
    table = {
        "shares": [0.7, 0.3],
        "variances": [two.variance_plus, two.variance_minus],
        "thresholds": [0.0, 0.0],
        "names": ["+", "-"],
        "gram": gram,
    }
    general = from_table({"version": 1, "kind": "dynamics", "mixture": table})
    assert isinstance(general, DynamicsSettings)
    assert isinstance(general.mixture, GroupsMixture)
    assert general.mixture.group_names == two.group_names
    first, second = two.teacher_mixture(), general.mixture.teacher_mixture()
    for name in ("shares", "variances", "thresholds", "gram"):
        np.testing.assert_allclose(getattr(first, name), getattr(second, name), rtol=1e-15)


def test_fingerprint_is_of_what_decides_the_numbers() -> None:
    base = DynamicsSettings()
    assert settings_hash(replace(base, "about.title", "Another")) == settings_hash(base)
    others = [replace(base, "seed", 2), replace(base, "learning.batch_size", 2), TrainingSettings()]
    assert len({settings_hash(other) for other in (base, *others)}) == 4


@pytest.mark.parametrize("example", [DynamicsSettings(), *DATA])
def test_every_setting_declares_itself(example: Settings) -> None:
    for info in (info for section in describe(example) for info in section.settings):
        assert len(info.help_text) == 3, info.key
        assert all(text.endswith(".") for text in info.help_text), info.key
        assert info.allowed, info.key
        assert find(example, info.key) == info
        if info.kind in {"number", "integer"}:
            assert info.low is not None
            assert info.high is not None
            assert info.slider is not None
            assert info.low <= info.slider[0] < info.slider[1] <= info.high, info.key
            assert info.low <= info.default <= info.high, info.key
            assert info.scale == "linear" or info.slider[0] > 0, info.key


def test_unknown_setting_is_not_found() -> None:
    with pytest.raises(KeyError):
        find(DynamicsSettings(), "learning.rate")


def test_reference_page_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "settings.md"
    assert page.read_text(encoding="utf-8") == reference(), (
        "write it again: python -m experiments.settings.reference"
    )


def test_reference_page_has_an_example_of_changes_that_can_be_read() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", reference(), flags=re.DOTALL)
    settings = parse_toml(f'version = 1\nkind = "training"\n{example}')
    assert isinstance(settings, TrainingSettings)
    assert [each.step for each in settings.changes] == [2000, 5000]
    assert all(f"`{key}`" in reference().split("### Changes")[1] for key in CHANGEABLE)
