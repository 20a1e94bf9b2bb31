import csv
import re
from pathlib import Path

import pytest

from experiments.command_line import main
from experiments.settings import PhaseDiagramSettings, load_file
from experiments.store import Status, Store, default_path

SETTINGS = 'version = 1\nkind = "phase-diagram"\n[map]\nresolution = 12\n'
COLUMNS = [
    "mixture.representation",
    "mixture.variance_minus",
    "asymptotic_preference",
    "crossings",
    "first_crossing",
    "last_crossing",
    "final_gap",
    "largest_gap",
    "diverges",
]

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the settings of a map and a history of its own."""
    monkeypatch.setenv("BIAS_LAB_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def test_a_map_is_run_kept_listed_and_exported_again(folder: Path, capsys: Output) -> None:
    command = ["run", "small.toml", "--set", "mixture.rule_similarity=0.5", "--out", "out"]
    assert main(command) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("small-1: done\nIn ")
    assert f"wrote {Path('out') / 'cells.csv'}" in printed
    with (folder / "out" / "cells.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == COLUMNS
    assert len(rows) == 144
    settings = load_file(folder / "out" / "settings.toml")
    assert isinstance(settings, PhaseDiagramSettings)
    assert settings.mixture.rule_similarity == 0.5
    assert main(["runs"]) == 0
    line = capsys.readouterr().out
    crossed = sum(row["crossings"] not in {"0", ""} for row in rows)
    assert re.search(rf"small-1 .* 144 cells, lead changes in {crossed / 1.44:.0f} %", line)
    assert main(["export", "small-1", "--out", "again"]) == 0
    first, second = (folder / name / "cells.csv" for name in ("out", "again"))
    assert first.read_bytes() == second.read_bytes()


def test_measured_points_come_back_from_the_history(folder: Path) -> None:
    points = "map.measured_at=[[0.2, 3.0], [0.9, 0.5]]"
    size = ("--set", "simulation.dimension=50", "--set", "simulation.runs=4")
    assert main(["run", "small.toml", "--set", points, *size, "--out", "out"]) == 0
    with Store(default_path()) as store:
        cells = store.cells(store.find("small-1").id)
    assert cells is not None
    assert [(cell.x, cell.y, cell.runs) for cell in cells.measured] == [
        (0.2, 3.0, 4),
        (0.9, 0.5, 4),
    ]
    assert (folder / "out" / "measured.csv").exists()


def test_a_map_that_is_refused_fails_with_a_message(capsys: Output) -> None:
    size = ("--set", "simulation.dimension=1000000000", "--set", "map.measured_cells=1")
    assert main(["run", "small.toml", *size]) == 1
    assert "simulation.dimension" in capsys.readouterr().err
    with Store(default_path()) as store:
        assert [row.status for row in store.runs()] == [Status.FAILED]


@pytest.mark.parametrize(
    ("assignment", "told"),
    [
        ("map.x_range=[0.9, 0.1]", "is no range"),
        ("map.x_range=[0.5, 0.5]", "is no range"),
        ("map.y=mixture.representation", "choose another parameter"),
        ("map.resolution=3163", "at most 1024"),
    ],
)
def test_bad_input_is_explained(assignment: str, told: str, capsys: Output) -> None:
    assert main(["run", "small.toml", "--set", assignment]) == 2
    assert told in capsys.readouterr().err
