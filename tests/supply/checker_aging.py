"""Shelf life, held against the plan by taking stock out oldest first and watching how old the rest becomes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sop.domain.inputs import rows
from sop.domain.parameters import Array
from tests.supply.checker_books import CLOSE, Books, Place
from tests.supply.checker_flows import inflows


def not_too_old(b: Books) -> Iterator[str]:
    """No unit of an item with a shelf life is kept longer than its life less what customers want left of it, and less
    the quickest way in."""
    lives = {
        item: life - wanted
        for item, life, wanted in rows(b.inputs["items"], "item", "shelf_life", "remaining_life")
        if not np.isnan(life)
    }
    ages = {(at, item): int(age) for at, item, age in rows(b.inputs["stock"], "location", "item", "age")}
    coming = inflows(b)
    for row, place in enumerate(b.stock):
        if place[1] in lives:
            life = max(int(lives[place[1]] - way_in(b, place)), 0)
            opening = (float(b.plan.opening_stock[row]), ages.get(place, 0))
            yield from _kept(place, life, opening, coming[place], b.stock[place])


def _kept(place: Place, life: int, opening: tuple[float, int], coming: Array, stock: Array) -> Iterator[str]:
    """Batches by age, oldest out first: what is left at the end of a bucket is younger than ``life``."""
    units, age = opening
    batches = [(-1 - age, units)]
    for t, kept in enumerate(stock):
        batches.append((t, float(coming[t])))
        gone = sum(quantity for _, quantity in batches) - kept
        left = []
        for since, quantity in batches:
            taken = min(quantity, gone)
            gone -= taken
            left.append((since, quantity - taken))
        batches = [(since, quantity) for since, quantity in left if quantity > 0]
        old = sum(quantity for since, quantity in batches if t - since >= life + (since < 0))
        if old > CLOSE * max(1.0, kept):
            yield f"{place[1]} at {place[0]}, bucket {t}: {old:.9g} units are kept beyond their life of {life}"


def way_in(b: Books, place: Place) -> int:
    """Fewest buckets goods have been under way when they reach a place over lanes; 0 where none leads in."""
    inside = [arc for arc in b.arcs if not arc.to_market and arc.item == place[1]]
    fewest = {arc.end: np.inf for arc in inside}
    for _ in b.names("locations"):
        for arc in inside:
            fewest[arc.end] = min(fewest[arc.end], fewest.get(arc.origin, 0) + arc.lead)
    found = fewest.get(place[0], 0)
    return int(found) if np.isfinite(found) else 0
