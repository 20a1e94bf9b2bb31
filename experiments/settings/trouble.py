"""Settings of the trouble that is put into rows on purpose."""

from experiments.settings.base import SettingsTable, setting
from models import trouble as plans


def _strength(title: str, high: float, help_text: tuple[str, str, str], unit: str = "") -> float:
    strength: float = setting(0.0, title=title, low=0.0, high=high, unit=unit, help_text=help_text)
    return strength


def _group(title: str, empty: str = "all groups") -> str:
    name: str = setting(
        "",
        title=f"{title}: group",
        help_text=(
            f"Name of the group that is struck; empty: {empty}.",
            "Trouble that strikes one group alone is what opens a gap.",
            "The smaller the group, the fewer rows a strength stands for.",
        ),
    )
    return name


def _label(title: str, empty: str = "all classes") -> str:
    name: str = setting(
        "",
        title=f"{title}: class",
        help_text=(
            f"Name of the class that is struck; empty: {empty}.",
            "With a group as well, only that class of that group is struck.",
            "It is the class as found, before any label is flipped.",
        ),
    )
    return name


def _column(title: str, empty: str) -> str:
    name: str = setting(
        "",
        title=f"{title}: column",
        help_text=(
            f"Name of the column that is struck; empty: {empty}.",
            "A column that the network relies on matters most.",
            "Other columns may stand in for one that is spoiled.",
        ),
    )
    return name


def _where(default: str, title: str) -> plans.Where:
    where: plans.Where = setting(
        default,
        title=f"{title}: rows",
        help_text=(
            "Which rows are struck: those learnt from, those held out, or all.",
            "Trouble in training rows alone is measured against clean rows.",
            "Held-out rows that are spoiled as well hide what went wrong.",
        ),
    )
    return where


class ClassImbalance(SettingsTable):
    """A class gets rarer."""

    strength: float = _strength(
        "Class imbalance",
        0.99,
        (
            "Share of a class's training rows that is left out.",
            "0.9 leaves every tenth row; one row stays in any case.",
            "Accuracy can rise while the rare class is given up.",
        ),
    )
    label: str = _label("Imbalance", "the rarest class")
    group: str = _group("Imbalance")


class UnderSampling(SettingsTable):
    """A group gets rarer."""

    strength: float = _strength(
        "Undersampling",
        0.99,
        (
            "Share of a group's training rows that is left out.",
            "0.9 leaves every tenth row; one row of each class stays in any case.",
            "The overall curves hardly show what the small group loses.",
        ),
    )
    group: str = _group("Sampling", "the smallest group")
    label: str = _label("Sampling")


class LabelFlips(SettingsTable):
    """Labels are wrong."""

    strength: float = _strength(
        "Label flips",
        1.0,
        (
            "Share of the struck labels that are replaced by another class at random.",
            "Scores against the labels as found tell the truth, those against flipped ones do not.",
            "Measured against flipped labels, a model that repeats the bias looks good.",
        ),
    )
    group: str = _group("Flips")
    label: str = _label("Flips")
    where: plans.Where = _where("training", "Flips")


class Shift(SettingsTable):
    """Rows that are held out differ from those learnt from."""

    strength: float = setting(
        0.0,
        title="Shift",
        unit="SD",
        low=-10.0,
        high=10.0,
        slider=(-3.0, 3.0),
        help_text=(
            "Standard deviations by which numbers are moved, as after a change of the world.",
            "A gap that opens in held-out rows alone was not there to be learnt.",
            "Training rows give no warning of it.",
        ),
    )
    column: str = _column("Shift", "all columns of numbers")
    group: str = _group("Shift")
    label: str = _label("Shift")
    where: plans.Where = _where("held-out", "Shift")


class Outliers(SettingsTable):
    """Some numbers are extreme."""

    strength: float = _strength(
        "Outliers",
        1.0,
        (
            "Share of the struck numbers that are replaced by extreme ones.",
            "Robust scaling and fences withstand a few of them.",
            "A few extreme numbers can decide the scale of a whole column.",
        ),
    )
    size: float = setting(
        10.0,
        title="Outliers: size",
        unit="SD",
        low=0.1,
        high=1e6,
        slider=(1.0, 100.0),
        scale="log",
        help_text=(
            "How many standard deviations an extreme number lies off the mean, above or below.",
            "At 10 or more they are easy to see and to remove.",
            "Small ones look like any other number and still do harm.",
        ),
    )
    column: str = _column("Outliers", "all columns of numbers")
    group: str = _group("Outliers")
    label: str = _label("Outliers")
    where: plans.Where = _where("training", "Outliers")


class Units(SettingsTable):
    """Numbers of a column are in other units."""

    strength: float = setting(
        0.0,
        title="Other units",
        unit="powers of ten",
        low=-9.0,
        high=9.0,
        slider=(-6.0, 6.0),
        help_text=(
            "Powers of ten by which a column of numbers is multiplied: 3 for grams, not kilograms.",
            "Without scaling, the largest column drowns the others.",
            "Units that differ in one group alone cannot be undone by scaling.",
        ),
    )
    column: str = _column("Units", "the first column of numbers")
    group: str = _group("Units")
    label: str = _label("Units")
    where: plans.Where = _where("everywhere", "Units")


class MissingCells(SettingsTable):
    """Cells are missing."""

    strength: float = _strength(
        "Missing cells",
        1.0,
        (
            "Share of the struck cells that go missing.",
            "Compare how often each group has a missing cell.",
            "What was missing before stays missing and is not counted.",
        ),
    )
    mechanism: plans.Mechanism = setting(
        "at-random",
        title="Missing: why",
        help_text=(
            "What decides which cells go missing: chance alone, the group (a fifth as often in the"
            " other groups; empty: the smallest group is struck), or the value itself, high numbers"
            " and rare categories first.",
            "Only what is missing by chance alone leaves means as they were.",
            "From the rows that are left one cannot tell which of them it was.",
        ),
    )
    column: str = _column("Missing", "all columns")
    group: str = _group("Missing")
    label: str = _label("Missing")
    where: plans.Where = _where("training", "Missing")


class Noise(SettingsTable):
    """Columns of noise."""

    strength: int = setting(
        0,
        title="Noise columns",
        low=0,
        high=1000,
        slider=(0, 100),
        help_text=(
            "How many columns of random numbers of mean 0 and SD 1 are added.",
            "The fewer rows a group has, the more of the noise is learnt by heart.",
            "Images with added columns cannot be shown as images.",
        ),
    )
    group: str = setting(
        "",
        title="Noise: group",
        help_text=(
            "Name of the group whose rows have the noise; empty: all groups.",
            "A gap that opens is what the noise costs that group.",
            "In other rows the columns are 0, which tells the group as well.",
        ),
    )
    label: str = setting(
        "",
        title="Noise: class",
        help_text=(
            "Name of the class whose rows have the noise; empty: all classes.",
            "With a group as well, only that class of that group has it.",
            "In other rows the columns are 0: that is a leak of the label, also in held-out rows.",
        ),
    )


class Proxy(SettingsTable):
    """A column that tells the group."""

    strength: float = _strength(
        "Proxy of the group",
        1.0,
        (
            "Correlation of an added column of numbers with being in the group; 0: no column.",
            "Leave the column of the group itself out, and the proxy still tells it.",
            "At 1 it is the group itself.",
        ),
    )
    group: str = _group("Proxy", "the last group")
    label: str = setting(
        "",
        title="Proxy: class",
        help_text=(
            "Name of the class in whose rows the column tells the group; empty: all classes.",
            "With one class alone, the group can be guessed in that class alone.",
            "It is the class as found; in other rows the column is noise.",
        ),
    )


class Leak(SettingsTable):
    """A column that knows the label."""

    strength: float = _strength(
        "Leak of the label",
        1.0,
        (
            "Correlation of an added column of categories with the label; 0: no column.",
            "A score that is too good to be true is often a column that is known too late.",
            "Validation rows have the leak as well and do not warn; a test part can.",
        ),
    )
    group: str = _group("Leak")
    label: str = _label("Leak")
    where: plans.Known = setting(
        "until-test",
        title="Leak: known in",
        help_text=(
            "The rows in which the column knows the label; in the others it is noise.",
            "Until test is as in life: known in all that was collected, unknown at work.",
            "Known everywhere, not even a test part gives it away.",
        ),
    )


class Duplicates(SettingsTable):
    """Rows are on both sides of the split."""

    strength: float = _strength(
        "Duplicates",
        1.0,
        (
            "Share of the held-out rows of which the training part gets a copy.",
            "Scores of held-out rows rise with what is learnt by heart.",
            "A small network that cannot learn by heart hardly shows it.",
        ),
    )
    group: str = _group("Duplicates")
    label: str = _label("Duplicates")


class Trouble(SettingsTable):
    """What is done to the rows on purpose, so that the truth is known."""

    class_imbalance: ClassImbalance = ClassImbalance()
    under_sampling: UnderSampling = UnderSampling()
    label_flips: LabelFlips = LabelFlips()
    shift: Shift = Shift()
    outliers: Outliers = Outliers()
    units: Units = Units()
    missing: MissingCells = MissingCells()
    noise: Noise = Noise()
    proxy: Proxy = Proxy()
    leak: Leak = Leak()
    duplicates: Duplicates = Duplicates()

    def plan(self) -> plans.Trouble:
        """Say the same to `models.trouble`."""
        return plans.Trouble(
            class_imbalance=plans.Target(**self.class_imbalance.model_dump()),
            under_sampling=plans.Target(**self.under_sampling.model_dump()),
            label_flips=plans.Strike(**self.label_flips.model_dump()),
            shift=plans.Shift(**self.shift.model_dump()),
            outliers=plans.Outliers(**self.outliers.model_dump()),
            units=plans.Units(**self.units.model_dump()),
            missing=plans.MissingCells(**self.missing.model_dump()),
            noise=plans.Target(**self.noise.model_dump()),
            proxy=plans.Target(**self.proxy.model_dump()),
            leak=plans.Leak(**self.leak.model_dump()),
            duplicates=plans.Target(**self.duplicates.model_dump()),
        )
