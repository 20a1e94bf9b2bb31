"""Rows are split first; whatever is learnt from data is learnt from the training part alone."""

import numpy as np

from models.dataset import Dataset, Split
from models.preparation.encoding import Encoded, encode
from models.preparation.plan import PreparationPlan
from models.preparation.prepared import Prepared
from models.preparation.selection import select
from models.preparation.splitting import Part, split_parts
from models.rows import Rows
from models.trouble import State, inject


def prepare(rows: Rows, plan: PreparationPlan) -> Prepared:
    """Split rows, inject trouble, then fill in, encode and scale columns as training rows say.

    Raises
    ------
    DataUnavailableError
        When a part would lack a group or class, or a name in the plan does not exist.
    """
    parts = split_parts(
        rows, validation_share=plan.validation_share, test_share=plan.test_share, seed=plan.seed
    )
    state = inject(rows, parts, trouble=plan.trouble, seed=plan.seed)
    state = select(state, plan)
    encoded = encode(state, plan)
    return Prepared(
        dataset=_dataset(state, encoded),
        sources=encoded.sources,
        rows=rows,
        spoiled=state.rows,
        origin=state.origin,
        spoiled_parts=state.parts,
        masks=state.masks,
        notes=(*state.notes, *encoded.notes),
    )


def _dataset(state: State, encoded: Encoded) -> Dataset:
    rows = state.rows
    clean = state.clean_y if state.masks.flipped.any() else None

    def split(part: Part) -> Split:
        chosen = state.parts == part
        return Split(
            x=encoded.x.get(part, np.zeros((0, len(encoded.names)), np.float32)),
            y=rows.y[chosen],
            group=rows.group[chosen],
            clean_y=None if clean is None else clean[chosen],
        )

    is_image = rows.image_shape is not None and encoded.names == tuple(map(str, rows.columns))
    return Dataset(
        name=rows.name,
        training=split(Part.TRAINING),
        validation=split(Part.VALIDATION),
        test=split(Part.TEST) if Part.TEST in encoded.x else None,
        group_names=rows.group_names,
        class_names=rows.class_names,
        feature_names=encoded.names,
        image_shape=rows.image_shape if is_image else None,
        category_blocks=encoded.category_blocks,
    )
