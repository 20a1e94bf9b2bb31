"""What snapshots are of: rows drawn from the validation part, raw cells, and a plane."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from training_plans import PLAN

from models import snapshots
from models.percent import percent
from models.plan import PlanError, TrainingPlan
from models.preparation import Part, PreparationPlan, Prepared, prepare
from models.rows import Rows
from models.snapshots import CELLS, Sample, sample
from models.training import Record, train


def prepared(columns: int = 5, *, rows: int = 300, classes: int = 2) -> Prepared:
    """Numbers, of which the first is empty here and there, and one category from three columns."""
    random = np.random.default_rng(columns)
    y = random.integers(0, classes, rows)
    x = random.normal(size=(rows, columns)) * np.arange(columns, 0, -1) + y[:, None]
    table = pd.DataFrame({f"x{n}": x[:, n] for n in range(columns)})
    if columns > 2:
        table.loc[random.random(rows) < 0.1, "x0"] = np.nan
        table["kind"] = pd.Categorical(random.choice(["p", "q", "r"], rows))
    found = Rows(
        name="Mixed",
        columns=table,
        y=y.astype(np.int32),
        group=random.choice(2, rows, p=[0.8, 0.2]).astype(np.int32),
        class_names=tuple(map(str, range(classes))),
        group_names=("many", "few"),
    )
    return prepare(found, PreparationPlan(validation_share=0.4, test_share=0.1, seed=1))


def test_raw_cells_are_those_of_the_rows_that_the_network_is_asked_about() -> None:
    known = prepared()
    taken = sample(known, seed=2)
    validation = known.dataset.validation
    assert sorted(taken.rows) == list(range(validation.y.size))
    table = known.rows.columns[known.parts == Part.VALIDATION]
    assert taken.column_names == ("x0", "x1", "x2", "x3", "x4", "kind")
    for place, name in enumerate(taken.column_names):
        expected = table[name].iloc[taken.rows]
        cells = taken.shown[:, place]
        if name == "kind":
            assert [taken.levels[place][int(code)] for code in cells] == expected.tolist()
        else:
            assert taken.levels[place] == ()
            np.testing.assert_array_equal(cells, expected.to_numpy(np.float32))
    assert np.isnan(taken.shown[:, 0]).any()


def test_of_many_rows_some_of_every_group_are_shown_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "MOST_ROWS", 100)
    monkeypatch.setattr(snapshots, "_SHOWN_ROWS", 30)
    monkeypatch.setattr(snapshots, "_SHOWN_OF_SMALL_GROUPS", 20)
    known = prepared()
    taken = sample(known, seed=2)
    assert len(taken.rows) == len(set(taken.rows)) == 100
    assert 30 <= len(taken.shown) <= 50
    shown = known.dataset.validation.group[taken.rows[: len(taken.shown)]]
    assert np.bincount(shown, minlength=2).min() >= 10
    again, other = (sample(known, seed=seed) for seed in (2, 3))
    assert again.rows.tolist() == taken.rows.tolist() != other.rows.tolist()


@pytest.mark.parametrize(("classes", "most"), [(2, 60), (3, 20), (4, 15)])
def test_the_more_classes_the_fewer_rows_are_kept(
    monkeypatch: pytest.MonkeyPatch, classes: int, most: int
) -> None:
    monkeypatch.setattr(snapshots, "MOST_NUMBERS", 60)
    assert len(sample(prepared(classes=classes), seed=2).rows) == most


def test_two_columns_are_their_own_plane() -> None:
    known = prepared(2)
    plane = sample(known, seed=0).plane
    assert plane is not None
    assert plane.exact
    assert plane.axes == known.dataset.feature_names
    rows = sample(known, seed=0).rows
    np.testing.assert_array_equal(plane.points, known.dataset.validation.x[rows])
    middles = plane.inputs.reshape(CELLS, CELLS, 2)
    assert (np.diff(middles[0, :, 0]) > 0).all(), "to the right"
    assert (np.diff(middles[:, 0, 1]) > 0).all(), "upwards"
    width = (plane.high[0] - plane.low[0]) / CELLS
    assert middles[0, 0, 0] == pytest.approx(plane.low[0] + width / 2, abs=1e-5)
    inside = (plane.points > plane.low) & (plane.points < plane.high)
    assert inside.all(axis=1).mean() > 0.95


def test_more_columns_are_seen_along_their_first_two_components() -> None:
    known = prepared()
    x = known.dataset.training.x.astype(np.float64)
    plane = sample(known, seed=0).plane
    assert plane is not None
    assert not plane.exact
    _, _, directions = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    cells = plane.inputs - x.mean(axis=0)
    left = cells - cells @ directions[:2].T @ directions[:2]
    np.testing.assert_allclose(left, 0.0, atol=1e-4)
    low, high = (np.array(corner) for corner in (plane.low, plane.high))
    sides = np.abs(cells[-1] - cells[0]) @ np.ones(x.shape[1])
    assert sides > 0
    assert np.linalg.norm(cells[-1] - cells[0]) == pytest.approx(
        np.linalg.norm((high - low) * (1 - 1 / CELLS)), rel=1e-4
    )


@pytest.mark.parametrize("components", [(2, 1), (3, 5), (8, 4)])
def test_a_plane_lies_along_the_components_chosen(components: tuple[int, int]) -> None:
    known = prepared()
    x = known.dataset.training.x.astype(np.float64)
    plane = sample(known, seed=0, components=components).plane
    assert plane is not None
    shares = np.linalg.svd(x - x.mean(axis=0), compute_uv=False) ** 2
    shares /= shares.sum()
    for axis, number in zip(plane.axes, components, strict=True):
        assert axis == f"component {number} ({percent(shares[number - 1])} of the variance)"
    _, _, directions = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    chosen = directions[[number - 1 for number in components]]
    rows = known.dataset.validation.x[sample(known, seed=0).rows] - x.mean(axis=0)
    np.testing.assert_allclose(np.abs(plane.points), np.abs(rows @ chosen.T), atol=1e-4)
    cells = plane.inputs - x.mean(axis=0)
    np.testing.assert_allclose(cells - cells @ chosen.T @ chosen, 0.0, atol=1e-4)


def test_a_component_that_is_not_there_is_told() -> None:
    known = prepared()
    count = known.dataset.training.x.shape[1]
    message = rf"output\.plane_up: .* has {count} principal components; .* not number {count + 1}"
    with pytest.raises(PlanError, match=message):
        sample(known, seed=0, components=(1, count + 1))


def test_one_column_has_no_plane() -> None:
    assert sample(prepared(1), seed=0).plane is None


def pictures(known: Prepared, plan: TrainingPlan, taken: Sample) -> dict[int, Record]:
    news = train(dataset=known.dataset, plan=plan, sample=taken)
    return {each.step: each for each in news if isinstance(each, Record)}


@pytest.mark.parametrize("classes", [2, 3])
def test_snapshots_score_as_the_records_and_change_nothing(classes: int) -> None:
    known = prepared(classes=classes)
    taken = sample(known, seed=2)
    plan = replace(PLAN, record_points=200)
    records = pictures(known, plan, taken)
    plain = train(dataset=known.dataset, plan=plan)
    labels = known.dataset.validation.y[taken.rows]
    for other in (each for each in plain if isinstance(each, Record)):
        record = records[other.step]
        assert other.snapshot is None
        assert record.validation.overall_loss == other.validation.overall_loss
        if record.snapshot is None:
            continue
        rows, boundary = record.snapshot.rows, record.snapshot.boundary
        assert boundary.shape == (CELLS**2, rows.shape[1])
        if classes == 2:
            assert rows.shape[1] == 1
            losses = np.logaddexp(0, np.where(labels == 1, -1, 1) * rows[:, 0].astype(float))
        else:
            np.testing.assert_allclose(np.exp(rows).sum(axis=1), 1, rtol=1e-5)
            losses = -rows[np.arange(len(labels)), labels]
        assert losses.mean() == pytest.approx(record.validation.overall_loss, rel=1e-5)


@pytest.mark.parametrize("steps", [1, 2, 50, 3_000, 10_000_000])
def test_snapshots_are_at_some_of_the_records_with_the_first_and_the_last(steps: int) -> None:
    plan = replace(PLAN, optimiser=replace(PLAN.optimiser, steps=steps), record_points=200)
    records, chosen = plan.record_steps(500), plan.snapshot_steps(500)
    assert set(chosen) <= set(records)
    assert chosen[0] == 0
    assert chosen[-1] == steps
    assert len(chosen) <= 60
    if steps >= 3_000:
        assert len(chosen) > 40
