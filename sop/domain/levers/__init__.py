"""The lever catalogue: everything a manager may turn. Sliders, command line, checks and docs are read off it."""

from sop.domain.levers import capacity, cost, demand, policy
from sop.domain.levers.lever import POOL_SCOPES, PRODUCT_SCOPES, RESOURCE_SCOPES, Lever, Scale

__all__ = ["LEVERS", "POOL_SCOPES", "PRODUCT_SCOPES", "RESOURCE_SCOPES", "Lever", "Scale"]

LEVERS: dict[str, Lever] = {lever.name: lever for group in (demand, capacity, cost, policy) for lever in group.LEVERS}
