"""Tests of which settings of trouble and preparation have an effect in the panel."""

import pytest

from gui.panel.relevance import no_effect_reason


@pytest.mark.parametrize("name", ["label_flips", "missing", "leak", "shift"])
def test_what_belongs_to_a_trouble_has_no_effect_without_its_strength(name: str) -> None:
    key = f"trouble.{name}"

    def reason(strength: float, part: str) -> str:
        values = {f"{key}.strength": strength}
        return no_effect_reason(f"{key}.{part}", values.__getitem__)

    for part in ("group", "label", "where"):
        assert reason(0.0, part)
        assert not reason(0.5, part)
    assert not reason(0.0, "strength")


@pytest.mark.parametrize(
    ("treatment", "fences", "effective"),
    [
        ("keep", "tukey", set()),
        ("clip", "tukey", {"fences", "outlier_reach"}),
        ("remove", "quantiles", {"fences", "outlier_share"}),
    ],
)
def test_only_the_reach_of_the_chosen_fences_has_an_effect(
    treatment: str, fences: str, effective: set[str]
) -> None:
    values = {"preparation.outliers": treatment, "preparation.fences": fences}
    names = {"fences", "outlier_reach", "outlier_share"}
    assert {
        name for name in names if not no_effect_reason(f"preparation.{name}", values.__getitem__)
    } == effective
