"""Settings of what a network minimises."""

from experiments.settings.base import SettingsTable, setting
from models import plan as plans


class Loss(SettingsTable):
    """What one wrong or unsure answer costs during training."""

    name: plans.LossName = setting(
        "cross-entropy",
        title="Loss",
        help_text=(
            "What is minimised: cross-entropy (of two classes the logistic loss), focal,"
            " logit-adjusted, squared or hinge; the class-balanced loss is any of them with class"
            " weights by effective number.",
            "Curves show the unweighted cross-entropy whatever is minimised, so runs compare.",
            "Squared and hinge losses give scores, not probabilities: their cross-entropy can"
            " stay high where their accuracy is good.",
        ),
    )
    focal_gamma: float = setting(
        2.0,
        title="Focusing",
        symbol="γ",
        low=0.0,
        high=10.0,
        slider=(0.0, 5.0),
        help_text=(
            "How strongly the focal loss ignores rows that are already classified well.",
            "0 is cross-entropy; 2 is usual.",
            "Wrong labels are hard rows too, and it looks at them most.",
        ),
    )
    focal_balancing: plans.Answer = setting(
        "no",
        title="Focal balancing",
        help_text=(
            "Whether the focal loss weighs the second of two classes by α, the first by 1 − α.",
            "Focusing by itself already favours the rare class, so a small α is usual.",
            "More than two classes have class weights for this.",
        ),
    )
    focal_alpha: float = setting(
        0.25,
        title="Weight of the second class",
        symbol="α",
        low=0.0,
        high=1.0,
        help_text=(
            "Weight of rows of the second class in the focal loss; the first class has 1 − α.",
            "0.5 weighs both alike and halves the loss.",
            "At 0 or 1 one class is not learnt at all.",
        ),
    )
    adjustment: float = setting(
        1.0,
        title="Logit adjustment",
        symbol="τ",
        low=0.0,
        high=10.0,
        slider=(0.0, 3.0),
        help_text=(
            "How many times the logarithm of each class' share is added to its logit in training.",
            "At 1 the balanced error is what is minimised; at 0 it is cross-entropy.",
            "Answers then ignore how frequent classes are, so probabilities no longer say it.",
        ),
    )
    label_smoothing: float = setting(
        0.0,
        title="Label smoothing",
        symbol="ε",
        low=0.0,
        high=1.0,
        slider=(0.0, 0.5),
        help_text=(
            "Share of each label that is spread evenly over all classes.",
            "It works against confident answers, and against some wrong labels.",
            "Curves compare with the labels as they are, so the loss cannot reach 0.",
        ),
    )

    def plan(self) -> plans.LossPlan:
        """Say the same to `models`."""
        return plans.LossPlan(**dict(self))
