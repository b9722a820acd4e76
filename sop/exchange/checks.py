"""Checks of typed tables against the catalogue: keys, references, blanks that mean *the only market*."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.domain.catalogue import TABLES, Column
from sop.domain.errors import Fault
from sop.exchange.draft import Draft, shown_values
from sop.exchange.faults import SHOWN_VALUES, Problem
from sop.exchange.mapping import closest, plain
from sop.exchange.rules import RULES, notes_of


def check(draft: Draft, unreadable: frozenset[str] = frozenset()) -> tuple[Draft, tuple[Fault, ...], tuple[str, ...]]:
    """The draft with blank markets filled, every fault found, and notes on what will be left out.

    A required column that is missing, or a table of ``unreadable``, was told already and is not told again row by row.
    """
    draft = replace(draft, missing=draft.missing | _columns_of(unreadable))
    filled, faults = fill_only_market(draft)
    for table in TABLES:
        if len(filled[table]):
            faults += [*dangling(filled, table), *duplicates(filled, table)]
    for rule in RULES:
        faults += rule(filled)
    return filled, tuple(faults), tuple(notes_of(filled))


def _columns_of(tables: frozenset[str]) -> frozenset[tuple[str, str]]:
    return frozenset((name, column) for name in tables & set(TABLES) for column in TABLES[name].column_names)


def means_only_market(column: Column) -> bool:
    """Whether a blank cell of ``column`` stands for the only market."""
    return column.refers_to == "markets.market" and "only market" in column.meaning


def fill_only_market(draft: Draft) -> tuple[Draft, list[Fault]]:
    """Blank markets that mean *the only market*, filled with it; a fault where there are several."""
    markets = sorted(draft.values("markets", "market"))
    tables, faults = dict(draft.tables), []
    for name, table in TABLES.items():
        for column in filter(means_only_market, table.columns):
            frame = tables[name]
            blank = np.asarray(frame[column.name] == "", dtype=bool)
            if not blank.any():
                continue
            if len(markets) == 1:
                tables[name] = frame.assign(**{column.name: frame[column.name].where(~blank, markets[0])})
            else:
                problem = Problem(f"is blank, but there are {len(markets)} markets.", "Name the market.")
                faults += draft.faults(name, column.name, blank, problem)
    return replace(draft, tables=tables), faults


def dangling(draft: Draft, table: str) -> Iterator[Fault]:
    """Values that refer to something the other table does not list."""
    for column in TABLES[table].columns:
        if column.kind != "reference":
            continue
        targets = [target.split(".") for target in column.refers_to.split("|")]
        if any(tuple(target) in draft.missing for target in targets):
            continue
        known = frozenset().union(*(draft.values(*target) for target in targets)) | {""}
        if not known - {""}:
            yield from _nothing_to_refer_to(draft, table, column)
            continue
        unknown = draft.values(table, column.name) - known
        if unknown:
            bad = draft[table][column.name].isin(unknown).to_numpy()
            yield from _told_dangling(draft, table, column, bad, known - {""})


def _nothing_to_refer_to(draft: Draft, table: str, column: Column) -> list[Fault]:
    """One fault for a column that refers to a table without rows; that there are no items is told elsewhere."""
    at = np.flatnonzero(draft[table][column.name] != "")
    target = column.refers_to.split(".")[0]
    if not len(at) or target == "items":
        return []
    value = str(draft[table][column.name].iloc[at[0]])
    problem = f"refers to {target}, which has no rows."
    return [Fault(table, int(draft.rows[table][at[0]]), column.name, value, problem, f"Add the table {target}.")]


def _told_dangling(
    draft: Draft, table: str, column: Column, bad: npt.NDArray[np.bool_], known: frozenset[str]
) -> list[Fault]:
    listed = " or ".join(target.split(".")[0] for target in column.refers_to.split("|"))

    def problem(value: str) -> Problem:
        near = _near(value, known)
        hint = f"Did you mean {near!r}? " if near else ""
        add = f"Add it to {listed}, or correct it." if listed != table else "Add a row for it, or correct it."
        return Problem(f"is not in {listed}.", f"{hint}{add}")

    return draft.faults_by_value(table, column.name, bad, problem)


def _near(value: str, known: frozenset[str]) -> str:
    """The known value equal but for case, space, punctuation and leading zeros, else a close one."""
    bare = plain(value).lstrip("0")
    same = next((one for one in sorted(known) if plain(one).lstrip("0") == bare), "")
    return same or (closest(value, sorted(known), 0.75) if len(known) <= 5_000 else "")


def duplicates(draft: Draft, table: str) -> list[Fault]:
    """Rows whose key is there already. Periods count as the same when they fall into the same bucket."""
    key = TABLES[table].key
    if not key or any((table, column) in draft.missing for column in key):
        return []
    keys = pd.DataFrame({column: _key_values(draft, table, column) for column in key})
    again = np.flatnonzero(keys.duplicated())
    if not len(again):
        return []
    groups = keys.groupby(list(key), dropna=False, sort=False).ngroup().to_numpy()
    first = {int(group): row for group, row in zip(groups[::-1], draft.rows[table][::-1], strict=True)}
    faults = [
        _duplicate(draft, table, key, int(index), int(first[int(groups[index])])) for index in again[:SHOWN_VALUES]
    ]
    if len(again) > SHOWN_VALUES:
        more = f"{len(again) - SHOWN_VALUES:,} more rows repeat a key."
        faults.append(Fault(table, 0, ", ".join(key), "", more, "Keep one row per key."))
    return faults


def _key_values(draft: Draft, table: str, column: str) -> pd.Series[Any]:
    values = draft[table][column]
    if TABLES[table].column(column).kind != "period" or draft.horizon is None:
        return values
    buckets = pd.Series(np.nan, index=values.index)
    buckets[values.notna()] = draft.horizon.index_of_dates(values[values.notna()])
    return buckets


def _duplicate(draft: Draft, table: str, key: tuple[str, ...], index: int, first: int) -> Fault:
    values = [shown_values(draft[table][column].iloc[[index]])[0] for column in key]
    shown = ", ".join(value or "(blank)" for value in values)
    problem = f"The row has the same key as row {first}."
    return Fault(table, int(draft.rows[table][index]), ", ".join(key), shown, problem, "Keep one of them.")
