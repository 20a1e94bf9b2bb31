"""Which rows are left out or repeated before anything is learnt from them."""

import numpy as np

from models.dataset import DataUnavailableError
from models.preparation.fences import Bounds
from models.preparation.plan import PreparationPlan
from models.trouble import State
from models.trouble.seeds import generator


def select(state: State, plan: PreparationPlan) -> State:
    """Leave incomplete and extreme rows out and repeat rows of rare classes, as planned.

    Only training rows are, but by mistake, and for what is in columns that are learnt from. Split
    first or drop first comes to the same here: every row keeps the part that the split gave it,
    so that both ways are measured on the same rows as far as those are left.
    """
    if plan.mistake == "dropped-rows":
        state = _drop_incomplete(state, plan, held_out_too=True)
    elif plan.imputation == "drop":
        state = _drop_incomplete(state, plan, held_out_too=False)
    if plan.outliers == "remove":
        state = _drop_extreme(state, plan)
    if plan.mistake == "resampling":
        return _over_sample(state, plan, held_out_too=True)
    if plan.over_sampling:
        return _over_sample(state, plan, held_out_too=False)
    return state


def _drop_incomplete(state: State, plan: PreparationPlan, *, held_out_too: bool) -> State:
    among = state.within("everywhere" if held_out_too else "training")
    seen = state.rows.columns.drop(columns=list(plan.unseen), errors="ignore")
    incomplete = among & seen.isna().to_numpy().any(axis=1)
    told = state.counts(incomplete, among)
    title = "Rows" if held_out_too else "Training rows"
    dropped = state.leaving_out(incomplete)
    if not dropped.within("training").any():
        message = f"every training row of {state.rows.name} has a missing cell"
        advice = "choose another preparation.imputation than drop"
        if held_out_too:
            advice = "a twin that drops them has none left to learn from, so choose another mistake"
        gappy = ", or name columns with many gaps in preparation.leave_out"
        raise DataUnavailableError(f"{message}; {advice}{gappy}")
    return dropped.told(f"{title} with missing cells left out: {told}.")


def _drop_extreme(state: State, plan: PreparationPlan) -> State:
    among = state.within("training")
    seen = [name for name in state.rows.numbers if name not in plan.unseen]
    numbers = state.rows.columns[seen].to_numpy(np.float64)
    extreme = Bounds.learnt(numbers[among], plan).beyond(numbers).any(axis=1) & among
    told = state.counts(extreme, among)
    if extreme.sum() == among.sum():
        message = f"every training row of {state.rows.name} has an extreme number"
        raise DataUnavailableError(f"{message}; raise preparation.outlier_reach")
    return state.leaving_out(extreme).told(f"Training rows with extreme numbers left out: {told}.")


def _over_sample(state: State, plan: PreparationPlan, *, held_out_too: bool) -> State:
    """Repeat rows of rarer classes at random until all classes are as frequent.

    By mistake, rows of all parts are repeated, and copies go to all parts, each as often as its
    share of rows.
    """
    used = np.flatnonzero(state.within("everywhere" if held_out_too else "training"))
    labels = state.rows.y[used]
    counts = np.bincount(labels, minlength=len(state.rows.class_names))
    random = generator(plan.seed, "over-sampling")
    copied = np.concatenate(
        [
            random.choice(used[labels == label], counts.max() - count)
            for label, count in enumerate(counts)
            if count
        ]
    )
    parts = np.zeros(copied.size, np.int8)
    if held_out_too:
        parts = random.choice(state.parts[used], copied.size)
    grown = state.with_copies(copied, parts, "resampled")
    told = grown.counts(grown.masks.resampled, grown.parts >= 0)
    when = "before the split" if held_out_too else "in the training part"
    return grown.told(f"Over-sampling {when}: copies among rows: {told}.")
