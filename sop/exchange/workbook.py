"""One scenario as an Excel workbook: what was assumed, what comes out, and native charts of it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from sop.domain.catalogue import SETTINGS, Column
from sop.domain.inputs import Inputs, Settings
from sop.domain.levers import LEVERS
from sop.domain.parameters import Array
from sop.domain.plans import PlanResult
from sop.domain.scenario import Override
from sop.exchange.sheets import (
    BASE_COLOUR,
    PALETTE,
    SCENARIO_COLOUR,
    Block,
    Book,
    Sheet,
    line_of,
    shown_flow,
    shown_levels,
    shown_statement,
)

SHEETS: Final = ("Summary", "KPIs", "Demand", "Supply", "Shortages", "P&L", "Cash")
_ASSUMPTIONS: Final = (
    "first_period",
    "horizon",
    "bucket",
    "goal",
    "unmet_demand",
    "cost_of_capital",
    "dso",
    "dpo",
    "tax_rate",
    "opening_cash",
    "closing_stock",
)
_SHOWN_AS: Final = {
    "money": ("number0", 0),
    "share": ("percent", 3),
    "percent": ("number1", 1),
    "days": ("number1", 1),
}
_STYLES: Final = ("text", "number2")
_LINES_IN_CHART: Final = len(PALETTE)


@dataclass(frozen=True, eq=False)
class Statement:
    """Lines of a statement (title and sign; 0 = subtotal of the lines above) [L] and amounts [L, T] of one plan.

    ``closing`` [T] is a balance the last line leads to, called ``balance``. ``labels`` are its buckets where they are
    not the plan's, ``title`` says over what it is added up.
    """

    titles: tuple[str, ...]
    signs: tuple[int, ...]
    amounts: Array
    balance: str = ""
    closing: Array | None = None
    labels: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class KeyFigure:
    """One figure over one window, of the scenario and of Base; unit is money, percent, share, days or period."""

    window: str
    title: str
    unit: str
    scenario: float
    base: float


@dataclass(frozen=True, eq=False)
class Report:
    """What a workbook tells. ``changes`` says in words what each override of the result does.

    ``mix`` splits family plans into sold items, rows in the order of members and buckets; empty where there is none.
    """

    inputs: Inputs
    result: PlanResult
    base: PlanResult
    ancestors: tuple[str, ...]
    headline: str
    changes: tuple[str, ...]
    kpis: tuple[KeyFigure, ...]
    pnl: tuple[Statement, Statement]  # scenario, Base
    cash: tuple[Statement, Statement]
    year: tuple[Statement, ...] = ()  # P&L of a window with booked months: scenario, Base
    mix: pd.DataFrame = field(default_factory=pd.DataFrame)  # item, member, period, demand, delivered


def workbook(report: Report) -> bytes:
    """The workbook as bytes. Text never becomes a formula or a link; every total shown is the sum of what is shown."""
    target = io.BytesIO()
    book = Book(target)
    _summary(book, report)
    _kpis(book, report)
    _demand(book, report)
    _mix(book, report)
    _supply(book, report)
    _shortages(book, report)
    _pnl(book, report)
    _cash(book, report)
    book.book.close()
    return target.getvalue()


def _title(report: Report, what: str) -> str:
    return f"{report.inputs.settings.company} - {report.result.scenario.name} - {what}"


def _summary(book: Book, report: Report) -> None:
    scenario, settings = report.result.scenario, report.inputs.settings
    sheet = book.sheet("Summary", _title(report, "summary"), (26, 26, 26, 14, 14, 40, 20))
    sheet.lines([[report.headline], []])
    told = {
        "Scenario": scenario.name,
        "Purpose": scenario.purpose,
        "Author": scenario.author,
        "Builds on": " > ".join(report.ancestors) or "Base",
        "Frozen": "yes" if scenario.frozen else "no",
        "Currency": settings.currency,
        "Plan status": report.result.supply.status.value,
        "Inputs": report.result.inputs_id,
        "Scenario key": report.result.scenario_key,
    }
    sheet.lines([[name, text] for name, text in told.items()])
    sheet.lines([[]])
    sheet.text("Overrides", "heading")
    sheet.head(["Lever", "Change", "Where", "From", "To", "Reason", "Author"])
    turned = [_override(*one) for one in zip(report.result.overrides, report.changes, strict=True)]
    sheet.lines(turned or [["none: this is Base"]])
    sheet.lines([[]])
    sheet.text("Assumptions", "heading")
    sheet.lines([_assumption(column, settings) for column in SETTINGS if column.name in _ASSUMPTIONS], _STYLES)
    if report.result.warnings:
        sheet.lines([[]])
        sheet.text("To be aware of", "heading")
        sheet.lines([[warning] for warning in report.result.warnings])


def _assumption(column: Column, settings: Settings) -> list[object]:
    """Setting, value (numbers as numbers), unit, meaning."""
    return [column.name.replace("_", " "), getattr(settings, column.name), column.unit, column.meaning]


def _override(override: Override, change: str) -> list[object]:
    return [
        LEVERS[override.lever].title,
        change,
        "everywhere" if override.scope == "*" else override.scope,
        override.first or "start",
        override.last or "end",
        override.reason,
        override.author,
    ]


def _kpis(book: Book, report: Report) -> None:
    sheet = book.sheet("KPIs", _title(report, "key figures"), (30, 24, 8, 16, 16, 16, 12))
    sheet.page.freeze_panes(2, 1)
    sheet.head(["Figure", "Window", "Unit", "Scenario", "Base", "Difference", "Difference %"])
    for figure in report.kpis:
        cells, styles = _figure_cells(figure, report.result.horizon.labels)
        unit = {"money": report.inputs.settings.currency, "percent": "%", "days": "days"}.get(figure.unit, "")
        sheet.lines([[figure.title, figure.window, unit, *cells]], ("text", "text", "text", *styles))


def _figure_cells(figure: KeyFigure, labels: Sequence[str]) -> tuple[list[object], tuple[str, ...]]:
    """Scenario, Base, difference and difference in percent (money only) as they are shown, and their styles."""
    if figure.unit == "period":
        return [labels[int(figure.scenario)], labels[int(figure.base)]], ()
    style, digits = _SHOWN_AS[figure.unit]
    now, before = round(figure.scenario, digits), round(figure.base, digits)
    percent = (now - before) / abs(before) if figure.unit == "money" and before else None
    return [now, before, round(now - before, digits), percent], (style, style, style, "percent")


def _demand(book: Book, report: Report) -> None:
    sheet = book.sheet("Demand", _title(report, "unconstrained demand"), (20, 16, 16, 10))
    sheet.page.freeze_panes(2, 4)
    demand, delivered = _reported(report, "planned"), _reported(report, "delivered")
    keys, rows = _series(report, demand)
    unit = common_unit(report)
    names = ["Item", "Family", "Market", "Unit"]
    sheet.lines([["Units planned for, before any limit of supply"]])
    sheet.grid(names, keys, _labels(report), shown_flow(demand[rows], bool(unit)))
    if unit:
        compared = np.array([demand.sum(axis=(0, 1)), delivered.sum(axis=(0, 1))])
    else:
        finance, span = report.result.finance, report.result.horizon.periods
        compared = np.array([finance.demanded_revenue_by_item, finance.revenue_by_item])[:, :, :span].sum(axis=1)
    sheet.text("Demand and supply", "heading")
    measure = unit or report.inputs.settings.currency
    block = sheet.grid(
        ["", "", "Unit", "What"],
        [["", "", measure, "Demand"], ["", "", measure, "Delivered"]],
        _labels(report),
        shown_flow(compared, addable=False),
    )
    series = [line_of(block, row, colour) for row, colour in enumerate((BASE_COLOUR, SCENARIO_COLOUR))]
    sheet.chart("line", "Demand and supply", measure, series, f"B{sheet.row + 2}")


def _mix(book: Book, report: Report) -> None:
    """Members of items planned as a family; no sheet where there are none."""
    if report.mix.empty:
        return
    sheet = book.sheet("Mix", _title(report, "family plans split into sold items"), (20, 20, 12, 10))
    sheet.page.freeze_panes(2, 4)
    sheet.lines([["Units over all markets, rounded member by member"]])
    span = report.result.horizon.periods
    members = report.mix[["item", "member"]].to_numpy().tolist()[::span]
    keys = [
        [item, member, title, _unit_of(report, item)] for title in ("Demand", "Delivered") for item, member in members
    ]
    values = report.mix[["demand", "delivered"]].to_numpy().T.reshape(-1, span)
    sheet.grid(["Item", "Member", "What", "Unit"], keys, _labels(report), shown_flow(values, addable=False))


def _supply(book: Book, report: Report) -> None:
    result, labels = report.result, _labels(report)
    sheet = book.sheet("Supply", _title(report, "supply plan"), (26, 16, 18, 12))
    sheet.page.freeze_panes(1, 3)
    span = result.horizon.periods
    operations = report.inputs["operations"]
    sheet.text("Operations (make: by start, buy and subcontract: by receipt)", "heading")
    keys = operations[["operation", "kind", "item"]].astype(str).to_numpy().tolist()
    sheet.grid(["Operation", "Kind", "Item"], keys, labels, shown_flow(result.supply.level[:, :span], addable=False))
    sheet.text("Closing stock", "heading")
    network = result.supply.network
    places, items = result.parameters.labels("location"), result.parameters.labels("item")
    where = [
        [places[location], items[item], _unit_of(report, items[item])]
        for location, item in zip(network.node_location, network.node_item, strict=True)
    ]
    sheet.grid(["Location", "Item", "Unit"], where, labels, shown_levels(result.supply.stock[:, :span]))
    _loads(sheet, report)


def _loads(sheet: Sheet, report: Report) -> None:
    supply, span = report.result.supply, report.result.horizon.periods
    resources = report.result.parameters.labels("resource")
    if not resources:
        return
    hours = {
        "Hours used": supply.load,
        "Hours available": supply.available,
        "Overtime": supply.overtime,
        "Hours needed when demand is due": supply.required_load,
    }
    sheet.text("Resources (hours)", "heading")
    keys = [[name, what, "h"] for name in resources for what in hours]
    stacked = np.stack([values[:, :span] for values in hours.values()], axis=1).reshape(-1, span)
    sheet.grid(["Resource", "What", "Unit"], keys, _labels(report), shown_levels(stacked))
    sheet.text("Load required in % of hours available", "heading")
    room = supply.available[:, :span]
    load = np.divide(100.0 * supply.required_load[:, :span], room, out=np.zeros_like(room), where=room > 0)
    block = sheet.grid(
        ["", "", "Resource"], [["", "", name] for name in resources], _labels(report), shown_levels(load, digits=1)
    )
    busiest = np.argsort(-load.max(axis=1), kind="stable")[:_LINES_IN_CHART]
    series = [line_of(block, int(row), PALETTE[place]) for place, row in enumerate(sorted(busiest))]
    sheet.chart("line", "Load required by demand, by resource", "% of hours available", series, f"B{sheet.row + 2}")


def _shortages(book: Book, report: Report) -> None:
    sheet = book.sheet("Shortages", _title(report, "what is not delivered when due"), (20, 16, 24, 10))
    sheet.page.freeze_panes(2, 4)
    sheet.lines([["Units; late = still owed at the end of the bucket"]])
    keys: list[list[str]] = []
    parts: list[Array] = []
    kinds = {"short": "short: could not", "declined": "declined: would not", "backlog": "late"}
    for name, told in kinds.items():
        values = _reported(report, name)
        pairs, rows = _series(report, values)
        keys += [[item, market, told, unit] for item, _, market, unit in pairs]
        parts.append(values[rows])
    if not keys:
        sheet.lines([["Nothing: all demand is delivered when it is due."]])
        return
    sheet.grid(["Item", "Market", "What", "Unit"], keys, _labels(report), shown_flow(np.concatenate(parts), False))


def _pnl(book: Book, report: Report) -> None:
    sheet = book.sheet("P&L", _title(report, "P&L"), (30, 12))
    sheet.page.freeze_panes(1, 1)
    blocks = [_statement(sheet, report, name, one) for name, one in zip(_plans(report), report.pnl, strict=True)]
    last = len(report.pnl[0].titles) - 1
    colours = (SCENARIO_COLOUR, BASE_COLOUR)
    series = [line_of(block, last, colour) for block, colour in zip(blocks, colours, strict=True)]
    for one, name in zip(series, ("Scenario", "Base"), strict=True):
        one["name"] = name
    for name, year in zip(_plans(report), report.year, strict=False):
        _statement(sheet, report, name, year)
    currency = report.inputs.settings.currency
    sheet.chart("column", f"{report.pnl[0].titles[last]} per bucket", currency, series, f"B{sheet.row + 2}")


def _cash(book: Book, report: Report) -> None:
    sheet = book.sheet("Cash", _title(report, "cash"), (30, 12))
    sheet.page.freeze_panes(1, 1)
    for name, one in zip(_plans(report), report.cash, strict=True):
        _statement(sheet, report, name, one)


def _plans(report: Report) -> tuple[str, str]:
    return report.result.scenario.name, "Base"


def _statement(sheet: Sheet, report: Report, name: str, statement: Statement) -> Block:
    over = f"{name}, {statement.title}" if statement.title else name
    sheet.text(f"{over} ({report.inputs.settings.currency})", "heading")
    labels = statement.labels or _labels(report)
    shown = shown_statement(statement.amounts, statement.signs)
    block = sheet.grid(["Line"], [[title] for title in statement.titles], labels, shown)
    if statement.closing is not None:
        change = shown.cells[-1]
        opening = np.floor(statement.closing[-1] + 0.5) - change.sum()
        sheet.row -= 1
        sheet.figures([statement.balance], opening + change.cumsum(), None, "total0", "bold")
        sheet.row += 1
    return block


def _labels(report: Report) -> Sequence[str]:
    return report.result.horizon.labels[: report.result.horizon.periods]


def _reported(report: Report, name: str) -> Array:
    plan = report.result.demand if name == "planned" else report.result.supply
    values: Array = getattr(plan, name)
    return values[..., : report.result.horizon.periods]


def _series(report: Report, values: Array) -> tuple[list[list[str]], tuple[Any, ...]]:
    """Item, family, market, unit of every series that is not all zero, and where they are."""
    axis, markets = report.result.parameters.axis("item"), report.result.parameters.labels("market")
    rows = np.nonzero(np.abs(values).max(axis=2, initial=0.0) > 1e-9)
    pairs = [(axis.labels[i], axis.groups["family"][i], markets[m]) for i, m in zip(*rows, strict=True)]
    return [[item, family, market, _unit_of(report, item)] for item, family, market in pairs], rows


def _unit_of(report: Report, item: str) -> str:
    items = report.inputs["items"]
    return str(items["unit"].iloc[report.result.parameters.axis("item").index[item]])


def common_unit(report: Report) -> str:
    """The base unit all demanded items share, or "": units that do not convert are never added."""
    wanted = report.result.demand.planned.sum(axis=(1, 2)) > 0
    units = set(report.inputs["items"]["unit"][wanted])
    return str(units.pop()) if len(units) == 1 else ""
