"""What a map shows and says, against maps made by hand."""

from itertools import combinations, product

import numpy as np
import pytest
from map_stand_ins import (
    EVERY_CLASS,
    INADMISSIBLE,
    MEASURED,
    Layers,
    cell,
    map_of,
    run_of,
    settings_of,
)
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import ArrayLike

from experiments.curves import CurveSet
from experiments.figures import RunView, map_view, moved_view, read_cell, titles
from experiments.figures.cell_classes import ENTRIES
from experiments.figures.cell_grid import pixel_at, pixel_edges
from experiments.frames import FloatArray, MeasuredCell
from experiments.map_view import Hatch, MapLayer, MapView
from experiments.settings import PhaseDiagramSettings
from experiments.settings.cells import with_marker
from experiments.views import GROUP_COLOURS

EVERY = settings_of(4)
LABELS = [
    *(
        f"{who}, {crossings}"
        for who in ("group + ends ahead", "group - ends ahead", "level in the end")
        for crossings in ("no crossing", "1 crossing", "2 or more crossings")
    ),
    "training diverges",
    "not computed yet",
    "cannot exist",
]
NUMBERS = [layer for layer in MapLayer if layer is not MapLayer.CLASS]


def every(layer: MapLayer = MapLayer.CLASS) -> MapView:
    return map_view(run_of(map_of(EVERY, EVERY_CLASS, MEASURED)), layer)


def hexadecimal(pixel: ArrayLike) -> str:
    return "#" + "".join(f"{channel:02X}" for channel in np.asarray(pixel).tolist())


def lightness(colours: ArrayLike) -> FloatArray:
    """Return L* of red, green and blue from 0 to 255, as a grey print would show them."""
    channels = np.asarray(colours) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return np.asarray(116 * np.cbrt(luminance) - 16)


def rgb(colour: str) -> list[int]:
    return list(bytes.fromhex(colour[1:]))


def test_a_map_is_the_one_view_of_its_kind() -> None:
    assert titles("phase-diagram") == ("Map",)


def test_every_class_looks_as_the_legend_says() -> None:
    view = every()
    assert [entry.label for entry in view.entries] == LABELS
    looks = {entry.label: entry for entry in view.entries}
    shown = [*LABELS[:-2], LABELS[-1], LABELS[-2], LABELS[2], LABELS[3], LABELS[8], LABELS[4]]
    for place, label in enumerate(shown):
        row, column = divmod(place, 4)
        assert hexadecimal(view.pixels[row, column]) == looks[label].colour
        hatch = view.hatches[view.shades[row, column]]
        assert hatch == looks[label].hatch
        assert (hatch == "/") == ("2 or more" in label)
    assert view.bar is None


def test_legend_lists_what_occurs_in_the_same_order() -> None:
    layers = [INADMISSIBLE, cell(1, (1.0, 2.0)), cell(0), cell(1, (1.0, 2.0))]
    view = map_view(run_of(map_of(settings_of(2), layers)), MapLayer.CLASS)
    assert [entry.label for entry in view.entries] == [LABELS[0], LABELS[5], "cannot exist"]


def test_groups_keep_their_colours() -> None:
    colours = {entry.label: entry.colour for entry in ENTRIES}
    assert colours[LABELS[0]] == GROUP_COLOURS[0]
    assert colours[LABELS[3]] == GROUP_COLOURS[1]
    assert colours["training diverges"] == "#FFFFFF"


def test_what_cannot_exist_is_hatched_like_nothing_else() -> None:
    (alone,) = (entry for entry in ENTRIES if entry.label == "cannot exist")
    assert alone.hatch
    assert [entry for entry in ENTRIES if entry.hatch == alone.hatch] == [alone]


@pytest.mark.parametrize("hatch", ["", "/"])
def test_classes_stay_apart_in_grey(hatch: Hatch) -> None:
    shades = [lightness(rgb(entry.colour)) for entry in ENTRIES if entry.hatch == hatch]
    assert min(abs(one - other) for one, other in combinations(shades, 2)) > 4


def test_more_crossings_are_lighter() -> None:
    shades = lightness([rgb(entry.colour) for entry in ENTRIES[:9]]).reshape(3, 3)
    assert (np.diff(shades, axis=1) > 10).all()


@pytest.mark.parametrize("layer", NUMBERS)
def test_numbers_have_the_colours_of_the_bar(layer: MapLayer) -> None:
    view = every(layer)
    assert view.bar is not None
    column = {MapLayer.LAST_CROSSING: 5, MapLayer.FINAL_GAP: 6, MapLayer.LARGEST_GAP: 7}[layer]
    log = layer is MapLayer.LAST_CROSSING
    places, texts = zip(*view.bar.ticks, strict=True)
    ticks = np.array([float(text.lstrip("≤≥ ").replace("−", "-")) for text in texts])
    heights = np.log(ticks) if log else ticks
    assert_allclose(np.diff(heights) / np.diff(places), np.ptp(heights) / np.ptp(places), rtol=1e-9)
    for place, layers in enumerate(EVERY_CLASS):
        if layers is None or layers[0] != 1 or layers[1] == 1 or np.isnan(layers[column]):
            continue
        value = np.log(layers[column]) if log else layers[column]
        slope = np.ptp(places) / np.ptp(heights)
        share = places[0] + (value - heights[0]) * slope
        nearest = round(float(np.clip(share, 0, 1)) * (len(view.bar.colours) - 1))
        near = view.bar.colours[max(nearest - 1, 0) : nearest + 2].tolist()
        assert view.pixels[divmod(place, 4)].tolist() in near
    assert "/" not in view.hatches


def test_cells_without_a_number_are_neutral() -> None:
    classes, numbers = every(), every(MapLayer.LAST_CROSSING)
    assert [entry.label for entry in numbers.entries] == ["no crossing", *LABELS[-3:]]
    assert numbers.bar is not None
    for place in (0, 3, 6, 13):
        assert hexadecimal(numbers.pixels[divmod(place, 4)]) == numbers.entries[0].colour
        assert numbers.pixels[divmod(place, 4)].tolist() not in numbers.bar.colours.tolist()
    for place in (9, 10, 11):
        assert_array_equal(numbers.pixels[divmod(place, 4)], classes.pixels[divmod(place, 4)])
    assert [entry.label for entry in every(MapLayer.FINAL_GAP).entries] == LABELS[-3:]


def test_scales_read_in_grey() -> None:
    times, gaps = every(MapLayer.LAST_CROSSING).bar, every(MapLayer.FINAL_GAP).bar
    assert times is not None
    assert gaps is not None
    assert (np.diff(lightness(times.colours)) > -0.5).all()
    assert np.ptp(lightness(times.colours)) > 60
    shades = lightness(gaps.colours)
    middle = len(shades) // 2
    assert np.argmax(shades) == middle
    assert (np.diff(shades[: middle + 1]) > -0.5).all()
    assert (np.diff(shades[middle:]) < 0.5).all()


def test_gaps_are_blue_where_the_first_group_is_ahead() -> None:
    layers = [cell(final=-0.4), cell(final=0.0), cell(1, final=0.2), cell(1, final=0.4)]
    view = map_view(run_of(map_of(settings_of(2), layers)), MapLayer.FINAL_GAP)
    (red, _, blue), neutral, (warm, _, cold) = (
        view.pixels.reshape(-1, 3)[place].astype(int) for place in (0, 1, 3)
    )
    assert blue > red + 50
    assert warm > cold + 50
    assert np.ptp(neutral) < 10
    assert view.bar is not None
    assert [text for _, text in view.bar.ticks] == ["−0.4", "−0.2", "0", "0.2", "0.4"]


def test_few_huge_gaps_do_not_wash_out_the_others() -> None:
    rng = np.random.default_rng(2)
    layers = [cell(final=float(gap)) for gap in rng.uniform(-0.1, 0.1, 400)]
    layers[7] = cell(1, final=80.0)
    view = map_view(run_of(map_of(settings_of(20), layers)), MapLayer.FINAL_GAP)
    assert view.bar is not None
    assert [text for _, text in view.bar.ticks] == ["≤ −0.1", "−0.05", "0", "0.05", "≥ 0.1"]
    assert_array_equal(view.pixels[0, 7], view.bar.colours[-1])


@pytest.mark.parametrize("layer", MapLayer)
@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        ([None], "0 % of the map is computed so far."),
        ([INADMISSIBLE], "None of these combinations can exist"),
        ([cell(-1, final=1e300, diverges=True)], "Training diverges everywhere"),
        ([cell(-1)], ""),
    ],
)
def test_uniform_maps(
    layer: MapLayer, layers: list[tuple[float, ...] | None], sentence: str
) -> None:
    for resolution in (1, 3):
        cells = map_of(settings_of(resolution), layers * resolution**2)
        view = map_view(run_of(cells), layer)
        assert view.pixels.shape == (resolution, resolution, 3)
        assert len(np.unique(view.pixels.reshape(-1, 3), axis=0)) == 1
        assert sentence in view.caption


def test_a_run_without_cells_yet_is_an_empty_map() -> None:
    view = map_view(RunView("map", EVERY, CurveSet()), MapLayer.CLASS)
    assert [entry.label for entry in view.entries] == ["not computed yet"]


def test_caption_counts_what_is_shown() -> None:
    settings = settings_of(4, x_range=(0.1, 0.3))
    layers = [cell(0)] * 6 + [cell(1, (1.0,))] * 3 + [cell(-1, (1.0, 2.0, 9.0))] * 2
    layers += [cell(-1, final=1e4, diverges=True)] + [INADMISSIBLE] * 4
    run = run_of(map_of(settings, layers))
    assert map_view(run, MapLayer.CLASS).caption == (
        "Group + ends ahead in 50 %, group - ends ahead in 25 % and the groups end level in 17 %"
        " of the cells that can exist. The lead never changes in 50 %, changes once in 25 % and"
        " changes more often in 17 %. Training diverges in 8 %. 25 % of the map cannot exist."
    )
    times = map_view(run, MapLayer.LAST_CROSSING).caption
    assert times.startswith("The lead changes for the last time between t = 1 and 9, and never in")
    gaps = map_view(run, MapLayer.FINAL_GAP).caption
    assert gaps.startswith("The gap in the end lies between −0.25 and 0.5 in loss; below 0 group +")


def test_share_of_cells_without_a_crossing_is_of_those_that_do_not_diverge() -> None:
    layers = [cell(0), cell(1, (1.0,)), cell(-1, final=1e4, diverges=True), INADMISSIBLE]
    view = map_view(run_of(map_of(settings_of(2), layers)), MapLayer.LAST_CROSSING)
    assert "never in 50 %" in view.caption


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        (cell(0), "Group + ends ahead by 0.25, no crossing; no gap on the way is larger."),
        (
            cell(1, (2.34567,), final=0.0512, largest=-0.3),
            "Group - ends ahead by 0.0512, 1 crossing at t = 2.35; largest gap on the way 0.3"
            " (group + ahead).",
        ),
        (
            cell(-1, (1.0, 3.0, 20.0), final=2e-4, largest=0.1),
            "The groups end level (gap 0.0002), 3 crossings, the first at t = 1, the last at"
            " t = 20; largest gap on the way 0.1 (group - ahead).",
        ),
        (
            cell(-1, (4.0,), final=1e9, diverges=True),
            "Training diverges: there is no end to compare; before that, 1 crossing at t = 4.",
        ),
        (INADMISSIBLE, "Cannot exist: these values do not go together."),
        (None, "Not computed yet."),
    ],
)
def test_a_cell_in_words(layers: Layers | None, words: str) -> None:
    settings = settings_of(2, x_range=(0.2, 0.6), y_range=(0.5, 2.0))
    run = run_of(map_of(settings, [cell(0)] * 3 + [layers]))
    values = "Representation of group + ρ = 0.6, Variance of group − Δ₋ = 2"
    assert read_cell(run, 0.62, 1.1) == f"{values}\n{words}"
    assert read_cell(run, 0.9, 1.1) == ""


def test_marker_follows_the_settings_of_the_run() -> None:
    cells = map_of(EVERY, EVERY_CLASS)
    moved = with_marker(EVERY, 0.01, 5.0)
    assert map_view(run_of(cells, moved), MapLayer.CLASS).marker == (0.01, 5.0)
    assert "In the cell of the marker" in map_view(run_of(cells, moved), MapLayer.CLASS).caption
    before = map_view(run_of(cells), MapLayer.FINAL_GAP)
    after = moved_view(before, run_of(cells, moved))
    assert after.marker == (0.01, 5.0)
    assert after.caption == map_view(run_of(cells, moved), MapLayer.FINAL_GAP).caption
    assert after.shades is before.shades
    outside = with_marker(EVERY, 0.5, 900.0)
    assert map_view(run_of(cells, outside), MapLayer.CLASS).marker is None


def test_simulated_points_tell_what_most_runs_did() -> None:
    agreeing, departing, diverging = every().measured
    colours = {entry.label: entry.colour for entry in ENTRIES}
    assert agreeing.text == "18 of 20 runs agree: group - ends ahead, 1 crossing"
    assert agreeing.colour == colours["group - ends ahead, 1 crossing"]
    assert departing.text == "3 of 20 runs agree; most runs: group + ends ahead, 2 crossings"
    assert departing.colour == colours["group + ends ahead, 2 or more crossings"]
    assert diverging.text == "10 of 10 runs agree: training diverges"
    assert [agreeing.agrees, departing.agrees, diverging.agrees] == [True, False, True]
    assert (agreeing.x, agreeing.y) == (0.3, 1.0)
    assert "at 2 of 3 most runs do what the map says" in every().caption
    half = MeasuredCell(0.3, 1.0, 4, 2, 0, 0, diverges=False)
    (mark,) = map_view(run_of(map_of(EVERY, (), [half])), MapLayer.CLASS).measured
    assert not mark.agrees


def ratio(settings: PhaseDiagramSettings, x: FloatArray, y: FloatArray) -> FloatArray:
    values: dict[str, ArrayLike] = {
        f"mixture.{name}": value for name, value in settings.mixture.model_dump().items()
    }
    values |= {settings.map.x: x, settings.map.y: y}
    share, plus, minus = (
        np.asarray(values[f"mixture.{name}"])
        for name in ("representation", "variance_plus", "variance_minus")
    )
    return np.asarray(share * np.sqrt(plus) / ((1 - share) * np.sqrt(minus)))


AXES = [
    "mixture.representation",
    "mixture.variance_plus",
    "mixture.variance_minus",
    "mixture.rule_similarity",
    "learning.learning_rate",
]


@pytest.mark.parametrize(
    ("x", "y"), [(x, y) for x, y in product(AXES, AXES) if x != y], ids=lambda key: key[8:]
)
@pytest.mark.parametrize("scale", ["linear", "as-its-slider"])
def test_contours_are_exact_and_reach_the_border(x: str, y: str, scale: str) -> None:
    settings = settings_of(
        8,
        mixture={"representation": 0.6, "variance_plus": 0.7},
        x=x,
        y=y,
        x_scale=scale,
        contours="relative-representation",
    )
    view = map_view(run_of(map_of(settings, ())), MapLayer.CLASS)
    spans = (settings.map.span("x"), settings.map.span("y"))
    if {x, y} <= set(AXES[3:]):
        assert view.contours == ()
        return
    assert view.contours
    for line in view.contours:
        first, second = (float(part) for part in line.label.split(" : "))
        expected = np.full(line.x.size, first / second)
        assert_allclose(ratio(settings, line.x, line.y), expected, rtol=1e-9)
        assert (np.diff(line.x) >= 0).all()
        for end in (0, -1):
            gaps = [
                min(abs(value[end] - edge) for edge in span) / (span[1] - span[0])
                for value, span in zip((line.x, line.y), spans, strict=True)
            ]
            assert min(gaps) < 1e-9


def test_no_contours_unless_wanted() -> None:
    assert every().contours == ()


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("resolution", [1, 2, 7])
def test_pixels_lie_around_their_values(scale: str, resolution: int) -> None:
    settings = settings_of(resolution, x_scale=scale, x_range=(0.1, 0.9))
    cells = map_of(settings, ())
    edges = pixel_edges(settings, "x")
    along = np.log(edges) if scale == "log" else edges
    assert_allclose(np.diff(along), np.ptp(along) / resolution)
    for row, column in product(range(resolution), range(resolution)):
        found = pixel_at(settings, float(cells.x[column]), float(cells.y[row]))
        assert found == (row, column)
    assert pixel_at(settings, float(edges[-1]), float(cells.y[0])) == (0, resolution - 1)
    assert pixel_at(settings, 1.1 * float(edges[-1]), float(cells.y[0])) is None
