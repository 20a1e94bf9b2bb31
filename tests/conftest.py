"""Hands on to every test what `shared_fixtures` holds, which is where types are checked."""

from shared_fixtures import nothing_cached, quick_fonts, server

__all__ = ["nothing_cached", "quick_fonts", "server"]
