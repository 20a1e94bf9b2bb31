"""Exact curves over trainings that the theory describes, and the verdict on how they compare."""

from dataclasses import replace

import numpy as np
import pytest
from dynamics_runs import many_groups
from solvable_runs import RARE, SGD, UNIT, Table, solvable_training, theory_of
from trained_runs import training, view_of

from experiments.catalogue import preset
from experiments.curves import CurveSet
from experiments.figures import RunView
from experiments.figures.training_agreement import agreement, misfit_of
from experiments.frames import OVERALL, EventKind, Source
from experiments.settings import MixtureData, TrainingSettings
from experiments.training import plan_of, prepared_data, run_training
from experiments.training.solvable import obstacles, solvable
from experiments.training.theory import LOSS_DEVIATION
from simulation.losses import Logistic
from simulation.observables import group_losses, loss_deviations
from simulation.reduced_sgd import simulate


def solvable_preset() -> TrainingSettings:
    settings = preset("theory-over-keras").settings
    assert isinstance(settings, TrainingSettings)
    return settings


def trained(settings: TrainingSettings) -> RunView:
    return view_of(settings, run_training(settings))


def with_theory_of(run: RunView, settings: TrainingSettings) -> RunView:
    """A run under the exact curves of another one."""
    measured = [curve for curve in run.curves if curve.name.source is not Source.THEORY]
    other = RunView(run.name, settings, CurveSet(theory_of(settings).points))
    return replace(other, curves=CurveSet.joined([CurveSet(measured), other.curves]))


@pytest.mark.parametrize(
    ("tables", "other"),
    [
        (
            {"loss": {"name": "squared"}, "optimiser": {"learning_rate": 0.4, "batch_size": 1}},
            {"optimiser": {"learning_rate": 0.1, "batch_size": 1}},
        ),
        (
            {"loss": {"name": "squared"}, "optimiser": {"learning_rate": 2.0, "batch_size": 4}},
            {"optimiser": {"learning_rate": 2.0, "batch_size": 16}},
        ),
        ({"model": {"l2": 0.001}}, {"model": {"l2": 0.002}}),
        (
            {
                "loss": {"name": "focal", "focal_balancing": "yes", "focal_alpha": 0.7},
                "optimiser": {"learning_rate": 4.0},
            },
            {"loss": {"name": "focal", "focal_balancing": "yes", "focal_alpha": 0.3}},
        ),
        (
            {"mitigation": {"class_weighting": "custom", "class_weights": [1.0, 3.0]}},
            {"mitigation": {"class_weighting": "custom", "class_weights": [3.0, 1.0]}},
        ),
        (
            {"mitigation": {"group_weighting": "custom", "group_weights": [0.3, 3.0]}},
            {"mitigation": {"group_weighting": "none"}},
        ),
        (
            {"mitigation": {"class_weighting": "balanced", "group_weighting": "balanced"}},
            {"mitigation": {"group_weighting": "custom", "group_weights": [2.0, 0.3]}},
        ),
        (
            {"mitigation": {"balanced_batches": "groups"}, "mixture": RARE},
            {"mitigation": {"balanced_batches": "none"}},
        ),
        (
            {"optimiser": {"schedule": "exponential", "decay_steps": 500, "decay_rate": 0.4}},
            {"optimiser": {"schedule": "exponential", "decay_steps": 500, "decay_rate": 0.6}},
        ),
        (
            {
                "optimiser": {
                    "schedule": "piecewise",
                    "boundaries": [500, 1500],
                    "factors": [2.0, 0.1],
                }
            },
            {
                "optimiser": {
                    "schedule": "piecewise",
                    "boundaries": [500, 1500],
                    "factors": [0.1, 0.1],
                }
            },
        ),
        (
            {"optimiser": {"schedule": "cosine", "decay_steps": 2000, "warmup_steps": 1000}},
            {"optimiser": {"schedule": "cosine", "decay_steps": 2000}},
        ),
        (
            {"optimiser": {"warmup_steps": 1500}},
            {"optimiser": {"warmup_steps": 3000}},
        ),
        (
            {"optimiser": {"schedule": "step", "decay_steps": 200, "decay_rate": 0.1}},
            {"optimiser": {"schedule": "step", "decay_steps": 800, "decay_rate": 0.1}},
        ),
        ({"mixture": many_groups(3)}, {"mixture": many_groups(3), "model": {"l2": 0.001}}),
    ],
    ids=lambda tables: "-".join(tables),
)
def test_a_training_follows_its_theory_and_not_that_of_another(tables: Table, other: Table) -> None:
    run = trained(solvable_training(**tables))
    assert agreement(run).startswith("This run agrees with theory: it is off by at most ")
    found = misfit_of(run)
    assert found is not None
    assert found.agrees
    wrong = with_theory_of(run, solvable_training(**(tables | other)))
    assert agreement(wrong).startswith("This run departs from theory")


def test_theory_starts_at_the_weights_that_training_starts_with() -> None:
    """Their length is known exactly, the losses of the groups but for the rows they are of."""
    settings = solvable_training(
        model={"initialiser": "he-normal"},
        data={"dimension": 12},
        optimiser={"steps": 2},
    )
    run = trained(settings)

    def first(quantity: str, source: Source, group: str) -> float:
        (curve,) = run.curves.select(quantity=quantity, source=source, group=group)
        assert curve.x[0] == 0
        return float(curve.value[0])

    exact, measured = (
        first("weight norm", source, OVERALL) for source in (Source.THEORY, Source.TRAINING)
    )
    assert exact == pytest.approx(measured, rel=1e-6)
    for group in "+-":
        off = first("loss", Source.VALIDATION, group) - first("loss", Source.THEORY, group)
        deviation = first(LOSS_DEVIATION, Source.THEORY, group)
        assert abs(off) < 4 * deviation
        assert deviation < 0.05
        for quantity in ("accuracy", "true positive rate", "false positive rate", "precision"):
            measured = first(quantity, Source.VALIDATION, group)
            assert first(quantity, Source.THEORY, group) == pytest.approx(measured, abs=0.05)


PREVENTING: dict[str, tuple[Table, str]] = {
    "hidden layers": ({"model": {"widths": [4, 3]}}, "model.widths = [] instead of [4, 3]"),
    "biases": ({"model": {"bias": "yes"}}, "model.bias = no instead of yes"),
    "L1": ({"model": {"l1": 0.1}}, "model.l1 = 0.0 instead of 0.1"),
    "hinge": (
        {"loss": {"name": "hinge"}},
        "loss.name = cross-entropy, focal or squared instead of hinge",
    ),
    "smoothing": ({"loss": {"label_smoothing": 0.1}}, "loss.label_smoothing = 0.0 instead of 0.1"),
    "Adam": ({"optimiser": {"name": "adam"}}, "optimiser.name = sgd instead of adam"),
    "clipping": ({"optimiser": {"clip_norm": 1.0}}, "optimiser.clip_norm = 0.0 instead of 1.0"),
    "restarts": (
        {"optimiser": {"schedule": "cosine-restarts"}},
        "optimiser.schedule = constant, exponential, step, cosine, inverse-time, piecewise or"
        " reduce-on-plateau instead of cosine-restarts",
    ),
    "warm-up": (
        {"optimiser": {"schedule": "step", "warmup_steps": 3}},
        "optimiser.warmup_steps = 0 instead of 3",
    ),
    "weighted means": (
        {"mitigation": {"class_weighting": "balanced", "normalisation": "sum-of-weights"}},
        "mitigation.normalisation = batch-size instead of sum-of-weights",
    ),
    "repeated rows": (
        {"mitigation": {"resampling": "over-sampling"}},
        "mitigation.resampling = none instead of over-sampling",
    ),
    "balanced classes": (
        {"mitigation": {"balanced_batches": "both"}, "optimiser": {"batch_size": 8}},
        "mitigation.balanced_batches = none or groups instead of both",
    ),
    "reweighing": (
        {"mitigation": {"group_weighting": "reweighing"}},
        "mitigation.group_weighting = none, balanced or custom instead of reweighing",
    ),
    "scaling": (
        {"preparation": {"scaling": "standard"}},
        "preparation.scaling = auto or none instead of standard",
    ),
    "outliers": (
        {"preparation": {"outliers": "clip"}},
        "preparation.outliers = keep instead of clip",
    ),
    "columns": (
        {"preparation": {"leave_out": ["x1"]}},
        "preparation.leave_out = [] instead of ['x1']",
    ),
    "trouble": (
        {"trouble": {"label_flips": {"strength": 0.1}}},
        "trouble.label_flips.strength = 0 instead of 0.1",
    ),
}


@pytest.mark.parametrize(("tables", "words"), PREVENTING.values(), ids=PREVENTING)
def test_a_setting_that_prevents_theory_is_named_with_what_to_choose(
    tables: Table, words: str
) -> None:
    settings = solvable_training(data={"samples": 400, "dimension": 6}, **tables)
    assert list(obstacles(settings, plan_of(settings))) == [words]
    found = theory_of(settings)
    assert not found.points
    (event,) = found.events
    assert event.text == f"Theory is not drawn over this run: it needs {words}."


@pytest.mark.parametrize(
    "tables",
    [
        {"optimiser": {"schedule": "reduce-on-plateau"}},
        {"preparation": {"scaling": "none"}},
        {"mitigation": {"normalisation": "sum-of-weights"}},
        {"model": {"dropout": 0.5, "batch_normalisation": "yes"}},
        {"stopping": {"watch": "overall"}},
    ],
)
def test_settings_without_effect_prevent_nothing(tables: Table) -> None:
    settings = solvable_training(**tables)
    assert not list(obstacles(settings, plan_of(settings)))


def test_all_that_prevents_theory_is_named_at_once() -> None:
    settings = solvable_training(
        data={"samples": 400, "dimension": 6}, model={"bias": "yes"}, optimiser={"name": "adam"}
    )
    (event,) = theory_of(settings).events
    assert event.text.endswith(
        "bias = no instead of yes, and optimiser.name = sgd instead of adam."
    )


def test_data_without_theory_are_not_told_of_it() -> None:
    settings = training(data={"set": "signal", "rows": 100}, model=UNIT, optimiser=SGD)
    found = theory_of(settings)
    assert not found.points
    assert not found.events


@pytest.mark.parametrize(
    ("optimiser", "last"),
    [
        ({"batch_size": 7}, 1142),
        ({"batch_size": 7, "epochs": 5}, 1142),
        ({"batch_size": 8, "epochs": 5}, 1000),
        ({"steps": 20}, 20),
        ({"steps": 1}, 1),
    ],
)
def test_theory_ends_where_rows_repeat_or_batches_are_short(optimiser: Table, last: int) -> None:
    settings = solvable_training(data={"dimension": 20}, optimiser=optimiser)
    found = theory_of(settings)
    assert prepared_data(settings).dataset.training.y.size == 8000
    for points in found.points:
        assert points.x[0] == 0
        assert points.x[-1] == last
        assert np.all(np.diff(points.x) > 0)
    assert f"up to step {last:,}, its last full batch" in found.events[0].text


def test_balanced_batches_use_up_the_rows_of_the_smallest_group_first() -> None:
    settings = solvable_training(
        mixture=RARE,
        data={"dimension": 20},
        optimiser={"batch_size": 4},
        mitigation={"balanced_batches": "groups"},
    )
    rows = np.bincount(prepared_data(settings).dataset.training.group)
    assert theory_of(settings).points[0].x[-1] == 2 * rows.min() // 4 < rows.sum() // 4


def test_what_theory_is_compared_with_is_measured_at_the_same_steps() -> None:
    settings = solvable_training(data={"samples": 804, "dimension": 10}, optimiser={"epochs": 3})
    run = trained(settings)
    (measured,) = run.curves.select(quantity="loss", source=Source.VALIDATION, group="+")
    (exact,) = run.curves.select(quantity="loss", source=Source.THEORY, group="+")
    fresh = measured.x[measured.x <= exact.x[-1]]
    assert exact.x[-1] == (run.end or 0) // 3
    assert set(fresh) <= set(exact.x)
    assert measured.x[-1] == run.end


def test_a_rate_too_high_is_told_with_the_limit_and_curves_end_in_time() -> None:
    mixture = {"representation": 0.5, "variance_plus": 1.0, "variance_minus": 1.0}
    settings = solvable_training(
        mixture=mixture, loss={"name": "squared"}, optimiser={"learning_rate": 8.0}
    )
    found = theory_of(settings)
    (_, event) = found.events
    assert event.text == (
        "By theory the weights grow without bound: the learning rate must be below 4."
    )
    for points in found.points:
        assert points.x[-1] < event.x
        known = points.name.quantity != LOSS_DEVIATION  # single runs diverge earlier
        assert np.isfinite(points.value[points.x > 0]).all() or not known
    below = solvable_training(
        mixture=mixture, loss={"name": "squared"}, optimiser={"learning_rate": 3.9}
    )
    assert len(theory_of(below).events) == 1


@pytest.mark.parametrize("batch_size", [1, 16])
def test_the_deviation_is_that_of_runs_and_of_rows(batch_size: int) -> None:
    """Fewer inputs stand for all of them where batches are large."""
    settings = solvable_training(
        data={"samples": 40_000, "dimension": 100}, optimiser={"batch_size": batch_size}
    )
    dataset = prepared_data(settings).dataset
    assert isinstance(settings.data, MixtureData)
    case = solvable(settings.data, plan_of(settings), dataset)
    last = min(case.steps, 1250)
    chunks = simulate(
        case.mixture, case.rule, dimension=case.dimension, seeds=range(100, 300), steps=[last]
    )
    (chunk,) = (chunk for chunk in chunks if chunk.steps.size)
    losses = group_losses(case.mixture, Logistic(), chunk.overlaps, chunk.norm)[0]
    rows = np.bincount(dataset.validation.group)
    typical = chunk.overlaps[0, 0], chunk.norm[0, 0]
    of_rows = loss_deviations(case.mixture, Logistic(), *typical) / np.sqrt(rows)
    expected = np.hypot(losses.std(axis=0, ddof=1), of_rows)
    for group, deviation in zip("+-", expected, strict=True):
        (found,) = (
            points
            for points in theory_of(settings).points
            if (points.name.quantity, points.name.group) == (LOSS_DEVIATION, group)
        )
        at = float(np.interp(last, found.x, found.value))
        assert at == pytest.approx(deviation, rel=0.35)


def test_chance_takes_trainings_farther_off_at_larger_rates_and_in_fewer_dimensions() -> None:
    def deviation(**changes: Table) -> float:
        settings = solvable_training(loss={"name": "squared"}, **changes)
        by_group = [
            points.value[-1]
            for points in theory_of(settings).points
            if points.name.quantity == LOSS_DEVIATION
        ]
        return float(np.mean(by_group))

    slow = deviation(optimiser={"learning_rate": 0.3})
    assert deviation(optimiser={"learning_rate": 1.5}) > 1.5 * slow
    assert deviation(optimiser={"learning_rate": 0.3}, data={"dimension": 50}) > 1.3 * slow


def test_the_preset_agrees_with_its_theory_which_tells_what_the_text_says() -> None:
    run = trained(solvable_preset())
    assert agreement(run).startswith("This run agrees")
    (crossing,) = run.happened(EventKind.CROSSING)
    assert 1600 < crossing.x < 2200
    (exact,) = run.curves.select(quantity="loss", source=Source.THEORY, group="-")
    assert (round(float(exact.value.min()), 2), round(float(exact.value[-1]), 2)) == (0.53, 0.57)
