"""What is printed: aligned tables for people, one JSON object for programs. Errors go to stderr."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sop.domain.errors import SopError


def print_json(told: Mapping[str, object]) -> None:
    """One JSON object; what is not a finite number becomes null."""
    print(json.dumps(_plain(told), indent=1, ensure_ascii=False, allow_nan=False))


def _plain(told: Any) -> Any:
    if isinstance(told, Mapping):
        return {str(name): _plain(value) for name, value in told.items()}
    if isinstance(told, (list, tuple)):
        return [_plain(value) for value in told]
    if isinstance(told, (bool, np.bool_)) or told is None or isinstance(told, str):
        return bool(told) if isinstance(told, np.bool_) else told
    if isinstance(told, (int, np.integer)):
        return int(told)
    if isinstance(told, (float, np.floating)):
        return float(told) if math.isfinite(told) else None
    return str(told)


def tell_error(error: SopError, as_json: bool) -> None:
    """The error and what to do, on stderr; as JSON also on stdout."""
    if as_json:
        print_json({"status": "error", "error": error.title, "remedy": error.remedy})
    print(f"{error.title} {error.remedy}".strip(), file=sys.stderr)


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> None:
    """Columns aligned: the first ``texts`` to the left, figures to the right."""
    widths = [max(len(str(row[column])) for row in [header, *rows]) for column in range(len(header))]
    for row in [header, *rows]:
        cells = [
            str(cell).ljust(width) if column < texts else str(cell).rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def figure(unit: str, value: float, labels: Sequence[str]) -> str:
    """A figure as people read it, by unit (money, percent, share, days, period).

    >>> figure("money", 1234567.8, ()), figure("share", 0.973, ()), figure("period", 1, ("2026-01", "2026-02"))
    ('1,234,568', '97.3 %', '2026-02')
    """
    if unit == "period":
        return labels[int(value)] if 0 <= value < len(labels) else ""
    if not math.isfinite(value):
        return ""
    digits = 0 if unit == "money" else 1
    rounded = round(100 * value if unit == "share" else value, digits) + 0.0  # no negative zero
    return f"{rounded:,.{digits}f}" + (" %" if unit in ("share", "percent") else "")


def change(unit: str, value: float) -> str:
    """A difference with its sign, percentages in points; "" when there is none to be seen.

    >>> change("money", -1234.4), change("share", 0.021), change("money", 0.3)
    ('-1,234', '+2.1 pp', '')
    """
    text = "" if unit == "period" else figure(unit, value, ()).replace("%", "pp")
    if not text or not any(digit in text for digit in "123456789"):
        return ""
    return text if text.startswith("-") else f"+{text}"


def show_progress(share: float, doing: str) -> None:
    """Progress on stderr: one line that is rewritten on a terminal, nothing elsewhere."""
    if sys.stderr.isatty():
        end = "\n" if share >= 1.0 else ""
        print(f"\r{100 * share:3.0f} % {doing:<60.60}", end=end, file=sys.stderr, flush=True)
