"""Supply: the feasible plan of a scenario, from one linear model kept warm in its solver."""

from sop.supply.model import SupplyModel

__all__ = ["SupplyModel"]
