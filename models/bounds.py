"""What the numbers and words of a plan may be."""

from typing import Literal, get_args

import numpy as np

Answer = Literal["no", "yes"]


class PlanError(ValueError):
    """A plan asks for what is not possible, or not with these data; the message names what."""


def check_bounds(plan: object, **bounds: tuple[float, float]) -> None:
    """Raise `PlanError` where a number, or one of a tuple, is outside its bounds, inclusive."""
    for name, (low, high) in bounds.items():
        value = getattr(plan, name)
        if not all(
            low <= each <= high for each in (value if isinstance(value, tuple) else [value])
        ):
            message = f"{name} must be at least {low:g}"
            if high < np.inf:
                message += f" and at most {high:.10g}"
            raise PlanError(f"{message}, but got {value}")


def check_words(plan: object, **types: object) -> None:
    """Raise `PlanError` where a word is none of its `Literal`."""
    for name, choices in types.items():
        value, words = getattr(plan, name), get_args(choices)
        if value not in words:
            raise PlanError(f"{name} must be one of {', '.join(words)}, but got {value!r}")
