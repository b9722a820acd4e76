"""The catalogue of input tables: the one description that checks, template, import screen and docs are made from."""

from __future__ import annotations

from sop.domain.catalogue import commercial, demand, finance, promises, supply
from sop.domain.catalogue.finance import BUDGET_LINES
from sop.domain.catalogue.settings import SETTINGS
from sop.domain.catalogue.spec import Column, Kind, Table

TABLES: dict[str, Table] = {
    table.name: table for group in (commercial, demand, supply, promises, finance) for table in group.TABLES
}

__all__ = ["BUDGET_LINES", "SETTINGS", "TABLES", "Column", "Kind", "Table"]
