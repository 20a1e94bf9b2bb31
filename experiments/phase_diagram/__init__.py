"""The kind ``phase-diagram``: a map over two parameters, and finite-size runs held against it."""

from experiments.phase_diagram.cell import open_cell
from experiments.phase_diagram.exact import exact_map, has_closed_form
from experiments.phase_diagram.run import run_phase_diagram

__all__ = ["exact_map", "has_closed_form", "open_cell", "run_phase_diagram"]
