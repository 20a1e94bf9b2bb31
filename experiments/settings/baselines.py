"""Settings of which classifiers are fitted beside the network."""

from experiments.settings.base import SettingsTable, setting
from models import plan as plans
from models.baselines import Baseline

_READING = (
    "It learns from the same rows, resampled and weighed as for the network but without balanced"
    " batches or changed images, and is scored on the same rows, in the tables of numbers."
)


class Baselines(SettingsTable):
    """Classifiers of scikit-learn, fitted once the network is trained."""

    logistic_regression: plans.Answer = setting(
        "no",
        title="Logistic regression",
        help_text=(
            "Whether a logistic regression with C = 1 is fitted to its end, for comparison.",
            _READING,
            "Its boundary is straight, so weights and resampling only move and turn it.",
        ),
    )
    linear_svm: plans.Answer = setting(
        "no",
        title="Linear SVM",
        help_text=(
            "Whether a linear support vector machine with C = 1 is fitted, by squared hinge loss.",
            _READING,
            "It gives no probabilities, so loss and calibration have no data.",
        ),
    )
    rbf_svm: plans.Answer = setting(
        "no",
        title="RBF SVM",
        help_text=(
            "Whether a support vector machine with a Gaussian kernel and C = 1 is fitted.",
            _READING,
            "It learns from 5,000 rows at most and gives no probabilities, so loss and calibration"
            " have no data.",
        ),
    )

    @property
    def chosen(self) -> tuple[Baseline, ...]:
        """Names of those that are fitted."""
        answers: dict[Baseline, plans.Answer] = {
            "logistic regression": self.logistic_regression,
            "linear SVM": self.linear_svm,
            "RBF SVM": self.rbf_svm,
        }
        return tuple(name for name, answer in answers.items() if answer == "yes")
