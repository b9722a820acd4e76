"""What goes into files: a workbook's report, a snapshot's versions."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import numpy as np

import sop
from sop.analysis.comparison import told
from sop.analysis.headline import headline
from sop.analysis.mix import split_by_mix
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array
from sop.domain.plans import Kpis, PlanResult
from sop.domain.scenario import Scenario
from sop.exchange.workbook import KeyFigure, Report, Statement
from sop.finance import CASH_LINES, KPI_LINES, LINES, Window, kpis, statement_by_bucket

LIBRARIES: Final = ("numpy", "pandas", "scipy", "pyarrow", "pulp", "highspy", "statsforecast", "prophet")
_CLOSING: Final = "closing_cash"


def report(
    inputs: Inputs, result: PlanResult, base: PlanResult, chain: Sequence[Scenario], windows: Mapping[str, Window]
) -> Report:
    """Everything a workbook shows of ``result`` beside ``base``; ``chain`` ends with the scenario."""
    booked = next(iter(windows.values())).first < 0
    return Report(
        inputs=inputs,
        result=result,
        base=base,
        ancestors=tuple(scenario.name for scenario in chain[:-1]),
        headline=headline(inputs, base, result, next(iter(windows.values()))),
        changes=tuple(told(override) for override in result.overrides),
        kpis=tuple(_figures(inputs, result, base, windows.values())),
        pnl=(_pnl(result), _pnl(base)),
        cash=(_cash(result), _cash(base)),
        year=tuple(_year(inputs, plan, next(iter(windows.values()))) for plan in (result, base) if booked),
        mix=split_by_mix(inputs, result),
    )


def _figures(inputs: Inputs, result: PlanResult, base: PlanResult, windows: Iterable[Window]) -> list[KeyFigure]:
    found = []
    for window in windows:
        now, before = kpis(inputs, result, window), kpis(inputs, base, window)
        for name in (field.name for field in fields(Kpis)):
            title, unit, _ = KPI_LINES[name]
            found.append(KeyFigure(window.title, title, unit, getattr(now, name), getattr(before, name)))
    return found


def _pnl(result: PlanResult) -> Statement:
    return Statement(
        tuple(line.title for line in LINES.values()),
        tuple(line.sign for line in LINES.values()),
        _reported(result, [result.finance.lines[name] for name in LINES]),
    )


def _year(inputs: Inputs, plan: PlanResult, window: Window) -> Statement:
    """P&L of a window, its booked buckets first, so that its columns add up to the key figures."""
    frame = statement_by_bucket(inputs, plan, window)
    labels = tuple(str(name) for name in frame if name not in ("line", "title", "sign"))
    signs = tuple(int(sign) for sign in frame["sign"])
    return Statement(tuple(frame["title"]), signs, frame[list(labels)].to_numpy(), labels=labels, title=window.title)


def _cash(result: PlanResult) -> Statement:
    names = [name for name in CASH_LINES if name != _CLOSING]
    return Statement(
        tuple(CASH_LINES[name].title for name in names),
        tuple(CASH_LINES[name].sign for name in names),
        _reported(result, [result.finance.cash[name] for name in names]),
        CASH_LINES[_CLOSING].title,
        result.finance.cash[_CLOSING][: result.horizon.periods],
    )


def _reported(result: PlanResult, lines: Sequence[Array]) -> Array:
    return np.array(lines)[:, : result.horizon.periods]


def versions() -> dict[str, str]:
    """Versions of Python, this program and the libraries figures depend on."""
    return {"python": platform.python_version(), "sop": sop.__version__, **{name: _version(name) for name in LIBRARIES}}


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed"
