"""Bundled presets, data and icons."""
