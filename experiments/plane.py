"""The plane view: samples, rules and the student's decision boundary on a plane, as data."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiments.frames import FloatArray
from experiments.settings import DynamicsSettings
from experiments.settings.mixture import Mixture
from experiments.views import group_colour, group_label
from simulation.mixture import TeacherMixture
from simulation.plane import (
    Cut,
    Plane,
    PlaneChoice,
    Samples,
    distinct_choices,
    draw_samples,
    plane_of,
    rule_cuts,
    student_on,
)
from simulation.sampling import IntArray

_SAMPLES = 400
_LEAST_SAMPLES = 20
_PAD = 0.05
_LEVEL = 2e-3
"""Lines and arrows closer than this, relative to the width of the view, look like one."""
_MOST_NAMED = 3
"""With more groups than this the caption names the best and the worst alone."""
_SUBSCRIPTS = str.maketrans("+-−0123456789", "₊₋₋₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True)
class PlaneGroup:
    """A group in the legend: its label, colour and number of samples drawn."""

    label: str
    colour: str
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class PlaneLine:
    """The line normal·x = level; on the side its normal (2,) points to, the answer is +1.

    Attributes
    ----------
    label
        What it is the boundary of; plain text.
    colour
        Of its group; None for the colour of text, where it stands for all groups.
    half_width
        Distance within which inputs not shown typically turn the answer; may be infinite.
    """

    label: str
    colour: str | None
    normal: FloatArray
    level: float
    half_width: float


@dataclass(frozen=True, slots=True, eq=False)
class PlaneArrow:
    """A vector from the origin to `tip` (2,); `colour` None where it stands for several groups."""

    label: str
    colour: str | None
    tip: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PlaneScene:
    """What does not move with time.

    Attributes
    ----------
    choice
        The plane shown.
    choices
        Planes that differ from each other, with what to call them.
    x_span, y_span
        Stretches of the axes that hold everything.
    position
        Of each sample, shape (m, 2).
    group, label
        Number of the group, and −1 or +1, of each sample; shape (m,).
    note
        A sentence on what is special about this plane; often empty.
    """

    plane: Plane
    samples: Samples
    choice: PlaneChoice
    choices: tuple[tuple[PlaneChoice, str], ...]
    x_label: str
    y_label: str
    x_span: tuple[float, float]
    y_span: tuple[float, float]
    groups: tuple[PlaneGroup, ...]
    rules: tuple[PlaneLine, ...]
    arrows: tuple[PlaneArrow, ...]
    note: str

    @property
    def position(self) -> FloatArray:
        """Where each sample lies, shape (m, 2)."""
        return self.samples.components[:, :2]


@dataclass(frozen=True, slots=True, eq=False)
class PlaneView:
    """The plane at one moment.

    Attributes
    ----------
    answer
        The student's answer to each sample, −1 or +1, shape (m,).
    boundaries
        One line for all groups, or one for each; none while no weights lie in the plane.
    caption
        What is seen, in plain sentences.
    """

    scene: PlaneScene
    answer: IntArray
    boundaries: tuple[PlaneLine, ...]
    caption: str

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether each sample is answered as its label says, shape (m,)."""
        return np.asarray(self.answer == self.scene.samples.label)


def plane_view(
    settings: DynamicsSettings,
    choice: PlaneChoice,
    *,
    time: float,
    overlaps: FloatArray,
    norm: float,
    decision_thresholds: ArrayLike = 0.0,
) -> PlaneView:
    """Show the student at one moment.

    Parameters
    ----------
    settings
        Whose mixture and seed give the samples.
    choice
        The plane; one that `PlaneScene.choices` lacks is the same as the one it holds.
    time
        t = steps/d, for the caption.
    overlaps, norm
        w·u/d, shape (2K,), and Q = |w|²/d at that time; finite.
    decision_thresholds
        θ, one for all groups or shape (K,).
    """
    scene = plane_scene(settings.mixture, choice, settings.seed)
    student = student_on(scene.plane, overlaps, norm)
    answer = student.answers(scene.samples, decision_thresholds)
    boundaries = _boundaries(scene, student.cuts(decision_thresholds))
    sentences = [
        _accuracy_sentence(scene, time, answer),
        _share_sentence(student.share_in_plane, drawn=bool(boundaries)),
        scene.note,
    ]
    return PlaneView(scene, answer, boundaries, " ".join(filter(None, sentences)))


@lru_cache(maxsize=8)
def plane_scene(mixture_settings: Mixture, choice: PlaneChoice, seed: int) -> PlaneScene:
    """Work out once what stays while time moves."""
    mixture = mixture_settings.teacher_mixture()
    plane = plane_of(mixture, choice)
    samples = draw_samples(plane, count=_SAMPLES, least=_LEAST_SAMPLES, seed=seed)
    counts = np.bincount(samples.group, minlength=mixture.size)
    groups = tuple(
        PlaneGroup(group_label(name), group_colour(index), int(count))
        for index, (name, count) in enumerate(zip(mixture.names, counts, strict=True))
    )
    corners = np.concatenate((samples.components[:, :2], plane.directions[:, :2], np.zeros((1, 2))))
    low, high = corners.min(axis=0), corners.max(axis=0)
    pad = _PAD * (high - low)
    (left, bottom), (right, top) = (low - pad).tolist(), (high + pad).tolist()
    symbols = _symbols(mixture)
    return PlaneScene(
        plane=plane,
        samples=samples,
        choice=choice,
        choices=_choices(mixture, symbols),
        x_label=_axis_label(plane, symbols, 0),
        y_label=_axis_label(plane, symbols, 1),
        x_span=(left, right),
        y_span=(bottom, top),
        groups=groups,
        rules=tuple(_rules(plane, groups)),
        arrows=_arrows(plane, symbols, nearest=_LEVEL * (right - left)),
        note=" ".join(filter(None, (_axes_note(plane, symbols), _counts_note(mixture, counts)))),
    )


def _rules(plane: Plane, groups: tuple[PlaneGroup, ...]) -> Iterator[PlaneLine]:
    """Draw the rules that are not at right angles to the plane."""
    lengths = np.sqrt(plane.mixture.teacher_norms)
    for cut, group, length in zip(rule_cuts(plane), groups, lengths, strict=True):
        if np.linalg.norm(cut.normal) > _LEVEL * length:
            yield _line(cut, f"rule of {group.label}", group.colour)


def _boundaries(scene: PlaneScene, cuts: tuple[Cut, ...]) -> tuple[PlaneLine, ...]:
    """Draw the groups' boundaries as one line where they look like one."""
    length = float(np.linalg.norm(cuts[0].normal))
    if length < np.finfo(np.float64).tiny:
        return ()
    levels = np.array([cut.level for cut in cuts])
    if np.ptp(levels) / length < _LEVEL * (scene.x_span[1] - scene.x_span[0]):
        shares = scene.plane.mixture.shares
        noise = np.sqrt(shares @ np.array([cut.noise for cut in cuts]) ** 2)
        common = Cut(cuts[0].normal, float(shares @ levels), float(noise))
        return (_line(common, "student's boundary", None),)
    return tuple(
        _line(cut, f"student's boundary for {group.label}", group.colour)
        for cut, group in zip(cuts, scene.groups, strict=True)
    )


def _line(cut: Cut, label: str, colour: str | None) -> PlaneLine:
    half_width = cut.noise / float(np.linalg.norm(cut.normal))
    return PlaneLine(label, colour, cut.normal, cut.level, half_width)


def _arrows(plane: Plane, symbols: tuple[str, ...], *, nearest: float) -> tuple[PlaneArrow, ...]:
    """Draw every direction that can be seen; those on each other share an arrow."""
    groups = plane.mixture.size
    arrows: list[PlaneArrow] = []
    for index, symbol in enumerate(symbols):
        tip, colour = plane.directions[index, :2], group_colour(index % groups)
        if np.linalg.norm(tip) < nearest:
            continue
        for number, known in enumerate(arrows):
            if np.linalg.norm(tip - known.tip) < nearest:
                shared = colour if colour == known.colour else None
                arrows[number] = PlaneArrow(f"{known.label}, {symbol}", shared, tip)
                break
        else:
            arrows.append(PlaneArrow(symbol, colour, tip))
    return tuple(arrows)


def _symbols(mixture: TeacherMixture) -> tuple[str, ...]:
    """Name the 2K directions as the theory does: T₊, T₋, v and −v, or T₁ to v₃."""
    marks = [
        name if name in {"+", "-", "−"} else str(number)
        for number, name in enumerate(mixture.names, start=1)
    ]
    rules = tuple(f"T{mark.translate(_SUBSCRIPTS)}" for mark in marks)
    shifts = mixture.coordinates[mixture.size :]
    if len(shifts) == 2 and np.allclose(shifts[0], -shifts[1]):
        return (*rules, "v", "−v")
    return (*rules, *(f"v{mark.translate(_SUBSCRIPTS)}" for mark in marks))


def _choices(
    mixture: TeacherMixture, symbols: tuple[str, ...]
) -> tuple[tuple[PlaneChoice, str], ...]:
    titles = {
        PlaneChoice.SHIFT_AND_RULE: f"{symbols[mixture.size]} and {symbols[0]}",
        PlaneChoice.TWO_RULES: f"{symbols[0]} and {symbols[1]}",
    }
    return tuple((choice, titles[choice]) for choice in distinct_choices(mixture))


def _axis_label(plane: Plane, symbols: tuple[str, ...], number: int) -> str:
    index, groups = plane.axes[number], plane.mixture.size
    if index is None:
        return "noise alone: no rule or shift points this way"
    meaning = "rule" if index < groups else "centre"
    label = (
        f"along {symbols[index]} ({meaning} of {group_label(plane.mixture.names[index % groups])})"
    )
    if symbols[index] == "v":
        label = "along the shift v"
    first = plane.axes[0]
    if number and first is not None and abs(plane.directions[index, 0]) > _LEVEL:
        label += f", at right angles to {symbols[first]}"
    return label


def _axes_note(plane: Plane, symbols: tuple[str, ...]) -> str:
    first, second = plane.axes
    if second is None:
        return "All rules and shifts lie on one line, so the vertical axis is noise alone."
    if first != plane.wanted[0]:
        return "There is no shift, so the axes follow the rules."
    if second != plane.wanted[1]:
        missing = symbols[plane.wanted[1]]
        follows = f"the vertical one follows {symbols[second]}"
        return f"{missing} runs along the horizontal axis, so {follows}."
    return ""


def _counts_note(mixture: TeacherMixture, counts: IntArray) -> str:
    raised = [
        f"{group_label(name)} (share {_percent(share)})"
        for name, share, count in zip(mixture.names, mixture.shares, counts, strict=True)
        if count > np.ceil(share * counts.sum())
    ]
    if not raised:
        return ""
    return (
        f"More samples than its share are drawn of {', '.join(raised)}, so that some can be seen."
    )


def _accuracy_sentence(scene: PlaneScene, time: float, answer: IntArray) -> str:
    right = answer == scene.samples.label
    by_group = [
        (float(right[scene.samples.group == index].mean()), group.label)
        for index, group in enumerate(scene.groups)
    ]
    if len(by_group) > _MOST_NAMED:
        by_group = [max(by_group), min(by_group)]
    named = ", ".join(f"{label} {_percent(share)}" for share, label in by_group)
    sentence = (
        f"At t = {time:.3g} the student answers {_percent(float(right.mean()))} of these samples"
        f" as their labels say: {named}."
    )
    if np.ptp(answer) == 0:
        sentence += f" It answers {'+1' if answer[0] > 0 else '−1'} to all of them."
    return sentence


def _share_sentence(share: float, *, drawn: bool) -> str:
    if not drawn:
        return "None of its weights lie in this plane, so it has no boundary here."
    if share == 1:
        return "All of its weights lie in this plane."
    return (
        f"{_percent(share).capitalize()} of its squared length lies in this plane;"
        " the rest answers to inputs not shown."
    )


def _percent(share: float) -> str:
    """Write a share in whole percent, without rounding to none or all of it."""
    if 0 < share < 0.005:
        return "less than 1 %"
    if 0.995 <= share < 1:
        return "more than 99 %"
    return f"{100 * share:.0f} %"
