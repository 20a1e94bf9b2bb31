"""The parameter panel, generated from the settings."""

from gui.panel.panel import ParameterPanel
from gui.panel.relevance import Density

__all__ = ["Density", "ParameterPanel"]
