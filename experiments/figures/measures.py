"""What is measured of a classifier, in words: one entry for each quantity that has curves."""

from dataclasses import dataclass

CLEAN = "clean "
"""Begins the name of a quantity against the labels before some were flipped on purpose."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity of the rows of a group.

    Attributes
    ----------
    quantity
        Its name in `CurveName`.
    title
        What users call it.
    what
        What it is, in a sentence.
    reading
        How to read it, in a sentence.
    misleads
        When it misleads, in a sentence.
    better
        Which end of its axis is ahead: 1 for the upper, −1 for the lower, 0 for neither.
    """

    quantity: str
    title: str
    what: str
    reading: str
    misleads: str
    better: int

    @property
    def words(self) -> str:
        """The title within a sentence."""
        return self.title if self.title.isupper() else self.title.lower()


LOSS = Measure(
    "loss",
    "Loss",
    "Mean cross-entropy, natural logarithm, without any weights.",
    "Lower is better; 0.693 is the loss of a coin that says one half for each of two classes.",
    "One confident mistake can outweigh many right answers.",
    -1,
)
SCORES = (
    Measure(
        "accuracy",
        "Accuracy",
        "Share of rows with the right answer.",
        "Compare it with the share of the larger class, which needs no model.",
        "Where one class is rare, it can be high while that class is never found.",
        1,
    ),
    Measure(
        "balanced accuracy",
        "Balanced accuracy",
        "Share of right answers among the rows of each class, averaged over all classes.",
        "Chance is one over the number of classes, however rare a class is.",
        "A class of few rows makes it jump from step to step.",
        1,
    ),
    Measure(
        "precision",
        "Precision",
        "How often an answer for the second class is right.",
        "Higher means fewer false alarms among those that are selected.",
        "It depends on how frequent the class is in a group, so groups with other base rates"
        " differ even where the model treats them alike.",
        1,
    ),
    Measure(
        "true positive rate",
        "Recall",
        "How often the answer is the second class among the rows labelled with it.",
        "Its gap is fairlearn's equal opportunity difference.",
        "Answering always with that class makes it 1.",
        1,
    ),
    Measure(
        "F1",
        "F1",
        "Harmonic mean of precision and recall.",
        "High only where both are.",
        "It ignores right answers for the first class, and depends on the base rate.",
        1,
    ),
    Measure(
        "ROC AUC",
        "ROC AUC",
        "How often a row of the second class is ranked above one of the first; 0.5 is chance.",
        "It asks for the order of the scores alone, at all thresholds together.",
        "Groups with the same AUC can be served very differently by one threshold.",
        1,
    ),
    Measure(
        "calibration error",
        "Calibration error",
        "How far confidence is from the share of right answers, over ten bins of confidence.",
        "0 where the model is right as often as it says.",
        "With few rows in a bin it is above 0 by chance, so small groups look worse.",
        -1,
    ),
    Measure(
        "selection rate",
        "Selection rate",
        "How often the answer is the second class.",
        "Its gap is fairlearn's demographic parity difference.",
        "It says nothing about whether answers are right.",
        0,
    ),
    Measure(
        "false positive rate",
        "False positive rate",
        "How often the answer is the second class among the rows labelled with the first.",
        "Together with recall it gives the equalized odds difference.",
        "Answering never with that class makes it 0.",
        -1,
    ),
)

_MEASURES = {measure.quantity: measure for measure in (LOSS, *SCORES)}


def measure_of(quantity: str) -> Measure | None:
    """Find the measure of a quantity, against the clean labels or not; None if it has none."""
    return _MEASURES.get(quantity.removeprefix(CLEAN))
