"""How long advice takes on the demo company, and that every listed gain comes out again when it is applied.

Run it from the project's folder: python benchmarks/advice.py. Fits the demo company's demand model first.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bars import Bar, finish

from sop.analysis.advice import Advice, Solve, advice
from sop.analysis.applying import applied
from sop.demand import fit
from sop.domain.plans import PlanResult
from sop.domain.scenario import BASE, Override, Scenario
from sop.exchange.reading import load_inputs
from sop.finance import Window, windows
from sop.planning import Planner

DATA = Path(__file__).resolve().parents[1] / "data"
SCENARIOS = (
    BASE,
    Scenario(id="more", name="More demand", overrides=(Override(lever="demand", value=15),)),
    Scenario(id="less", name="Less capacity", overrides=(Override(lever="capacity", value=-15),)),
)


def main() -> None:
    """Time advice for Base and two strained scenarios and leave with the verdict."""
    inputs = load_inputs(DATA)
    planner = Planner(inputs, fit(inputs))
    planner.warm_up()
    window = next(iter(windows(inputs.horizon, not inputs["actuals"].empty).values()))

    def solve(scenario: Scenario) -> PlanResult:
        return planner.plan(scenario, scenario.overrides)

    seconds, off, listed = [], 0.0, 0
    for scenario in SCENARIOS:
        begun = time.perf_counter()
        found = advice(inputs, solve, scenario, window)
        seconds.append(time.perf_counter() - begun)
        listed += len(found)
        off = max([off, *(_off(solve, scenario, one, window) for one in found)])
    bars = [
        Bar("advice: slowest of three scenarios", max(seconds), 3.0, "s"),
        Bar("advice: largest difference of a listed gain of EBITDA when applied", off, 0.01, "money"),
        Bar("advice: actions listed", listed, 1, "", at_least=True),
    ]
    told = f"median {median(seconds):.2f} s; {', '.join(f'{one.name} {s:.2f} s' for one, s in _pairs(seconds))}"
    finish("Advice on the demo company, every action re-solved", bars, [told])


def _pairs(seconds: list[float]) -> list[tuple[Scenario, float]]:
    return list(zip(SCENARIOS, seconds, strict=True))


def _off(solve: Solve, scenario: Scenario, one: Advice, window: Window) -> float:
    """By how much EBITDA gained on applying the advice differs from what it promised."""
    before, after = solve(scenario), solve(applied(scenario, one.overrides))
    gained = after.finance.lines["ebitda"] - before.finance.lines["ebitda"]
    return abs(float(gained[window.first : window.last].sum()) - one.ebitda)


if __name__ == "__main__":
    main()
