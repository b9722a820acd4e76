"""Charts and the small frames they are drawn from; used by the screen and by files.

``charts.finance.bridge`` imports its module when it is first drawn: altair takes half a second, and figures come first.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

_DRAWING = ("consensus", "finance", "forecast", "overlay", "supply")


def __getattr__(name: str) -> ModuleType:
    if name not in _DRAWING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
