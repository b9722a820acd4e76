"""Which products a resource limits, and which resources a selection of products needs."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from sop.domain.inputs import Inputs


@lru_cache(maxsize=256)
def products_on(inputs: Inputs, resource: str) -> tuple[str, ...]:
    """Products made on ``resource``, or made of something that is, at any depth; in the order of the items table."""
    operations, routings = inputs["operations"], inputs["routings"]
    passing = set(routings.loc[routings["resource"] == resource, "operation"])
    reached: set[str] = set()
    while not passing <= reached:
        reached |= passing
        made = _made(inputs, reached)
        uses = inputs["materials"]
        passing = reached | set(uses.loc[uses["item"].isin(made), "operation"])
    made = _made(inputs, reached & set(operations["operation"]))
    items = inputs["items"]
    return tuple(items.loc[items["item"].isin(made) & (items["kind"] == "product"), "item"])


@lru_cache(maxsize=256)
def resources_of(inputs: Inputs, items: tuple[str, ...]) -> tuple[str, ...]:
    """Resources any of ``items`` passes, at any depth; in the order of the resources table."""
    wanted = set(items)
    return tuple(name for name in inputs["resources"]["resource"] if wanted & set(products_on(inputs, name)))


@lru_cache(maxsize=256)
def products_of(inputs: Inputs, family: str) -> tuple[str, ...]:
    """Products of a family."""
    items = inputs["items"]
    return tuple(items.loc[(items["family"] == family) & (items["kind"] == "product"), "item"])


def _made(inputs: Inputs, operations: Collection[str]) -> set[str]:
    table = inputs["operations"]
    return set(table.loc[table["operation"].isin(operations), "item"])
