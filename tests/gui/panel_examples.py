"""Settings of every kind and variant that the panel can show."""

from experiments.settings import (
    DynamicsSettings,
    PhaseDiagramSettings,
    TrainingSettings,
    parse_toml,
    replace,
)

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

ALL_SETTINGS = {
    "two groups": DynamicsSettings(),
    "three groups": THREE_GROUPS,
    "map": PhaseDiagramSettings(),
    "adult": TrainingSettings(),
    "digits": replace(TrainingSettings(), "data.set", "digits"),
    "mixture": replace(TrainingSettings(), "data.set", "mixture"),
}
