"""Every problem in a settings file is told by file, key, value and what is allowed."""

import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.settings import (
    DynamicsSettings,
    SettingsError,
    TrainingSettings,
    from_table,
    load_file,
    parse_toml,
)
from experiments.settings.description import all_keys

DYNAMICS = 'version = 1\nkind = "dynamics"\n'
TRAINING = 'version = 1\nkind = "training"\n'
CHANGE = '[[changes]]\nstep = 3\nsetting = "model.l2"\n'


def problem_of(text: str) -> str:
    """Give the only problem of a text as it is told, without the file's name."""
    with pytest.raises(SettingsError) as caught:
        parse_toml(text, source="mine.toml")
    assert str(caught.value).startswith("mine.toml: ")
    (problem,) = caught.value.problems
    return str(problem)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[learning]\nlearning_rat = 0.5", "learning.learning_rat: unknown key; did you mean"),
        ("[learning]\nlearning_rat = 0.5", "'learning_rate'"),
        (
            "learning_rate = 0.5",
            "learning_rate: unknown key; did you mean 'learning.learning_rate'",
        ),
        ("[lerning]\nlearning_rate = 0.5", "lerning: unknown key; did you mean 'learning'"),
        ("[mixture]\nxyzzy = 1", "mixture.xyzzy: unknown key; known are representation, variance_"),
        ("[mixture]\nrepresentation = 2.0", "mixture.representation: 2.0 is not allowed; it must"),
        ("[mixture]\nrepresentation = 2.0", "at most 0.9999"),
        ("[learning]\nlearning_rate = 0.0", "learning.learning_rate: 0.0 is not allowed; it must"),
        ("[learning]\nlearning_rate = 0.0", "at least 1e-06"),
        ("seed = -1", "seed: -1 is not allowed; it must be at least 0"),
        ("seed = 1.5", "seed: 1.5 is not allowed; it must be a whole number"),
        ("seed = true", "seed: true is not allowed; it must be a whole number"),
        ("[mixture]\nshift = false", "mixture.shift: false is not allowed; it must be a number"),
        ('[mixture]\nshift = "1"', 'mixture.shift: "1" is not allowed; it must be a number'),
        ("[mixture]\nshift = nan", "mixture.shift: NaN is not allowed; it must be a finite number"),
        ("[mixture]\nshift = inf", "mixture.shift: Infinity is not allowed; it must be"),
        ("[mixture]\nshift = [1.0]", "mixture.shift: [1.0] is not allowed; it must be a number"),
        ("[output]\ntimes = [1.0, nan]", "output.times.1: NaN is not allowed; it must be a finite"),
        ("[output]\ntimes = 3.0", "output.times: 3.0 is not allowed; it must be an array such as"),
        ("[output]\ntimes = [2.0, 1.0]", "output.times: the times must rise and lie between 0 and"),
        ("[output]\ntimes = [1.0, 101.0]", "the duration 100.0"),
        ('[learning]\nloss = "hinge"', 'learning.loss: "hinge" is not allowed; it must be'),
        ('[learning]\nloss = "hinge"', "'squared', 'logistic', 'focal' or 'smooth-hinge'"),
        ("[about]\ntitle = 3", "about.title: 3 is not allowed; it must be text in quotes"),
        (f'[about]\ntitle = "{"a" * 201}"', "about.title: "),
        (f'[about]\ntitle = "{"a" * 201}"', "at most 200 characters"),
        ("mixture = 3", "mixture: 3 is not allowed; it must be a table"),
        ("learning = []", "learning: [] is not allowed; it must be a table"),
        ("[learning]\nclass_weights = [1.0]", "learning.class_weights: 1 numbers given; it must"),
        ("[learning]\nclass_weights = [1.0, -1.0]", "learning.class_weights: every weight must be"),
        (
            "[learning]\ngroup_weights = [1.0]",
            "learning.group_weights: 1 numbers given; it must be",
        ),
        ("[learning]\ninitial_overlaps = [0.0]", "it must be 4 for 2 groups, or none"),
        ("[learning]\ninitial_overlaps = [3.0, 0.0, 0.0, 0.0]", "learning.initial_overlaps"),
        ("[mixture]\nshares = [0.5, 0.5]", "mixture.variances: 3 numbers for 2 shares"),
        ("[mixture]\ngram = [[1.0]]", "mixture.gram: it must have 6 rows of 6 numbers (3 groups)"),
        ("[mixture]\nshares = [0.5, 0.5]\nshift = 1.0", "mixture.shift: is not part of this form"),
    ],
)
def test_problem_of_dynamics(text: str, told: str) -> None:
    assert told in problem_of(DYNAMICS + text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[data]\nset = "adlt"',
            'data.set: "adlt" is not allowed; it must be one of adult, breast',
        ),
        (
            '[data]\ngroup = "race"',
            "data.set: is missing; it must be one of adult, breast-cancer, digits",
        ),
        ('[data]\nset = "adult"\nsamples = 9', "data.samples: is not part of this form of the"),
        ('[data]\nset = "digits"\ngroup = "race"', 'data.group: "race" is not allowed; it must be'),
        ('[data]\nset = "mixture"\nsamples = 1', "data.samples: 1 is not allowed; it must be at"),
        (
            '[data]\nset = "mixture"\n[data.mixture]\nrepresentation = -1.0',
            "data.mixture.representation: -1.0 is not allowed; it must be at least 0.0001",
        ),
        (
            '[data]\nset = "mixture"\n[data.mixture]\nrepresentatio = 0.1',
            "data.mixture.representatio: unknown key; did you mean 'representation'?",
        ),
        (
            '[data]\nset = "mixture"\nsamples = 1000000\ndimension = 60',
            "data.samples, data.dimension: 1000000 samples of 60 inputs are more than 50,000,000",
        ),
        (
            f'[data]\nset = "mixture"\ndimension = 4\n[data.mixture]\ngram = {np.eye(6).tolist()}',
            "data.dimension: 4 is not allowed; this mixture needs 6 or more",
        ),
        (
            '[data]\nset = "signal"\nrows = 1000000\ncolumns = 60',
            "data.rows, data.columns: 1000000 rows of 60 columns are more than 50,000,000",
        ),
        (
            '[data]\nset = "rotated"\ntask = "two-classes"\nnegative = 5',
            "data.negative, data.positive: the two classes must differ",
        ),
        (
            "[output]\nplane_up = 1",
            "output.plane_right, output.plane_up: both are component 1; choose two different ones",
        ),
        (
            '[data]\nset = "adult"\nvalidation_share = 0.5\ntest_share = 0.5',
            "data.validation_share, data.test_share: validation and test take 1 of the rows",
        ),
        ('[mitigation]\nclass_weighting = "custom"', "mitigation.class_weights: give one weight"),
        (
            '[mitigation]\nclass_weighting = "custom"\nclass_weights = [1.0, 2.0, 3.0]',
            "mitigation.class_weights: 3 weights given; adult has 2 classes",
        ),
        (
            "[changes]\nstep = 3",
            "is not allowed; it must be tables [[changes]] with step, setting and value",
        ),
        ("changes = [3]", "changes[1]: 3 is not allowed; it must be a table"),
        (
            CHANGE + "value = true",
            "changes[1].value: model.l2: true is not allowed; it must be a number",
        ),
        (
            CHANGE + "value = nan",
            "changes[1].value: model.l2: NaN is not allowed; it must be a finite number",
        ),
        (
            CHANGE + "value = 0.1\n" + CHANGE + "value = {to = 1}",
            'changes[2].value: model.l2: {"to": 1} is not allowed; it must be a number',
        ),
        (
            '[[changes]]\nstep = 3\nsetting = "loss.name"\nvalue = true',
            "changes[1].value: loss.name: true is not allowed; it must be 'cross-entropy'",
        ),
        (CHANGE, "changes[1].value: is missing; the table needs step, setting and value"),
        (CHANGE + "value = 0.1\nvalu = 2", "changes[1].valu: unknown key; did you mean 'value'"),
        (CHANGE + "value = 0.1\n" + CHANGE + "value = -1", "changes[2]: step 3: model.l2: -1"),
        (
            CHANGE + 'value = 0.1\n[twin]\nmistake = "scaler"',
            "changes, twin.mistake: twin pipelines are trained without changes; choose none",
        ),
    ],
)
def test_problem_of_training(text: str, told: str) -> None:
    assert told in problem_of(TRAINING + text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty; it needs at least version = 1 and a kind"),
        (" \n\t\n", "is empty"),
        ('kind = "dynamics"', "version: is missing; write version = 1"),
        ('version = 2\nkind = "dynamics"', "version: 2 is unknown; this Bias Lab reads version 1"),
        ('version = true\nkind = "dynamics"', "version: true is unknown"),
        ("version = 1", "kind: is missing; it must be one of dynamics, phase-diagram, training"),
        ('version = 1\nkind = "dynamic"', 'kind: "dynamic" is unknown; it must be one of'),
        ("version = 1\nkind = []", "kind: [] is unknown"),
        ("version = 1\nkind = dynamics", "is not valid TOML: Invalid value (at line 2, column 8)"),
        ("a = 1\na = 2", "is not valid TOML"),
        (DYNAMICS + "a" + ".a" * 5000 + " = 1", "is nested too deeply"),
        (DYNAMICS + "a = " + "[" * 5000, "is nested too deeply"),
        (DYNAMICS + "seed = " + "9" * 5000, "holds a number with too many digits"),
        (DYNAMICS + "seed = 0x" + "f" * 5000, "seed: a number with too many digits is not allowed"),
    ],
    ids=range(14),
)
def test_problem_of_the_whole_file(text: str, told: str) -> None:
    assert told in problem_of(text)


def test_a_change_of_neither_a_known_setting_nor_a_value_is_told_twice() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_toml(TRAINING + '[[changes]]\nstep = 3\nsetting = "model.l3"\nvalue = true')
    setting, value = map(str, caught.value.problems)
    assert setting.startswith("changes[1].setting: 'model.l3' cannot be changed during a run")
    assert value == (
        "changes[1].value: true is not allowed; it must be a number, a text or an array of numbers"
    )


def test_geometry_that_cannot_exist_names_the_setting_and_the_nearest_value() -> None:
    text = "[mixture]\nrule_similarity = 0.9\nlabel_correlation_plus = 0.9\nshift = 1.0"
    told = problem_of(DYNAMICS + text)
    assert told.startswith("mixture.rule_similarity: ")
    nearest = (1 - 0.9**2) ** 0.5  # |T₊ - m₊ v| for unit vectors, with T₋ orthogonal to v
    assert f"{nearest:.6g}" in told


def test_correlation_without_shift_is_refused() -> None:
    told = problem_of(DYNAMICS + "[mixture]\nlabel_correlation_minus = 0.1")
    assert told.startswith("mixture.label_correlation_minus: ")


def test_gram_that_is_not_positive_semidefinite_is_refused() -> None:
    rows = [[1.0, 0.9, 0.0, 0.0], [0.9, 1.0, 0.0, 0.9], [0.0] * 4, [0.0, 0.9, 0.0, 1.0]]
    told = problem_of(
        f"{DYNAMICS}[mixture]\nshares = [0.5, 0.5]\nvariances = [1.0, 1.0]\n"
        f"thresholds = [0.0, 0.0]\ngram = {rows}"
    )
    assert told.startswith("mixture.gram: ")


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_toml(DYNAMICS + "seed = -1\n[mixture]\nshft = 1\nrepresentation = 7.0")
    keys = {problem.key for problem in caught.value.problems}
    assert keys == {"seed", "mixture.shft", "mixture.representation"}


def test_long_values_are_cut() -> None:
    told = problem_of(DYNAMICS + f'seed = "{"x" * 10_000}"')
    assert len(told) < 200
    assert "it must be a whole number" in told


class TestFiles:
    def told(self, path: Path) -> str:
        with pytest.raises(SettingsError) as caught:
            load_file(path)
        text = str(caught.value)
        assert str(path) in text
        return text

    def test_directory(self, tmp_path: Path) -> None:
        assert "is a directory; name a settings file" in self.told(tmp_path)

    def test_missing(self, tmp_path: Path) -> None:
        assert "cannot be read: no such file" in self.told(tmp_path / "none.toml")

    def test_not_utf8(self, tmp_path: Path) -> None:
        path = tmp_path / "latin.toml"
        path.write_bytes(b"# na\xefve\n" + DYNAMICS.encode())
        assert "is not UTF-8 text (byte 4)" in self.told(path)

    def test_binary(self, tmp_path: Path) -> None:
        path = tmp_path / "image.png"
        path.write_bytes(b"\x89PNG\r\n\x1a\n\x00")
        self.told(path)

    def test_huge(self, tmp_path: Path) -> None:
        path = tmp_path / "huge.toml"
        path.write_text("#" * 1_000_001)
        assert "is larger than 1 MB" in self.told(path)

    def test_empty(self, tmp_path: Path) -> None:
        path = tmp_path / "empty.toml"
        path.touch()
        assert "is empty" in self.told(path)

    def test_unreadable(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "secret.toml"
        path.write_text(DYNAMICS)

        def refuse(_path: Path, _mode: str) -> None:
            raise PermissionError(13, os.strerror(13), str(path))

        monkeypatch.setattr(Path, "open", refuse)
        assert "cannot be read: permission denied" in self.told(path)

    def test_byte_order_mark_is_no_problem(self, tmp_path: Path) -> None:
        path = tmp_path / "windows.toml"
        path.write_bytes(b"\xef\xbb\xbf" + DYNAMICS.replace("\n", "\r\n").encode())
        assert load_file(path) == parse_toml(DYNAMICS)


toml_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.dates()
    | st.sampled_from(["adult", "digits", "mixture", "custom", "focal"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
names = st.sampled_from(
    [
        key.rpartition(".")[2]
        for kind in (DynamicsSettings, TrainingSettings)
        for key in all_keys(kind)
    ]
)
tables = st.dictionaries(
    names | st.text(max_size=8),
    toml_values | st.dictionaries(names, toml_values | st.dictionaries(names, toml_values)),
)


@settings(max_examples=50, deadline=None)
@given(table=tables, kind=st.sampled_from(["dynamics", "phase-diagram", "training"]))
def test_no_table_raises_anything_else(table: dict[str, object], kind: str) -> None:
    with suppress(SettingsError):
        from_table({**table, "version": 1, "kind": kind})


@settings(max_examples=100, deadline=None)
@given(text=st.text() | st.text(alphabet='[]{}="\'.#,\n abc019-+_"'))
def test_no_text_raises_anything_else(text: str) -> None:
    with pytest.raises(SettingsError):
        parse_toml(text)


@settings(max_examples=50, deadline=None)
@given(data=st.binary(max_size=200))
def test_no_file_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "random.toml"
    path.write_bytes(data)
    with pytest.raises(SettingsError):
        load_file(path)


GROUPS = """
version = 1
kind = "dynamics"
[mixture]
shares = [0.5, 0.5]
variances = [1.0, 1.0]
thresholds = [0.0, 0.0]
gram = [[1.0, 0.1, 0.0, 0.0], [0.1, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
"""


@pytest.mark.parametrize("name", ["a\\nb", "b\\u0007", "c\\u202e", "d ", ""])
def test_names_that_would_disturb_a_line_are_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=r"mixture\.names: a name may"):
        parse_toml(f'{GROUPS}names = ["{name}", "x"]')


def test_a_dimension_without_room_for_the_groups_is_refused() -> None:
    text = f"{GROUPS}[simulation]\ndimension = {{}}\nruns = {{}}\n"
    with pytest.raises(SettingsError, match=r"simulation\.dimension: 4 .* at least 5"):
        parse_toml(text.format(4, 1))
    parse_toml(text.format(5, 1))
    parse_toml(text.format(4, 0))


def test_class_weights_that_are_all_zero_are_refused() -> None:
    text = 'version = 1\nkind = "training"\n[mitigation]\nclass_weighting = "custom"\n'
    with pytest.raises(SettingsError, match=r"class_weights: one weight must be above 0"):
        parse_toml(f"{text}class_weights = [0.0, 0.0]")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in folders")
def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    with pytest.raises(SettingsError, match="is a pipe"):
        load_file(pipe)
