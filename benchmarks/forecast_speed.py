"""How fast a scenario's forecast is: demand, its components and quantiles of 1,000 and 5,000 series over 18 months.

Levers turned at once (price, growth), so that every factor is worked out again; beside it the band of
the company's total. Run it from the project's folder: python benchmarks/forecast_speed.py.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bars import Bar, finish

from sop.demand import DemandModel, fit, forecast
from sop.demo.synthetic import synthetic_company
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from sop.domain.parameters import Parameters
from sop.domain.scenario import Override, apply

RUNS = 15


def company(items: int) -> tuple[DemandModel, Parameters]:
    """A fitted company of so many series, and the parameters of Base."""
    tables = synthetic_company(items=items, resources=20, periods=18)
    inputs = Inputs.of({name: typed(name, table) for name, table in tables.items()})
    return fit(inputs), base_parameters(inputs)


def milliseconds(action: Callable[[Parameters], object], base: Parameters) -> float:
    """Median of RUNS with prices and growth turned anew each time: processor time of one thread, so that others at work
    on the machine make no difference."""
    taken = []
    for run in range(RUNS):
        turned = [Override(lever="price", value=1.0 + run / 2), Override(lever="demand", value=2.0 + run)]
        parameters = apply(base, turned)
        begun = time.process_time()
        action(parameters)
        taken.append((time.process_time() - begun) * 1000)
    return median(taken)


def main() -> None:
    """Both sizes."""
    bars = []
    for items, limit in ((1000, 5.0), (5000, 20.0)):
        model, base = company(items)
        plan = forecast(model, base)
        bars.append(Bar(f"forecast of {items:,} series", milliseconds(lambda p, m=model: forecast(m, p), base), limit))  # type: ignore[misc]
        bars.append(Bar(f"band of {items:,} series", milliseconds(lambda _, p=plan: p.band(), base), limit / 5.0))  # type: ignore[misc]
    finish("A scenario's forecast, 18 months", bars)


if __name__ == "__main__":
    main()
