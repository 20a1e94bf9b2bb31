"""The history of runs: settings, status, events and every curve point, in one SQLite file."""

from experiments.store.database import StoreError
from experiments.store.ownership import Owner
from experiments.store.runs import RunRow, Status, UnknownRunError
from experiments.store.store import Store, default_path

__all__ = ["Owner", "RunRow", "Status", "Store", "StoreError", "UnknownRunError", "default_path"]
