"""How every benchmark ends: a table for people, one JSON object for machines, exit code 1 when a bar is missed."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One promise: ``value`` may be at most ``limit`` (at least, when ``at_least``)."""

    name: str
    value: float
    limit: float
    unit: str = "ms"
    at_least: bool = False

    @property
    def ok(self) -> bool:
        """Whether the promise is kept."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def finish(title: str, bars: Sequence[Bar], notes: Sequence[str] = ()) -> None:
    """Print table and JSON line, then leave with 0, or 1 when any bar is missed."""
    print(f"\n{title}")
    for note in notes:
        print(f"  {note}")
    width = max(len(bar.name) for bar in bars)
    for bar in bars:
        side = "at least" if bar.at_least else "at most"
        verdict = "ok" if bar.ok else "MISSED"
        print(f"  {bar.name:<{width}}  {bar.value:>10.2f} {bar.unit:<6} {side} {bar.limit:g}  {verdict}")
    told = {bar.name: {"value": round(bar.value, 4), "limit": bar.limit, "ok": bar.ok} for bar in bars}
    print(json.dumps({"bars": told}), flush=True)
    sys.exit(0 if all(bar.ok for bar in bars) else 1)
