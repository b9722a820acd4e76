"""Snapshots: one plan with everything it was made of, in a zip that is the same byte for byte whenever it is made.

Members: ``manifest.json`` (SHA-256 of every other member, versions, what the plan answers), ``inputs/<table>.parquet``,
``model.npz`` (the fitted demand model), ``scenarios.json`` (the scenario and its ancestors, oldest first),
``results/<table>.parquet``. Stored without compression, names sorted, times fixed.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from sop.domain.catalogue import TABLES
from sop.domain.errors import InputError, SopError
from sop.domain.inputs import Inputs, blank_of, dtype_of
from sop.domain.plans import PlanResult
from sop.domain.scenario import Scenario
from sop.exchange import safety
from sop.exchange.reading import read_uploads
from sop.exchange.results import result_tables
from sop.exchange.writing import csv_bytes

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
MODEL: Final = "model.npz"
SCENARIOS: Final = "scenarios.json"
MAX_BYTES: Final = 1024**3
_MAX_CHAIN: Final = 100
_MAX_JSON: Final = 20 * 1024**2
_TIME: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What a snapshot holds, checked against its manifest. ``chain`` ends with the scenario that was planned."""

    inputs: Inputs
    model: bytes
    chain: tuple[Scenario, ...]
    results: Mapping[str, pd.DataFrame]
    manifest: Mapping[str, Any]


def write_snapshot(
    inputs: Inputs,
    model: bytes,
    chain: Sequence[Scenario],
    result: PlanResult,
    versions: Mapping[str, str],
    *,
    gap: float | None = None,
) -> bytes:
    """The zip. ``versions`` says which libraries made the plan; ``gap`` is that an exact plan was looked for with, None
    for a continuous one."""
    members = {
        **{f"inputs/{name}.parquet": _parquet(table) for name, table in inputs.tables.items() if len(table)},
        MODEL: model,
        SCENARIOS: _json([json.loads(scenario.model_dump_json()) for scenario in chain]),
        **{f"results/{name}.parquet": _parquet(table) for name, table in result_tables(result).items()},
    }
    manifest = {
        "format": FORMAT,
        "inputs_id": inputs.id,
        "company": inputs.settings.company,
        "scenario": chain[-1].id,
        "scenario_key": result.scenario_key,
        "versions": dict(versions),
        **({} if gap is None else {"gap": gap}),
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in members.items()},
    }
    return _zipped({**members, MANIFEST: _json(manifest)})


def read_snapshot(data: bytes, name: str = "The snapshot") -> Snapshot:
    """Read and check a snapshot.

    Raises SopError for a file that is no snapshot or one of a later format, members that are missing, unknown, changed
    or too large (declared sizes, rows and cells are checked before anything is unpacked), and inputs whose content does
    not match their id; InputError for inputs that no import would accept.
    """
    members = _members(name, data)
    manifest = _manifest(name, data, members)
    content = {member: _checked(name, data, info, manifest) for member, info in members.items() if member != MANIFEST}
    tables = {_stem(member): _frame(member, content[member]) for member in content if member.startswith("inputs/")}
    return Snapshot(
        _inputs(name, tables, manifest),
        content[MODEL],
        _chain(name, content[SCENARIOS]),
        {_stem(member): _frame(member, content[member]) for member in content if member.startswith("results/")},
        manifest,
    )


def read_result(data: bytes, table: str, name: str = "The snapshot") -> pd.DataFrame:
    """One result table of a snapshot, whichever version of the program made it; SopError as in ``read_snapshot``."""
    members = _members(name, data)
    manifest, member = _manifest(name, data, members), f"results/{table}.parquet"
    if member not in members:
        raise SopError(f"{name} has no table {table!r}.", "Choose another snapshot.")
    return _frame(member, _checked(name, data, members[member], manifest))


def _members(name: str, data: bytes) -> dict[str, zipfile.ZipInfo]:
    safety.check_bytes(name, len(data), MAX_BYTES)
    members = {member.filename: member for member in safety.safe_members(name, data, MAX_BYTES)}
    missing = {MANIFEST, MODEL, SCENARIOS} - set(members)
    if missing:
        raise SopError(f"{name} is no snapshot: it lacks {', '.join(sorted(missing))}.", "Choose another file.")
    unknown = [member for member in members if not _is_known(member)]
    if unknown:
        raise SopError(f"{name} holds {unknown[0]!r}, which no snapshot has.", "Do not load it; make it again.")
    return members


def _is_known(member: str) -> bool:
    folder, _, file = member.rpartition("/")
    if folder == "inputs":
        return file.endswith(".parquet") and _stem(member) in TABLES
    if folder == "results":
        return file.endswith(".parquet") and _stem(member).isidentifier()
    return member in (MANIFEST, MODEL, SCENARIOS)


def _manifest(name: str, data: bytes, members: Mapping[str, zipfile.ZipInfo]) -> dict[str, Any]:
    told = _parsed_json(name, MANIFEST, _unpacked(name, data, members[MANIFEST]))
    if not isinstance(told, dict) or not isinstance(told.get("sha256"), dict):
        raise SopError(f"{name} has a manifest that makes no sense.", "Make the snapshot again.")
    if told.get("format") != FORMAT:
        raise SopError(f"{name} has format {told.get('format')!r}; this program reads {FORMAT}.", "Update the program.")
    differing = set(told["sha256"]) ^ (set(members) - {MANIFEST})
    if differing:
        raise SopError(f"{name} and its manifest disagree about {min(differing)!r}.", "Do not load it; make it again.")
    return told


def _checked(name: str, data: bytes, member: zipfile.ZipInfo, manifest: Mapping[str, Any]) -> bytes:
    """Content of a member that is what the manifest says."""
    content = _unpacked(name, data, member)
    if hashlib.sha256(content).hexdigest() != manifest["sha256"][member.filename]:
        raise SopError(f"{member.filename!r} in {name} was changed after it was made.", "Get it again.")
    return content


def _unpacked(name: str, data: bytes, member: zipfile.ZipInfo) -> bytes:
    if member.filename.endswith(".json") and member.file_size > _MAX_JSON:
        raise SopError(f"{member.filename} in {name} is too large to be true.", "Do not load it.")
    return safety.unpack_member(name, data, member)


def _inputs(name: str, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> Inputs:
    """The inputs, checked like any import, with the id the manifest names."""
    typed_tables = {table: _typed(name, table, frame) for table, frame in tables.items()}
    inputs = Inputs.of(typed_tables)
    if inputs.id != manifest.get("inputs_id"):
        raise SopError(
            f"The tables in {name} are not the ones it was made from, or it was made by another version.",
            "Make the snapshot again with this version.",
        )
    faults = read_uploads({f"{table}.csv": csv_bytes(table, frame) for table, frame in typed_tables.items()}).faults
    if faults:
        raise InputError(faults)
    return inputs


def _typed(name: str, table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as the catalogue's table, columns that came later at their defaults; SopError when a column is missing,
    unknown or of another type."""
    known = TABLES[table].columns
    lacks = [column.name for column in known if column.required and column.name not in frame]
    if lacks or list(frame.columns) != [column.name for column in known if column.name in frame]:
        raise SopError(f"Table {table} in {name} has other columns than this version.", "Make the snapshot again.")
    later = {column.name: column for column in known if column.name not in frame}
    blanks = {label: pd.Series([blank_of(one)] * len(frame), dtype=dtype_of(one)) for label, one in later.items()}
    frame = frame.assign(**blanks)[list(TABLES[table].column_names)]
    for column in TABLES[table].columns:
        if frame[column.name].dtype != dtype_of(column):
            raise SopError(f"Column {column.name} of {table} in {name} is of another type.", "Make it again.")
        if dtype_of(column) == "object" and not all(isinstance(text, str) for text in frame[column.name].unique()):
            raise SopError(f"Column {column.name} of {table} in {name} lacks a value.", "Make it again.")
    return frame


def _chain(name: str, content: bytes) -> tuple[Scenario, ...]:
    told = _parsed_json(name, SCENARIOS, content)
    if not isinstance(told, list) or not 1 <= len(told) <= _MAX_CHAIN:
        raise SopError(f"{name} lists no scenario that can be planned.", "Make the snapshot again.")
    try:
        return tuple(Scenario.model_validate(one) for one in told)
    except ValidationError as error:
        raise SopError(
            f"{name} holds a scenario that cannot be: {error.errors()[0]['msg']}.", "Make it again."
        ) from error


def _parsed_json(name: str, member: str, content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SopError(f"{member} in {name} cannot be read.", "Make the snapshot again.") from error


def _frame(member: str, content: bytes) -> pd.DataFrame:
    table = safety.read_parquet(member, content)
    names = table.column_names
    if len(set(names)) < len(names):
        raise SopError(f"{member} names a column twice.", "Make the snapshot again.")
    return pd.DataFrame({column: _series(table[column]) for column in names})


def _series(values: pa.ChunkedArray) -> pd.Series[Any]:
    series: pd.Series[Any] = values.to_pandas()
    return series.astype(object) if isinstance(series.dtype, pd.CategoricalDtype) else series


def _parquet(table: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(arrow, sink, compression="zstd")
    return sink.getvalue()


def _json(told: object) -> bytes:
    return json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False).encode()


def _zipped(members: Mapping[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, members[name])
    return sink.getvalue()


def _stem(member: str) -> str:
    return member.rpartition("/")[2].removesuffix(".parquet")
