"""Settings of the network that is trained."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BeforeValidator, model_validator

from experiments.settings.base import SettingsTable, setting
from experiments.settings.errors import ParameterError
from models import plan as plans

MOST_LAYERS = 20
MOST_FILTERS = 512


def _whole(value: object) -> object:
    """Take 64.0 as 64, as it is typed among other numbers."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]


class Network(SettingsTable):
    """The network: hidden layers of any widths, after convolutions where data are images."""

    network: plans.NetworkKind = setting(
        "dense",
        title="Network",
        help_text=(
            "Dense layers alone, or convolutions of 3 × 3 pixels, halved by maxima, before them.",
            "Convolutions know what is near what; for a table there is no such thing.",
            "A convolution has few parameters but takes long, so compare by epochs, not seconds.",
        ),
    )
    widths: tuple[Whole, ...] = setting(
        (64, 64),
        title="Widths",
        unit="units",
        help_text=(
            "Units of each hidden layer, e.g. 64, 32; none at all is logistic regression.",
            "Wider and more layers bend the boundary more, and can learn more by heart.",
            "A model that is too small cannot be corrected by weights; one that is large shows a"
            " training curve that may be memory, not skill.",
        ),
    )
    filters: tuple[Whole, ...] = setting(
        (8, 16),
        title="Filters",
        help_text=(
            "Filters of each convolution, e.g. 8, 16; each convolution halves height and width.",
            "Early ones find strokes and edges, later ones what is made of them.",
            "Small images cannot be halved often: 8 × 8 pixels three times.",
        ),
    )
    bias: plans.Answer = setting(
        "yes",
        title="Bias",
        help_text=(
            "Whether every unit adds a number of its own, its bias, to its sum of inputs.",
            "Without hidden layers and without bias the boundary passes through the origin, as in"
            " the theory, whose curves are then drawn over samples of the teacher-mixture.",
            "Without bias, a network follows unequal classes only as far as inputs tell them.",
        ),
    )
    activation: plans.Activation = setting(
        "relu",
        title="Activation",
        help_text=(
            "The bend in each hidden unit.",
            "ReLU trains fast, tanh and sigmoid are smooth and slower in deep networks.",
            "With linear units, many layers still draw one straight boundary.",
        ),
    )
    initialiser: plans.Initialiser = setting(
        "glorot-uniform",
        title="Initial weights",
        help_text=(
            "How random weights begin; biases begin at 0.",
            "Glorot suits tanh, He suits ReLU, LeCun suits SELU.",
            "With zeros all units of a layer stay alike, so hidden layers learn nothing.",
        ),
    )
    batch_normalisation: plans.Answer = setting(
        "no",
        title="Batch normalisation",
        help_text=(
            "Whether each hidden layer's sums are brought to mean 0 and variance 1 over a batch.",
            "It allows larger learning rates and deeper networks.",
            "Measurements use running means, which lag behind at first; mean and variance are"
            " those of the large group.",
        ),
    )
    dropout: float = setting(
        0.0,
        title="Dropout",
        low=0.0,
        high=0.9,
        help_text=(
            "Share of hidden units that are switched off at random in each step.",
            "It works against learning by heart.",
            "It is off while measuring, so training loss can look better than it felt.",
        ),
    )
    l1: float = setting(
        0.0,
        title="L1",
        low=0.0,
        high=10.0,
        slider=(0.0, 0.01),
        help_text=(
            "Strength of the penalty on absolute weights.",
            "It drives weights to 0, first those of inputs that only a small group needs.",
            "The curves show the loss without this penalty.",
        ),
    )
    l2: float = setting(
        0.0,
        title="L2",
        low=0.0,
        high=10.0,
        slider=(0.0, 0.1),
        help_text=(
            "Strength of the penalty on squared weights.",
            "It works against learning by heart and against confident answers.",
            "The curves show the loss without this penalty.",
        ),
    )

    @model_validator(mode="after")
    def _buildable(self) -> "Network":
        _check_layers("widths", self.widths, plans.MOST_UNITS)
        _check_layers("filters", self.filters, MOST_FILTERS)
        if self.network == "convolutional" and not self.filters:
            message = "name the filters of at least one convolution, e.g. [8, 16], or choose dense"
            raise ParameterError(message, parameters=("filters",))
        return self

    def plan(self) -> plans.ModelPlan:
        """Say the same to `models`."""
        return plans.ModelPlan(**dict(self))


def _check_layers(name: str, units: Sequence[int], most: int) -> None:
    if len(units) > MOST_LAYERS:
        message = f"{len(units)} layers; there may be at most {MOST_LAYERS}"
        raise ParameterError(message, parameters=(name,))
    for number in units:
        if not 1 <= number <= most:
            message = f"{number} is not allowed; each must be at least 1 and at most {most}"
            raise ParameterError(message, parameters=(name,))
