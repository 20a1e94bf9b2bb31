"""Any admissible settings give curves, figures and numbers; nothing fails, nothing is missing."""

import numpy as np
from dynamics_runs import Table, dynamics, streamed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.figures import FIGURELESS, figure, numbers, titles
from experiments.run import RunFailedError
from experiments.settings import DynamicsSettings


@st.composite
def _mixtures(draw: st.DrawFn) -> Table:
    """Two groups from the whole box, or up to four by a Gram matrix of any rank."""
    if draw(st.booleans()):
        count = draw(st.integers(1, 4))
        rng = np.random.default_rng(draw(st.integers(0, 2**32)))
        root = rng.normal(size=(2 * count, draw(st.integers(1, 2 * count))))
        shares = rng.dirichlet(np.full(count, 0.5)) + 1e-4
        return {
            "shares": tuple((shares / shares.sum()).tolist()),
            "variances": tuple(np.exp(rng.normal(0, 2, count)).tolist()),
            "thresholds": tuple(rng.normal(0, 2, count).tolist()),
            "gram": tuple(map(tuple, (root @ root.T).tolist())),
        }
    shift = draw(st.sampled_from([0.0, 1.0]) | _between(1e-9, 100))
    plus, minus = (draw(st.floats(-1, 1)) if shift else 0.0 for _ in range(2))
    place = draw(st.sampled_from([-1.0, 0.0, 1.0]) | st.floats(-1, 1))
    similarity = plus * minus + place * np.sqrt((1 - plus**2) * (1 - minus**2))
    return {
        "representation": draw(st.sampled_from([1e-4, 0.5, 0.9999]) | st.floats(0.01, 0.99)),
        "variance_plus": draw(_between(1e-4, 1e4)),
        "variance_minus": draw(_between(1e-4, 1e4)),
        "rule_similarity": float(np.clip(similarity, -1, 1)),
        "label_correlation_plus": float(plus * np.sqrt(shift)),
        "label_correlation_minus": float(minus * np.sqrt(shift)),
        "shift": shift,
        "threshold_plus": draw(st.floats(-10, 10)),
        "threshold_minus": draw(st.floats(-10, 10)),
    }


def _between(low: float, high: float) -> st.SearchStrategy[float]:
    """Even in the logarithm, both ends included."""
    return st.floats(0, 1).map(lambda share: low ** (1 - share) * high**share)


def _weights(count: int) -> st.SearchStrategy[tuple[float, ...]]:
    weight = st.sampled_from([0.0, 1.0]) | _between(1e-3, 1e3)
    return st.tuples(*[weight] * count).filter(any)


@st.composite
def _learning(draw: st.DrawFn, groups: int, *, simulated: bool) -> Table:
    schedules = ["constant", "exponential", "step", "cosine", "warmup-cosine", "inverse-time"]
    duration = draw(_between(1e-3, 4 if simulated else 1e6))
    return {
        "loss": draw(st.sampled_from(["squared", "logistic", "focal", "smooth-hinge"])),
        "focal_gamma": draw(st.floats(0, 10)),
        "hinge_sharpness": draw(_between(0.1, 100)),
        "learning_rate": draw(_between(1e-6, 1e3)),
        "schedule": draw(st.sampled_from(schedules)),
        "decay_steps": min(max(duration * draw(_between(1e-2, 10)), 1e-3), 1e6),
        "decay_rate": draw(_between(1e-6, 1)),
        "alpha": draw(st.floats(0, 1)),
        "warmup_steps": min(max(duration * draw(_between(1e-3, 10)), 1e-3), 1e6),
        "weight_decay": draw(st.just(0.0) | _between(1e-3, 1e3)),
        "batch_size": draw(st.integers(1, 5 if simulated else 100_000)),
        "group_weights": draw(st.just(()) | _weights(groups)),
        "class_weights": draw(st.just((1.0, 1.0)) | _weights(2)),
        "initial_norm": draw(_between(1e-6, 1e4)),
        "duration": duration,
    }


@st.composite
def _admissible(draw: st.DrawFn) -> DynamicsSettings:
    """Any settings at all, with few and short runs."""
    mixture = draw(_mixtures())
    groups = len(mixture.get("shares", "+-"))
    simulated = draw(st.booleans())
    samplings = st.sampled_from(["as-represented", "balanced"])
    learning = draw(_learning(groups, simulated=simulated))
    thresholds = st.sampled_from([0, 1, groups]).flatmap(
        lambda count: st.tuples(*[st.floats(-100, 100)] * count)
    )
    mitigation = {
        "sampling": draw(samplings),
        "decision_thresholds": draw(thresholds),
        "switch_time": draw(st.just(0.0) | _between(1e-3, 1e6)),
        "later_group_weights": draw(st.just(()) | _weights(groups)),
        "later_class_weights": draw(st.just((1.0, 1.0)) | _weights(2)),
        "later_sampling": draw(samplings),
    }
    simulation = {
        "runs": draw(st.integers(1, 3)) if simulated else 0,
        "dimension": draw(st.integers(9, 40)),
        "method": draw(st.sampled_from(["direct", "reduced"])),
    }
    tables = {"mixture": mixture, "learning": learning, "mitigation": mitigation}
    return dynamics(**tables, simulation=simulation, output={"points": draw(st.integers(2, 40))})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_admissible())
def test_any_admissible_settings_give_curves_figures_and_numbers(chosen: DynamicsSettings) -> None:
    try:
        run = streamed(chosen)
    except RunFailedError:
        return
    for quantity in ("loss", "error", "R", "M", "Q"):
        for curve in run.curves.select(quantity=quantity):
            assert np.isfinite(curve.value).all()
    for title in titles("dynamics"):
        if title not in FIGURELESS:
            assert "nan" not in figure(run, title).caption.lower()
    for moment in (None, chosen.learning.duration / 3):
        for table in numbers(run, moment):
            for number in table.numbers:
                assert "nan" not in number.value
