"""What the figures on screen mean, in a sentence each: the help text of every metric."""

from __future__ import annotations

from pathlib import Path

from sop.domain.levers import LEVERS, Lever

GLOSSARY: dict[str, str] = {
    "Net revenue": "What is delivered, at the net price of the month it was due. *Demanded* is what it would be if "
    "all demand were met.",
    "Gross margin": "Net revenue less rebates, promotion, COGS at standard cost and all variances, as a share of net "
    "revenue.",
    "EBITDA": "Gross margin less freight, storage, marketing and fixed costs.",
    "Expected fill rate": "Share of demand met on time on average when demand scatters as it did in the past, given "
    "the projected cover. The plan's own fill rate (below) knows no surprises.",
    "Inventory": "On hand and in transit at standard cost at the end of the window, and the days it lasts.",
    "Cash low point": "Lowest closing cash of a month in the window.",
    "Unconstrained demand": "What customers would buy if everything could be delivered.",
    "Reference": "What every difference is measured against: a plan, the plan approved last, the budget or the prior "
    "year. A dash where it has no such figure for all of the window.",
    "Approved plan": "A plan somebody answers for: frozen with its figures and all it was made of; it never changes.",
    "Prior year": "What was booked, and ordered, in the same months a year before.",
    "Worth of an action": "Change of EBITDA in the window and after it, less what is put at risk, by planning again.",
    "At risk": "Margin of the sales by which the expected fill rate falls beyond the plan's own fill rate.",
    "Window": "The months the figures are stated over.",
    "Unit": "What volumes are counted in: a unit every product converts to, or money at net price.",
    "P10-P90 band": "Eight times in ten demand falls inside. For totals, the series' variances are added as if "
    "independent.",
    "On time": "Delivered in the month it is due.",
    "Late": "Accepted, delivered after the month it is due.",
    "Short": "Demand that could not be met.",
    "Declined": "Demand that could have been met but was not worth it under the chosen goal.",
    "Required load": "Hours that demand needs in the month it is due, as a share of regular hours. What exceeds 100 % "
    "has to move to another month, run in overtime, be made elsewhere, or stays short.",
    "Still full": "Outlined: regular hours and overtime are used up after planning.",
    "Stock target": "Safety stock the policy asks for.",
    "Shadow price": "What one more hour in that month would add to the plan's objective, confirmed by solving again.",
    "WMAPE": "Sum of absolute errors divided by the sum of demand: 0 % is perfect.",
    "Bias": "Sum of errors divided by the sum of demand: + forecasts too high, − too low.",
    "FVA": "Forecast value added: by how many points the WMAPE is better than simply repeating last year's month.",
    "MASE": "Mean absolute error divided by that of repeating last year's month within history: below 1 is better.",
    "Consensus forecast": "What statistics, sales, marketing and finance expect, weighed into one forecast.",
    "Coverage": "Share of months in which demand fell between P10 and P90: 80 % when the band is right.",
    "Elasticity": "By how many per cent demand changes when the driver changes by 1 %.",
    "Standard cost": "One variable cost per item, frozen with the data; levers never change it.",
    "Objective": "What the plan maximises: booked revenue less all variable cost, penalties and the capital charge "
    "on stock.",
    "Budget": "The annual operating plan in the budget table.",
    "Bridge": "Causes of the difference, adding up exactly to it.",
    "Closing cash": "Opening cash and every change since.",
    "Scope": "Where the levers below act. Each scope and range of months is a turn of its own.",
    "Months": "When the levers below act.",
}


def lever_help(lever: Lever) -> str:
    """Meaning, limits and scopes of a lever."""
    limits = (
        f"One of: {', '.join(lever.choices)}."
        if lever.choices
        else f"From {lever.minimum:,.10g} to {lever.maximum:,.10g} {lever.unit}."
    )
    scope = f"By {', '.join(lever.scopes)}." if lever.scopes else "Holds for the whole plan."
    months = "" if lever.by_period else " Holds for all months."
    return f"{lever.meaning}\n\n{limits} {scope}{months}"


IN_VIEW = (
    "demand",
    "price",
    "promotion",
    "launch_shift",
    "capacity",
    "overtime_limit",
    "material_cost",
    "safety_days",
)


def glossary_markdown() -> str:
    """The glossary page: every term and every lever in a sentence (docs/glossary.md)."""
    terms = [f"* **{term}**: {meaning}" for term, meaning in sorted(GLOSSARY.items(), key=lambda pair: pair[0].lower())]
    levers = [f"| {lever.title} | {lever.group} | {lever.unit} | {lever.meaning} |" for lever in LEVERS.values()]
    head = ["# Glossary", "", "The words on screen, as its help texts give them.", ""]
    table = ["", "## Levers", "", "| lever | group | unit | what it does |", "|---|---|---|---|"]
    return "\n".join([*head, *terms, *table, *levers, ""])


if __name__ == "__main__":
    Path("docs/glossary.md").write_text(glossary_markdown(), encoding="utf-8")
