"""Typed tables that are still being checked, with the row numbers faults are told by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.domain.catalogue import TABLES
from sop.domain.errors import Fault
from sop.domain.horizon import Horizon
from sop.domain.inputs import Inputs, empty_table
from sop.exchange.faults import SHOWN_VALUES, Problem, faults_of
from sop.exchange.parsing import ParsedTable

MARKET_OF_NONE = "All"
LOCATION_OF_NONE = "Main"
"""Names of the market and location that a company without a list of them has (see ``Inputs.of``)."""


@dataclass(frozen=True)
class Draft:
    """Every table of the catalogue, typed; row numbers per table; columns that were told to be missing."""

    tables: Mapping[str, pd.DataFrame]
    rows: Mapping[str, npt.NDArray[np.int64]]
    missing: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, parsed: Mapping[str, ParsedTable]) -> Draft:
        """A draft of the tables read; the others are empty."""
        none = np.empty(0, dtype=np.int64)
        return cls(
            {name: parsed[name].frame if name in parsed else empty_table(name) for name in TABLES},
            {name: parsed[name].rows if name in parsed else none for name in TABLES},
            frozenset((name, column) for name, one in parsed.items() for column in one.missing),
        )

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables[table]

    def values(self, table: str, column: str) -> frozenset[str]:
        """Distinct values of a column, the stand-in market or location of a company that lists none included."""
        stand_in = {"markets.market": MARKET_OF_NONE, "locations.location": LOCATION_OF_NONE}
        if self[table].empty and f"{table}.{column}" in stand_in:
            return frozenset((stand_in[f"{table}.{column}"],))
        return frozenset(pd.unique(self[table][column]))

    @cached_property
    def horizon(self) -> Horizon | None:
        """The planned buckets, None while the settings do not say which."""
        settings = self["settings"]
        if not ((settings["key"] == "first_period") & (settings["value"] != "")).any():
            return None
        return Inputs({name: self[name] for name in ("settings", "operations", "lanes")}, "").horizon

    def faults(self, table: str, column: str, bad: npt.ArrayLike, problem: Problem) -> list[Fault]:
        """Faults of the rows marked in ``bad`` (one flag per row), told once per distinct value of ``column``."""
        return self.faults_by_value(table, column, bad, lambda _: problem)

    def faults_by_value(
        self, table: str, column: str, bad: npt.ArrayLike, problem: Callable[[str], Problem]
    ) -> list[Fault]:
        """The same, the problem depending on the value. Of a missing column nothing more is told."""
        positions = np.flatnonzero(np.asarray(bad, dtype=bool))
        if not len(positions) or (table, column) in self.missing:
            return []
        codes, distinct = pd.factorize(self[table][column].iloc[positions], use_na_sentinel=False)
        texts = shown_values(pd.Series(distinct[: SHOWN_VALUES + 1]))

        def describe(code: int) -> tuple[str, Problem]:
            return str(texts[code]), problem(str(texts[code]))

        everyone = np.ones(len(distinct), dtype=bool)
        return faults_of(table, column, codes, self.rows[table][positions], bad=everyone, describe=describe)


def shown_values(values: pd.Series[Any]) -> npt.NDArray[np.object_]:
    """Typed values as text: days in ISO, whole numbers without a point, blanks empty."""
    if values.dtype.kind == "M":
        return np.asarray(values.dt.strftime("%Y-%m-%d").fillna(""), dtype=object)
    if values.dtype.kind == "f":
        return np.array(["" if np.isnan(value) else f"{value:.15g}" for value in values], dtype=object)
    return np.asarray(values.astype(str), dtype=object)
