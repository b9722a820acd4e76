"""Inputs: the tables of one planning cycle, frozen and content-hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from sop.domain.catalogue import SETTINGS, TABLES, Column
from sop.domain.countries import country_code
from sop.domain.horizon import Horizon


def empty_table(name: str) -> pd.DataFrame:
    """Table ``name`` without rows, with the catalogue's columns and types."""
    return pd.DataFrame({column.name: np.empty(0, dtype=dtype_of(column)) for column in TABLES[name].columns})


def dtype_of(column: Column) -> str:
    """pandas type a column is held in: text as object ("" = blank), numbers float64, flags bool, days datetime64."""
    return {
        "number": "float64",
        "integer": "float64",
        "flag": "bool",
        "date": "datetime64[ns]",
        "period": "datetime64[ns]",
    }.get(column.kind, "object")


def blank_of(column: Column) -> Any:
    """What a blank cell of ``column`` holds once its default is applied."""
    if column.default is not None:
        return column.default
    return {"number": np.nan, "integer": np.nan, "flag": False, "date": pd.NaT, "period": pd.NaT}.get(column.kind, "")


def typed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with every column of table ``name``, in catalogue order and type, blanks filled by their defaults.

    For tables built in code, whose values already have the right meaning; files go through ``sop.exchange``.
    """
    columns = {}
    for column in TABLES[name].columns:
        if column.name not in frame:
            values = pd.Series([blank_of(column)] * len(frame), dtype=object)
        else:
            values = frame[column.name].reset_index(drop=True).astype(object)
            values = values.where(values.notna(), blank_of(column))
        if column.kind in ("date", "period"):
            values = pd.to_datetime(values.replace({"*": None, "": None}))
        columns[column.name] = values.astype(dtype_of(column))  # type: ignore[call-overload]
    return pd.DataFrame(columns)


def rows(frame: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """The named columns of ``frame``, a tuple per row: for small tables that no array operation fits."""
    return zip(*(frame[column] for column in columns), strict=True)


@dataclass(frozen=True)
class Settings:
    """The settings table, typed; one field per key of the catalogue (which gives meaning and unit)."""

    company: str
    currency: str
    bucket: str
    first_period: date
    horizon: int
    tail: float  # whole; nan = as long as the longest lead time
    calendar: str
    fiscal_year_start: int
    goal: str
    unmet_demand: str
    lost_sales_penalty: float
    late_penalty: float
    safety_penalty: float
    cost_of_capital: float
    closing_stock: str
    dso: float
    dpo: float
    tax_rate: float
    opening_cash: float
    opening_receivables: float
    opening_payables: float
    minimum_cash: float
    maximum_inventory: float
    inventory_limit: float
    cash_limit: float
    deviation_limit: float
    forecast_version: str
    forecast_layer: str
    engine: str
    volume_unit: str
    country: str
    price_elasticity: float
    pull_forward_months: int

    @classmethod
    def of(cls, table: pd.DataFrame) -> Settings:
        """Read the (already checked) key/value table; missing keys take the catalogue's default."""
        given = dict(zip(table["key"], table["value"], strict=True))
        told = {column.name: _setting(column, given.get(column.name, "")) for column in SETTINGS}
        return cls(**told | {"country": country_code(told["country"])})


def _setting(column: Column, value: str) -> Any:
    if value == "" or value is None:
        return blank_of(column)
    if column.kind == "integer":
        return int(float(value))
    if column.kind == "number":
        return float(value)
    return pd.Timestamp(value).date() if column.kind == "date" else str(value)


@dataclass(frozen=True, eq=False)
class Inputs:
    """All input tables of one cycle. Every table of the catalogue is present (maybe empty), complete and typed.

    Build with ``Inputs.of``; tables must not be changed afterwards. Equal content means equal ``id``.
    """

    tables: Mapping[str, pd.DataFrame]
    id: str

    @classmethod
    def of(cls, tables: Mapping[str, pd.DataFrame]) -> Inputs:
        """Freeze typed tables; absent ones become empty, a missing market or location list gets one entry."""
        full = {name: tables[name] if name in tables else empty_table(name) for name in TABLES}
        if full["markets"].empty:
            full["markets"] = typed("markets", pd.DataFrame({"market": ["All"]}))
        if full["locations"].empty:
            full["locations"] = typed("locations", pd.DataFrame({"location": ["Main"]}))
        return cls(MappingProxyType(full), content_hash(full))

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @cached_property
    def settings(self) -> Settings:
        """The settings table, typed."""
        return Settings.of(self["settings"])

    @cached_property
    def horizon(self) -> Horizon:
        """Reported buckets plus a tail: as long as the setting says, else as the longest chain step (operation or lane
        lead time). Every lead time is shorter than the whole."""
        chosen = self.settings
        leads = [self["operations"]["lead_time"].max(), self["lanes"]["lead_time"].max()]
        longest = int(np.ceil(max([0.0, *(lead for lead in leads if not np.isnan(lead))])))
        tail = longest if np.isnan(chosen.tail) else max(int(chosen.tail), longest + 1 - chosen.horizon, 0)
        return Horizon(
            first=chosen.first_period,
            periods=chosen.horizon,
            tail=tail,
            bucket=chosen.bucket,  # type: ignore[arg-type]
            calendar=chosen.calendar,  # type: ignore[arg-type]
            fiscal_year_start=chosen.fiscal_year_start,
        )

    @cached_property
    def item_titles(self) -> Mapping[str, str]:
        """Item -> what it is called on screen: its number and its name."""
        items = self["items"]
        named = zip(items["item"], items["description"], strict=True)
        return MappingProxyType({item: f"{item} {name}" if name and name != item else item for item, name in named})

    @property
    def has_history(self) -> bool:
        """Whether there are sales to learn from."""
        return not self["sales_history"].empty

    @property
    def has_supply(self) -> bool:
        """Whether anything is said about how items are obtained."""
        return not self["operations"].empty


def content_hash(tables: Mapping[str, pd.DataFrame]) -> str:
    """16 hex digits that depend on every cell and on row order, not on the file the tables came from.

    Empty tables and columns that hold nothing but their default say nothing: tables and columns the catalogue gains
    later leave the hash of earlier inputs as it was.
    """
    digest = hashlib.sha256()
    for name in sorted(name for name in tables if len(tables[name])):
        frame = tables[name]
        told = [column.name for column in TABLES[name].columns if column.required or _says_something(column, frame)]
        digest.update(f"{name}:{','.join(told)}:{len(frame)};".encode())
        digest.update(np.ascontiguousarray(pd.util.hash_pandas_object(frame[told], index=False)).tobytes())
    return digest.hexdigest()[:16]


def _says_something(column: Column, frame: pd.DataFrame) -> bool:
    """Whether any cell differs from the column's default."""
    values, blank = frame[column.name], blank_of(column)
    if pd.isna(blank):
        return bool(values.notna().any())
    return bool(values.iloc[0] != blank or (values != blank).any())
