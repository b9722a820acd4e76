"""How fast the supply plan alone is: built and solved cold, asked again warm, and how much memory it takes.

50, 500 and 2,000 items x 18 months on one site, 500 on three sites (each size in a process of its own). Beside it, in
the same run: raw HiGHS on the same matrix and vectors (the floor), and stating the model in PuLP and calling CBC from
scratch (what one would write first). On three sites 10 % less capacity is a large move, slow for simplex: there the
answer is held against the better of simplex and interior point.

    python benchmarks/supply.py                 all sizes
    python benchmarks/supply.py --size 500x1    one size; --without-cbc leaves CBC out
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import highspy
import numpy as np
import pulp
from scipy.sparse import csc_matrix

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bars import Bar, finish

from sop.demand import DemandModel, fit, forecast
from sop.demo.synthetic import synthetic_company
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from sop.domain.parameters import Parameters
from sop.domain.scenario import Override, apply
from sop.supply import SupplyModel

MONTHS = 18
SIZES: dict[str, dict[str, int]] = {
    "50x1": {"items": 50, "resources": 4},
    "500x1": {"items": 500, "resources": 20},
    "2000x1": {"items": 2000, "resources": 60},
    "500x3": {"items": 500, "resources": 21, "markets": 3, "sites": 3},
}
DECK: tuple[tuple[str, float], ...] = (
    *(("demand", 1), ("demand", -5), ("demand", 10), ("price", 0.5), ("price", 4)),
    *(("capacity", 1), ("capacity", -5), ("overtime_limit", 10), ("material_cost", 10), ("safety_days", 3)),
)
LARGE_MOVE = Override(lever="capacity", value=-10)
Figures = dict[str, float]


def main() -> None:
    """Measure every size and leave with the verdict."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, default=None)
    parser.add_argument("--without-cbc", action="store_true")
    parser.add_argument("--measure", choices=SIZES, default=None, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        print(json.dumps(measure(chosen.measure, with_cbc=not chosen.without_cbc)))
        return
    figures = {name: _in_own_process(name, chosen.without_cbc) for name in ([chosen.size] if chosen.size else SIZES)}
    bars = [bar for name, found in figures.items() for bar in _bars(name, found)]
    finish(f"A supply plan, {MONTHS} months: cold, warm, memory", bars, [_note(n, f) for n, f in figures.items()])


def _in_own_process(name: str, without_cbc: bool) -> Figures:
    """Figures of one size, measured where nothing else has used memory."""
    command = [sys.executable, __file__, "--measure", name, *(["--without-cbc"] if without_cbc else [])]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {key: float(value) for key, value in json.loads(told.splitlines()[-1]).items()}


def _bars(name: str, f: Figures) -> list[Bar]:
    times = 5 if SIZES[name]["items"] < 500 else 3
    bars = [
        Bar(f"{name}: warm, median of {len(DECK)}", f["warm"], 1.5 * f["floor_warm"] + 5),
        Bar(f"{name}: cold build and solve", f["cold"], times * f["floor_cold"]),
    ]
    if "large_move" in f:
        best = min(f["large_simplex"], f["large_interior"])
        bars.append(Bar(f"{name}: capacity -10 %", f["large_move"], 1.3 * best))
    return bars


def _note(name: str, f: Figures) -> str:
    told = [
        f"{name}: {f['columns']:.0f} columns, {f['rows']:.0f} rows, peak memory {f['memory']:.0f} MB",
        f"floor cold {f['floor_cold']:.0f} ms (x{f['cold'] / f['floor_cold']:.1f}; build alone {f['build']:.0f} ms)",
        f"floor warm {f['floor_warm']:.1f} ms (x{f['warm'] / f['floor_warm']:.1f}, slowest {f['slowest']:.1f})",
    ]
    if "cbc" in f:
        told.append(f"PuLP + CBC from scratch {f['cbc']:.0f} ms (x{f['cbc'] / f['warm']:.0f} of a warm answer)")
    if "large_move" in f:
        told.append(f"capacity -10 %: simplex {f['large_simplex']:.0f} ms, interior point {f['large_interior']:.0f} ms")
    return "; ".join(told)


def measure(name: str, *, with_cbc: bool = True) -> Figures:
    """All figures of one size, in milliseconds and megabytes."""
    tables = synthetic_company(periods=MONTHS, **SIZES[name])
    inputs = Inputs.of({table: typed(table, frame) for table, frame in tables.items()})
    base, demand_model = base_parameters(inputs), fit(inputs)
    model, figures = _cold(inputs, base, demand_model, repeats=3 if SIZES[name]["items"] < 2000 else 2)
    figures |= _warm(model, base, demand_model)
    if SIZES[name].get("sites", 1) > 1:
        figures |= _large_move(model, base, demand_model)
    figures["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if with_cbc:
        model.solve(base, forecast(demand_model, base))
        held = model.solver.highs.getLp()
        figures["cbc"] = milliseconds(lambda: in_pulp(held).solve(pulp.PULP_CBC_CMD(msg=False)))
    return figures


def _cold(inputs: Inputs, base: Parameters, demand_model: DemandModel, repeats: int) -> tuple[SupplyModel, Figures]:
    """From tables to Base's plan, and raw HiGHS on what that came to."""
    demand = forecast(demand_model, base)
    built: list[SupplyModel] = []
    both, build, floor = [], [], []
    for _ in range(repeats):
        build.append(milliseconds(lambda: built.append(SupplyModel(inputs, base))))
        both.append(build[-1] + milliseconds(lambda: built[-1].solve(base, demand)))
        held = built[-1].solver.highs.getLp()
        floor.append(milliseconds(partial(_run_raw, held)))
    size = {"columns": float(held.num_col_), "rows": float(held.num_row_)}
    return built[-1], {"cold": min(both), "build": min(build), "floor_cold": min(floor), **size}


def _warm(model: SupplyModel, base: Parameters, demand_model: DemandModel) -> Figures:
    """The deck of moves, each beside raw HiGHS on the same vectors, started from Base's basis."""
    model.solve(base, forecast(demand_model, base))
    floor = raw(model.solver.highs.getLp())
    floor.run()
    basis, whole, alone = floor.getBasis(), [], []
    for lever, value in DECK:
        turned = apply(base, [Override(lever=lever, value=value)])
        demand = forecast(demand_model, turned)
        whole.append(min(milliseconds(partial(model.solve, turned, demand)) for _ in range(2)))
        floor.passModel(model.solver.highs.getLp())
        floor.setBasis(basis)
        alone.append(milliseconds(floor.run))
    return {"warm": median(whole), "slowest": max(whole), "floor_warm": median(alone)}


def _large_move(model: SupplyModel, base: Parameters, demand_model: DemandModel) -> Figures:
    """Ours against simplex (from Base's basis) and interior point on the same vectors."""
    model.solve(base, forecast(demand_model, base))
    start = raw(model.solver.highs.getLp())
    start.run()
    turned = apply(base, [LARGE_MOVE])
    demand = forecast(demand_model, turned)
    ours = milliseconds(lambda: model.solve(turned, demand))
    found = {"large_move": ours}
    for way, option in (("large_simplex", "simplex"), ("large_interior", "ipm")):
        alone = raw(model.solver.highs.getLp(), option)
        if option == "simplex":
            alone.setBasis(start.getBasis())
        found[way] = milliseconds(alone.run)
    return found


def raw(held: Any, option: str = "simplex") -> Any:
    """HiGHS with a model handed over, not yet run."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (("output_flag", False), ("threads", 1), ("solver", option)):
        highs.setOptionValue(name, value)
    highs.passModel(held)
    return highs


def _run_raw(held: Any) -> None:
    raw(held).run()


def in_pulp(held: Any) -> pulp.LpProblem:
    """The same model stated in PuLP, expression by expression."""
    matrix = held.a_matrix_
    parts = (np.array(matrix.value_), np.array(matrix.index_), np.array(matrix.start_))
    if matrix.format_ == highspy.MatrixFormat.kRowwise:
        rows = csc_matrix(parts, shape=(held.num_col_, held.num_row_)).T.tocsr()
    else:
        rows = csc_matrix(parts, shape=(held.num_row_, held.num_col_)).tocsr()
    problem = pulp.LpProblem("supply", pulp.LpMinimize)
    ends = zip(held.col_lower_, held.col_upper_, strict=True)
    x = [problem.add_variable(f"x{n}", low, None if np.isinf(high) else high) for n, (low, high) in enumerate(ends)]
    problem.setObjective(pulp.LpAffineExpression(list(zip(x, held.col_cost_, strict=True))))
    for row, (least, most) in enumerate(zip(held.row_lower_, held.row_upper_, strict=True)):
        at = slice(rows.indptr[row], rows.indptr[row + 1])
        line = [(x[c], v) for c, v in zip(rows.indices[at].tolist(), rows.data[at].tolist(), strict=True)]
        for constraint in _sides(line, least, most, f"r{row}"):
            problem.addConstraint(constraint)
    return problem


def _sides(line: Sequence[tuple[Any, float]], least: float, most: float, name: str) -> list[pulp.LpConstraint]:
    """One constraint for each side of a row."""
    if least == most:
        return [pulp.LpConstraint(pulp.LpAffineExpression(line), pulp.LpConstraintEQ, name, most)] if line else []
    sides = ((pulp.LpConstraintLE, most, "most"), (pulp.LpConstraintGE, least, "least"))
    return [
        pulp.LpConstraint(pulp.LpAffineExpression(line), sense, f"{name}_{side}", end)
        for sense, end, side in sides
        if line and np.isfinite(end)
    ]


def milliseconds(action: Callable[[], object]) -> float:
    """Time of one call."""
    begun = time.perf_counter()
    action()
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
