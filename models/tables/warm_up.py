"""Being ready to read tables."""

import importlib

_SLOW = ("pandas", "pyarrow.compute", "pyarrow.csv", "pyarrow.parquet")


def warm_up() -> None:
    """Import ahead what takes a second when the first table is read."""
    for name in _SLOW:
        importlib.import_module(name)
