"""Columns of categories: filled in and encoded as the rows say from which that is learnt."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from models.dataset import Features
from models.preparation.numbers import scaler_of
from models.preparation.plan import PreparationPlan

Codes = NDArray[np.int32]
"""Position of each cell's category, shape (n, q); -1 where missing."""

MOST_CATEGORIES = 200
"""One-hot columns that one column may become; the rarest categories beyond it are grouped."""
RARE = "(rare)"
MISSING = "(missing)"


@dataclass(frozen=True, slots=True, eq=False)
class CategoryColumns:
    """What was learnt about q columns of categories.

    Attributes
    ----------
    names, sources
        Names of the columns that they become, and of the column that each comes from.
    grouped
        How many categories of each column became one, where some did.
    imputer, encoder, scaler
        Transformers of scikit-learn; None: nothing to do.
    """

    names: tuple[str, ...]
    sources: tuple[str, ...]
    grouped: dict[str, int]
    imputer: Any
    encoder: Any
    scaler: Any

    @classmethod
    def learnt(
        cls,
        training: Codes,
        everything: Codes,
        *,
        categories: dict[str, tuple[str, ...]],
        plan: PreparationPlan,
    ) -> Self:
        """Learn from training rows, shape (n, q), or by mistake from everything, shape (m, q).

        Parameters
        ----------
        categories
            For each column by name, its categories by code.
        """
        if not categories:
            return cls((), (), {}, None, None, None)
        from sklearn.impute import SimpleImputer

        imputer = SimpleImputer(
            missing_values=-1, strategy="most_frequent", keep_empty_features=True
        )
        imputer.fit(everything if plan.mistake == "imputer" else training)
        filled = imputer.transform(training)
        encoder = _encoder(plan).fit(filled)
        names, sources, grouped = _names(encoder, categories, plan)
        scaler = None
        if plan.encoding == "ordinal":
            scaler = scaler_of(plan, has_own_scale=False)
        if scaler is not None:
            source = imputer.transform(everything) if plan.mistake == "scaler" else filled
            scaler.fit(encoder.transform(source))
        return cls(names, sources, grouped, imputer, encoder, scaler)

    def transformed(self, codes: Codes) -> Features:
        """Fill in and encode rows, shape (k, q)."""
        if self.encoder is None:
            return np.zeros((len(codes), 0), np.float32)
        encoded = self.encoder.transform(self.imputer.transform(codes))
        if self.scaler is not None:
            encoded = self.scaler.transform(encoded)
        x: Features = encoded.astype(np.float32, copy=False)
        return x


def _encoder(plan: PreparationPlan) -> Any:  # noqa: ANN401  (scikit-learn is untyped)
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

    rare = plan.rare_share or None
    if plan.encoding == "ordinal":
        return OrdinalEncoder(
            handle_unknown="use_encoded_value", unknown_value=-1, min_frequency=rare
        )
    return OneHotEncoder(
        handle_unknown="infrequent_if_exist",
        sparse_output=False,
        dtype=np.float32,
        min_frequency=rare,
        max_categories=MOST_CATEGORIES,
    )


def _names(
    encoder: Any,  # noqa: ANN401
    categories: dict[str, tuple[str, ...]],
    plan: PreparationPlan,
) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, int]]:
    """Name the columns that the encoder gives and theirs, and count the categories it groups."""
    rare = getattr(encoder, "infrequent_categories_", [None] * len(categories))
    names: list[str] = []
    sources: list[str] = []
    grouped = {}
    for (column, texts), codes, few in zip(
        categories.items(), encoder.categories_, rare, strict=True
    ):
        if few is not None:
            grouped[column] = len(few)
        if plan.encoding == "ordinal":
            names.append(column)
        else:
            gone = set() if few is None else set(few.tolist())
            known = texts or (MISSING,)  # a column of missing cells alone is filled in with 0
            names += [f"{column}_{known[code]}" for code in codes.tolist() if code not in gone]
            if few is not None:
                names.append(f"{column}_{RARE}")
        sources += [column] * (len(names) - len(sources))
    return tuple(names), tuple(sources), grouped
