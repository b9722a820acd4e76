"""How long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Report = Callable[[float], None]
"""Hears the share done, 0 to 1."""


def silent(_share: float) -> None:
    """Nobody listens."""
