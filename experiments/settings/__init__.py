"""Validated, frozen settings: the one source for panel, TOML, command line, errors and docs."""

from experiments.settings.base import About, Settings, SettingsTable
from experiments.settings.data_sets import (
    AdultData,
    BreastCancerData,
    DigitsData,
    FashionData,
    MnistData,
)
from experiments.settings.description import Section, SettingInfo, describe, find, value_at
from experiments.settings.document import (
    dump_toml,
    from_table,
    load_file,
    parse_toml,
    replace,
    settings_hash,
    with_assignments,
)
from experiments.settings.download_data import FullData, OpenmlData
from experiments.settings.dynamics import DynamicsSettings
from experiments.settings.errors import Problem, SettingsError
from experiments.settings.file_data import FileData, file_data
from experiments.settings.generated_data import (
    MixtureData,
    RotatedData,
    ShapesData,
    SignalData,
)
from experiments.settings.mixture import GroupsMixture, TwoGroupMixture
from experiments.settings.phase_diagram import PhaseDiagramSettings
from experiments.settings.steering import settings_at, with_change
from experiments.settings.training import TrainingSettings

__all__ = [
    "About",
    "AdultData",
    "BreastCancerData",
    "DigitsData",
    "DynamicsSettings",
    "FashionData",
    "FileData",
    "FullData",
    "GroupsMixture",
    "MixtureData",
    "MnistData",
    "OpenmlData",
    "PhaseDiagramSettings",
    "Problem",
    "RotatedData",
    "Section",
    "SettingInfo",
    "Settings",
    "SettingsError",
    "SettingsTable",
    "ShapesData",
    "SignalData",
    "TrainingSettings",
    "TwoGroupMixture",
    "describe",
    "dump_toml",
    "file_data",
    "find",
    "from_table",
    "load_file",
    "parse_toml",
    "replace",
    "settings_at",
    "settings_hash",
    "value_at",
    "with_assignments",
    "with_change",
]
