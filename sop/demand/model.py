"""DemandModel: everything fitting found out, so that a scenario's forecast is array arithmetic."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.demand.effects import SOURCES
from sop.domain.launches import FAR
from sop.domain.parameters import Array, Mask
from sop.domain.uncertainty import CommonErrors

Codes = npt.NDArray[np.int8]

NOT_SOLD, STATISTICAL, GIVEN, LAUNCH = 0, 1, 2, 3
ORIGINS = ("not sold", "statistical forecast", "given forecast", "launch")
P90 = 1.2815515655446004
LEAST_DEVIATIONS = 2.0
"""Standard errors a price elasticity must be away from 0 to overrule the planner's own."""


@dataclass(frozen=True, eq=False)
class DemandModel:
    """What was fitted for one Inputs. Letters: I items, M markets, T planned buckets, H history buckets, K drivers.

    ``base`` is demand at the ``reference`` level of every driver, before growth, ramps and planner's units;
    ``coefficient`` multiplies the distance of a driver from its reference, giving log demand.
    """

    inputs_id: str
    engine: str
    items: tuple[str, ...]
    families: tuple[str, ...]  # of each item
    markets: tuple[str, ...]
    drivers: tuple[str, ...]
    origin: Codes  # [I, M] position in ORIGINS
    base: Array  # [I, M, T] units
    coefficient: Array  # [K, I, M]
    covariance: Array  # [I, M, K, K]
    source: Codes  # [K, I, M] position in SOURCES
    reference: Array  # [K, I, M, T] drivers as in features.py
    depth_before: Array  # [I, M, n] promotion depth of the last n history buckets
    usual_spend: Array  # [I, M, 1] money
    index_is_log: Mask  # [D]
    spread: Array  # [I, M, T] standard deviation of log demand
    spread_assumed: Mask  # [I, M]
    lowest_price: Array  # [I, M, 1] of history
    highest_price: Array  # [I, M, 1]
    launch: Array  # [I] position, see lifecycle.py
    end: Array  # [I]
    ramp: Array  # [I] buckets
    first: int  # bucket of history column 0
    history: Array  # [I, M, H] units; NaN where nothing is known
    cleaned: Array  # [I, M, H] units less events and driver effects, gaps bridged: what the baseline was fitted on
    notes: tuple[str, ...] = ()  # what a planner should know about the history and the engine, in sentences
    accuracy: tuple[dict[str, Any], ...] = ()  # records of the backtest, see backtest.py
    shared: Array = field(default_factory=lambda: np.zeros((3, 1)))  # [3, T or 1] shares of error, see together.py
    acceptance: tuple[dict[str, Any], ...] = ()  # which drivers are on and why, see acceptance.py
    used: Array = field(default_factory=lambda: np.zeros((0, 0, 0)))  # [I, M, H] history as it was learned from
    why: Codes = field(default_factory=lambda: np.zeros((0, 0, 0), dtype=np.int8))  # [I, M, H] see history.py
    carry_over: float = 0.0  # of marketing, see response.py
    stock_before: Array = field(default_factory=lambda: np.zeros((1, 1)))  # [I, M] marketing's stock at the start
    rival_weight: Array = field(default_factory=lambda: np.zeros((0, 0)))  # [I, M] where rivals' prices act
    parts: Array = field(default_factory=lambda: np.zeros((0, 0, 0, 0)))  # [3, I, M, H + T] see decomposition.py
    agreed: Array = field(default_factory=lambda: np.ones((1, 1, 1)))  # [I, M, T] factor, see agreement.py
    agreed_units: Array = field(default_factory=lambda: np.zeros((1, 1, 1)))  # [I, M, T] before drivers and growth
    sold_so_far: Array = field(default_factory=lambda: np.zeros((1, 1)))  # [I, M] units of the first bucket
    booked: Array = field(default_factory=lambda: np.zeros((1, 1)))  # [I, M] open orders for the rest of it
    memory: dict[str, tuple[Array, Array]] = field(default_factory=dict, init=False, repr=False)  # see forecast.py

    @cached_property
    def quantile_factors(self) -> tuple[Array, Array, Array, Array]:
        """P10, P50, P90 and standard deviation as multiples of the mean, log-normal [I, M, T] each."""
        half = self.spread**2 / 2.0
        low, median, high = (np.exp(z * self.spread - half) for z in (-P90, 0.0, P90))
        return low, median, high, np.sqrt(np.expm1(self.spread**2))

    @cached_property
    def common(self) -> CommonErrors:
        """How far series err together; not at all in models fitted before that was measured."""
        company, family, item = np.broadcast_to(self.shared, (3, self.base.shape[2]))
        return CommonErrors(company, family, item, np.unique(np.array(self.families), return_inverse=True)[1])

    @cached_property
    def family_codes(self) -> npt.NDArray[np.int64]:
        """Number of each item's family [I]."""
        return np.unique(np.array(self.families), return_inverse=True)[1]

    @cached_property
    def reached(self) -> Array:
        """Share of full volume [I] launches under way had come to when the plan begins; 0 for launches ahead."""
        launching = (self.origin == LAUNCH).any(axis=1) & (self.launch < 0)
        since = self.first + np.arange(self.history.shape[2]) >= np.floor(self.launch)[:, None]
        has_sold = ((self.history > 0) & since[:, None, :]).any(axis=(1, 2))
        return np.where(launching & has_sold, np.clip(-self.launch / self.ramp, 0.0, 1.0), 0.0)

    @cached_property
    def moves(self) -> Mask:
        """Items [I] whose launch can still be moved."""
        launched = np.isin(self.origin, (GIVEN, LAUNCH)).any(axis=1) & (self.launch > -FAR)
        return np.asarray(launched & (self.reached == 0))

    @cached_property
    def agrees_on_units(self) -> bool:
        """Whether anything was agreed where the statistical forecast has nothing."""
        return bool(self.agreed_units.any())

    @cached_property
    def senses(self) -> bool:
        """Whether anything is known of the first bucket's sales."""
        return bool(self.sold_so_far.any() or self.booked.any())

    @cached_property
    def acts(self) -> tuple[bool, ...]:
        """Whether any series answers to each driver [K]."""
        return tuple(bool(values.any()) for values in self.coefficient)

    def effects_table(self) -> pd.DataFrame:
        """One row per sold series and driver: family, item, market, driver, estimate, standard_error, source.

        Price and logarithmic indices are elasticities, the others log uplift per unit (features.py). An assumed value
        has no standard error.
        """
        item, market, driver = (
            index.ravel() for index in np.indices((len(self.items), len(self.markets), len(self.drivers)))
        )
        chosen = (self.origin[item, market] != NOT_SOLD) & (
            (self.coefficient[driver, item, market] != 0)
            | (self.source[driver, item, market] != SOURCES.index("assumed"))
        )
        item, market, driver = item[chosen], market[chosen], driver[chosen]
        variance = self.covariance[item, market, driver, driver]
        source = np.array(SOURCES, dtype=object)[self.source[driver, item, market]]
        return pd.DataFrame(
            {
                "family": np.array(self.families, dtype=object)[item],
                "item": np.array(self.items, dtype=object)[item],
                "market": np.array(self.markets, dtype=object)[market],
                "driver": np.array(self.drivers, dtype=object)[driver],
                "estimate": self.coefficient[driver, item, market],
                "standard_error": np.where(source == "assumed", np.nan, np.sqrt(variance)),
                "source": source,
            }
        )

    def acceptance_table(self) -> pd.DataFrame:
        """What drivers do to the backtest's WAPE: level (total, driver, family, series), driver, family, item, market,
        wape_without, wape_with, on, pooling (whose coefficients: company, family, series). Empty where history is too
        short to hold anything out."""
        return pd.DataFrame(list(self.acceptance))

    def accuracy_table(self) -> pd.DataFrame:
        """The backtest's records; empty until it has run."""
        return pd.DataFrame(list(self.accuracy))

    def to_bytes(self) -> bytes:
        """npz with one array per field and the rest as JSON; equal models give equal bytes."""
        arrays = {name: value for name, value in self._values() if isinstance(value, np.ndarray)}
        plain = {name: value for name, value in self._values() if name not in arrays}
        text = np.frombuffer(json.dumps(plain, sort_keys=True).encode(), dtype=np.uint8)
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, plain=text, **arrays)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> DemandModel:
        """Inverse of ``to_bytes``; never unpickles."""
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            plain = json.loads(file["plain"].tobytes())
            arrays = {name: file[name] for name in file.files if name != "plain"}
        for name in ("items", "families", "markets", "drivers", "notes", "accuracy", "acceptance"):
            plain[name] = tuple(plain.get(name, ()))
        return cls(**plain, **arrays)

    def _values(self) -> list[tuple[str, Any]]:
        return [(part.name, getattr(self, part.name)) for part in fields(self) if part.init]
