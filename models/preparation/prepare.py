"""Rows are split first; whatever is learnt from data is learnt from the training part alone."""

import numpy as np

from models.dataset import Dataset, Features, Split
from models.preparation.plan import PreparationPlan
from models.preparation.prepared import Prepared
from models.preparation.splitting import Part, split_parts
from models.rows import Rows
from models.trouble import Masks


def prepare(rows: Rows, plan: PreparationPlan) -> Prepared:
    """Hold rows out, then fill in, encode and scale columns as the training rows say.

    Missing numbers take the median and missing categories the most frequent one; categories
    become one-hot, and one that only held-out rows have is all zeros.

    Raises
    ------
    DataUnavailableError
        When a part would lack a group or class.
    """
    parts = split_parts(
        rows, validation_share=plan.validation_share, test_share=plan.test_share, seed=plan.seed
    )
    training, validation, test = (np.flatnonzero(parts == part) for part in Part)
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

    def split(x: Features, chosen: np.ndarray) -> Split:
        return Split(x, rows.y[chosen], rows.group[chosen])

    def held_out(chosen: np.ndarray) -> Split:
        return split(columns.transform(rows.columns.iloc[chosen]), chosen)

    dataset = Dataset(
        name=rows.name,
        training=split(learnt, training),
        validation=held_out(validation),
        test=held_out(test) if test.size else None,
        group_names=rows.group_names,
        class_names=rows.class_names,
        feature_names=tuple(str(name) for name in columns.get_feature_names_out()),
        image_shape=rows.image_shape,
    )
    return Prepared(
        dataset=dataset,
        rows=rows,
        spoiled=rows,
        origin=np.arange(len(rows)),
        spoiled_parts=parts,
        masks=Masks.nothing(*rows.columns.shape),
        notes=(),
    )
