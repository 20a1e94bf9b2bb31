"""`bias-lab inspect` and the settings of a user's own table."""

import csv
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from experiments.command_line import main
from experiments.settings import (
    FileData,
    SettingsError,
    TrainingSettings,
    dump_toml,
    file_data,
    parse_toml,
)
from experiments.training.plans import rows_of
from models.dataset import DataUnavailableError
from models.tables import TableChoices, fingerprint

Output = pytest.CaptureFixture[str]


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write 300 people, a third of them women, of whom fewer are hired; go to their folder."""
    monkeypatch.setenv("BIAS_LAB_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    path = tmp_path / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["=age", "gender", "note", "hired"])
        for index in range(300):
            gender = ("Female", "Male", "Male")[index % 3]
            hired = index % 5 == 0 if gender == "Female" else index % 2 == 0
            age = int(random.integers(18, 70))
            writer.writerow([age, gender, f"two\nlines {index % 4}", "yes" if hired else "no"])
    return path


def test_groups_come_first_and_settings_last(table: Path, capsys: Output) -> None:
    assert main(["inspect", "people.csv", "--label", "hired", "--group", "gender"]) == 0
    text = capsys.readouterr().out
    lines = text.splitlines()
    assert "300 rows" in lines[0]
    male, female = lines[2], lines[3]
    assert male.split()[1:] == ["200", "66.7", "%", "50.0", "%", "Male"]
    assert female.split()[1:] == ["100", "33.3", "%", "20.0", "%", "Female"]
    settings = parse_toml(text)
    assert isinstance(settings, TrainingSettings)
    data = settings.data
    assert isinstance(data, FileData)
    assert (data.path, data.sha256) == ("people.csv", fingerprint(table))
    assert (data.label, data.groups, data.delimiter) == ("hired", ("gender",), "comma")
    rows = rows_of(settings)
    assert len(rows) == 300
    assert rows.columns.columns.tolist() == ["=age", "gender", "note"]


def test_without_choices_it_says_what_to_choose(table: Path, capsys: Output) -> None:
    assert main(["inspect", str(table)]) == 0
    text = capsys.readouterr().out
    assert "--label" in text
    assert "category  gender" in text
    assert isinstance(parse_toml(text), TrainingSettings)


def test_assignments_change_how_it_is_read(table: Path, capsys: Output) -> None:
    arguments = ["inspect", str(table), "--label", "hired", "--group", "=age", "--set"]
    assert main([*arguments, "data.bins=2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all("=age" in line for line in lines[2:4])
    assert "300 rows" in lines[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.csv"], "no such file"),
        (["."], "no file is chosen"),
        (["people.csv", "--label", "hird"], "'=age', 'gender'"),
        (["people.csv", "--label", "hired", "--positive", "Yes"], "'no', 'yes'"),
        (["people.csv", "--set", "data.bins=1"], "data.bins"),
        (["people.csv", "--set", "data.set=digits"], "stays"),
    ],
)
def test_bad_input_is_explained(
    arguments: list[str], message: str, table: Path, capsys: Output
) -> None:
    assert table.exists()
    assert main(["inspect", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_settings_hold_every_choice() -> None:
    choices = TableChoices(
        format="csv",
        delimiter="tab",
        encoding="cp1252",
        decimal="comma",
        header="no",
        label="y",
        positive=("1",),
        groups=("a", "b"),
        bins=3,
        leave_out=("c",),
        numbers=("d",),
        categories=("e",),
    )
    data = file_data(Path("some table.csv"), choices, sha256="0" * 64)
    assert data.choices() == choices
    settings = TrainingSettings(data=data)
    assert parse_toml(dump_toml(settings)) == settings
    assert FileData().choices() == TableChoices()
    defaults = {name: getattr(FileData(), name) for name in asdict(TableChoices())}
    assert defaults == asdict(TableChoices())


def test_a_run_refuses_a_changed_file_and_says_how_to_accept_it(table: Path) -> None:
    choices = TableChoices(label="hired", groups=("gender",))
    data = file_data(table, choices, sha256=fingerprint(table))
    assert len(rows_of(TrainingSettings(data=data))) == 300
    table.write_text(table.read_text(encoding="utf-8") + "20,Male,x,no\n", encoding="utf-8")
    with pytest.raises(DataUnavailableError, match=r'data\.sha256 to ""'):
        rows_of(TrainingSettings(data=data))
    assert len(rows_of(TrainingSettings(data=file_data(table, choices)))) == 301


def test_a_file_that_is_not_chosen_yet(table: Path) -> None:
    del table
    with pytest.raises(DataUnavailableError, match="no file is chosen"):
        rows_of(TrainingSettings(data=FileData()))


def test_a_wrong_choice_is_a_problem_of_its_key() -> None:
    with pytest.raises(SettingsError, match=r"data\.delimiter"):
        parse_toml('version = 1\nkind = "training"\n[data]\nset = "file"\ndelimiter = "x"')
