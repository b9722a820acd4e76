"""A planning problem in the tables of the published-case library, rewritten as import tables.

    python -m tests.published.convert CASE/data/SCENARIO  FOLDER

Nothing is special to a case: every table is expanded over the periods (a ``*`` row holds for all, a named period
overrides it cell by cell) and written where our tables say the same, with the strict value wherever our default is
kinder (no stock policy = nothing may be stored, no steering prices, no closing cover, a sale that must be served is a
contract). What our tables cannot state (blending, recipe logic, sites that open or close) is refused by name.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sop.domain.catalogue import TABLES

INF = float("inf")
UNLIMITED = 1e9
NOTHING = "(nothing)"
Row = dict[str, Any]
Tables = dict[str, list[Row]]
REFUSED = ("blend_members", "blend_limits", "activity_groups", "activity_implies")


class Case:
    """The tables of one scenario, as text, and their expansion over periods."""

    def __init__(self, folder: Path) -> None:
        self.tables = {path.stem: pd.read_csv(path, dtype=str, keep_default_na=False) for path in folder.glob("*.csv")}
        periods = self["periods"].assign(seq=self["periods"]["seq"].astype(float)).sort_values("seq")
        self.periods = list(periods["period"])
        self.meta = dict(zip(self["meta"].get("key", []), self["meta"].get("value", []), strict=True))
        self._refuse()

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables.get(table, pd.DataFrame())

    def rows(self, table: str) -> list[Row]:
        """Rows of a table as dicts of text."""
        return [dict(row) for row in self[table].to_dict("records")]

    def over_time(self, table: str, *keys: str, **defaults: float) -> Iterator[tuple[tuple[str, ...], Series]]:
        """For every combination of ``keys``: the columns of ``defaults`` in all periods, and where a row was given."""
        frame = self[table]
        if frame.empty:
            return
        for column in keys:
            frame = frame if column in frame else frame.assign(**{column: ""})
        for key, part in frame.groupby(list(keys), sort=False):
            yield tuple(str(name) for name in key), Series(self.periods, part.to_dict("records"), defaults)

    def _refuse(self) -> None:
        """Raise for what cannot be stated."""
        found = [name for name in REFUSED if not self[name].empty]
        sites = self["sites"]
        for column in ("can_close", "open_cost", "counts_as_open", "expand_qty", "expand_cost"):
            if column in sites and any(number(value, 0.0) for value in sites[column]):
                found.append(f"sites.{column}")
        if self.meta.get("max_open_sites"):
            found.append("meta.max_open_sites")
        if found:
            raise ValueError(f"our tables do not state: {', '.join(found)}")


class Series:
    """Columns over all periods; ``given`` marks the periods any row speaks of."""

    def __init__(self, periods: list[str], rows: list[Row], defaults: dict[str, float]) -> None:
        every = [row for row in rows if row.get("period", "*") in ("*", "")]
        named = {row["period"]: row for row in rows if row.get("period", "*") not in ("*", "")}
        self.given = np.array([bool(every) or period in named for period in periods])
        self.values = {}
        for column, default in defaults.items():
            general = next((number(row.get(column, ""), default) for row in every), default)
            self.values[column] = np.array([number(named.get(p, {}).get(column, ""), general) for p in periods])

    def __getitem__(self, column: str) -> np.ndarray[Any, Any]:
        return self.values[column]

    def base(self, column: str) -> float:
        """What holds unless a bucket says otherwise: unlimited if it ever is, else the first bucket's value."""
        values = self[column]
        return INF if np.isinf(values).any() else float(values[0])

    def base_row(self, **names: str) -> Row:
        """Our column -> base value, for ``ours=theirs``."""
        return {ours: blank(self.base(theirs)) for ours, theirs in names.items()}

    def dated_rows(self, key: Row, **names: str) -> list[Row]:
        """A row for every bucket in which anything differs from its base value."""
        result = []
        for t in range(len(self.given)):
            moved = {o: self[n][t] for o, n in names.items() if self[n][t] != self.base(n)}
            if moved:
                result.append({**key, "period": label(t)} | {o: blank(value) for o, value in moved.items()})
        return result


def number(text: Any, default: float) -> float:
    """A cell as number; blank = default."""
    return default if str(text).strip() == "" else float(text)


def blank(value: float) -> float | None:
    """Unlimited is a blank cell."""
    return None if np.isinf(value) else float(value)


def label(t: int) -> str:
    """Month of a bucket."""
    return f"{2026 + t // 12}-{t % 12 + 1:02d}"


def convert(folder: Path) -> dict[str, pd.DataFrame]:
    """Our tables of a case, as frames without empty columns."""
    case = Case(folder)
    sold = {row["item"] for row in case.rows("demand")}
    kinds = ((row["item"], "product" if row["item"] in sold else "component") for row in case.rows("items"))
    tables: Tables = {"items": [{"item": item, "kind": kind} for item, kind in kinds]}
    markets = _market_of(case)
    for part in (_demand, _operations, _resources, _people, _lanes, _stock):
        for name, rows in part(case, markets).items():
            tables.setdefault(name, []).extend(rows)
    if any(row["item"] == NOTHING for row in tables["operations"]):
        tables["items"].append({"item": NOTHING, "kind": "component"})
    tables["settings"] = _settings(case, tables)
    return {name: _trimmed(name, rows) for name, rows in tables.items() if rows}


def _trimmed(table: str, rows: list[Row]) -> pd.DataFrame:
    """A frame without columns that say no more than their default throughout."""
    frame, kept = pd.DataFrame(rows), []
    for column in frame:
        spec = TABLES[table].column(str(column))
        default = None if spec.name.startswith("closing") else spec.default
        if spec.key or spec.required or not (frame[column].isna() | (frame[column] == default)).all():
            kept.append(column)
    return frame[kept]


def _settings(case: Case, tables: Tables) -> list[Row]:
    """No capital charge, no steering, no closing cover; the whole of it is the horizon, lead times or not.

    What is maximised is profit. Where nothing is earned and every sale must be served that is lowest cost, and the
    objective is then reported as a cost.
    """
    must = {(row["market"], row["item"], row["period"]): row["minimum"] for row in tables["contracts"]}
    free = all(must.get((r["market"], r["item"], r["period"]), 0) == r["quantity"] for r in tables["forecasts"])
    earned = any(row["list_price"] for row in tables["prices"])
    given = {
        "company": case.meta.get("case", "published"),
        "first_period": label(0),
        "horizon": len(case.periods),
        "goal": "cost" if free and not earned else "profit",
        "unmet_demand": "lost",
        "cost_of_capital": 0,
        "closing_stock": "none",
        "forecast_version": "published",
    }
    if any(row.get("lead_time") for row in tables.get("lanes", [])):
        given["tail"] = 0
    return [{"key": key, "value": value} for key, value in given.items()]


def _market_of(case: Case) -> dict[str, str]:
    """Site -> its market. A site that only sells is a market itself; one that also makes, stores or ships gets one
    beside it, served freely."""
    busy = {row.get("from") for row in case.rows("lanes")} | {
        row["site"] for table in ("activities", "stock", "stock_policy", "resources") for row in case.rows(table)
    }
    limited = {row["site"] for row in case.rows("sites") if number(row.get("max_in", ""), INF) < INF}
    selling = dict.fromkeys(row["site"] for row in case.rows("demand"))
    return {site: f"{site} customers" if site in busy | limited else site for site in selling}


def _demand(case: Case, markets: dict[str, str]) -> Tables:
    t: Tables = {name: [] for name in ("forecasts", "prices", "contracts", "demand_totals", "market_terms", "markets")}
    columns = {"min_qty": 0.0, "max_qty": INF, "price": 0.0, "lost_cost": 0.0}
    for (site, item), s in case.over_time("demand", "site", "item", **columns):
        key = {"market": markets[site], "item": item}
        last = len(s.given) - 1
        for bucket in sorted({*np.flatnonzero(s.given).tolist(), last}):
            when = {**key, "period": label(bucket)}
            quantity = min(s["max_qty"][bucket], UNLIMITED) if s.given[bucket] else 0.0
            t["forecasts"].append({"version": "published", **when, "quantity": quantity})
            if s["min_qty"][bucket]:
                t["contracts"].append({"contract": "must serve", **when, "minimum": s["min_qty"][bucket]})
        t["prices"] += _prices(key, s)
        t["market_terms"] += [{**key, "lost_cost": s.base("lost_cost")}, *s.dated_rows(key, lost_cost="lost_cost")]
    for row in case.rows("demand_total"):
        most = blank(number(row.get("max_total", ""), INF))
        least = number(row.get("min_total", ""), 0.0)
        t["demand_totals"].append(
            {"market": markets[row["site"]], "item": row["item"], "minimum": least, "maximum": most}
        )
    late = _late(case, markets, t["market_terms"])
    t["market_terms"] = _merged(t["market_terms"])
    served = {market: site for site, market in markets.items() if site != market}
    for market in markets.values():
        own = {
            "market": market,
            "served_from": served.get(market),
            "unmet_demand": "late" if market in late else "lost",
        }
        t["markets"].append(own | _common(market, t["market_terms"]))
    t["market_terms"] = [row for row in t["market_terms"] if set(row) - {"market", "item", "period"}]
    return t


def _common(market: str, terms: list[Row]) -> Row:
    """Terms all items of a market share throughout: taken out of ``terms``, to stand with the market."""
    own = [row for row in terms if row["market"] == market]
    result = {}
    for name in ("lost_cost", "late_cost", "closing_backlog"):
        general = {row.get(name) for row in own if "period" not in row}
        if len(general) == 1 and not any(name in row for row in own if "period" in row):
            result[name] = general.pop()
            for row in own:
                row.pop(name, None)
    return result


def _prices(key: Row, s: Series) -> list[Row]:
    """A dated price wherever it changes."""
    price = s["price"]
    changes = [0, *(t for t in range(1, len(price)) if price[t] != price[t - 1])]
    return [{**key, "valid_from": f"{label(t)}-01", "list_price": price[t]} for t in changes]


def _late(case: Case, markets: dict[str, str], terms: list[Row]) -> set[str]:
    """Markets in which anything may be late; their terms by item and bucket are added to ``terms``."""
    final = {(r["site"], r["item"]): number(r.get("final_backlog_max", ""), 0.0) for r in case.rows("stock")}
    columns = {"backlog_cost": 0.0, "max_backlog": 0.0}
    waiting = [
        (site, item, s)
        for (site, item), s in case.over_time("stock_policy", "site", "item", **columns)
        if site in markets and s["max_backlog"].any()
    ]
    late = {markets[site] for site, _, _ in waiting}
    found = {(site, item) for site, item, _ in waiting}
    for site, item, s in waiting:
        key = {"market": markets[site], "item": item}
        most = np.where(s.given, s["max_backlog"], 0.0)
        end = min(final.get((site, item), 0.0), most[-1], UNLIMITED)
        terms.append({**key, "late_cost": s.base("backlog_cost"), "closing_backlog": end})
        terms += s.dated_rows(key, late_cost="backlog_cost")
        terms += [{**key, "period": label(t), "maximum_backlog": m} for t, m in enumerate(most) if np.isfinite(m)]
    for row in case.rows("demand"):
        if markets[row["site"]] in late and (row["site"], row["item"]) not in found:
            terms.append(
                {"market": markets[row["site"]], "item": row["item"], "maximum_backlog": 0, "closing_backlog": 0}
            )
    return late


def _merged(terms: list[Row]) -> list[Row]:
    """Rows of one market, item and bucket together."""
    result: dict[tuple[Any, ...], Row] = {}
    for row in terms:
        result.setdefault((row["market"], row["item"], row.get("period")), {}).update(row)
    return list(result.values())


def _operations(case: Case, markets: dict[str, str]) -> Tables:
    t: Tables = {name: [] for name in ("operations", "operation_limits", "materials", "coproducts")}
    place = {row["activity"]: row for row in case.rows("activities")}
    totals = {row["activity"]: row for row in case.rows("activity_total")}
    dated = {"unit_cost": "unit_cost", "minimum": "min_qty", "maximum": "max_qty", "setup_cost": "setup_cost"}
    dated |= {"minimum_lot": "min_lot", "startup_cost": "startup_cost"}
    defaults = {"max_qty": INF} | dict.fromkeys(("unit_cost", "min_qty", "setup_cost", "min_lot", "startup_cost"), 0.0)
    for (name,), s in case.over_time("activities", "activity", **defaults, integer=0.0):
        recipe = _recipe(case, name)
        main = next((item for item, quantity in recipe.items() if quantity > 0), NOTHING)
        t["operations"].append(
            {
                "operation": name,
                "location": place[name]["site"],
                "kind": place[name].get("kind") or "make",
                "item": main,
                "yield": recipe.pop(main, 1.0),
                **s.base_row(**dated),
                "whole": "yes" if s["integer"].any() else None,
                **_totals(totals.get(name, {})),
            }
        )
        t["operation_limits"] += s.dated_rows({"operation": name}, **dated)
        for item, quantity in recipe.items():
            table = "coproducts" if quantity > 0 else "materials"
            t[table].append({"operation": name, "item": item, "quantity": abs(quantity)})
    if not t["operations"]:
        idle = {"operation": "none", "location": case.rows("sites")[0]["site"], "item": NOTHING, "maximum": 0}
        t["operations"].append(idle)
    return t


def _recipe(case: Case, activity: str) -> dict[str, float]:
    """Item -> units per level, + out, - in."""
    result: dict[str, float] = {}
    for row in case.rows("activity_items"):
        if row["activity"] == activity:
            result[row["item"]] = result.get(row["item"], 0.0) + number(row["qty"], 0.0)
    return {item: quantity for item, quantity in result.items() if quantity}


def _totals(row: Row) -> Row:
    least, most = number(row.get("min_total", ""), 0.0), number(row.get("max_total", ""), INF)
    return {"minimum_total": least or None, "maximum_total": blank(most)}


def _resources(case: Case, markets: dict[str, str]) -> Tables:
    t: Tables = {name: [] for name in ("resources", "resource_calendar", "routings", "maintenance")}
    site = {row["resource"]: row["site"] for row in case.rows("resources") if row.get("site")}
    dated = {"hours": "capacity", "extra_hours": "extra_max", "extra_cost": "extra_cost"}
    columns = {"capacity": 0.0, "extra_max": 0.0, "extra_cost": 0.0, "no_idle": 0.0}
    for (name,), s in case.over_time("resources", "resource", **columns):
        for column in ("capacity", "extra_max"):
            s.values[column] = np.minimum(s[column], UNLIMITED)
        idle = {"no_idle": "yes" if s["no_idle"].all() else None}
        t["resources"].append({"resource": name, "location": site[name], **s.base_row(**dated), **idle})
        t["resource_calendar"] += _dated(name, s, dated)
    for row in case.rows("activity_resources"):
        hours = {"hours": number(row.get("hours", ""), 0.0), "setup_hours": number(row.get("setup_hours", ""), 0.0)}
        t["routings"].append({"operation": row["activity"], "resource": row["resource"], **hours})
    for row in case.rows("maintenance"):
        service = {"hours": float(row["hours_per_machine"]), "machines": float(row["machines_to_service"])}
        t["maintenance"].append({"resource": row["resource"], **service})
    return t


def _dated(resource: str, s: Series, dated: dict[str, str]) -> list[Row]:
    """A row for every bucket that differs, or in which the hours have to be used where that is not so in all."""
    must = s["no_idle"] > 0
    idle = [] if must.all() else [{"period": label(int(t)), "no_idle": "yes"} for t in np.flatnonzero(must)]
    found: dict[str, Row] = {}
    for row in [*s.dated_rows({"resource": resource}, **dated), *idle]:
        found.setdefault(row["period"], {"resource": resource}).update(row)
    return list(found.values())


def _people(case: Case, markets: dict[str, str]) -> Tables:
    t: Tables = {"workforce": [], "workforce_calendar": []}
    dated = {
        "hours_per_worker": "hours_per_worker",
        "wage": "wage",
        "hire_cost": "hire_cost",
        "layoff_cost": "fire_cost",
        "overtime_hours": "ot_hours_per_worker",
        "overtime_cost": "ot_cost",
        "minimum": "min_workers",
        "maximum": "max_workers",
        "maximum_hires": "max_hire",
        "maximum_layoffs": "max_fire",
    }
    defaults = {theirs: INF if theirs.startswith("max") else 0.0 for theirs in dated.values()}
    rates = {key[0]: s for key, s in case.over_time("workforce_period", "pool", **defaults)}
    for row in case.rows("workforce"):
        s = rates.get(row["pool"], Series(case.periods, [], defaults))
        heads = number(row.get("initial", ""), 0.0)
        whole = "yes" if number(row.get("integer", ""), 0.0) else None
        key = {"pool": row["pool"]}
        t["workforce"].append(
            {**key, "resource": row["resource"], "head_count": heads, **s.base_row(**dated), "whole": whole}
        )
        t["workforce_calendar"] += s.dated_rows(key, **dated)
    return t


def _lanes(case: Case, markets: dict[str, str]) -> Tables:
    t: Tables = {"lanes": [], "lane_calendar": [], "lane_limits": []}
    at_market = {site for site, market in markets.items() if site == market}
    dated = {"unit_cost": "unit_cost", "minimum": "min_qty", "maximum": "max_qty"}
    columns = {"unit_cost": 0.0, "min_qty": 0.0, "max_qty": INF, "lead_time": 0.0}
    for (origin, end, item), s in case.over_time("lanes", "from", "to", "item", **columns):
        key = {"from": origin, "to": end, "item": item}
        t["lanes"].append({**key, **s.base_row(**dated), "lead_time": float(s["lead_time"][0]) or None})
        t["lane_calendar"] += s.dated_rows(key, **dated)
    limits = {"capacity": "joint_max", "fixed_cost": "fixed_cost", "minimum_load": "min_load"}
    for (origin, end), s in case.over_time("lane_limits", "from", "to", joint_max=INF, fixed_cost=0.0, min_load=0.0):
        key = {"from": origin, "to": end}
        base = {name: value or None for name, value in s.base_row(**limits).items() if name != "capacity"}
        t["lane_limits"].append({**key, "capacity": blank(s.base("joint_max")), **base})
        t["lane_limits"] += s.dated_rows(key, **limits)
    t["locations"] = [
        {
            "location": row["site"],
            "inbound_capacity": blank(number(row.get("max_in", ""), INF)),
            "maximum_lanes_out": blank(number(row.get("max_lanes_out", ""), INF)),
        }
        for row in case.rows("sites")
        if row["site"] not in at_market
    ]
    return t


def _stock(case: Case, markets: dict[str, str]) -> Tables:
    """Opening stock (below zero: past-due orders), policies, and none to be kept where the case gives no policy."""
    t: Tables = {"stock": [], "stock_policy": [], "sales_orders": []}
    ends: dict[tuple[str, str], Row] = {}
    for row in case.rows("stock"):
        initial, key = number(row.get("initial", ""), 0.0), {"location": row["site"], "item": row["item"]}
        if initial > 0:
            t["stock"].append({**key, "on_hand": initial})
        if initial < 0:
            order = {"order": f"past due {row['site']} {row['item']}", "item": row["item"]}
            t["sales_orders"].append({**order, "market": markets[row["site"]], "quantity": -initial, "price": 0})
        least, most = number(row.get("final_min", ""), 0.0), number(row.get("final_max", ""), INF)
        ends[row["site"], row["item"]] = {"closing_minimum": least, "closing_maximum": blank(most)}
    ours = {"holding_cost": "holding_cost", "minimum": "min_stock", "maximum": "max_stock"}
    defaults = {"holding_cost": 0.0, "min_stock": 0.0, "max_stock": INF}
    for (site, item), s in case.over_time("stock_policy", "site", "item", **defaults):
        s.values["max_stock"] = np.where(s.given, s["max_stock"], 0.0)
        key, end = {"location": site, "item": item}, ends.pop((site, item), {})
        t["stock_policy"].append({**key, **s.base_row(**ours), **end})
        t["stock_policy"] += s.dated_rows(key, **ours)
    for (site, item), end in ends.items():
        t["stock_policy"].append({"location": site, "item": item, "maximum": 0, **end})
    held = [site for site in case["sites"]["site"] if markets.get(site) != site]
    t["stock_policy"] += [{"location": site, "maximum": 0} for site in held]
    t["stock_policy"] += [{"location": site, "item": NOTHING} for site in held if _makes_nothing(case, site)]
    return t


def _makes_nothing(case: Case, site: str) -> bool:
    """Whether a site has an activity that only uses things up: what it 'yields' may pile up."""
    names = {row["activity"] for row in case.rows("activities") if row["site"] == site}
    return any(max(_recipe(case, name).values(), default=0.0) <= 0 for name in names)


def write(folder: Path, target: Path) -> None:
    """Convert and write as CSV files."""
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("*.csv"):
        old.unlink()
    for name, frame in convert(folder).items():
        frame.to_csv(target / f"{name}.csv", index=False, float_format="%.15g", lineterminator="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
