"""The P&L pane's table: ten lines of the company, or what the products in focus earn, beside the reference."""

from __future__ import annotations

from html import escape
from typing import Final

import numpy as np
import pandas as pd

from sop.analysis.wording import NOTHING, SAME, money, signed_money
from sop.domain.plans import PlanResult
from sop.ui import focus
from sop.ui.formatting import relative
from sop.ui.question import Answer

VARIANCES: Final = (
    "purchase_price_variance",
    "subcontract_variance",
    "labour_variance",
    "overtime",
    "extra_capacity",
    "hiring",
    "setup",
)
_LINES: Final = {
    "Net revenue": (("net_revenue",), 0),
    "Rebates, promotion": (("rebates", "promotion"), -1),
    "COGS at standard": (("cogs",), -1),
    "Variances": (VARIANCES, -1),
    "Booked costs of sales": (("booked_cost",), -1),
    "Gross margin": (("gross_margin",), 0),
    "Freight": (("freight",), -1),
    "Storage": (("storage",), -1),
    "Marketing": (("marketing",), -1),
    "Fixed costs": (("fixed_costs",), -1),
    "Other booked costs": (("booked_overhead",), -1),
    "EBITDA": (("ebitda",), 0),
}
Lines = dict[str, tuple[float, int]]


def table(answer: Answer) -> str:
    """Reference, plan, difference and per cent of each line, good in green, bad in red, as one piece of HTML.

    Streamlit's own table makes sixty pieces of text of it, each parsed and laid out by itself, at every turn.
    """
    before = reference(answer)
    rows = [_row(title, value, before[title], sign) for title, (value, sign) in lines(answer, answer.result).items()]
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("", "Ref.", "Plan", "Diff.", "%"))
    return (
        f'<table aria-label="P&amp;L beside the reference"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _row(title: str, value: float, before: float | None, sign: int) -> str:
    known, now, change, share = _cells(value, before)
    told = {None: "", True: ' class="better"', False: ' class="worse"'}[_better(value, before, sign)]
    cells = f"<td>{known}</td><td>{now}</td><td{told}>{change}</td><td>{share}</td>"
    return f'<tr{"" if sign else " class=subtotal"}><th scope="row">{escape(title)}</th>{cells}</tr>'


def figures(answer: Answer) -> pd.DataFrame:
    """The same lines as figures, to be taken away."""
    now, before = lines(answer, answer.result), reference(answer)
    frame = pd.DataFrame(
        {
            "Line": list(now),
            "Reference": np.array([before[title] for title in now], dtype=np.float64),
            "Plan": [value for value, _ in now.values()],
        }
    )
    return frame.assign(Difference=frame["Plan"] - frame["Reference"])


def reference(answer: Answer) -> dict[str, float | None]:
    """What the reference says of each line; None where it has no figure, as a budget has none for a month in focus."""
    if answer.against is None:
        return {title: value for title, (value, _) in lines(answer, answer.reference).items()}
    known = {} if focus.focus(answer) != focus.Focus() else answer.against.lines
    parts = {title: [known.get(name) for name in names] for title, (names, _) in _LINES.items()}
    whole = {title: _sum(amounts) for title, amounts in parts.items()}
    return {title: whole.get(title) for title in lines(answer, answer.result)}


def _sum(amounts: list[float | None]) -> float | None:
    found = [amount for amount in amounts if amount is not None]
    return sum(found) if len(found) == len(amounts) else None


def lines(answer: Answer, plan: PlanResult) -> Lines:
    """Amount and sign (0 = subtotal) of each line over the window or month in focus."""
    chosen = focus.focus(answer)
    return _of_products(answer, plan) if chosen.family or chosen.resource else _of_company(answer, plan)


def _cells(value: float, before: float | None) -> tuple[str, str, str, str]:
    """Reference, plan, difference and per cent."""
    if before is None:
        return NOTHING, money(value), "", ""
    change = signed_money(value - before)
    share = "" if change == SAME else relative(value, before).removesuffix(" %")
    return money(before), money(value), change, share


def _better(value: float, before: float | None, sign: int) -> bool | None:
    """Whether the difference is for the better; None where there is none to be seen."""
    if before is None or signed_money(value - before) == SAME:
        return None
    return (value - before) * (sign or 1) >= 0


def _of_company(answer: Answer, plan: PlanResult) -> Lines:
    """Ten lines, two more with booked months."""
    table = answer.workspace.statement(plan, focus.window(answer))
    statement = dict(zip(table["line"], table["value"].tolist(), strict=True))
    shown = {title: line for title, line in _LINES.items() if set(line[0]) <= set(statement)}
    return {title: (sum(statement[name] for name in names), sign) for title, (names, sign) in shown.items()}


def _of_products(answer: Answer, plan: PlanResult) -> Lines:
    """What can be said of products: revenue and cost of sales; other costs are shared and not split."""
    chosen, span = focus.view(answer).covers(plan.parameters), focus.window(answer).planned
    finance = plan.finance
    asked, revenue, cost = (
        float(values[chosen, span].sum())
        for values in (finance.demanded_revenue_by_item, finance.revenue_by_item, finance.cogs_by_item)
    )
    missing = plan.supply.short[..., span] + plan.supply.declined[..., span]
    lost = float((missing * plan.parameters["price"][..., span])[chosen].sum())
    moved = revenue - (asked - lost)  # orders from before that are delivered now, less what is delivered later
    return {
        "Demanded at its price": (asked, 1),
        "Short or declined": (lost, -1),
        "Earlier and late orders": (moved, 1),
        "Net revenue": (revenue, 0),
        "COGS at standard": (cost, -1),
        "Margin at standard": (revenue - cost, 0),
        "Inventory at the end": (float(finance.inventory_by_item[chosen, span.stop - 1].sum()), -1),
    }
