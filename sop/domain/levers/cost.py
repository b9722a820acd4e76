"""What it costs."""

from __future__ import annotations

from sop.domain.levers.lever import RESOURCE_SCOPES, Lever

LEVERS: tuple[Lever, ...] = (
    Lever(
        "material_cost",
        "Material cost",
        "cost and price",
        "%",
        "material_cost",
        "percent",
        "Changes purchase prices; standard cost stays, the difference shows as purchase price variance.",
        -20,
        40,
        1,
        floor=float("-inf"),
        scopes=("family", "item", "supplier", "location", "operation"),
    ),
    Lever(
        "freight",
        "Freight",
        "cost and price",
        "%",
        "freight",
        "percent",
        "Changes freight rates.",
        -50,
        50,
        1,
        floor=float("-inf"),
        scopes=("lane", "location"),
    ),
    Lever(
        "labour_rate",
        "Labour rate",
        "cost and price",
        "%",
        "labour_rate",
        "percent",
        "Changes hourly cost, wages and overtime rates of resources.",
        -20,
        30,
        1,
        scopes=RESOURCE_SCOPES,
    ),
)
