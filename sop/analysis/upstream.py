"""What a family's items need on their way: resources and suppliers, through bills of material."""

from __future__ import annotations

from sop.domain.inputs import Inputs, rows


def upstream(inputs: Inputs, family: str) -> tuple[frozenset[str], frozenset[str]]:
    """Resources and suppliers on the way to a family's items."""
    made_by: dict[str, list[str]] = {}
    supplier_of, parts, routed = {}, _listed(inputs, "materials", "item"), _listed(inputs, "routings", "resource")
    for operation, item, supplier in rows(inputs["operations"], "operation", "item", "supplier"):
        made_by.setdefault(item, []).append(operation)
        supplier_of[operation] = supplier
    news = {item for item, own in rows(inputs["items"], "item", "family") if own == family}
    wanted: set[str] = set()
    used: set[str] = set()
    while news:
        wanted |= news
        found = {operation for item in news for operation in made_by.get(item, [])}
        used |= found
        news = {part for operation in found for part in parts.get(operation, [])} - wanted
    resources = frozenset(name for operation in used for name in routed.get(operation, []))
    return resources, frozenset(supplier_of[name] for name in used)


def _listed(inputs: Inputs, table: str, column: str) -> dict[str, list[str]]:
    """What a table lists under each operation."""
    result: dict[str, list[str]] = {}
    for operation, name in rows(inputs[table], "operation", column):
        result.setdefault(operation, []).append(name)
    return result
