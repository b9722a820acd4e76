"""What a lever is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scale = Literal["percent", "shift", "level", "choice"]

PRODUCT_SCOPES = ("family", "item", "market", "region", "channel")
RESOURCE_SCOPES = ("resource", "location")
POOL_SCOPES = ("pool", *RESOURCE_SCOPES)


@dataclass(frozen=True)
class Lever:
    """Something a manager may turn.

    ``scale`` says how a value v sets the parameter: percent = Base x (1 + v/100); shift = Base + v x ``factor``;
    level = v x ``factor``; choice = position of the word in ``choices``. ``neutral`` is the value that leaves Base
    as it is; None (level, choice) means Base's own value. ``floor``/``ceiling`` bound the parameter itself.
    """

    name: str
    title: str
    group: Literal["demand", "capacity", "cost and price", "policy"]
    unit: str
    parameter: str
    scale: Scale
    meaning: str
    minimum: float = 0.0
    maximum: float = 0.0
    step: float = 1.0
    neutral: float | None = 0.0
    factor: float = 1.0
    floor: float = 0.0
    ceiling: float = float("inf")
    scopes: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    by_period: bool = True
