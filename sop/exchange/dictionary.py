"""The data dictionary page, made from the catalogue: ``python -m sop.exchange.dictionary`` writes it."""

from __future__ import annotations

from pathlib import Path

from sop.domain.catalogue import SETTINGS, TABLES, Column, Table
from sop.exchange import safety

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data-dictionary.md"

_HEAD = "| column | type | unit | default | range | key | refers to | meaning |\n|---|---|---|---|---|---|---|---|"
_KINDS = {"integer": "whole number", "flag": "yes/no", "period": "period (month or date)", "reference": "reference"}

_INTRODUCTION = """\
# Data dictionary

<!-- Made from sop/domain/catalogue by `python -m sop.exchange.dictionary`; do not edit by hand. -->

A company is a folder of CSV files, or one Excel workbook with the same tables as sheets. The file or sheet is named
like the table, the first row names the columns; order does not matter. Only `settings` (with `first_period`) and
`items` are needed; leave out what you do not have. A blank cell takes the default.

**type**: a *period* is the month or week a row holds for, written as `2026-07` or any date in it; blank or `*` = every
period. **key**: columns marked *key* may together occur only once. **refers to**: the value must be listed there.
**required** columns must be there and filled."""


def dictionary_markdown() -> str:
    """The whole page: every table with its columns, the settings, and what reading does with imperfect files."""
    groups = dict.fromkeys(table.group for table in TABLES.values())
    parts = [_INTRODUCTION, _contents()]
    for group in groups:
        parts.append(f"## {group.capitalize()}")
        parts += [_table(table) for table in TABLES.values() if table.group == group]
    return "\n\n".join([*parts, _BEHAVIOUR.strip()]) + "\n"


def _contents() -> str:
    rows = "\n".join(
        f"| [{name}](#{name}) | {table.group} | {_cell(table.meaning)} |" for name, table in TABLES.items()
    )
    return f"| table | group | meaning |\n|---|---|---|\n{rows}"


def _table(table: Table) -> str:
    lines = [f"### {table.name}", "", table.meaning, "", _HEAD, *map(_row, table.columns)]
    if table.name == "settings":
        lines += [
            "",
            "The keys of `settings`:",
            "",
            _HEAD.replace("| column |", "| setting |", 1),
            *map(_row, SETTINGS),
        ]
    return "\n".join(lines)


def _row(column: Column) -> str:
    kind = ", ".join(column.choices) if column.kind == "choice" else _KINDS.get(column.kind, column.kind)
    need = ("key, " if column.key else "") + ("required" if column.required else "")
    cells = (
        f"`{column.name}`",
        kind,
        column.unit,
        default_text(column),
        range_text(column),
        need.removesuffix(", "),
        column.refers_to.replace("|", " or "),
        column.meaning,
    )
    return "| " + " | ".join(map(_cell, cells)) + " |"


def default_text(column: Column) -> str:
    """The default as it would be typed into a cell; "" when a blank stays blank."""
    if column.default is None:
        return ""
    if isinstance(column.default, bool):
        return "yes" if column.default else "no"
    return column.default if isinstance(column.default, str) else f"{column.default:g}"


def range_text(column: Column) -> str:
    """The allowed range: 0 to 1, 0 or more, any number; "" for what is no number."""
    if column.kind not in ("number", "integer"):
        return ""
    low = "" if column.minimum is None else f"{column.minimum:g}"
    high = "" if column.maximum is None else f"{column.maximum:g}"
    if low and high:
        return f"{low} to {high}"
    return f"{low} or more" if low else f"{high} or less" if high else "any number"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


_BEHAVIOUR = f"""
## How files are read

Everything is checked at once; nothing is stored while a fault is left. Each fault names table, row (as a spreadsheet
shows it, header = 1), column, value and what to do. The same faulty value in many rows is told once, with its rows.

**Files.** CSV in UTF-8 (with or without byte order mark), UTF-16 or Windows-1252 (a note says when it was taken for
that), separated by comma, semicolon, tab or bar, judged by the header. `.xlsx` and `.xlsm` workbooks; a zip of CSV
files for upload. File, sheet and column names match whatever their case, spaces and punctuation. A sheet or file named
`About`, `Readme` or `Notes`, or starting with `_` or `#`, is left out; any other unknown name is a fault.

| what is found | what happens |
|---|---|
| unknown column | fault with the closest column; rename it, or map it once (to nothing = leave it out) |
| required column missing | one fault for the table |
| column there twice, header blank over values | fault |
| file of no bytes | fault; a table with a header only, or an empty sheet, counts as absent |
| blank rows | skipped; the other rows keep their number |
| row shorter than the header | the missing cells are blank |
| row with cells beyond the header | fault |
| table or sheet there twice | fault |
| same key twice | fault naming both rows; two dates in one bucket are the same period |
| value not listed where it refers to | fault, with the near match (case, space, punctuation, leading zeros, spelling) |
| market blank where blank means *the only market* | filled in; with several markets a fault |
| no markets (or locations) table | one market `All` (one location `Main`) |
| spaces around a text | removed |
| text starting with `'` before `= + - @` | the `'` is removed (our own files put it there: no text is a formula) |
| Excel error (`#REF!` and the like) | fault |
| negative where the range starts at 0, or out of range | fault |
| 3.5 in a whole-number column | fault |
| `inf`, `NaN`, `n/a`, `-` in a number column | fault; leave the cell blank |
| number with a unit or currency sign | fault |
| yes/no column | yes, y, true, 1, x, on / no, n, false, 0, off, - (also ja/nein, oui/non, wahr/falsch) |
| choice | case and punctuation do not matter; an unknown word is a fault with the list |
| unknown setting, wrong kind of value | fault with the closest setting, or with what is expected |
| `first_period` missing, no items | fault |
| period outside the horizon | note; the row is ignored (budget and actuals may lie outside) |
| sales history on or after `first_period` | note; month-to-date sales are ignored for now |
| weekly sales (all dates 7 days apart) in monthly buckets | each row is the 7 days from its date, spread by days |
| first or last bucket of finer-dated sales covered in part | taken as unknown, not as low demand; the model notes it |
| shares of a family not adding up to 1 (± 0.005) | fault |
| bill of material in a circle that no other operation leads out of | fault naming the circle |
| item that is like itself or succeeds itself, successors in a circle | fault |
| phase-out before launch, last day before first, maximum below minimum | fault |
| market nothing reaches (several locations, no `served_from`, no lane) | fault |
| `forecast_version` not in `forecasts` | fault listing the versions there |
| no history before `first_period`, no forecast, no launch | note; demand is zero, and the plan warns |
| launch without a volume, a like item that sells or a forecast; successor that comes late or is gone before | note |
| views or weights while `forecast_layer` asks for none, weights that are all 0 or of a layer without a view | note |
| view of what nobody sells, in money at a price of 0, or in units of items counted in different ones | note |
| sales to date outside the first bucket, correction outside history | note; the row is ignored |
| neither ordered nor shipped in a row of history | fault |
| lane to where it starts, or to a name that is a location and a market | fault |

**Numbers.** `1234.56`, `1,234.56`, `1.234,56`, `1 234,56`, `1'234.56`, `1e3`, `-5`, `5-`, `(5)`. The decimal sign
is decided per column by the values that leave no doubt (`1,5`, `0,125`, `1.234,56`); a column without such a value
follows the other columns of its table where they agree; failing that a point is a decimal point. `1,234` alone in a
column (or `1.234` in a semicolon-separated file) could be either: in a whole-number column it is 1234, elsewhere it
is a fault. `12 %` is 0.12 in a share column (and as a driver's value) and a fault elsewhere; `12` in a share column
is out of range. Real numbers of a workbook are taken as they are.

**Dates.** `2026-12-31`, `2026/12/31`, `20261231`, `31.12.2026`, `31 Dec 2026`, `Dec 31, 2026`, week `2026-W27` (its
Monday), each with or without a time, and real dates of a workbook. `12/31/2026` or `31/12/2026`: the column
decides, by the values that leave no doubt; `03/04/2026` in a column without one, or a column with both, is a fault
asking for ISO. Months: `2026-07`, `2026/07`, `202607`, `07/2026`, `Jul 2026`, `Jul-26`, also German and French
names: the first day, but the last for `phase_out` and `last_day`, and the middle for the periods of a 4-4-5
calendar; in a weekly plan a month is no period and a fault. A two-digit year, a year outside 1950 to 2199 or a bare
number such as 46023 is a fault.

**Size.** At most {safety.MAX_ROWS:,} rows a table, {safety.MAX_COLUMNS} columns, {safety.MAX_FILE_BYTES // 1024**3} GB
a file (a workbook sheet: 20 million cells) and {safety.MAX_MEMBERS:,} files a zip: more is refused by count and size
before it is read, with the advice to sum the rows by item, market and month. A history of 10 million rows is read
whole, at its own date grain, within 2 GB of memory. Zip members with paths that point elsewhere, passwords or
dishonest sizes are refused.
"""


if __name__ == "__main__":
    PAGE.write_text(dictionary_markdown(), encoding="utf-8")
