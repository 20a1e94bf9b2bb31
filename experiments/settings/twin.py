"""Settings of twin pipelines: the same training on data prepared right and prepared wrong."""

from typing import Literal

from experiments.settings.base import SettingsTable, setting


class Twin(SettingsTable):
    """A right and a wrong pipeline side by side, to see what the mistake is worth."""

    mistake: Literal["none", "scaler", "imputer", "resampling", "dropped-rows", "leak"] = setting(
        "none",
        title="Mistake",
        help_text=(
            "What the wrong one of two pipelines does: scales or imputes by all rows, resamples"
            " before the split, drops rows with missing cells, or keeps a column that leaks; none"
            " trains a single pipeline.",
            "Each score's inflation is the wrong pipeline's minus the right one's, each on the"
            " rows that it held out itself.",
            "A mistake that inflates little here can inflate much where rows are few.",
        ),
    )
    seeds: int = setting(
        5,
        title="Seeds",
        low=1,
        high=100,
        slider=(1, 20),
        help_text=(
            "How many seeds both pipelines are trained on: the seed and those that follow it.",
            "The 95 % interval of an inflation shrinks with the root of their number.",
            "Seeds draw other splits and weights; rows are others where data are generated alone.",
        ),
    )
