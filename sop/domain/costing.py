"""Standard cost: one variable figure per item, given or rolled up from bill of material and routing at Base rates."""

from __future__ import annotations

import numpy as np

from sop.domain.inputs import Inputs
from sop.domain.parameters import Array, Axis


def standard_costs(inputs: Inputs, items: Axis) -> Array:
    """Standard cost c of every item [I], money per base unit; never changed by levers.

    Given ones stand. Others roll up over their first operation in table order:
    c = (unit cost + sum materials c + sum hours x hour cost - co-products c) / yield.
    An item no operation yields costs 0.
    """
    cost = inputs["items"]["standard_cost"].to_numpy(dtype=np.float64).copy()
    recipes = _recipes(inputs, items)
    for position in np.flatnonzero(np.isnan(cost)):
        _roll_up(int(position), cost, recipes, set())
    return np.asarray(np.nan_to_num(cost), dtype=np.float64)


Recipe = tuple[float, list[tuple[int, float]], float]


def _recipes(inputs: Inputs, items: Axis) -> dict[int, Recipe]:
    """Item -> (own cost per level, [(component, quantity)], yield) of its first operation."""
    table = inputs["operations"]
    own = table["unit_cost"].to_numpy() + _hour_costs(inputs)
    used: dict[str, list[tuple[int, float]]] = {name: [] for name in table["operation"]}
    for name, sign in (("materials", 1.0), ("coproducts", -1.0)):
        part = inputs[name]
        for operation, item, quantity in zip(part["operation"], part["item"], part["quantity"], strict=True):
            used[operation].append((items.index[item], sign * quantity))
    recipes: dict[int, Recipe] = {}
    for row, (operation, item, share) in enumerate(zip(table["operation"], table["item"], table["yield"], strict=True)):
        recipes.setdefault(items.index[item], (float(own[row]), used[operation], float(share)))
    return recipes


def _hour_costs(inputs: Inputs) -> Array:
    """Routed hours x hour cost of every operation, in table order."""
    rates = dict(zip(inputs["resources"]["resource"], inputs["resources"]["hour_cost"], strict=True))
    routing = inputs["routings"]
    money = routing["hours"] * routing["resource"].map(rates).astype(float)
    by_operation = money.groupby(routing["operation"]).sum()
    return inputs["operations"]["operation"].map(by_operation).fillna(0.0).to_numpy(dtype=np.float64)


def _roll_up(position: int, cost: Array, recipes: dict[int, Recipe], path: set[int]) -> float:
    if not np.isnan(cost[position]):
        return float(cost[position])
    if position in path or position not in recipes:
        return 0.0
    own, parts, share = recipes[position]
    total = own + sum(quantity * _roll_up(part, cost, recipes, path | {position}) for part, quantity in parts)
    cost[position] = total / share
    return float(cost[position])
