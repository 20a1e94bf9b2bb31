"""Sentences on why a group is ahead say what the formulas of the squared loss say."""

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from dynamics_runs import GENERAL, Table, dynamics, times, values
from scipy.stats import norm as normal

from experiments.curves import CurveSet
from experiments.dynamics import Theory, theory
from experiments.frames import Event, EventKind, FloatArray

PHRASES = {
    "makes its rule easier to read": "alignment",
    "turn towards its rule": "alignment",
    "in alignment shrinks": "alignment",
    "growing norm costs": "norm",
    "the norm of the weights costs": "norm",
    "shrinking norm relieves": "norm",
    "shift and the base rate": "shift",
}

_VISIBLE = 1e-3


def _mixture(*numbers: float) -> Table:
    return dict(zip(GENERAL, numbers, strict=True))


@dataclass(frozen=True)
class Case:
    mixture: Table
    learning_rate: float
    initial_norm: float
    duration: float
    phrases: tuple[str, ...]

    @property
    def learning(self) -> Table:
        return {
            "learning_rate": self.learning_rate,
            "initial_norm": self.initial_norm,
            "duration": self.duration,
        }


_ZERO_SHIFT = _mixture(0.8, 0.25, 1.3, 0.35, 0, 0, 0, 0, 0)

CASES = {
    "zero shift": Case(
        _ZERO_SHIFT, 0.25, 0.02, 400, ("makes its rule easier to read", "growing norm costs")
    ),
    "before the first crossing": Case(
        _ZERO_SHIFT, 0.25, 0.02, 0.5, ("the norm of the weights costs",)
    ),
    "hardly ever seen": Case(
        _mixture(0.99, 0.25, 1.3, 0.35, 0, 0, 0, 0, 0), 0.25, 0.02, 5, ("growing norm costs",)
    ),
    "from long weights": Case(_ZERO_SHIFT, 0.25, 4, 400, ("the norm of the weights costs",)),
    "relieved": Case(
        _mixture(0.5, 1.3, 0.25, 0.35, 0, 0, 0, 0, 0), 0.25, 4, 400, ("shrinking norm relieves",)
    ),
    "labels": Case(
        _mixture(0.78, 0.11, 0.16, 0.22, -0.34, -0.13, 1, 0.46, -0.92),
        0.3,
        0.05,
        400,
        ("shift and the base rate", "makes its rule easier to read"),
    ),
    "double": Case(
        _mixture(0.84, 0.15, 2.0, 0.76, -0.07, -0.59, 1, -0.04, -0.08),
        0.29,
        0.05,
        400,
        ("makes its rule easier to read", "growing norm costs"),
    ),
    "representation": Case(
        _mixture(0.8, 0.5, 0.5, 0.2, 0, 0, 0, 0, 0), 0.3, 0.02, 100, ("turn towards its rule",)
    ),
    "spurious feature": Case(
        _mixture(0.8, 0.5, 0.5, 0.28, 0.6, -0.6, 1, 0, 0),
        0.3,
        0.05,
        100,
        ("shift and the base rate",),
    ),
}


def _labels(mixture: Table) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Variances, mean labels and saliencies, from the definitions."""
    variance = np.array([mixture["variance_plus"], mixture["variance_minus"]])
    centre = np.array([mixture["label_correlation_plus"], -mixture["label_correlation_minus"]])
    threshold = np.array([mixture["threshold_plus"], mixture["threshold_minus"]])
    margin = (centre + threshold) / np.sqrt(variance)
    return variance, 2 * normal.cdf(margin) - 1, 2 * normal.pdf(margin) * np.sqrt(variance)


def _parts(mixture: Table, curves: CurveSet) -> dict[str, FloatArray]:
    """What each part adds to the loss of group + minus that of group −, by formula."""
    variance, mean_label, saliency = _labels(mixture)
    overlap, field = (
        np.column_stack([values(curves, quantity, group) for group in ("+", "-")])
        for quantity in ("R", "M")
    )
    by_group = {
        "alignment": -saliency * overlap,
        "norm": 0.5 * np.outer(values(curves, "Q"), variance),
        "shift": 0.5 * field**2 - field * mean_label,
    }
    return {part: array[:, 0] - array[:, 1] for part, array in by_group.items()}


def _explanations(found: Theory) -> list[Event]:
    return [event for event in found.events if event.kind is EventKind.EXPLANATION]


def _lobes(gap: FloatArray) -> list[int]:
    """Index of the extreme of each visible stretch with one sign."""
    ends = np.flatnonzero(np.diff(np.sign(gap))) + 1
    stretches = np.split(np.arange(gap.size), ends)
    extremes = [int(inside[np.argmax(np.abs(gap[inside]))]) for inside in stretches]
    return [index for index in extremes if abs(gap[index]) >= _VISIBLE]


@pytest.mark.parametrize("name", CASES)
def test_sentences_name_the_part_that_did_most_and_the_group_that_gained(name: str) -> None:
    case = CASES[name]
    settings = dynamics(mixture=case.mixture, learning=case.learning, output={"points": 8000})
    found = theory(settings)
    curves = CurveSet(found.points)
    gap, parts = values(curves, "loss_gap"), _parts(case.mixture, curves)
    np.testing.assert_allclose(sum(parts.values()), gap, atol=1e-10)
    lobes = _lobes(gap)
    spans: list[tuple[int | None, int]] = [*pairwise(lobes)] or [(None, lobes[0])]
    events = _explanations(found)
    assert len(events) == len(spans) == len(case.phrases)
    for event, (before, after), phrase in zip(events, spans, case.phrases, strict=True):
        done = {
            part: array[after] - (0.0 if before is None else array[before])
            for part, array in parts.items()
        }
        ahead, behind = ("+", "-") if gap[after] < 0 else ("-", "+")
        sign = -1 if ahead == "+" else 1
        assert phrase in event.text
        assert PHRASES[phrase] == max(done, key=lambda part: sign * done[part])
        if before is None:
            assert event.text.startswith(f"Group {ahead} is ahead because ")
        else:
            assert event.text.startswith(f"At t = {event.x:.3g} group {ahead} gets ahead: ")
        if f"group {behind}" in event.text:
            assert re.search(f"costs group {behind} more|than group {behind} ", event.text)
        _check_numbers(event, case.mixture, curves, ahead=ahead, behind=behind)


def _check_numbers(
    event: Event, mixture: Table, curves: CurveSet, *, ahead: str, behind: str
) -> None:
    variance, mean_label, saliency = _labels(mixture)
    index = {"+": 0, "-": 1}

    def at(quantity: str, group: str = "overall") -> float:
        return float(np.interp(event.x, times(curves), values(curves, quantity, group)))

    expected = {
        "saliency κ": [saliency[index[group]] for group in (ahead, behind)],
        "overlap R": [at("R", group) for group in (ahead, behind)],
        "mean field M": [at("M", group) for group in (ahead, behind)],
        "mean label": [mean_label[index[group]] for group in (ahead, behind)],
        "field variance ΔQ": sorted(variance * at("Q"), reverse=True),
    }
    told = re.findall(r"(?:\(|, )([^\d(]+?) (-?[\d.e-]+) against (-?[\d.e-]+)", event.text)
    assert told
    for quantity, *numbers in told:
        np.testing.assert_allclose(
            [float(number) for number in numbers], expected[quantity], rtol=0.006
        )


def test_every_part_decides_somewhere() -> None:
    phrases = {phrase for case in CASES.values() for phrase in case.phrases}
    assert {PHRASES[phrase] for phrase in phrases} == {"alignment", "norm", "shift"}


def _mirrored(mixture: Table) -> Table:
    """The same two groups under each other's names, which turns the shift round."""
    return {
        "representation": 1 - mixture["representation"],
        "variance_plus": mixture["variance_minus"],
        "variance_minus": mixture["variance_plus"],
        "rule_similarity": mixture["rule_similarity"],
        "label_correlation_plus": -mixture["label_correlation_minus"],
        "label_correlation_minus": -mixture["label_correlation_plus"],
        "shift": mixture["shift"],
        "threshold_plus": mixture["threshold_minus"],
        "threshold_minus": mixture["threshold_plus"],
    }


_OTHER = {"group +": "group -", "group -": "group +", "Group +": "Group -", "Group -": "Group +"}


@pytest.mark.parametrize("loss", ["squared", "logistic", "focal"])
@pytest.mark.parametrize("name", CASES)
def test_groups_under_each_others_names_swap_places_in_the_sentences(name: str, loss: str) -> None:
    case = CASES[name]
    learning = case.learning | {"loss": loss}
    first, second = (
        _explanations(theory(dynamics(mixture=mixture, learning=learning)))
        for mixture in (case.mixture, _mirrored(case.mixture))
    )
    assert first
    expected = [re.sub(r"[gG]roup [+-]", lambda hit: _OTHER[hit[0]], e.text) for e in first]
    assert [event.text for event in second] == expected
    np.testing.assert_allclose([e.x for e in second], [e.x for e in first], rtol=1e-5)


def test_group_names_are_those_of_the_settings() -> None:
    gram = np.eye(4)
    gram[0, 1] = gram[1, 0] = 0.35
    gram[2:, 2:] = 0.0
    mixture = {
        "shares": (0.8, 0.2),
        "variances": (0.25, 1.3),
        "thresholds": (0.0, 0.0),
        "names": ("town", "country"),
        "gram": tuple(map(tuple, gram.tolist())),
    }
    events = theory(dynamics(mixture=mixture)).events
    texts = [event.text for event in events if event.kind is not EventKind.PHASE]
    assert texts[:2] == ["t = 0.943: now country is ahead.", "t = 3.11: now town is ahead."]
    assert texts[2].startswith("At t = 0.943 country gets ahead: its larger variance")
    assert "costs country more noise" in texts[3]


@pytest.mark.parametrize(
    ("changed", "source"),
    [
        ({"variances": (0.5, 0.7)}, "Its larger variance"),
        ({"thresholds": (1.0, 0.0)}, "The better balance of its labels"),
        (
            {"gram": np.diag([1.0, 0.25, 0.0, 0.0]).tolist(), "shares": (0.45, 0.55)},
            "The shorter length of its rule",
        ),
    ],
)
def test_what_makes_labels_easier_to_read_is_named(changed: Table, source: str) -> None:
    mixture: Table = {
        "shares": (0.55, 0.45),
        "variances": (0.5, 0.5),
        "thresholds": (0.0, 0.0),
        "gram": np.diag([1.0, 1.0, 0.0, 0.0]).tolist(),
    }
    learning = {"duration": 3.0, "learning_rate": 0.1, "initial_norm": 0.01}
    found = theory(dynamics(mixture=mixture | changed, learning=learning))
    texts = [event.text for event in _explanations(found)]
    assert any(source.lower() in text.lower() for text in texts), texts
