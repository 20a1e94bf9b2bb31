"""What was found to be wrong with a training, as printed, kept and exported."""

import csv
from pathlib import Path

import pytest
from trained_runs import training

from experiments.command_line import main
from experiments.export.tables import FINDING_COLUMNS
from experiments.findings import Fault
from experiments.settings import dump_toml

ONE_UNIT = training(
    data={"set": "signal", "positive_share": 0.1, "signal_a": 0.0, "signal_b": 0.0},
    optimiser={"name": "sgd", "learning_rate": 0.1, "epochs": 10},
    output={"points": 100},
)
"""A linear unit on noise, of which a tenth is positive."""


def test_findings_are_printed_kept_and_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BIAS_LAB_HOME", str(tmp_path / "home"))
    file, now, later = tmp_path / "unit.toml", tmp_path / "now", tmp_path / "later"
    file.write_text(dump_toml(ONE_UNIT), encoding="utf-8")
    assert main(["run", str(file), "--out", str(now)]) == 0
    printed = capsys.readouterr().out
    assert main(["export", "unit-1", "--out", str(later)]) == 0
    with (now / "findings.csv").open(encoding="utf-8", newline="") as table:
        found = list(csv.DictReader(table))
    assert tuple(found[0]) == FINDING_COLUMNS
    assert {Fault.COLLAPSE, Fault.MISLEADING_ACCURACY} <= {row["fault"] for row in found}
    for row in found:
        assert f"{row['fault']}: {row['what_is_seen']}\n{row['evidence']}\nTry: " in printed
    assert (later / "findings.csv").read_bytes() == (now / "findings.csv").read_bytes()
