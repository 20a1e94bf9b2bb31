"""The list of what was injected, against the masks and against the rows before and after."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from inspected_rows import drawn_rows

from models.inspection.injected import LABEL, Injected, injected
from models.preparation import LEFT_OUT, PreparationPlan, Prepared, prepare
from models.trouble import MissingCells, Outliers, Shift, Strike, Target, Trouble, Units

TROUBLE = Trouble(
    under_sampling=Target(strength=0.3),
    label_flips=Strike(strength=0.2),
    shift=Shift(strength=1.0, group="group 1"),
    outliers=Outliers(strength=0.1),
    units=Units(strength=2.0),
    missing=MissingCells(strength=0.1, where="everywhere"),
    noise=Target(strength=1),
    duplicates=Target(strength=0.2),
)


@pytest.fixture(scope="module")
def troubled() -> Prepared:
    plan = PreparationPlan(validation_share=0.3, test_share=0.2, seed=3, trouble=TROUBLE)
    return prepare(drawn_rows(), plan)


@pytest.fixture(scope="module")
def listed(troubled: Prepared) -> list[Injected]:
    return list(injected(troubled))


def test_nothing_is_listed_where_nothing_was_injected() -> None:
    plan = PreparationPlan(validation_share=0.3, test_share=0.2, seed=3)
    assert not list(injected(prepare(drawn_rows(), plan)))


def test_undoing_what_is_listed_gives_what_was_found(
    troubled: Prepared, listed: list[Injected]
) -> None:
    rows, y = troubled.rows, np.array(troubled.spoiled.y)
    columns = troubled.spoiled.columns[list(rows.columns)].astype(object)
    for each in listed:
        if each.column == LABEL:
            assert rows.class_names[y[each.row]] == each.after
            y[each.row] = rows.class_names.index(str(each.before))
        elif each.column:
            now = columns[each.column]
            lacks = bool(now.isna().iat[each.row])
            assert lacks if each.after is None else now.iat[each.row] == each.after
            columns.loc[each.row, each.column] = np.nan if each.before is None else each.before
    np.testing.assert_array_equal(y, rows.y[troubled.origin])
    found = rows.columns.iloc[troubled.origin].reset_index(drop=True).astype(object)
    pd.testing.assert_frame_equal(columns.fillna("missing"), found.fillna("missing"))


def test_every_mark_is_listed_once(troubled: Prepared, listed: list[Injected]) -> None:
    masks = troubled.masks
    counts = Counter(kind for each in listed for kind in each.kind.split("; "))
    assert counts == {
        "left out": np.count_nonzero(troubled.spoiled_parts == LEFT_OUT),
        "copy of a held-out row": masks.duplicated.sum(),
        "label flipped": masks.flipped.sum(),
        "cell emptied": masks.missing.sum(),
        "outlier": masks.outliers.sum(),
        "shifted": masks.shifted.sum(),
        "other units": masks.rescaled.sum(),
    }
    assert any(";" in each.kind for each in listed)
    assert len({(each.row, each.column, each.kind) for each in listed}) == len(listed)
