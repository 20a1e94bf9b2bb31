"""Shares in words."""

import math


def percent(share: float, *, digits: int = 0) -> str:
    """Write a share with so many digits behind the point; "no data" where there is none."""
    return "no data" if math.isnan(share) else f"{100 * share:.{digits}f} %"
