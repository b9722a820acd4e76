"""Guards around files from outside: text that is no formula, and sizes that are checked before anything is read."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

import pyarrow as pa
import pyarrow.parquet as pq

from sop.domain.errors import SopError

MAX_ROWS = 20_000_000
MAX_COLUMNS = 500
MAX_FILE_BYTES = 2 * 1024**3
MAX_UNPACKED_BYTES = 2 * 1024**3
MAX_MEMBERS = 2_000
MAX_CELLS = 200_000_000

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
ESCAPED = r"^'('*[=+\-@\t\r])"
"""Pattern of text that ``csv_safe`` changed; its group 1 in its place gives the text back."""
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")


def csv_safe(text: str) -> str:
    """``text`` so that no spreadsheet takes it for a formula; reading undoes it by ``ESCAPED``.

    >>> csv_safe("=1+1"), csv_safe("kettle"), csv_safe("'-x")
    ("'=1+1", 'kettle', "''-x")
    """
    return "'" + text if _FORMULA.match(text) else text


def check_bytes(name: str, size: int, limit: int = MAX_FILE_BYTES) -> None:
    """Refuse a file that is larger than ``limit`` bytes."""
    if size > limit:
        raise SopError(f"{name} has {size:,} bytes; at most {limit:,} are read.", "Split or aggregate the file.")


def check_rows(name: str, rows: int, limit: int = MAX_ROWS) -> None:
    """Refuse a table with more than ``limit`` rows."""
    if rows > limit:
        raise SopError(
            f"{name} has about {rows:,} rows; at most {limit:,} are read.",
            "Sum the rows by item, market and month (or week) first, or leave out the oldest years.",
        )


def check_shape(name: str, rows: int, columns: int, limit: int = MAX_CELLS) -> None:
    """Refuse a table by rows, columns and cells before it is read."""
    check_rows(name, rows)
    if columns > MAX_COLUMNS:
        raise SopError(f"{name} has {columns:,} columns; at most {MAX_COLUMNS} are read.", "Leave out other columns.")
    if rows * columns > limit:
        raise SopError(f"{name} has {rows * columns:,} cells; at most {limit:,} are read.", "Split the table.")


def safe_members(name: str, data: bytes, limit: int = MAX_UNPACKED_BYTES) -> list[zipfile.ZipInfo]:
    """Files in a zip, after checking their number, declared sizes and names; nothing is unpacked.

    Raises SopError for a file that is no zip, for encrypted members, for names that point outside the archive
    (``..``, absolute paths, drives), for the same name twice, and for more than ``limit`` bytes or 2,000 members.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise SopError(f"{name} is damaged or no zip file.", "Make or download it again.") from error
    if len(members) > MAX_MEMBERS:
        raise SopError(f"{name} holds {len(members):,} files; at most {MAX_MEMBERS:,} are read.", "Pack fewer files.")
    check_bytes(f"{name} unpacked", sum(member.file_size for member in members), limit)
    _check_names(name, members)
    return members


def _check_names(name: str, members: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for member in members:
        path = member.filename
        parts = PurePosixPath(path.replace("\\", "/")).parts
        if not parts or ".." in parts or parts[0].startswith("/") or ":" in path or "\x00" in path:
            raise SopError(f"{name} holds the file name {path!r}, which points outside the archive.", "Do not load it.")
        if path in seen:
            raise SopError(f"{name} holds the file {path!r} twice.", "Pack it again with one of them.")
        if member.flag_bits & 0x1:
            raise SopError(f"{name} holds the encrypted file {path!r}.", "Pack it again without a password.")
        seen.add(path)


def unpack(name: str, data: bytes, limit: int = MAX_UNPACKED_BYTES) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file in a zip; a member that is larger than it says is refused unread."""
    for member in safe_members(name, data, limit):
        yield member.filename, unpack_member(name, data, member)


def unpack_member(name: str, data: bytes, member: zipfile.ZipInfo) -> bytes:
    """Content of one member. Never takes more memory than its declared size."""
    problem = SopError(f"{name} is damaged or dishonest about the size of {member.filename!r}.", "Make it again.")
    header = data[member.header_offset : member.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
        raise problem
    fields = _LOCAL_HEADER.unpack(header)
    start = member.header_offset + _LOCAL_HEADER.size + fields[-2] + fields[-1]
    packed = data[start : start + member.compress_size]
    content = _inflate(packed, member, problem)
    if len(content) != member.file_size or zlib.crc32(content) != member.CRC:
        raise problem
    return content


def _inflate(packed: bytes, member: zipfile.ZipInfo, problem: SopError) -> bytes:
    if member.compress_type == zipfile.ZIP_STORED:
        return packed
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise problem
    stream = zlib.decompressobj(-15)
    try:
        return stream.decompress(packed, member.file_size + 1)
    except zlib.error as error:
        raise problem from error


def read_parquet(name: str, data: bytes, limit: int = MAX_CELLS) -> pa.Table:
    """A parquet file as an Arrow table, text columns dictionary-coded, refused by rows and cells before it is read.

    A footer may understate bytes by far (80 million rows in 365 KB, "0 MB"), so rows x columns decide; a file that
    yields more rows than its footer says is refused as soon as it does.
    """
    check_bytes(name, len(data))
    try:
        file = pq.ParquetFile(io.BytesIO(data), thrift_string_size_limit=2**24, thrift_container_size_limit=2**20)
        declared, schema = file.metadata.num_rows, file.schema_arrow
        check_shape(name, max(declared, _group_rows(file)), len(schema), limit)
        return _read_batches(name, data, declared, schema)
    except (pa.ArrowException, OSError) as error:
        raise SopError(f"{name} is damaged or no parquet file.", "Make or download it again.") from error


def _group_rows(file: pq.ParquetFile) -> int:
    return sum(file.metadata.row_group(index).num_rows for index in range(file.metadata.num_row_groups))


def _read_batches(name: str, data: bytes, declared: int, schema: pa.Schema) -> pa.Table:
    text = [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)]
    batches, rows = [], 0
    for batch in pq.ParquetFile(io.BytesIO(data), read_dictionary=text).iter_batches(batch_size=100_000):
        rows += batch.num_rows
        if rows > declared:
            raise SopError(f"{name} holds more rows than it says.", "Do not load it.")
        batches.append(batch)
    return pa.Table.from_batches(batches) if batches else schema.empty_table()
