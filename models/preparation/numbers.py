"""Columns of numbers: clipped, scaled and filled in as the rows say from which that is learnt."""

import warnings
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models.dataset import Features
from models.preparation.fences import Bounds
from models.preparation.plan import PreparationPlan
from models.trouble.seeds import generator

Floats = NDArray[np.floating]

NEIGHBOUR_ROWS = 1_000
"""Nearest rows are looked for among this many training rows at most: the time is rows × these."""
ITERATIVE_ROWS = 10_000
"""The columns' predictions of one another are learnt from this many training rows at most."""
_PREDICTORS = 20


@dataclass(frozen=True, slots=True, eq=False)
class NumberColumns:
    """What was learnt about p columns of numbers.

    They are scaled before they are filled in, so that all columns count alike in the distance
    between rows; scalers of scikit-learn look at known cells alone.

    Attributes
    ----------
    bounds
        Where numbers are clipped, if they are.
    empty
        Columns without any known training cell, shape (p,); they become 0.
    scaler, imputer
        Transformers of scikit-learn; None: nothing to do.
    incomplete
        Columns that the imputer knows, shape (p,).
    """

    bounds: Bounds | None
    empty: NDArray[np.bool_]
    scaler: Any
    imputer: Any
    incomplete: NDArray[np.bool_]

    @classmethod
    def learnt(
        cls,
        training: Floats,
        everything: Floats,
        *,
        gaps: NDArray[np.bool_],
        plan: PreparationPlan,
        has_own_scale: bool,
    ) -> Self:
        """Learn from training rows, shape (n, p), or by mistake from everything, shape (m, p).

        Parameters
        ----------
        gaps
            Columns with missing cells in any part, shape (p,).
        has_own_scale
            Whether ``auto`` leaves the scale as it is.
        """
        bounds = Bounds.learnt(training, plan) if plan.outliers == "clip" else None
        empty = np.count_nonzero(np.isnan(training), axis=0) == len(training)
        scaler = scaler_of(plan, has_own_scale=has_own_scale) if training.shape[1] else None
        columns = cls(bounds, empty, scaler, None, gaps & ~empty)
        if scaler is not None:
            with np.errstate(over="ignore", invalid="ignore"):
                scaler.fit(columns._clipped(everything if plan.mistake == "scaler" else training))
        if not columns.incomplete.any():
            return columns
        if plan.imputation in {"knn", "iterative"}:
            columns = replace(columns, incomplete=np.ones_like(gaps))
        known = _sample(everything if plan.mistake == "imputer" else training, plan)
        imputer = _imputer(plan, rows=len(known), columns=known.shape[1])
        scaled = columns._scaled(known)[:, columns.incomplete]
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"\[IterativeImputer\] Early stopping")
            imputer.fit(_medians(scaled) if plan.imputation in {"median", "drop"} else scaled)
        return replace(columns, imputer=imputer)

    @property
    def is_settled(self) -> bool:
        """Whether what fills missing cells did not change much any more in the end."""
        rounds = getattr(self.imputer, "n_iter_", None)
        return rounds is None or rounds < self.imputer.max_iter

    def transformed(self, cells: Floats) -> Features:
        """Clip, scale and fill rows in, shape (k, p)."""
        x = self._scaled(cells)
        if self.imputer is not None:
            x = np.array(x)
            x[:, self.incomplete] = self.imputer.transform(x[:, self.incomplete])
        return x

    def _clipped(self, cells: Floats) -> Floats:
        if self.empty.any():
            cells = np.where(self.empty, 0.0, cells)
        return cells if self.bounds is None else self.bounds.clipped(cells)

    def _scaled(self, cells: Floats) -> Features:
        cells = self._clipped(cells)
        with np.errstate(over="ignore", invalid="ignore"):
            if self.scaler is not None:
                cells = self.scaler.transform(cells)
            return cells.astype(np.float32, copy=False)


def scaler_of(plan: PreparationPlan, *, has_own_scale: bool) -> Any:  # noqa: ANN401  (scikit-learn is untyped)
    """Make the scaler that a plan asks for; None for none."""
    from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

    scaling = plan.scaling
    if scaling == "auto":
        scaling = "none" if has_own_scale else "standard"
    match scaling:
        case "standard":
            return StandardScaler()
        case "min-max":
            return MinMaxScaler()
        case "robust":
            return RobustScaler()
        case "none":
            return None


def _imputer(plan: PreparationPlan, *, rows: int, columns: int) -> Any:  # noqa: ANN401
    from sklearn.impute import KNNImputer, SimpleImputer

    match plan.imputation:
        case "mean" | "median" | "drop":
            return SimpleImputer(strategy="mean")
        case "most-frequent":
            return SimpleImputer(strategy="most_frequent")
        case "knn":
            return KNNImputer(n_neighbors=min(5, rows), keep_empty_features=True)
        case "iterative":
            from sklearn.experimental import enable_iterative_imputer  # noqa: F401  (it enables)
            from sklearn.impute import IterativeImputer

            return IterativeImputer(
                n_nearest_features=_PREDICTORS if columns > _PREDICTORS else None,
                skip_complete=True,
                keep_empty_features=True,
                random_state=_state(plan),
            )


def _medians(cells: Features) -> Features:
    """Give the medians as one row to take means of: a median of SimpleImputer takes far longer."""
    columns = [column[~np.isnan(column)] for column in cells.T]
    return np.array([[np.median(column) for column in columns]], np.float32)


def _sample(cells: Floats, plan: PreparationPlan) -> Floats:
    """Draw the rows from which a slow imputer learns."""
    most = {"knn": NEIGHBOUR_ROWS, "iterative": ITERATIVE_ROWS}.get(plan.imputation, len(cells))
    if len(cells) <= most:
        return cells
    chosen = generator(plan.seed, "imputation").choice(len(cells), most, replace=False)
    return cells[np.sort(chosen)]


def _state(plan: PreparationPlan) -> int:
    return int(generator(plan.seed, "iterative imputation").integers(2**31))
