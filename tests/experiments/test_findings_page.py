"""The page about findings tells of every fault, and the rules that the detectors follow."""

import re
from collections.abc import Mapping

import pytest

from experiments.documentation import findings_text
from experiments.findings import Fault
from experiments.training.watch import (
    accuracy,
    collapse,
    gradients,
    groups,
    learning_rate,
    overfitting,
    seen,
    too_short,
    underfitting,
    watch,
    weights,
)


def sections() -> Mapping[str, str]:
    _, *parts = re.split(r"^## ", findings_text(), flags=re.MULTILINE)
    return {part.partition("\n")[0]: " ".join(part.split()) for part in parts}


def percent(share: float) -> str:
    return f"{100 * share:g} %"


RULES: dict[str, tuple[str, ...]] = {
    Fault.OVERFITTING: (
        f"{percent(overfitting._RISE)} of it",
        f"{percent(overfitting._LEAST)} of the loss of base rates",
        f"{overfitting._WOBBLE:g} times the scatter",
        f"fallen by {percent(overfitting._FALL)}",
    ),
    Fault.UNDERFITTING: (
        f"at least {underfitting._NEAR:g} of the loss of base rates",
        f"at most {percent(underfitting._STILL)} of that",
        f"at most {underfitting._CHANCE_AREA:g} on training rows",
        f"at most {underfitting._CHANCE_RECALL:g} times chance",
        f"{underfitting._LEAST_ROWS} training rows",
    ),
    Fault.COLLAPSE: (f"on {collapse._LEAST_ROWS} validation rows",),
    Fault.RATE_TOO_HIGH: (
        f"above {learning_rate._RUNAWAY:g} times the larger",
        f"last {learning_rate._WINDOW} measurements",
        f"changed direction {learning_rate._SWINGS} times",
        f"by {percent(learning_rate._AMPLITUDE)} of itself",
        f"{percent(learning_rate._AMPLITUDE_OF_ANOTHER)} must be changed",
        f"lie {percent(learning_rate._RISEN)} or more above",
        f"at least {learning_rate._STUCK:g} of it is left",
    ),
    Fault.RATE_TOO_LOW: (
        f"more than {percent(learning_rate._AT_BASE_RATES)} off",
        f"changed by {percent(learning_rate._UNMOVED)}",
        f"less than {percent(learning_rate._SLOW_FALL)}",
        f"After {learning_rate._LEAST_STEPS} steps or more",
    ),
    Fault.TOO_SHORT: (
        f"the last {too_short._NEAR} measurements",
        f"at least {percent(too_short._FALL)} below the {2 * too_short._NEAR} around",
    ),
    Fault.SMALL_GROUP: (f"wider than {groups._WIDE:g}",),
    Fault.MISLEADING_ACCURACY: (
        f"is {accuracy._HIGH:g} or more",
        f"is at most {accuracy._MISSED:g}, with {accuracy._LEAST_ROWS} rows",
        f"lies {accuracy._FAR_BELOW:g} or more below",
    ),
    Fault.IDLE_WEIGHTS: (
        f"one parameter for {weights._ROWS_PER_PARAMETER} training rows",
        f"at most {weights._POOR:g} on training rows",
        f"at most {2 * weights._POOR - 1:g} on validation rows",
    ),
    Fault.UNSURE_LEAD: (f"less than {groups._SURE:g} standard errors",),
}


def test_page_has_a_section_for_every_fault_in_their_order() -> None:
    assert tuple(sections()) == tuple(Fault)
    for text in sections().values():
        parts = re.findall(r"\*\*(.+?)\*\*", text)
        assert parts == ["What it says.", "Rule.", "When it misleads."]


@pytest.mark.parametrize("fault", RULES)
def test_rules_name_the_thresholds_in_force(fault: str) -> None:
    for words in RULES[fault]:
        assert words in sections()[fault]


def test_thresholds_told_in_words_are_these() -> None:
    assert (seen._LATE, watch._GRAVER) == (0.5, 3.0)
    assert (collapse._LASTING, collapse._LEAST_SHARE) == (1.25, 0.1)
    assert (gradients._LOST, gradients._LASTING, gradients._UNLEARNT) == (1e-3, 4.0, 0.5)
    rate = learning_rate
    assert (rate._GRADIENT_LEFT, rate._STEADY, rate._WORTH) == (0.5, 0.5, 0.1)
    assert rate._SLOW_WAY == 0.5


def test_page_keeps_to_what_a_text_browser_can_show() -> None:
    text = findings_text()
    assert not re.search(r"</?[a-z]+>|\$|\]\(", text)
    assert max(map(len, text.splitlines())) <= 100
