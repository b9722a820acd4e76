"""A random little company simulated bucket by bucket in plain loops: feasible quantities and, beside them, the money.

The simulation moves units between nodes one decision at a time and keeps its own accounts, so that whatever the
reports say can be checked against figures that were reached another way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pandas as pd

from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs, typed
from sop.domain.parameters import Parameters
from sop.domain.plans import DemandPlan, Network, SolveStatus, SupplyPlan

ITEMS = ("Kettle", "Fan", "Chip")
MARKETS = ("UK", "DACH")
KETTLE, FAN, CHIP = range(3)
PLANT, DC = range(2)
HORIZON = 5
SETUP_HOURS = 5.0
GOALS = ("service", "profit", "cost")
OPERATIONS = ("make kettle", "make fan", "fan outside", "buy chip")
ARCS = ((0, KETTLE), (0, FAN), (1, KETTLE), (1, FAN), (-1, KETTLE), (-1, FAN))


@dataclass
class Books:
    """What the simulation paid and earned, over the whole horizon."""

    booked: float = 0.0
    spend: float = 0.0
    freight: float = 0.0
    storage: float = 0.0


@dataclass
class Company:
    """A simulated company: inputs, scenario parameters, plans and the simulation's own accounts."""

    inputs: Inputs
    base: Parameters
    parameters: Parameters
    demand: DemandPlan
    supply: SupplyPlan
    books: Books = field(default_factory=Books)


@lru_cache(maxsize=32)
def random_company(seed: int) -> Company:
    """A company with lead times, backlog, open orders, pools of people, set-ups, rented hours and rebates."""
    rng, goal = np.random.default_rng(seed), GOALS[seed % 3]
    inputs = Inputs.of(_tables(rng, goal))
    base = base_parameters(inputs)
    parameters = _scenario(base, rng)
    demand = _demand(inputs, rng)
    simulation = _Simulation(inputs, parameters, demand, rng)
    return Company(inputs, base, parameters, demand, simulation.run(goal), simulation.books)


def random_tables(seed: int) -> dict[str, pd.DataFrame]:
    """The tables of ``random_company`` with a forecast, for planning them with the real model."""
    rng, goal = np.random.default_rng(seed), GOALS[seed % 3]
    tables = _tables(rng, goal)
    rows = [
        ("plan", item, market, f"2026-{month:02d}-01", float(rng.integers(0, 60)))
        for item in ITEMS[:2]
        for market in MARKETS
        for month in range(1, HORIZON)
    ]
    columns = ["version", "item", "market", "period", "quantity"]
    tables["lanes"] = tables["lanes"].assign(lead_time=[1.0, float(seed % 2)])
    return {**tables, "forecasts": typed("forecasts", pd.DataFrame(rows, columns=columns))}


def _tables(rng: np.random.Generator, goal: str) -> dict[str, pd.DataFrame]:
    def money(low: float, high: float) -> float:
        return float(np.round(rng.uniform(low, high), 2))

    settings = {
        "first_period": "2026-01-01",
        "horizon": str(HORIZON - 1),
        "goal": goal,
        "dso": str(rng.integers(0, 80)),
        "dpo": str(rng.integers(0, 80)),
        "tax_rate": "0.25",
        "opening_cash": "10000",
        "opening_receivables": str(money(0, 5000)),
        "opening_payables": str(money(0, 5000)),
    }
    tables: dict[str, dict[str, list[object]]] = {
        "settings": {"key": list(settings), "value": list(settings.values())},
        "items": {
            "item": list(ITEMS),
            "family": ["Kettles", "Fans", "Parts"],
            "kind": ["product", "product", "component"],
            "standard_cost": [np.nan, money(5, 20), np.nan],
        },
        "locations": {"location": ["Plant", "DC"]},
        "markets": {"market": list(MARKETS), "unmet_demand": ["late", "late"], "served_from": ["", "Plant"]},
        "prices": {"item": ["Kettle", "Fan"], "list_price": [money(30, 60), money(20, 40)]},
        "rebates": {"market": ["UK"], "rebate": [0.05]},
        "drivers": {
            "driver": ["promotion", "marketing"],
            "item": ["Kettle", ""],
            "date": ["2026-02-01", "2026-03-01"],
            "value": [0.15, 400.0],
        },
        "sales_orders": {
            "order": ["a", "b", "c"],
            "item": ["Kettle", "Kettle", "Fan"],
            "market": ["UK", "UK", "DACH"],
            "due": ["2025-12-01", "2025-11-01", "2025-12-15"],
            "quantity": [float(rng.integers(0, 40)) for _ in range(3)],
            "price": [33.0, 31.0, np.nan],
        },
        "suppliers": {"supplier": ["Chips Inc"]},
        "operations": {
            "operation": list(OPERATIONS),
            "location": ["Plant"] * 4,
            "kind": ["make", "make", "subcontract", "buy"],
            "item": ["Kettle", "Fan", "Fan", "Chip"],
            "yield": [0.9, 1.0, 1.0, 1.0],
            "unit_cost": [money(1, 3), money(1, 3), money(6, 12), money(2, 5)],
            "lead_time": [1, 0, 0, 0],
            "setup_cost": [money(0, 50), 0.0, 0.0, 0.0],
            "supplier": ["", "", "", "Chips Inc"],
        },
        "materials": {
            "operation": ["make kettle", "make fan", "fan outside"],
            "item": ["Chip"] * 3,
            "quantity": [2.0, 1.0, 1.0],
        },
        "coproducts": {"operation": ["make kettle"], "item": ["Fan"], "quantity": [0.05]},
        "routings": {
            "operation": ["make kettle", "make fan", "fan outside"],
            "resource": ["Line"] * 3,
            "hours": [0.3, 0.2, 0.01],
            "setup_hours": [SETUP_HOURS, 0.0, 0.0],
        },
        "resources": {
            "resource": ["Line"],
            "location": ["Plant"],
            "overtime_limit": [0.2],
            "overtime_cost": [money(5, 15)],
            "hour_cost": [money(5, 15)],
            "shift_cost": [money(100, 300)],
            "extra_hours": [50.0],
            "extra_cost": [money(20, 40)],
        },
        "workforce": {
            "pool": ["Crew"],
            "resource": ["Line"],
            "head_count": [3.0],
            "wage": [money(50, 150)],
            "hire_cost": [20.0],
            "layoff_cost": [30.0],
            "overtime_hours": [10.0],
            "overtime_cost": [money(5, 15)],
        },
        "lanes": {
            "from": ["Plant", "DC"],
            "to": ["DC", "UK"],
            "unit_cost": [money(0, 1), money(0, 1)],
            "lead_time": [1, 0],
        },
        "stock_policy": {"location": ["Plant", "DC"], "holding_cost": [money(0, 1), money(0, 1)]},
        "scheduled_receipts": {
            "order": ["p1", "p2", "w1", "t1"],
            "kind": ["purchase", "purchase", "production", "transit"],
            "location": ["Plant", "Plant", "Plant", "DC"],
            "item": ["Chip", "Chip", "Kettle", "Fan"],
            "due": ["2025-12-20", "2026-02-10", "2026-01-15", "2026-02-01"],
            "quantity": [float(rng.integers(10, 90)) for _ in range(4)],
            "unit_cost": [3.3, np.nan, np.nan, np.nan],
        },
        "fixed_costs": {"cost": ["rent"], "amount": [500.0]},
        "cash_flows": {"kind": ["interest", "tax"], "period": ["2026-02-01", ""], "amount": [70.0, -5.0]},
    }
    return {name: typed(name, pd.DataFrame(columns)) for name, columns in tables.items()}


def _scenario(base: Parameters, rng: np.random.Generator) -> Parameters:
    """Base with rates and prices turned at random."""
    turned = ("price", "material_cost", "operation_cost", "labour_rate", "freight", "pool_wage")
    changed = {name: base[name] * rng.uniform(0.7, 1.4, base[name].shape) for name in turned}
    shifts = base["shifts"] + rng.integers(0, 2, base["shifts"].shape)
    return base.with_values({**changed, "shifts": shifts})


def _demand(inputs: Inputs, rng: np.random.Generator) -> DemandPlan:
    planned = rng.integers(0, 60, (3, 2, inputs.horizon.total)).astype(float)
    planned[CHIP] = 0.0
    return DemandPlan(
        expected=planned,
        planned=planned,
        low=0.7 * planned,
        median=planned,
        high=1.3 * planned,
        sigma=0.2 * planned,
        components={"baseline": planned},
        extrapolated=np.zeros(planned.shape, dtype=bool),
    )


def network() -> Network:
    """Plant to DC by lane 0 (one bucket), DC to UK by lane 1, DACH free from the plant."""
    lane_from, to_location, to_market = {0: PLANT, 1: DC, -1: PLANT}, {0: DC}, {1: 0, -1: 1}
    return Network(
        node_location=np.array([PLANT] * 3 + [DC] * 3),
        node_item=np.array([0, 1, 2] * 2),
        arc_lane=np.array([lane for lane, _ in ARCS]),
        arc_item=np.array([item for _, item in ARCS]),
        arc_from=np.array([lane_from[lane] for lane, _ in ARCS]),
        arc_to_location=np.array([to_location.get(lane, -1) for lane, _ in ARCS]),
        arc_to_market=np.array([to_market.get(lane, -1) for lane, _ in ARCS]),
        arc_lead=np.array([1 if lane == 0 else 0 for lane, _ in ARCS]),
        arc_share=np.ones(len(ARCS)),
    )


class _Simulation:
    """Bucket after bucket: receive, make, ship, staff, pay. State: on hand [L, I], owed [I, M], under way [I]."""

    def __init__(self, inputs: Inputs, parameters: Parameters, demand: DemandPlan, rng: np.random.Generator) -> None:
        self.inputs, self.parameters, self.demand, self.rng = inputs, parameters, demand, rng
        self.books = Books()
        self.due = inputs["scheduled_receipts"]["quantity"].to_numpy()
        self.stock = np.zeros((2, 3))
        self.stock[PLANT] = rng.integers(0, 50, 3)
        self.backlog = np.zeros((3, 2))
        orders = inputs["sales_orders"]
        for item, market, quantity in zip(orders["item"], orders["market"], orders["quantity"], strict=True):
            self.backlog[ITEMS.index(item), MARKETS.index(market)] += quantity
        self.transit = np.array([self.due[2], self.due[3], 0.0])
        self.opening = (self.stock.ravel().copy(), self.transit.copy(), self.backlog.copy())
        self.heads, self.started, self.moving = 3.0, 0.0, np.zeros(3)
        self.seen: dict[str, list[np.ndarray]] = {}

    def run(self, goal: str) -> SupplyPlan:
        """Simulate every bucket and hand over the plan with its objective."""
        total = self.inputs.horizon.total
        for bucket in range(total):
            self._receive(bucket)
            self._make(bucket)
            self._ship(bucket)
            self._staff(bucket)
            self._pay(bucket)
        arrays = {
            name: np.stack([np.asarray(one, dtype=float) for one in many], -1) for name, many in self.seen.items()
        }
        penalties = {name: self.rng.uniform(0, 30, total) for name in ("lost", "late", "safety", "capital")}
        books = self.books
        cost = books.spend + books.freight + books.storage + sum(float(values.sum()) for values in penalties.values())
        return SupplyPlan(
            status=SolveStatus.OPTIMAL,
            goal=goal,
            objective=cost if goal == "cost" else books.booked - cost,
            network=network(),
            opening_stock=self.opening[0],
            opening_in_transit=self.opening[1],
            opening_backlog=self.opening[2],
            declined=np.zeros((3, 2, total)),
            safety_target=np.zeros((6, total)),
            available=np.full((1, total), 160.0),
            overtime_limit=np.full((1, total), 32.0),
            required_load=arrays["load"],
            penalties=penalties,
            **arrays,
        )

    def _note(self, **values: object) -> None:
        for name, value in values.items():
            self.seen.setdefault(name, []).append(np.array(value, dtype=float))

    def _receive(self, bucket: int) -> None:
        """Lane, finished work and open orders arrive: the past-due purchase now, the other one and the DC's next."""
        self.stock[DC] += self.moving
        self.transit -= self.moving
        finished = np.array([0.9, 0.05, 0.0]) * self.started
        self.stock[PLANT] += finished
        self.transit -= finished
        arrived = [0.0, 0.0, self.due[bucket] if bucket < 2 else 0.0]
        self.stock[PLANT, CHIP] += arrived[CHIP]
        if bucket == 0:
            self.stock[PLANT, KETTLE] += self.due[2]
            self.transit[KETTLE] -= self.due[2]
            self.books.spend += 3.3 * self.due[0]
        if bucket == 1:
            self.stock[DC, FAN] += self.due[3]
            self.transit[FAN] -= self.due[3]
            self.books.spend += float(self.parameters["standard_cost"][CHIP]) * self.due[1]
        self._note(receipts=arrived)

    def _make(self, bucket: int) -> None:
        """Buy some chips and use random shares of them; a kettle takes a bucket to make."""
        bought = float(self.rng.integers(0, 80))
        self.stock[PLANT, CHIP] += bought
        level = [0.0, 0.0, 0.0, bought]
        for number, chips in ((0, 2.0), (1, 1.0), (2, 1.0)):
            level[number] = self.rng.uniform(0, 0.6) * self.stock[PLANT, CHIP] / chips
            self.stock[PLANT, CHIP] -= chips * level[number]
        self.started = level[0]
        self.transit += np.array([0.9, 0.05, 0.0]) * self.started
        self.stock[PLANT, FAN] += level[1] + level[2]
        load = 0.3 * level[0] + 0.2 * level[1] + 0.01 * level[2] + SETUP_HOURS * float(self.started > 0)
        self._note(level=level, runs=[float(self.started > 0), 0, 0, 0], load=[load])

    def _ship(self, bucket: int) -> None:
        """Move random shares to the DC, and to each market what is owed, as far as stock goes."""
        shipped, self.moving = [], np.zeros(3)
        noted = {name: np.zeros((3, 2)) for name in ("accepted", "delivered", "short")}
        for lane, item in ARCS:
            origin = DC if lane == 1 else PLANT
            if lane == 0:
                amount = float(self.rng.uniform(0, 0.6) * self.stock[origin, item])
                self.moving[item] = amount
                self.transit[item] += amount
            else:
                amount = self._serve(item, 0 if lane == 1 else 1, float(self.stock[origin, item]), bucket, noted)
            self.stock[origin, item] -= amount
            shipped.append(amount)
            self.books.freight += amount * (float(self.parameters["freight"][lane, bucket]) if lane >= 0 else 0.0)
        self._note(shipped=shipped, stock=self.stock.ravel(), in_transit=self.transit, backlog=self.backlog, **noted)

    def _serve(self, item: int, market: int, on_hand: float, bucket: int, noted: dict[str, np.ndarray]) -> float:
        wanted = float(self.demand.planned[item, market, bucket])
        accepted = float(self.rng.uniform(0, 1) * wanted)
        owed = self.backlog[item, market] + accepted
        amount = min(owed, on_hand) * float(self.rng.choice([1.0, 1.0, 0.5]))
        self.backlog[item, market] = owed - amount
        for name, value in (("accepted", accepted), ("delivered", amount), ("short", wanted - accepted)):
            noted[name][item, market] = value
        self.books.booked += accepted * float(self.parameters["price"][item, market, bucket])
        return amount

    def _staff(self, bucket: int) -> None:
        hired, fired = float(self.rng.integers(0, 3)), float(self.rng.integers(0, 2))
        self.heads += hired - fired
        over, rented, crew = self.rng.uniform(0, 20, 3)
        self._note(overtime=[over], extra_hours=[rented], pool_overtime=[crew])
        self._note(heads=[self.heads], hires=[hired], layoffs=[fired])

    def _pay(self, bucket: int) -> None:
        """The bucket's bills, one by one, at the scenario's rates."""
        single = ("load", "overtime", "pool_overtime", "extra_hours", "hires", "layoffs", "runs")
        now = {name: float(self.seen[name][-1][0]) for name in single}
        resource, pool, at = self.inputs["resources"].iloc[0], self.inputs["workforce"].iloc[0], self.parameters
        level = self.seen["level"][-1]
        factor = float(at["labour_rate"][0, bucket])
        added_shifts = float(at["shifts"][0, bucket] - at["base_shifts"][0, bucket])
        self.books.spend += (
            sum(float(at["operation_cost"][number, bucket]) * level[number] for number in range(4))
            + float(at["material_cost"][3, bucket]) * level[3]
            + factor * (now["load"] * resource["hour_cost"] + now["overtime"] * resource["overtime_cost"])
            + factor * (self.heads * float(at["pool_wage"][0, bucket]) + now["pool_overtime"] * pool["overtime_cost"])
            + factor * resource["shift_cost"] * added_shifts
            + now["extra_hours"] * resource["extra_cost"]
            + now["hires"] * pool["hire_cost"]
            + now["layoffs"] * pool["layoff_cost"]
            + float(self.inputs["operations"]["setup_cost"][0]) * now["runs"]
        )
        self.books.storage += sum(
            float(at["holding_cost"][place, item, bucket]) * self.stock[place, item]
            for place in (PLANT, DC)
            for item in (KETTLE, FAN, CHIP)
        )
