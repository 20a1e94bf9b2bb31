"""A training run on a user's own table tells what is suspicious about it."""

import csv
from pathlib import Path

import numpy as np

from experiments.run import run
from experiments.settings import FileData, TrainingSettings, replace


def table(path: Path, *, leaks: bool) -> Path:
    draw = np.random.default_rng(1)
    label = draw.integers(0, 2, 400)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["height", "bill", "side", "ill"])
        for ill in label.tolist():
            bill = ill if leaks else int(draw.integers(0, 2))
            side = "left" if draw.random() < 0.5 else "right"
            writer.writerow([draw.normal(), f"b{bill}", side, "yes" if ill else "no"])
    return path


def told(path: Path) -> str:
    data = FileData(path=str(path), label="ill", positive=("yes",), groups=("side",))
    settings = replace(TrainingSettings(data=data), "optimiser.epochs", 1)
    return " ".join(event.text for event in next(run(settings)).events)


def test_a_column_that_knows_the_label_is_told_of(tmp_path: Path) -> None:
    assert "bill" in told(table(tmp_path / "leaky.csv", leaks=True))
    assert "bill" not in told(table(tmp_path / "sound.csv", leaks=False))
