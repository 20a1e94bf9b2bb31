"""Export of a run: its curves as tables, its figure, its settings, and a script that redraws it."""

from experiments.export.folder import ExportError, check_folder, export_run

__all__ = ["ExportError", "check_folder", "export_run"]
