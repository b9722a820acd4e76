"""How fast a slider's answer is: forecast, plan, P&L and key figures, without the screen.

A fixed deck of 20 moves, small and large, on the demo company and on 500 items x 18 months x 20 resources; beside it,
in the same run, raw HiGHS on the same vectors and basis (the floor), and building in PuLP and solving with CBC from
scratch.
Also checks that two paths to the same scenario end in the same plan, variable by variable.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import highspy
import numpy as np
import pulp

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bars import Bar, finish

from sop.demand import fit, forecast
from sop.demo.synthetic import synthetic_company
from sop.domain.inputs import Inputs, typed
from sop.domain.plans import SolveStatus
from sop.domain.scenario import BASE, Override, apply
from sop.exchange.reading import load_inputs
from sop.finance import kpis, windows
from sop.planning import Planner

DATA = Path(__file__).resolve().parents[1] / "data"

DECK: tuple[tuple[str, float], ...] = (
    ("demand", 1), ("demand", -5), ("demand", 10), ("demand", 30), ("demand", -30),
    ("price", 0.5), ("price", 4), ("price", -10), ("price", 10), ("capacity", 1),
    ("capacity", -10), ("capacity", 30), ("capacity", -40), ("overtime_limit", 25), ("downtime", 20),
    ("material_cost", 10), ("material_cost", 40), ("freight", -20), ("safety_days", 5), ("safety_days", -15),
)  # fmt: skip


@dataclass(frozen=True)
class Timing:
    """Milliseconds of every move: all of it, the raw solver alone, and how many moves were not solved to optimality."""

    whole: list[float]
    floor: list[float]
    unsolved: int
    cbc: float


def main() -> None:
    """Time both companies and leave with the verdict."""
    demo = _planner(load_inputs(DATA))
    large = _planner(_large_company())
    results = {"demo": _time_deck(demo), "500 items": _time_deck(large)}
    bars = [Bar("two paths, one plan: largest difference", _two_paths(demo), 0.0, "units")]
    for name, (middle, worst) in {"demo": (40, 100), "500 items": (80, 200)}.items():
        bars += _bars(name, results[name], middle, worst)
    floor = median(results["500 items"].floor)
    bars.append(Bar("500 items: median against 2 x floor + 40 ms", median(results["500 items"].whole), 2 * floor + 40))
    finish("A slider move, without the screen (20 moves, small and large)", bars, _notes(results))


def _bars(name: str, timing: Timing, middle: float, worst: float) -> list[Bar]:
    return [
        Bar(f"{name}: median", median(timing.whole), middle),
        Bar(f"{name}: maximum", max(timing.whole), worst),
        Bar(f"{name}: times faster than PuLP + CBC from scratch", timing.cbc / median(timing.whole), 12, "x", True),
        Bar(f"{name}: moves not solved", timing.unsolved, 0, ""),
    ]


def _notes(results: dict[str, Timing]) -> list[str]:
    return [
        f"{name}: raw HiGHS median {median(timing.floor):.1f} ms, maximum {max(timing.floor):.1f} ms; "
        f"PuLP + CBC from scratch {timing.cbc:.0f} ms"
        for name, timing in results.items()
    ]


def _planner(inputs: Inputs) -> Planner:
    return Planner(inputs, fit(inputs))


def _large_company() -> Inputs:
    tables = synthetic_company(items=500, resources=20, periods=18)
    return Inputs.of({name: typed(name, table) for name, table in tables.items()})


def _time_deck(planner: Planner) -> Timing:
    window = windows(planner.inputs.horizon, has_actuals=False)["fiscal_year"]
    planner.warm_up()  # as the app does in the background once the first figures are on screen
    planner.plan(BASE, [])
    whole, floor, unsolved = [], [], 0
    raw = _RawSolver(planner)
    for lever, value in DECK:
        overrides = [Override(lever=lever, value=value)]
        begun = time.perf_counter()
        result = planner.plan(BASE, overrides)
        kpis(planner.inputs, result, window)
        whole.append((time.perf_counter() - begun) * 1000)
        unsolved += result.supply.status is not SolveStatus.OPTIMAL
        floor.append(raw.milliseconds(planner))
    cbc = median(_milliseconds(partial(_from_scratch, planner, Override(lever="demand", value=v))) for v in (1, 5, 10))
    return Timing(whole, floor, unsolved, cbc)


class _RawSolver:
    """HiGHS alone on the model the planner holds at the moment, started from the basis of Base."""

    def __init__(self, planner: Planner) -> None:
        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("threads", 1)
        self.highs.passModel(planner.supply.solver.highs.getLp())
        self.highs.run()
        self.basis = self.highs.getBasis()

    def milliseconds(self, planner: Planner) -> float:
        """Time of ``run()`` on the vectors now held by the planner's solver."""
        self.highs.passModel(planner.supply.solver.highs.getLp())
        self.highs.setBasis(self.basis)
        return _milliseconds(self.highs.run)


def _milliseconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return (time.perf_counter() - begun) * 1000


def _from_scratch(planner: Planner, override: Override) -> None:
    """What one would write without a warm model: state everything in PuLP and call CBC."""
    parameters = apply(planner.base, [override])
    problem = planner.supply.problem(parameters, forecast(planner.model, parameters))
    problem.solve(pulp.PULP_CBC_CMD(msg=False))


def _two_paths(planner: Planner) -> float:
    """Largest difference of any quantity between reaching a scenario directly and by way of large other moves."""
    target = [Override(lever="price", value=4), Override(lever="capacity", value=-10)]
    first = planner.plan(BASE, target).supply
    for detour in (Override(lever="demand", value=30), Override(lever="capacity", value=-40)):
        planner.plan(BASE, [detour])
    second = planner.plan(BASE, target).supply
    pairs = ((first.level, second.level), (first.shipped, second.shipped), (first.stock, second.stock))
    return max(float(np.abs(one - other).max(initial=0.0)) for one, other in pairs)


if __name__ == "__main__":
    main()
