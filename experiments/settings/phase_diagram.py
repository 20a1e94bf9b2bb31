"""Settings of the kind ``phase-diagram``: a map over two parameters of the two-group model."""

from typing import Literal

from pydantic import model_validator

from experiments.settings.axes import Axis, AxisParameter, axis
from experiments.settings.base import Scale, Settings, SettingsTable, setting
from experiments.settings.dynamics import Simulation, check_groups
from experiments.settings.errors import ParameterError
from experiments.settings.learning import Learning
from experiments.settings.mitigation import Mitigation
from experiments.settings.mixture import TwoGroupMixture

_PARAMETER_HELP = (
    "The parameter that changes along this axis; its own setting is where the marker stands.",
    "Everything else stays as set, so change it to see the map move.",
    "Combinations that cannot exist are left grey.",
)
_RANGE_HELP = (
    "Lowest and highest value of the axis; left empty, what the parameter's slider spans.",
    "Cells lie at both ends and evenly in between.",
    "A log axis cannot begin at 0.",
)
_SCALE_HELP = (
    "Whether the values lie evenly or on a log scale; as its slider leaves that to the parameter.",
    "Variances and rates are easier to survey on a log scale.",
    "Areas on a log scale say nothing about how common a case is.",
)


class Map(SettingsTable):
    """The axes of the map and what is asked of each cell."""

    x: AxisParameter = setting(
        "mixture.representation", title="Across", symbol="x", help_text=_PARAMETER_HELP
    )
    x_range: tuple[float, ...] = setting((), title="Range across", help_text=_RANGE_HELP)
    x_scale: Literal["as-its-slider", "linear", "log"] = setting(
        "as-its-slider", title="Scale across", help_text=_SCALE_HELP
    )
    y: AxisParameter = setting(
        "mixture.variance_minus", title="Upwards", symbol="y", help_text=_PARAMETER_HELP
    )
    y_range: tuple[float, ...] = setting((), title="Range upwards", help_text=_RANGE_HELP)
    y_scale: Literal["as-its-slider", "linear", "log"] = setting(
        "as-its-slider", title="Scale upwards", help_text=_SCALE_HELP
    )
    resolution: int = setting(
        128,
        title="Resolution",
        low=1,
        high=1024,
        slider=(16, 512),
        scale="log",
        help_text=(
            "Cells along each side of the map.",
            "Where there is a closed form all cells are computed at once; otherwise only those near"
            " a border are computed finely.",
            "Islands smaller than a coarse cell can be missed without a closed form.",
        ),
    )
    measure: Literal["loss", "error"] = setting(
        "loss",
        title="Ahead by",
        help_text=(
            "Whether the group with the lower loss or with the lower error is ahead.",
            "Losses can cross where errors do not.",
            "Decision thresholds change errors alone.",
        ),
    )
    measured_cells: int = setting(
        0,
        title="Measured cells",
        low=0,
        high=200,
        slider=(0, 50),
        help_text=(
            "How many cells near the borders are simulated at finite size when the map is run.",
            "Each marker shows what most runs did, and the share of runs that agree with the map.",
            "Near a border runs may well fall on either side.",
        ),
    )
    measured_at: tuple[tuple[float, ...], ...] = setting(
        (),
        title="Measured points",
        help_text=(
            "Points of the map that are simulated as well, as pairs of x and y.",
            "A right click on the map adds one.",
            "They must lie within the ranges and exist.",
        ),
    )
    contours: Literal["none", "relative-representation"] = setting(
        "none",
        title="Contour lines",
        help_text=(
            "Lines along which a derived quantity is the same.",
            "Relative representation is ρ√Δ₊ against (1 − ρ)√Δ₋; where it is even, neither group"
            " pulls the weights harder late in training.",
            "It leaves weights and sampling out.",
        ),
    )

    @model_validator(mode="after")
    def _usable(self) -> "Map":
        if self.x == self.y:
            message = f"{self.y!r} is on the other axis already; choose another parameter"
            raise ParameterError(message, parameters=("y", "x"))
        for side in ("x", "y"):
            _check_axis(self, side)
        for point in self.measured_at:
            inside = len(point) == 2 and all(
                low <= value <= high
                for value, (low, high) in zip(point, (self.span("x"), self.span("y")), strict=True)
            )
            if not inside:
                message = "every point must be a pair of x and y within the ranges of the map"
                raise ParameterError(message, parameters=("measured_at",))
        return self

    def axis(self, side: Literal["x", "y"]) -> Axis:
        """Describe the parameter of one side."""
        return axis(getattr(self, side))

    def span(self, side: Literal["x", "y"]) -> tuple[float, float]:
        """Return the lowest and the highest value of one side."""
        given = getattr(self, f"{side}_range")
        low, high = given or self.axis(side).slider
        return (float(low), float(high))

    def scale(self, side: Literal["x", "y"]) -> Scale:
        """Say how the values of one side are spaced."""
        chosen = getattr(self, f"{side}_scale")
        if chosen != "as-its-slider":
            return "log" if chosen == "log" else "linear"
        low, _ = self.span(side)
        return self.axis(side).scale if low > 0 else "linear"


def _check_axis(table: Map, side: Literal["x", "y"]) -> None:
    given, name = getattr(table, f"{side}_range"), f"{side}_range"
    swept = table.axis(side)
    if given and len(given) != 2:
        message = f"{len(given)} numbers given; it must be two, the lowest and the highest value"
        raise ParameterError(message, parameters=(name,))
    low, high = table.span(side)
    if not low < high:
        message = f"{low:g} to {high:g} is no range; the first number must be below the second"
        raise ParameterError(message, parameters=(name,))
    if low < swept.low or high > swept.high:
        message = (
            f"{low:g} to {high:g} is too wide; {swept.key} must lie between {swept.low:g} and"
            f" {swept.high:g}"
        )
        raise ParameterError(message, parameters=(name,))
    if table.scale(side) == "log" and low <= 0:
        message = f"a log scale cannot begin at {low:g}; raise it above 0 or use a linear scale"
        raise ParameterError(message, parameters=(name, f"{side}_scale"))


class PhaseDiagramSettings(Settings):
    """A map over two parameters: who ends ahead, and how often the lead changes on the way."""

    kind: Literal["phase-diagram"] = "phase-diagram"
    mixture: TwoGroupMixture = TwoGroupMixture()
    learning: Learning = Learning()
    mitigation: Mitigation = Mitigation()
    map: Map = Map()
    simulation: Simulation = Simulation()

    @model_validator(mode="after")
    def _fits(self) -> "PhaseDiagramSettings":
        check_groups(
            self.mixture,
            learning=self.learning,
            mitigation=self.mitigation,
            simulation=self.simulation,
        )
        return self
