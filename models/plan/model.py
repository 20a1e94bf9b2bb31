"""Which network is trained."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.bounds import Answer, PlanError, check_bounds, check_words

NetworkKind = Literal["dense", "convolutional"]
Activation = Literal[
    "relu",
    "leaky-relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "softplus",
    "tanh",
    "sigmoid",
    "linear",
]
Initialiser = Literal[
    "glorot-uniform",
    "glorot-normal",
    "he-uniform",
    "he-normal",
    "lecun-uniform",
    "lecun-normal",
    "orthogonal",
    "zeros",
]

MOST_UNITS = 4096
"""Units of the widest layer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPlan:
    """A network.

    Attributes
    ----------
    network
        ``dense``: a multilayer perceptron. ``convolutional``: convolutions of 3 × 3 pixels with
        maxima of 2 × 2 before it, for images alone.
    widths
        Units of each hidden layer, each in [1, `MOST_UNITS`]; none for logistic regression.
    filters
        Filters of each convolution, each in [1, 512], at least one convolution.
    bias
        Whether every unit and filter adds a number of its own to its sum.
    activation
        Nonlinearity of the hidden layers.
    initialiser
        How weight matrices begin; biases begin at 0.
    batch_normalisation
        Whether what each hidden layer's nonlinearity is given has mean 0 and variance 1 over a
        batch, then a scale and shift that are learnt (Ioffe & Szegedy 2015).
    dropout
        Share of hidden units silenced at each training step, in [0, 1).
    l1, l2
        Strengths of the penalties l1 |W| and l2 |W|², summed over every weight matrix (not
        biases), >= 0.
    """

    network: NetworkKind = "dense"
    widths: tuple[int, ...] = ()
    filters: tuple[int, ...] = (8, 16)
    bias: Answer = "yes"
    activation: Activation = "relu"
    initialiser: Initialiser = "glorot-uniform"
    batch_normalisation: Answer = "no"
    dropout: float = 0.0
    l1: float = 0.0
    l2: float = 0.0

    def __post_init__(self) -> None:
        check_words(
            self,
            network=NetworkKind,
            bias=Answer,
            activation=Activation,
            initialiser=Initialiser,
            batch_normalisation=Answer,
        )
        check_bounds(self, widths=(1, MOST_UNITS), filters=(1, 512))
        check_bounds(self, dropout=(0.0, np.nextafter(1.0, 0.0)), l1=(0.0, 1e9), l2=(0.0, 1e9))
        if self.network == "convolutional" and not self.filters:
            raise PlanError("filters must name at least one convolution, e.g. (8, 16)")

    @property
    def hidden(self) -> tuple[int, ...]:
        """Units or filters of every hidden layer."""
        return (*self.filters, *self.widths) if self.network == "convolutional" else self.widths
