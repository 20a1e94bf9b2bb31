"""What the watch says of made-up curves that have, or lack, one fault each."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ttest_ind
from watched_runs import (
    FACTS,
    HEALTHY,
    NO_ROWS,
    STEPS,
    TRAINING,
    VALIDATION,
    A,
    B,
    Curves,
    Shape,
    X,
    events_of,
    falling,
    flat,
    found,
    frames,
    looked_up,
    noisy,
    rows_of,
    turning,
)

from experiments.findings import Fault, Finding
from experiments.frames import (
    OVERALL,
    Event,
    EventKind,
    FloatArray,
    Frame,
)
from experiments.snapshots import Snapshot
from experiments.training.watch import Watch
from models.plan import ModelPlan, StoppingPlan, TrainingPlan


def constant_answer(answer: int) -> Curves:
    """Curves of a network that answers 900 no and 100 yes always alike."""
    return {
        (quantity, group, VALIDATION): flat(level)
        for group in (OVERALL, A, B)
        for quantity, level in (
            ("selection rate", answer),
            ("true positive rate", answer),
            ("false positive rate", answer),
            ("accuracy", 0.1 if answer else 0.9),
        )
    }


def test_nothing_is_found_in_a_healthy_training() -> None:
    assert found({}) == {}


def test_findings_can_be_read_back_from_events() -> None:
    finding = Finding(Fault.COLLAPSE, 3.0, "all: alike.", "Rate 0: none.", "Try: a threshold.")
    assert Finding.told_by(finding.event()) == finding
    assert finding.event().kind is EventKind.FINDING
    assert "Try: " in finding.event().text


# Overfitting


def overfit(group: str, *, at: float, end: float) -> Curves:
    return {
        ("loss", group, VALIDATION): turning(0.7, 0.3, end, at=at),
        ("loss", group, TRAINING): falling(0.7, 0.01, steps=at),
    }


def overfitting_of(changes: Curves) -> list[Finding]:
    """Give what is told of overfitting, one telling after the other."""
    findings = map(Finding.told_by, events_of(HEALTHY | changes))
    return [finding for finding in findings if finding.fault is Fault.OVERFITTING]


def test_overfitting_names_the_group_that_turned_first() -> None:
    finding = overfitting_of(overfit(A, at=4000, end=0.5) | overfit(B, at=100, end=0.6))[0]
    assert finding.step == pytest.approx(100, rel=0.1)
    assert "group B turned upwards first" in finding.sentence
    assert "No clear rise yet: group A." in finding.evidence


def test_no_group_turns_first_where_all_turn_at_once() -> None:
    finding = overfitting_of(overfit(A, at=100, end=3.0) | overfit(B, at=100, end=3.0))[0]
    assert "of all groups turned upwards at step" in finding.sentence
    assert "first" not in finding.sentence + finding.remedy


@pytest.mark.parametrize("end", [0.31, 0.6, 3.0])
def test_no_group_is_called_first_while_another_may_have_turned_before(end: float) -> None:
    told = overfitting_of(overfit(A, at=100, end=end) | overfit(B, at=300, end=2.0))
    assert "first" not in "".join(f.sentence for f in told if "group B turned" in f.sentence)


@pytest.mark.parametrize("later", [105, 110])
def test_no_group_is_called_first_where_chance_decides_which_is_the_lowest(later: float) -> None:
    finding = overfitting_of(overfit(B, at=100, end=3.0) | overfit(A, at=later, end=3.0))[0]
    assert finding.step < later
    assert "group B turned upwards at step" in finding.sentence


@pytest.mark.parametrize("at", [60, 100, 300])
@pytest.mark.parametrize("end", [0.5, 1.0, 3.0])
def test_second_telling_says_how_much_graver_it_is_and_claims_no_order(
    at: float, end: float
) -> None:
    first, second = overfitting_of(overfit(A, at=at, end=end) | overfit(B, at=100, end=3.0))
    assert "turned upwards" in first.sentence
    assert second.sentence.startswith("graver than told before: the validation loss of group ")
    assert "first" not in second.sentence
    assert "turned" not in second.sentence


def test_lowest_loss_is_one_that_was_measured_at_its_step() -> None:
    rough = noisy(turning(0.7, 0.3, 3.0, at=100), 0.05)
    finding = overfitting_of(overfit(B, at=100, end=3.0) | {("loss", B, VALIDATION): rough})[0]
    (low,) = rough(np.array([finding.step]))
    assert f"lowest {low:.3g} at step {finding.step:,.0f}," in finding.evidence


def test_lowest_loss_may_be_the_first_measured() -> None:
    rising: Curves = {
        ("loss", B, VALIDATION): lambda x: 0.69 * (1.0 + x) ** 0.1,
        ("loss", B, TRAINING): falling(0.7, 0.01),
    }
    finding = overfitting_of(rising)[0]
    assert finding.step == 1.0
    assert f"lowest {0.69 * 2**0.1:.3g} at step 1," in finding.evidence


def test_overfitting_is_told_of_every_group_in_the_order_of_turning() -> None:
    finding = found(overfit(A, at=120, end=3.0) | overfit(B, at=100, end=3.0))[Fault.OVERFITTING]
    assert finding.evidence.index("roup B: lowest") < finding.evidence.index("roup A: lowest")


def test_overfitting_is_told_before_the_end_and_once_more_when_far_graver() -> None:
    watch = Watch(FACTS, NO_ROWS)
    curves = HEALTHY | overfit(B, at=100, end=2.0)
    told_at = [
        float(frame.points[0].x[0])
        for frame in frames(curves)
        for event in watch.watch(frame).events
        if event.text.startswith(Fault.OVERFITTING)
    ]
    assert len(told_at) == 2
    assert 100 < told_at[0] < 300
    assert not [*watch.end()]


@pytest.mark.parametrize(
    "changes",
    [
        {("loss", B, VALIDATION): turning(0.7, 0.3, 0.31, at=100)},  # hardly
        {("loss", B, VALIDATION): turning(0.7, 0.3, 0.6, at=100), ("loss", B, TRAINING): flat(0.5)},
        {("loss", B, VALIDATION): turning(0.7, 1e-4, 1e-3, at=100)},  # as good as perfect
        {("loss", B, VALIDATION): noisy(flat(0.3), 0.2)},
    ],
    ids=["hardly", "given-up-in-training-too", "tiny", "noise"],
)
def test_other_rises_are_not_overfitting(changes: Curves) -> None:
    assert Fault.OVERFITTING not in found(changes)


def test_what_counts_as_noise_depends_on_the_rows_of_the_group() -> None:
    rise = overfit(B, at=100, end=0.36)
    few = {OVERALL: (900, 100), A: (890, 90), B: (8, 2)}
    assert Fault.OVERFITTING in found(rise)
    assert Fault.OVERFITTING not in found(rise, replace(FACTS, validation=few))


def test_remedies_in_use_are_not_advised() -> None:
    plan = TrainingPlan(
        model=ModelPlan(widths=(8,), dropout=0.5, l2=0.1), stopping=StoppingPlan(watch="overall")
    )
    remedy = found(overfit(B, at=100, end=0.6), replace(FACTS, plan=plan))[Fault.OVERFITTING].remedy
    assert not any(word in remedy for word in ("dropout", "L2", "early stopping"))
    remedy = found(overfit(B, at=100, end=0.6))[Fault.OVERFITTING].remedy
    assert all(word in remedy for word in ("dropout", "L2", "early stopping"))


# Underfitting


def stuck(*groups: str, area: float = 0.55, level: float = 0.32) -> Curves:
    return {
        key: shape
        for group in groups
        for key, shape in (
            (("loss", group, TRAINING), falling(0.7, level, steps=100.0)),
            (("ROC AUC", group, TRAINING), flat(area)),
        )
    }


def test_underfitting_is_a_loss_that_stands_still_at_the_base_rates() -> None:
    finding = found(stuck(OVERALL, A, B))[Fault.UNDERFITTING]
    entropy = -0.9 * np.log(0.9) - 0.1 * np.log(0.1)
    assert f"{entropy:.3g}" in finding.evidence
    assert STEPS / 2 <= finding.step <= 0.7 * STEPS


def test_underfitting_of_one_group_names_it() -> None:
    assert "group B" in found(stuck(B))[Fault.UNDERFITTING].sentence


@pytest.mark.parametrize(
    "changes",
    [
        stuck(OVERALL, A, B, area=0.8),
        stuck(OVERALL, A, B, level=0.25),
        stuck(OVERALL, A, B)
        | {("loss", group, TRAINING): falling(0.6, 0.3, steps=5000.0) for group in (OVERALL, A, B)},
    ],
    ids=["ranks-well", "well-below-base-rates", "still-falling"],
)
def test_what_is_learnt_or_still_being_learnt_is_no_underfitting(
    changes: Curves,
) -> None:
    assert Fault.UNDERFITTING not in found(changes)


# Collapse and accuracies that mislead


@pytest.mark.parametrize("answer", [0, 1])
def test_collapse_names_the_answer_that_everybody_gets(answer: int) -> None:
    finding = found(constant_answer(answer))[Fault.COLLAPSE]
    assert finding.sentence.endswith(f"{('no', 'yes')[answer]}.")


def test_a_collapse_that_passes_is_none() -> None:
    passing: Shape = lambda x: np.where((x > 6000) & (x < 6200), 0.0, 0.1)  # noqa: E731
    assert Fault.COLLAPSE not in found({("selection rate", OVERALL, VALIDATION): passing})


def test_one_group_may_collapse_alone() -> None:
    finding = found({("selection rate", B, VALIDATION): flat(0.0)})[Fault.COLLAPSE]
    assert "group B" in finding.sentence
    rare = {OVERALL: (980, 20), A: (785, 15), B: (195, 5)}
    changes = {("selection rate", B, VALIDATION): flat(0.0)}
    assert Fault.COLLAPSE not in found(changes, replace(FACTS, validation=rare))


MANY = replace(
    FACTS,
    class_names=("cat", "dog", "owl"),
    training=dict.fromkeys(FACTS.training, (300, 300, 300)),
    validation=dict.fromkeys(FACTS.validation, (300, 300, 300)),
)


def test_collapse_of_many_classes_is_a_balanced_accuracy_of_exactly_chance() -> None:
    name = ("balanced accuracy", OVERALL, VALIDATION)
    assert Fault.COLLAPSE in found({name: flat(1 / 3)}, MANY)
    assert Fault.COLLAPSE not in found({name: flat(0.34)}, MANY)


def test_accuracy_misleads_where_a_rare_class_is_never_found() -> None:
    finding = found(constant_answer(0))[Fault.MISLEADING_ACCURACY]
    assert "0.90" in finding.sentence
    assert "0.00 is found" in finding.sentence
    assert "100 of 1,000" in finding.evidence


def test_accuracy_misleads_where_the_common_class_is_the_positive_one() -> None:
    counts = dict.fromkeys((OVERALL, A, B), (100, 900))
    changes = {("false positive rate", OVERALL, VALIDATION): flat(0.95)}
    finding = found(changes, replace(FACTS, validation=counts))[Fault.MISLEADING_ACCURACY]
    assert "class no" in finding.sentence


def test_accuracy_may_mislead_in_one_group_alone() -> None:
    changes = {("true positive rate", B, VALIDATION): flat(0.0)}
    assert "group B" in found(changes)[Fault.MISLEADING_ACCURACY].sentence


def test_accuracy_does_not_mislead_where_it_is_low() -> None:
    changes = constant_answer(0) | {
        ("accuracy", group, VALIDATION): flat(0.6) for group in (OVERALL, A, B)
    }
    assert Fault.MISLEADING_ACCURACY not in found(changes)


def test_accuracy_of_many_classes_misleads_far_above_the_balanced_one() -> None:
    name = ("balanced accuracy", OVERALL, VALIDATION)
    assert Fault.MISLEADING_ACCURACY in found({name: flat(0.5)}, MANY)
    assert Fault.MISLEADING_ACCURACY not in found({name: flat(0.9)}, MANY)


# The lead


def crossed(scores: FloatArray, group: FloatArray, *, at: float) -> list[Finding]:
    """Watch a change of the lead at step 100, told with what the network says of rows at `at`."""
    rows = rows_of(group.astype(np.int32))
    boundary = np.empty((0, 1), np.float32)
    snapshot = Snapshot("base", 0, at, scores.astype(np.float32)[:, None], boundary)
    watch = Watch(FACTS, rows)
    crossing = Event(EventKind.CROSSING, 100.0, "Step 100: now group A is ahead.")
    told = [
        watch.watch(Frame(events=(crossing,))),
        watch.watch(Frame(snapshots=(snapshot,))),
    ]
    events = [event for frame in told for event in frame.events]
    return [Finding.told_by(event) for event in events if event.kind is EventKind.FINDING]


def test_lead_within_the_noise_of_its_rows_is_told_as_such() -> None:
    rng = np.random.default_rng(1)
    group = np.repeat([0.0, 1.0], [400, 40])
    (finding,) = crossed(rng.normal(1.0, 2.0, 440) + 0.01 * group, group, at=130.0)
    assert (finding.fault, finding.step) == (Fault.UNSURE_LEAD, 100.0)
    assert not crossed(rng.normal(1.0, 2.0, 440) + 3.0 * group, group, at=130.0)
    assert not crossed(rng.normal(1.0, 2.0, 440), group, at=90.0)


def test_standard_error_is_that_of_welch() -> None:
    rng = np.random.default_rng(2)
    group = np.repeat([0.0, 1.0], [300, 100])
    verdicts = []
    for shift in np.linspace(0.0, 1.0, 21):
        scores = rng.normal(1.0, 1.0, 400) + shift * group
        loss = np.logaddexp(0.0, -scores)
        clear = ttest_ind(loss[:300], loss[300:], equal_var=False).pvalue < 0.05
        verdicts.append(bool(crossed(scores, group, at=130.0)) != clear)
    assert np.mean(verdicts) > 0.9  # the t distribution is a little wider than the normal one


# Cost and calm


def test_every_fault_is_told_at_most_twice_however_wild_the_curves() -> None:
    rng = np.random.default_rng(3)
    wild: Curves = {name: looked_up(rng.uniform(0.0, 3.0, X.size)) for name in HEALTHY}
    told = [Finding.told_by(event).fault for event in events_of(wild)]
    assert max(map(told.count, told), default=0) <= 2


def test_curves_that_are_not_defined_lead_to_no_finding() -> None:
    assert found(dict.fromkeys(HEALTHY, flat(np.nan))) == {}
