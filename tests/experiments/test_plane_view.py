"""What the plane view says and draws, against the samples it holds."""

import re

import numpy as np
import pytest
from numpy.typing import ArrayLike

from experiments.frames import FloatArray
from experiments.plane import PlaneView, plane_scene, plane_view
from experiments.settings import DynamicsSettings
from experiments.views import group_colour
from simulation.plane import PlaneChoice

SHIFTED = {
    "shift": 1.0,
    "rule_similarity": 0.4,
    "label_correlation_plus": 0.3,
    "label_correlation_minus": -0.2,
}


def dynamics(**mixture: object) -> DynamicsSettings:
    return DynamicsSettings.model_validate(
        {"version": 1, "kind": "dynamics", "seed": 4, "mixture": mixture}
    )


def three_groups() -> DynamicsSettings:
    root = np.random.default_rng(8).normal(size=(6, 6))
    gram = tuple(tuple(row) for row in (root @ root.T / 6).tolist())
    return dynamics(gram=gram, names=("a", "b", "older people"))


def learnt(settings: DynamicsSettings) -> FloatArray:
    coordinates = settings.mixture.teacher_mixture().coordinates
    return coordinates @ np.linspace(0.6, -0.4, coordinates.shape[1])


def shown(
    settings: DynamicsSettings,
    choice: PlaneChoice = PlaneChoice.SHIFT_AND_RULE,
    *,
    time: float = 3.1,
    overlaps: FloatArray | None = None,
    norm: float = 2.0,
    decision_thresholds: ArrayLike = 0.0,
) -> PlaneView:
    return plane_view(
        settings,
        choice,
        time=time,
        overlaps=learnt(settings) if overlaps is None else overlaps,
        norm=norm,
        decision_thresholds=decision_thresholds,
    )


def percent(text: str, after: str) -> int:
    found = re.search(rf"{re.escape(after)} (\d+) %", text)
    assert found is not None
    return int(found[1])


def test_caption_counts_the_answers_shown() -> None:
    view = shown(dynamics(**SHIFTED))
    group = view.scene.samples.group
    assert "At t = 3.1 the student answers" in view.caption
    assert percent(view.caption, "answers") == round(100 * view.right.mean())
    for index, label in enumerate(("group +", "group -")):
        assert percent(view.caption, label) == round(100 * view.right[group == index].mean())


def test_caption_names_best_and_worst_of_many_groups() -> None:
    groups = 5
    settings = dynamics(
        shares=(0.2,) * groups,
        variances=(0.2, 0.5, 1.0, 2.0, 4.0),
        thresholds=(0.0,) * groups,
        gram=tuple(map(tuple, np.eye(2 * groups).tolist())),
    )
    view = shown(settings)
    rates = [view.right[view.scene.samples.group == index].mean() for index in range(groups)]
    best, worst = int(np.argmax(rates)), int(np.argmin(rates))
    assert f": group {best + 1} {100 * rates[best]:.0f} %, group {worst + 1} " in view.caption
    assert view.caption.count("group") == 2


def test_share_of_the_weights_is_told() -> None:
    settings = dynamics(**SHIFTED)
    gram = settings.mixture.teacher_mixture().gram
    half = shown(settings, overlaps=gram[0], norm=2.0)
    assert "50 % of its squared length lies in this plane" in half.caption
    rule = gram[0]
    almost = shown(settings, overlaps=rule, norm=1.001)
    assert "More than 99 % of its squared length" in almost.caption
    faint = shown(settings, overlaps=0.01 * rule, norm=2.0)
    assert "Less than 1 % of its squared length" in faint.caption


def test_a_student_that_knows_nothing_has_no_boundary() -> None:
    settings = dynamics(**SHIFTED)
    view = shown(settings, overlaps=np.zeros(4), norm=0.02)
    assert view.boundaries == ()
    assert "no boundary here" in view.caption
    assert set(view.answer.tolist()) == {-1, 1}


def test_one_answer_to_everything_is_said() -> None:
    settings = dynamics(**SHIFTED)
    assert "answers −1 to all" in shown(settings, decision_thresholds=100.0).caption
    assert "answers +1 to all" in shown(settings, decision_thresholds=-100.0).caption
    assert "to all" not in shown(settings).caption


def test_boundaries_that_coincide_are_one_line() -> None:
    settings = dynamics(**SHIFTED)
    (common,) = shown(settings).boundaries
    assert common.colour is None
    by_group = shown(settings, decision_thresholds=np.array([0.2, -0.2])).boundaries
    assert [line.colour for line in by_group] == [group_colour(0), group_colour(1)]
    assert by_group[0].level - by_group[1].level == pytest.approx(0.4)
    widths = sorted(line.half_width for line in by_group)
    assert widths[0] < common.half_width < widths[1]


def test_a_shift_out_of_the_plane_parts_the_boundaries() -> None:
    lines = shown(dynamics(**SHIFTED), PlaneChoice.TWO_RULES).boundaries
    assert len(lines) == 2
    np.testing.assert_array_equal(lines[0].normal, lines[1].normal)


def test_answers_lie_on_their_side_when_all_weights_are_in_the_plane() -> None:
    settings = dynamics(**SHIFTED)
    gram = settings.mixture.teacher_mixture().gram
    view = shown(settings, overlaps=gram[0] + gram[2], norm=float(gram[0, 0] + 2 * gram[0, 2] + 1))
    (line,) = view.boundaries
    assert line.half_width == pytest.approx(0, abs=1e-6)
    side = np.sign(view.scene.position @ line.normal - line.level)
    np.testing.assert_array_equal(side, view.answer)


def test_time_moves_the_student_alone() -> None:
    settings = dynamics(**SHIFTED)
    early, late = shown(settings), shown(settings, time=5.0, overlaps=2 * learnt(settings), norm=9)
    assert early.scene is late.scene
    again = plane_scene(dynamics(**SHIFTED).mixture, PlaneChoice.SHIFT_AND_RULE, settings.seed)
    assert again is early.scene
    other = plane_scene(settings.mixture, PlaneChoice.SHIFT_AND_RULE, settings.seed + 1)
    assert not np.array_equal(other.position, early.scene.position)


def test_axes_are_named_in_words() -> None:
    settings = dynamics(**SHIFTED)
    scene = shown(settings).scene
    assert scene.x_label == "along the shift v"
    assert scene.y_label == "along T₊ (rule of group +), at right angles to v"
    assert scene.note == ""
    rules = shown(settings, PlaneChoice.TWO_RULES).scene
    assert rules.x_label == "along T₊ (rule of group +)"
    assert rules.y_label == "along T₋ (rule of group -), at right angles to T₊"
    assert scene.choices == (
        (PlaneChoice.SHIFT_AND_RULE, "v and T₊"),
        (PlaneChoice.TWO_RULES, "T₊ and T₋"),
    )


def test_directions_already_at_right_angles_are_named_plainly() -> None:
    settings = dynamics(shift=1.0, rule_similarity=0.2)
    assert shown(settings).scene.y_label == "along T₊ (rule of group +)"


@pytest.mark.parametrize(
    ("mixture", "note"),
    [
        ({"rule_similarity": 0.2}, "There is no shift, so the axes follow the rules."),
        (
            {"rule_similarity": 1.0},
            "All rules and shifts lie on one line, so the vertical axis is noise alone.",
        ),
        (
            {
                "shift": 1.0,
                "label_correlation_plus": 1.0,
                "label_correlation_minus": 0.2,
                "rule_similarity": 0.2,
            },
            "T₊ runs along the horizontal axis, so the vertical one follows T₋.",
        ),
    ],
)
def test_what_is_special_about_a_plane_is_said(mixture: dict[str, float], note: str) -> None:
    view = shown(dynamics(**mixture))
    assert view.scene.note == note
    assert note in view.caption
    assert len(view.scene.choices) == 1


def test_rare_groups_are_shown_and_it_is_said() -> None:
    scene = shown(dynamics(representation=0.9999, **SHIFTED)).scene
    assert [group.count for group in scene.groups] == [380, 20]
    assert "of group - (share less than 1 %)" in scene.note


def test_arrows_are_the_projected_directions_and_share_tips() -> None:
    settings = dynamics(**SHIFTED)
    arrows = {arrow.label: arrow for arrow in shown(settings).scene.arrows}
    assert set(arrows) == {"T₊", "T₋", "v", "−v"}
    np.testing.assert_allclose(arrows["v"].tip, (1, 0), atol=1e-9)
    np.testing.assert_allclose(arrows["T₊"].tip, (0.3, np.sqrt(1 - 0.09)), atol=1e-9)
    assert arrows["T₋"].colour == group_colour(1)
    (both,) = shown(dynamics(rule_similarity=1.0)).scene.arrows
    assert (both.label, both.colour) == ("T₊, T₋", None)


def test_a_rule_at_right_angles_to_the_plane_has_no_line() -> None:
    scene = shown(dynamics(rule_similarity=0.0, shift=1.0)).scene
    assert [rule.label for rule in scene.rules] == ["rule of group +"]
    assert {arrow.label for arrow in scene.arrows} == {"T₊", "v", "−v"}


def test_three_groups_are_numbered_and_named() -> None:
    scene = shown(three_groups()).scene
    assert scene.x_label == "along v₁ (centre of group a)"
    assert scene.y_label == "along T₁ (rule of group a), at right angles to v₁"
    assert [group.label for group in scene.groups] == ["group a", "group b", "older people"]
    assert len(scene.rules) == 3
    assert sum(group.count for group in scene.groups) == len(scene.position)


@pytest.mark.parametrize("choice", list(PlaneChoice))
def test_everything_lies_within_the_axes(choice: PlaneChoice) -> None:
    for settings in (dynamics(**SHIFTED), three_groups(), dynamics(shift=100.0)):
        scene = shown(settings, choice).scene
        points = np.vstack([scene.position, *(arrow.tip for arrow in scene.arrows)])
        for axis, (low, high) in enumerate((scene.x_span, scene.y_span)):
            assert low < min(points[:, axis].min(), 0)
            assert high > max(points[:, axis].max(), 0)
