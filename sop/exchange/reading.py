"""The reading side's door: a folder, a workbook or uploaded files into typed tables, with every fault at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import pandas as pd

from sop.domain.catalogue import TABLES
from sop.domain.errors import Fault, InputError, SopError
from sop.domain.inputs import Inputs
from sop.exchange import safety
from sop.exchange.checks import check
from sop.exchange.csv_files import Unreadable, read_csv
from sop.exchange.draft import Draft
from sop.exchange.excel_files import read_workbook
from sop.exchange.mapping import ColumnMapping, did_you_mean, plain, table_named
from sop.exchange.parsing import Calendar, ParsedTable, parse_table
from sop.exchange.raw import RawTable
from sop.exchange.settings import parse_settings

_WORKBOOKS = (".xlsx", ".xlsm")
_TEXTS = (".csv", ".tsv", ".txt")
_ASIDE = ("about", "readme", "notes")

Found = RawTable | Fault | str
"""What taking files apart yields: tables, faults, and notes."""


@dataclass(frozen=True)
class ReadResult:
    """Tables that hold rows, typed as in ``sop.domain.inputs`` (cells at fault are blank), and what was found.

    ``notes`` are no faults; ``unknown_columns`` are, per table, headers that stand for no column of ours yet.
    """

    tables: dict[str, pd.DataFrame]
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    unknown_columns: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_path(path: Path, mapping: ColumnMapping | None = None) -> ReadResult:
    """Read and check a folder of CSV files, one workbook (.xlsx), one CSV file or a zip of CSV files.

    ``mapping`` says per table which foreign column name stands for which of ours ("" = leave it out). Every fault of
    every table is in the result; nothing is raised for what stands in the files.
    """
    return _checked(list(_in_folder(path) if path.is_dir() else _in_file(path)), mapping or {})


def read_uploads(files: Mapping[str, bytes], mapping: ColumnMapping | None = None) -> ReadResult:
    """The same for files held in memory, by name: several CSV files, one workbook, or a zip of CSV files."""
    found = [
        one for name, data in files.items() for one in _in_bytes(PurePosixPath(name.replace("\\", "/")).name, data)
    ]
    return _checked(found, mapping or {})


def load_inputs(path: Path, mapping: ColumnMapping | None = None) -> Inputs:
    """The inputs at ``path``; InputError with all faults when there are any."""
    result = read_path(path, mapping)
    if result.faults:
        raise InputError(result.faults)
    return Inputs.of(result.tables)


def _in_folder(folder: Path) -> Iterator[Found]:
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    if not any(path.suffix.lower() in _TEXTS for path in files):
        yield Fault(folder.name, 0, "", "", "The folder holds no CSV file.", "Name a folder with items.csv and others.")
        return
    for path in files:
        if path.suffix.lower() in _TEXTS:
            yield from _in_file(path)
        elif path.suffix.lower() in (*_WORKBOOKS, ".zip"):
            yield f"{path.name} was left out: the CSV files beside it were read."


def _in_file(path: Path) -> Iterator[Found]:
    if not path.is_file():
        yield Fault(path.name, 0, "", "", "There is no such file or folder.", "Check the path.")
        return
    try:
        safety.check_bytes(path.name, path.stat().st_size)
    except SopError as error:
        yield _refused(path.name, error)
        return
    yield from _in_bytes(path.name, path.read_bytes())


def _in_bytes(file: str, data: bytes) -> Iterator[Found]:
    suffix = PurePosixPath(file).suffix.lower()
    try:
        if suffix in _TEXTS:
            yield from _csv(file, data)
        elif suffix in _WORKBOOKS:
            yield from _workbook(file, data)
        elif suffix == ".zip":
            yield from _zip(file, data)
        else:
            remedy = "Use CSV files, one .xlsx workbook, or a zip of CSV files."
            yield Fault(file, 0, "", "", "Files of this kind are not read.", remedy)
    except SopError as error:
        yield _refused(file, error)
    except Unreadable as error:
        yield error.fault


def _refused(file: str, error: SopError) -> Fault:
    return Fault(table_named(PurePosixPath(file).stem) or file, 0, "", "", error.title, error.remedy)


def _csv(file: str, data: bytes) -> Iterator[Found]:
    stem = PurePosixPath(file).stem
    name = table_named(stem)
    if name:
        table, notes = read_csv(name, file, data)
        yield table
        yield from notes
    elif file.lower().endswith(".txt"):
        yield f"{file} is no table and was left out."
    elif not _is_aside(stem):
        yield _unknown_table(stem, f"file {file}")


def _workbook(file: str, data: bytes) -> Iterator[Found]:
    tables = read_workbook(file, data)
    if not tables:
        yield Fault(file, 0, "", "", "The workbook is empty.", "Fill in the sheets settings and items at least.")
    for table in tables:
        name = table_named(table.name)
        if name:
            yield replace(table, name=name)
        elif not _is_aside(table.name):
            yield _unknown_table(table.name, f"sheet {table.name!r}")


def _zip(file: str, data: bytes) -> Iterator[Found]:
    for path, content in safety.unpack(file, data):
        name = PurePosixPath(path.replace("\\", "/")).name
        if path.startswith("__MACOSX/") or name.startswith("."):
            continue
        if PurePosixPath(name).suffix.lower() in _TEXTS:
            yield from _in_bytes(name, content)
        else:
            yield f"{name} in {file} is no CSV file and was left out."


def _is_aside(name: str) -> bool:
    """Sheets and files that are not tables: an explanation, or named with a leading _ or #."""
    return name.startswith(("_", "#")) or plain(name) in _ASIDE


def _unknown_table(name: str, place: str) -> Fault:
    remedy = f"{did_you_mean(name, TABLES)}Rename it to a table of the data dictionary, or to _{name} to leave it out."
    return Fault(name, 0, "", "", f"There is no table of this name ({place}).", remedy)


def _checked(found: list[Found], mapping: ColumnMapping) -> ReadResult:
    raws, faults = _once_each([one for one in found if isinstance(one, RawTable)])
    faults = [*(one for one in found if isinstance(one, Fault)), *faults]
    if faults and not raws:
        return ReadResult({}, tuple(faults))
    parsed = _parsed(raws, mapping)
    faults += [fault for table in parsed.values() for fault in table.faults]
    unreadable = {fault.table for fault in faults if not fault.row and not fault.column}
    draft, more, notes = check(Draft.of(parsed), frozenset(unreadable))
    return ReadResult(
        {name: draft[name] for name in TABLES if len(draft[name])},
        tuple(sorted((*faults, *more), key=_place)),
        (*(one for one in found if isinstance(one, str)), *notes),
        {name: table.unknown for name, table in parsed.items() if table.unknown},
    )


def _once_each(raws: list[RawTable]) -> tuple[dict[str, RawTable], list[Fault]]:
    tables: dict[str, RawTable] = {}
    faults = []
    for raw in raws:
        if raw.name in tables:
            faults.append(Fault(raw.name, 0, "", "", "The table is there twice.", "Keep one file or sheet for it."))
        tables.setdefault(raw.name, raw)
    return tables, faults


def _parsed(raws: Mapping[str, RawTable], mapping: ColumnMapping) -> dict[str, ParsedTable]:
    """Settings first: how dates are read depends on them."""
    parsed, calendar = {}, Calendar()
    if "settings" in raws:
        parsed["settings"] = parse_settings(raws["settings"], mapping.get("settings"))
        calendar = _calendar(parsed["settings"].frame)
    for name in TABLES:
        if name in raws and name != "settings":
            parsed[name] = parse_table(raws[name], TABLES[name], mapping.get(name), calendar)
    return parsed


def _calendar(settings: pd.DataFrame) -> Calendar:
    given = dict(zip(settings["key"], settings["value"], strict=True))
    return Calendar(given.get("bucket") or "month", given.get("calendar") or "calendar")


def _place(fault: Fault) -> tuple[int, int]:
    order = {name: index for index, name in enumerate(TABLES)}
    return order.get(fault.table, -1), fault.row
