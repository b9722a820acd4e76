"""Foreign column names: matching, suggesting, remembering."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from sop.domain.catalogue import TABLES, Column, Table
from sop.domain.errors import Fault

ColumnMapping = Mapping[str, Mapping[str, str]]
"""Table -> foreign column name -> our column name, "" = leave the column out."""

_CLOSE = 0.8


@dataclass(frozen=True)
class Matched:
    """Which header stands for which column of ours (by position), what is wrong with the headers, what is unknown."""

    positions: Mapping[str, int]
    faults: tuple[Fault, ...]
    unknown: tuple[str, ...]


def plain(name: str) -> str:
    """A name without case, space, punctuation or accents.

    >>> plain(" Standard-Cost "), plain("standard_cost")
    ('standardcost', 'standardcost')
    """
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


def closest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known name most like ``name``, "" when none is close."""
    by_plain = {plain(one): one for one in known}
    found = get_close_matches(plain(name), by_plain, n=1, cutoff=cutoff)
    return by_plain[found[0]] if found else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``Did you mean 'x'? `` or nothing."""
    found = closest(name, known)
    return f"Did you mean {found!r}? " if found else ""


def table_named(name: str) -> str:
    """Our table for a file or sheet name, whatever its case and punctuation; "" when there is none."""
    return next((table for table in TABLES if plain(table) == plain(name)), "")


def match_headers(table: Table, headers: Sequence[str], mapping: Mapping[str, str] | None = None) -> Matched:
    """Match the headers of a file to the columns of ``table``.

    The mapping goes first, then names that are equal but for case, space and punctuation. Nothing else is guessed:
    other headers are unknown (see ``suggest_mapping``). A column of ours named twice is a fault.
    """
    chosen = {_key(foreign): ours for foreign, ours in (mapping or {}).items()}
    ours_by_plain = {plain(column): column for column in table.column_names}
    positions: dict[str, int] = {}
    faults: list[Fault] = []
    unknown: list[str] = []
    for position, header in enumerate(headers):
        ours = chosen.get(_key(header), ours_by_plain.get(_key(header)))
        if ours == "" and header:
            continue
        if ours is None or ours not in table.column_names or not header:
            unknown.append(header)
            faults.append(_unknown(table, header, position, ours))
        elif ours in positions:
            faults.append(_twice(table, ours, headers[positions[ours]], header))
        else:
            positions[ours] = position
    return Matched(positions, tuple(faults), tuple(unknown))


def _key(name: str) -> str:
    return plain(name) or name.strip()


def _unknown(table: Table, header: str, position: int, mapped: str | None) -> Fault:
    if not header:
        remedy = "Write the column's name into the header row (unmerge cells there), or delete the column."
        return Fault(table.name, 1, f"number {position + 1}", "", "The column holds values but has no header.", remedy)
    if mapped:
        problem = f"The column is mapped to {mapped!r}, which table {table.name} does not have."
        return Fault(table.name, 1, header, mapped, problem, "Choose another column in the mapping.")
    suggested = suggest_mapping(table.name, [header]).get(header) or closest(header, table.column_names)
    hint = f"Did you mean {suggested!r}? " if suggested else ""
    remedy = f"{hint}Rename it, map it to one of {', '.join(table.column_names)}, or map it to nothing to leave it out."
    return Fault(table.name, 1, header, "", "unknown column.", remedy)


def _twice(table: Table, ours: str, first: str, second: str) -> Fault:
    return Fault(
        table.name, 1, second, "", f"The column {ours} is there twice ({first!r} and {second!r}).", "Keep one of them."
    )


def suggest_mapping(table: str, foreign_columns: Sequence[str]) -> dict[str, str]:
    """Our most likely column for each foreign name; names without a likely one are left out.

    Equal names first, then the catalogue's aliases, then close matches of either; a column of ours is used once.

    >>> suggest_mapping("sales_history", ["Qty", "SKU code", "DATE"])
    {'Qty': 'ordered', 'DATE': 'date'}
    """
    columns = TABLES[table].columns
    scored = sorted(
        ((-_likeness(foreign, column), index, foreign, column.name) for index, foreign in enumerate(foreign_columns)
         for column in columns if _likeness(foreign, column) >= _CLOSE),
    )  # fmt: skip
    found: dict[str, str] = {}
    for _, _, foreign, ours in scored:
        if foreign not in found and ours not in found.values():
            found[foreign] = ours
    return {foreign: found[foreign] for foreign in foreign_columns if foreign in found}


def _likeness(foreign: str, column: Column) -> float:
    """2 for the same name, 1.5 for an alias, else how alike they are (0 to 1)."""
    bare = plain(re.sub(r"[(\[].*?[)\]]", "", foreign)) or plain(foreign)
    if bare == plain(column.name):
        return 2.0
    names = [plain(alias) for alias in _aliases(column)]
    if bare in names:
        return 1.5
    return max(SequenceMatcher(None, bare, name).ratio() for name in (plain(column.name), *names))


def _aliases(column: Column) -> tuple[str, ...]:
    """Aliases of the column, and of the column of the same name it refers to."""
    target = [one.split(".") for one in column.refers_to.split("|") if one]
    referred = [a for table, name in target if name == column.name for a in TABLES[table].column(name).aliases]
    return (*column.aliases, *referred)
