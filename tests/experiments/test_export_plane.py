"""The plane in an export: its table, what is drawn, the script, and the choice of moment."""

import csv
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from dynamics_runs import GENERAL, dynamics, exact, many_groups
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import AxLine
from matplotlib.patches import Polygon
from numpy.testing import assert_allclose, assert_array_equal

from experiments.command_line import main
from experiments.curves import CurveSet
from experiments.export import ExportError
from experiments.export.plane import specify_plane
from experiments.export.plane_drawing import PlaneSpecification, Samples, draw_plane, read_samples
from experiments.export.tables import write_plane
from experiments.export.view import export_view, figure_titles
from experiments.figures import RunView, numbers
from experiments.frames import FloatArray
from experiments.plane import PlaneLine, PlaneView, plane_view
from experiments.settings import DynamicsSettings, Settings, parse_toml
from simulation.plane import PlaneChoice

AWKWARD = '_$a_b$ <b>x</b>, "q" =1+1'
LONG = "older people who live alone in the countryside"
REDRAW = (
    "import runpy, sys; sys.modules['experiments'] = None;"
    "runpy.run_path('reproduce.py', run_name='__main__')"
)

SCENES = {
    "general": dynamics(mixture=GENERAL),
    "no shift": dynamics(mixture={"shift": 0.0, "rule_similarity": 0.4}),
    "alike rules": dynamics(
        mixture={
            "shift": 0.0,
            "rule_similarity": 0.995,
            "variance_plus": 2.0,
            "variance_minus": 2.0,
        }
    ),
    "steep": dynamics(mixture={"shift": 0.02, "variance_minus": 3.0}),
    "long names": dynamics(mixture=many_groups(3) | {"names": (AWKWARD, LONG, "c")}),
    "many groups": dynamics(mixture=many_groups(9)),
}


def seen(
    settings: DynamicsSettings,
    *,
    thresholds: float | tuple[float, ...] = 0.0,
    strength: float = 0.6,
    choice: PlaneChoice = PlaneChoice.SHIFT_AND_RULE,
) -> PlaneView:
    coordinates = settings.mixture.teacher_mixture().coordinates
    overlaps = coordinates @ np.linspace(strength, -0.5 * strength, coordinates.shape[1])
    return plane_view(
        settings,
        choice,
        time=2.0,
        overlaps=overlaps,
        norm=2.0 * strength**2 * coordinates.shape[1] + 1e-6,
        decision_thresholds=thresholds,
    )


def drawn(
    view: PlaneView, settings: DynamicsSettings, folder: Path
) -> tuple[PlaneSpecification, Samples, Figure, Axes]:
    specification = specify_plane(view, settings=settings, dpi=50)
    write_plane(view, folder)
    samples = read_samples(folder)
    with rc_context({"text.parse_math": False, "font.size": 9.0}):
        figure = draw_plane(specification, samples)
        figure.set_layout_engine("constrained")
        figure.savefig(io.BytesIO(), format="png")
    return specification, samples, figure, figure.axes[0]


def height(line: PlaneLine, points: FloatArray) -> FloatArray:
    """Distance of points (n, 2) from a line, positive on the side of the answer +1."""
    return np.asarray((points @ line.normal - line.level) / np.linalg.norm(line.normal))


def run_of(settings: DynamicsSettings | None = None, *, name: str = "mine") -> RunView:
    chosen = settings or dynamics(mixture=GENERAL, learning={"duration": 20.0})
    return RunView(name, chosen, exact(chosen), end=chosen.learning.duration)


@pytest.mark.parametrize("settings", SCENES.values(), ids=SCENES)
def test_table_holds_every_sample_exactly(tmp_path: Path, settings: DynamicsSettings) -> None:
    view = seen(settings)
    write_plane(view, tmp_path)
    with (tmp_path / "plane.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["x", "y", "group", "label", "answer"]
    assert_array_equal([[float(x), float(y)] for x, y, *_ in rows], view.scene.position)
    names = settings.mixture.group_names
    assert [row[2] for row in rows] == [names[group] for group in view.scene.samples.group]
    assert_array_equal([int(row[3]) for row in rows], view.scene.samples.label)
    assert_array_equal([int(row[4]) for row in rows], view.answer)
    samples = read_samples(tmp_path)
    assert_array_equal(samples.position, view.scene.position)
    assert samples.group.tolist() == [row[2] for row in rows]
    assert_array_equal(samples.answer == samples.label, view.right)


@pytest.mark.parametrize("settings", SCENES.values(), ids=SCENES)
def test_every_sample_is_drawn_once_as_its_group_label_and_answer_say(
    tmp_path: Path, settings: DynamicsSettings
) -> None:
    view = seen(settings)
    *_, axes = drawn(view, settings, tmp_path)
    where = {tuple(point): index for index, point in enumerate(view.scene.position.tolist())}
    found = []
    for part in axes.collections:
        assert isinstance(part, PathCollection)
        edges, faces = np.atleast_2d(part.get_edgecolor()), np.atleast_2d(part.get_facecolor())
        hollow = faces.size == 0
        colour = to_hex((edges if hollow else faces)[0].tolist())
        round_ = len(part.get_paths()[0]) > 8
        for point in np.asarray(part.get_offsets()).tolist():
            index = where[tuple(point)]
            found.append(index)
            group = view.scene.groups[view.scene.samples.group[index]]
            assert colour == group.colour.lower()
            assert round_ == (view.scene.samples.label[index] > 0)
            assert hollow != view.right[index]
    assert sorted(found) == list(range(len(view.answer)))


@pytest.mark.parametrize("settings", SCENES.values(), ids=SCENES)
def test_everything_is_in_view_at_one_scale(tmp_path: Path, settings: DynamicsSettings) -> None:
    view = seen(settings)
    specification, samples, figure, axes = drawn(view, settings, tmp_path)
    to_pixels = axes.transData.transform
    across, up = to_pixels([[1.0, 0.0], [0.0, 1.0]]) - to_pixels([[0.0, 0.0]])
    assert across[0] == pytest.approx(up[1])
    inside = axes.get_window_extent()
    tips = [arrow["tip"] for arrow in specification["arrows"]]
    for x, y in to_pixels(np.concatenate((samples.position, tips))):
        assert inside.contains(x, y)
    page = figure.bbox.padded(1.0)
    texts = [*figure.legends[0].get_texts(), *figure.texts, *axes.texts]
    for text in [text for text in texts if text.get_text()]:
        box = text.get_window_extent()
        assert page.containsx(box.x0)
        assert page.containsx(box.x1)
        assert page.containsy(box.y0)
        assert page.containsy(box.y1)
    assert inside.width > 0.5 * figure.bbox.width
    assert figure.legends[0].get_window_extent().x0 >= inside.x1


@pytest.mark.parametrize("thresholds", [0.0, (0.4, -0.3)])
def test_boundaries_and_rules_lie_where_answers_and_labels_change(
    tmp_path: Path, thresholds: float | tuple[float, float]
) -> None:
    settings = SCENES["general"]
    view = seen(settings, thresholds=thresholds)
    _, _, figure, axes = drawn(view, settings, tmp_path)
    wanted = [*view.scene.rules, *view.boundaries]
    lines = [line for line in axes.lines if isinstance(line, AxLine)]
    assert len(lines) == len(wanted) == (3 if thresholds == 0 else 4)
    for line, known in zip(lines, wanted, strict=True):
        points = np.array([line.get_xy1(), line.get_xy2()])
        assert np.linalg.norm(points[1] - points[0]) == pytest.approx(1.0)
        assert_allclose(height(known, points), 0.0, atol=1e-12)
        if known.colour is not None:
            assert to_hex(str(line.get_color())) == known.colour.lower()
        assert line.is_dashed() == (known in view.scene.rules)
    bands = [patch for patch in axes.patches if isinstance(patch, Polygon)]
    for band, known in zip(bands, view.boundaries, strict=True):
        ends = height(known, np.asarray(band.get_xy()))
        assert_allclose(np.abs(ends), known.half_width)
        assert {*np.sign(ends)} == {-1.0, 1.0}
    words = [text.get_text().replace("\n", " ") for text in figure.legends[0].get_texts()]
    assert words[:2] == ["group +", "group -"]
    assert {known.label for known in wanted} < set(words)


def test_marks_stand_on_their_sides_apart_from_each_other(tmp_path: Path) -> None:
    for number, name in enumerate(("general", "alike rules", "no shift", "steep")):
        folder = tmp_path / str(number)
        folder.mkdir()
        view = seen(SCENES[name], thresholds=0.0)
        specification, _, _, axes = drawn(view, SCENES[name], folder)
        places = specification["marks"]
        marks = {mark["text"]: np.array([[mark["x"], mark["y"]]]) for mark in places}
        (boundary,) = view.boundaries
        assert height(boundary, marks["+1"]) > 0 > height(boundary, marks["−1"])
        assert set(marks) == {"+1", "−1", *(arrow.label for arrow in view.scene.arrows)}
        boxes = [text.get_window_extent() for text in axes.texts if text.get_text()]
        frame = axes.get_window_extent()
        for index, box in enumerate(boxes):
            assert frame.contains(box.x0, box.y0)
            assert frame.contains(box.x1, box.y1)
            assert not any(box.overlaps(other) for other in boxes[:index])


def test_outermost_of_several_boundaries_are_marked(tmp_path: Path) -> None:
    settings = SCENES["general"]
    view = seen(settings, thresholds=(0.4, -0.3))
    specification, *_ = drawn(view, settings, tmp_path)
    sides = [mark for mark in specification["marks"] if mark["text"] in {"+1", "−1"}]
    assert [mark["text"] for mark in sides] == ["+1", "−1"] * 2
    for boundary, pair in zip(view.boundaries, (sides[:2], sides[2:]), strict=True):
        points = np.array([[mark["x"], mark["y"]] for mark in pair])
        above, below = height(boundary, points)
        assert above == pytest.approx(-below, rel=0.5)
        assert above > 0


@pytest.mark.parametrize("strength", [0.0, 1e-17, 1e-150, 1e-300])
def test_a_student_that_knows_nearly_nothing_is_drawn(tmp_path: Path, strength: float) -> None:
    settings = SCENES["general"]
    view = seen(settings, thresholds=(0.4, -0.3), strength=strength)
    specification, _, _, axes = drawn(view, settings, tmp_path)
    assert len(axes.lines) == len(view.scene.rules)
    assert {mark["text"] for mark in specification["marks"]}.isdisjoint({"+1", "−1"})


def test_words_around_the_plane(tmp_path: Path) -> None:
    settings = dynamics(mixture=GENERAL, about={"title": "Mine"})
    views = [seen(settings, choice=choice) for choice in PlaneChoice]
    views.append(seen(SCENES["no shift"]))
    words = [specify_plane(view, settings=settings, dpi=70) for view in views]
    titles = [each["title"].removeprefix("Mine: Plane") for each in words]
    assert titles == [" of v and T₊", " of T₊ and T₋", ""]
    assert [each["caption"] for each in words] == [view.caption for view in views]
    assert f"seed {settings.seed}, 400 samples, settings " in words[0]["origin"]
    *_, axes = drawn(seen(settings), settings, tmp_path)
    assert axes.get_xlabel() == seen(settings).scene.x_label


def test_script_redraws_the_plane_from_its_table_without_the_application(tmp_path: Path) -> None:
    settings = dynamics(
        mixture=many_groups(3) | {"names": (AWKWARD, LONG, "c")}, learning={"duration": 5.0}
    )
    export_view(tmp_path, run_of(settings), "Plane")
    pictures = {path.name: path.read_bytes() for path in tmp_path.glob("figure.*")}
    assert set(pictures) == {"figure.png", "figure.svg", "figure.pdf"}
    for name in pictures:
        (tmp_path / name).unlink()
    command = [sys.executable, "-I", "-W", "error", "-c", REDRAW]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("figure.*")} == pictures

    (tmp_path / "curves.csv").unlink()
    rows = (tmp_path / "plane.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "plane.csv").write_text("\n".join(rows[:50]), encoding="utf-8")
    subprocess.run(command, cwd=tmp_path, check=True)
    assert (tmp_path / "figure.png").read_bytes() != pictures["figure.png"]


def answers(folder: Path) -> tuple[int, ...]:
    return tuple(read_samples(folder).answer.tolist())


def test_plane_and_numbers_are_those_of_the_moment(tmp_path: Path) -> None:
    run = run_of()
    captions = {}
    for moment in (0.5, 3.0, 20.0, None, 1e9):
        folder = tmp_path / str(moment)
        written, captions[moment] = export_view(folder, run, "Plane", moment=moment)
        assert {folder / "plane.csv", folder / "numbers.csv"} < set(written)
        with (folder / "numbers.csv").open(encoding="utf-8", newline="") as file:
            shown = [tuple(row) for row in csv.reader(file)][1:]
        assert shown == [
            (table.title, number.label, number.value)
            for table in numbers(run, moment)
            for number in table.numbers
        ]
        assert f"At t = {20 if moment is None else min(moment, 20):.3g} " in captions[moment]
    assert captions[None] == captions[20.0] == captions[1e9]
    assert len({*captions.values()}) == 3
    assert answers(tmp_path / "0.5") != answers(tmp_path / "20.0") == answers(tmp_path / "None")


def test_plane_can_be_chosen(tmp_path: Path) -> None:
    labels = []
    for plane in (None, *PlaneChoice):
        folder = tmp_path / str(plane)
        export_view(folder, run_of(), "Plane", plane=plane)
        labels.append("Plane of T₊ and T₋" in (folder / "figure.svg").read_text(encoding="utf-8"))
    assert labels == [False, False, True]


def test_numbers_and_a_plane_that_is_not_known_give_way_to_the_first_figure(tmp_path: Path) -> None:
    assert figure_titles("dynamics")[0] == "Losses"
    assert "Plane" in figure_titles("dynamics")
    assert "Numbers" not in figure_titles("dynamics")
    assert "Plane" not in figure_titles("training")
    export_view(tmp_path, run_of(), "Plane")
    assert (tmp_path / "plane.csv").exists()
    without = RunView("mine", dynamics(), CurveSet())
    for run, title in ((run_of(), "Numbers"), (without, "Plane")):
        export_view(tmp_path, run, title)
        assert not (tmp_path / "plane.csv").exists()
        assert "save_figure(FIGURE" in (tmp_path / "reproduce.py").read_text(encoding="utf-8")


def test_runs_of_another_kind_are_not_mixed_in(tmp_path: Path) -> None:
    run, other = run_of(), run_of(name="other")
    training: Settings = parse_toml('version = 1\nkind = "training"\n', source="test")
    foreign = replace(other, name="foreign", settings=training)
    export_view(tmp_path, run, "Losses", overlays=[other, foreign])
    with (tmp_path / "curves.csv").open(encoding="utf-8", newline="") as file:
        assert {row["arm"] for row in csv.DictReader(file)} == {"base", "other"}


def test_plane_is_not_written_into_a_file(tmp_path: Path) -> None:
    blocked = tmp_path / "results"
    blocked.write_text("mine")
    for folder in (blocked, blocked / "below"):
        with pytest.raises(ExportError, match=r"results.*cannot write the export"):
            export_view(folder, run_of(), "Plane")
    assert blocked.read_text() == "mine"


def test_command_line_exports_the_plane(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BIAS_LAB_HOME", str(tmp_path / "home"))
    out = tmp_path / "out"
    command = ["run", "crossing", "--set", "simulation.runs=0", "--view", "plane"]
    assert main([*command, "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "the student answers" in printed
    assert f"wrote {out / 'plane.csv'}" in printed.splitlines()
    assert main(["export", "crossing-1", "--out", str(out), "--view", "losses"]) == 0
    assert not (out / "plane.csv").exists()
    assert main(["export", "crossing-1", "--out", str(out), "--view", "PLANE"]) == 0
    assert (out / "plane.csv").exists()
