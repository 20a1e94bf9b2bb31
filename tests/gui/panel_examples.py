"""Settings of every kind and variant that the panel can show."""

from experiments.settings import (
    DynamicsSettings,
    PhaseDiagramSettings,
    TrainingSettings,
    parse_toml,
    replace,
)
from experiments.settings.description import table_types

THREE_GROUPS = parse_toml("""
version = 1
kind = "dynamics"
[mixture]
shares = [0.5, 0.3, 0.2]
variances = [1.0, 0.5, 2.0]
thresholds = [0.0, 0.0, 0.0]
names = ["<b>A</b>", "B, too", "C"]
gram = [
    [1.0, 0.3, 0.2, 0.0, 0.0, 0.0], [0.3, 1.0, 0.1, 0.0, 0.0, 0.0], [0.2, 0.1, 1.0, 0.0, 0.0, 0.0],
    [0.0, 0.0, 0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
]
""")
assert isinstance(THREE_GROUPS, DynamicsSettings)

DATA_SETS = tuple(table_types(TrainingSettings.model_fields["data"].annotation))

ALL_SETTINGS = {
    "two groups": DynamicsSettings(),
    "three groups": THREE_GROUPS,
    "map": PhaseDiagramSettings(),
    **{name: replace(TrainingSettings(), "data.set", name) for name in DATA_SETS},
    "mixture of three": replace(
        replace(TrainingSettings(), "data.set", "mixture"),
        "data.mixture",
        THREE_GROUPS.mixture.model_dump(),
    ),
}
