"""What all settings have in common, and how a field declares itself once for every reader."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

LARGEST_SEED = 2**31 - 1

Scale = Literal["linear", "log"]


def setting(
    default: Any,  # noqa: ANN401  (pydantic's Field takes and returns Any for the type checker)
    *,
    title: str,
    help_text: tuple[str, str, str],
    symbol: str = "",
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    slider: tuple[float, float] | None = None,
    scale: Scale = "linear",
) -> Any:  # noqa: ANN401
    """Declare one setting.

    Parameters
    ----------
    default
        The value where a file is silent.
    title
        The name that people read.
    help_text
        Three plain sentences or so: what it is, how to read it, when it misleads.
    symbol, unit
        The symbol in the theory, and the unit, where there is one.
    low, high
        Smallest and largest allowed value, both inclusive.
    slider
        The span that a slider offers; narrower than the bounds where those are extreme.
    scale
        Whether the slider is linear or logarithmic.
    """
    extra: dict[str, Any] = {"help": list(help_text), "scale": scale}
    if symbol:
        extra["symbol"] = symbol
    if unit:
        extra["unit"] = unit
    if slider is not None:
        extra["slider"] = list(slider)
    return Field(
        default,
        title=title,
        description=help_text[0],
        ge=low,
        le=high,
        json_schema_extra=extra,
    )


class SettingsTable(BaseModel):
    """A table of a settings file: frozen, strict, and closed to unknown keys."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        allow_inf_nan=False,
        validate_default=True,
    )


class About(SettingsTable):
    """What a reader should know of these settings; shown, never interpreted."""

    title: str = Field("", max_length=200)
    summary: str = Field("", max_length=300)
    see: str = Field("", max_length=1000)
    why: str = Field("", max_length=1000)
    explore: str = Field("", max_length=1000)


class Settings(SettingsTable):
    """Settings of one experiment: what a file holds.

    Attributes
    ----------
    version
        Format of the file.
    kind
        Which experiment this is; each kind has its own subclass.
    seed
        The source of every random number.
    about
        Title, summary and three lines for the reader.
    """

    version: Literal[1] = 1
    kind: str
    seed: int = setting(
        1,
        title="Seed",
        low=0,
        high=LARGEST_SEED,
        help_text=(
            "The number from which every random number of a run is drawn.",
            "The same settings with the same seed give the same curves again.",
            "One seed is one draw: repeat a run with others before you trust a small gap.",
        ),
    )
    about: About = About()
