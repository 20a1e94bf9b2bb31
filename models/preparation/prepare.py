"""Rows are split first; whatever is learnt from data is learnt from the training part alone."""

from dataclasses import dataclass

import numpy as np

from models.dataset import Dataset, Features, Split
from models.preparation.plan import PreparationPlan
from models.preparation.splitting import stratified_split
from models.rows import Rows


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A data set to learn from, and what became of the rows on the way.

    Attributes
    ----------
    dataset
        What the network sees.
    rows
        The rows as they were found.
    """

    dataset: Dataset
    rows: Rows


def prepare(rows: Rows, plan: PreparationPlan) -> Prepared:
    """Hold rows out, then fill in, encode and scale columns as the training rows say.

    Missing numbers take the median and missing categories the most frequent one; categories
    become one-hot, and one that only held-out rows have is all zeros.

    Raises
    ------
    DataUnavailableError
        When a part would lack a group or class.
    """
    training, validation = stratified_split(
        rows.group * len(rows.class_names) + rows.y,
        validation_share=plan.validation_share,
        seed=plan.seed,
    )
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

    scales = plan.scaling == "standard" or (plan.scaling == "auto" and not rows.has_own_scale)
    scaler = StandardScaler() if scales else FunctionTransformer(feature_names_out="one-to-one")
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype=np.float32)
    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), scaler), rows.numbers),
            (
                "categories",
                make_pipeline(SimpleImputer(strategy="most_frequent"), one_hot),
                rows.categories,
            ),
        ],
        verbose_feature_names_out=False,
    )
    learnt = columns.fit_transform(rows.columns.iloc[training])
    held_out = columns.transform(rows.columns.iloc[validation])

    def split(x: Features, chosen: np.ndarray) -> Split:
        return Split(x, rows.y[chosen], rows.group[chosen])

    dataset = Dataset(
        name=rows.name,
        training=split(learnt, training),
        validation=split(held_out, validation),
        group_names=rows.group_names,
        class_names=rows.class_names,
        feature_names=tuple(str(name) for name in columns.get_feature_names_out()),
        image_shape=rows.image_shape,
    )
    return Prepared(dataset, rows)
