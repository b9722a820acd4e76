"""Numbers as people write them: 1234.5, 1.234,56, 1,234.56, 1 234,56, 12 %, (5), 5-.

The decimal sign is decided per column from the values that leave no doubt; a column that leaves doubt is a fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sop.exchange.faults import Problem
from sop.exchange.raw import RawColumn

Decimal = Literal[".", ",", "unclear"]

LARGEST = 1e15
_GAP = r" \x{00A0}\x{202F}'\x{2019}"
_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


def _surely(mark: str, other: str) -> str:
    """Pattern of texts in which ``mark`` can only be the decimal sign."""
    return (
        rf"\{other}.*\{mark}\d*$"  # 1.234,56
        rf"|^[^{mark}{other}]*\{mark}(\d{{0,2}}|\d{{4,}})$"  # 1,5
        rf"|^0*\{mark}\d+$|^\d{{4,}}\{mark}\d+$"  # 0,125 or 1234,567
        rf"|\d[{_GAP}]\d{{3}}\{mark}\d+$"  # 1 234,567
        rf"|\{other}\d{{3}}\{other}"  # 1.234.567
    )


def _doubtful(mark: str) -> str:
    return rf"^[1-9]\d{{0,2}}\{mark}\d{{3}}$"


def _grammar(mark: str, other: str) -> str:
    return rf"^[+-]?(\d{{1,3}}([{other}{_GAP}]\d{{3}})+(\{mark}\d*)?|\d+(\{mark}\d*)?|\{mark}\d+)([eE][+-]?\d+)?$"


@dataclass(frozen=True)
class Evidence:
    """What the texts of a column say about the decimal sign: how many prove each, and how many fit both."""

    comma: int = 0
    point: int = 0
    doubtful_comma: int = 0
    doubtful_point: int = 0

    @property
    def sign(self) -> Decimal:
        """The proven sign (the more frequent one, should both occur); "unclear" when nothing proves one."""
        if self.comma == self.point == 0:
            return "unclear"
        return "," if self.comma > self.point else "."


@dataclass(frozen=True)
class Parsed:
    """Values by distinct text, and problems by its code."""

    values: npt.NDArray[np.float64]
    problems: Mapping[int, Problem]


def evidence(column: RawColumn) -> Evidence:
    """What the texts of ``column`` say about the decimal sign; real numbers of a workbook say nothing."""
    written = np.ones(len(column.texts), dtype=bool)
    written[list(column.native)] = False
    texts = _bare(column.texts.filter(pa.array(written)))
    return Evidence(
        _count(texts, _surely(",", ".")),
        _count(texts, _surely(".", ",")),
        _count(texts, _doubtful(",")),
        _count(texts, _doubtful(".")),
    )


def has_commas(columns: Iterable[RawColumn]) -> bool:
    """Whether any text holds a comma: without one there is nothing to decide."""
    return any(pc.any(pc.match_substring(column.texts, ",")).as_py() for column in columns)


def decimal_sign(own: Evidence, others: Iterable[Evidence], whole: bool, semicolons: bool) -> Decimal:
    """The decimal sign of a column.

    Its own values decide; failing that the other columns of the table where they agree; failing that a point, unless
    values such as 1,234 (or 1.234 in a semicolon-separated file) fit both readings. In a whole-number column such
    values can only hold a thousands separator.
    """
    if own.sign != "unclear":
        return own.sign
    if whole and (own.doubtful_comma or own.doubtful_point):
        return "." if own.doubtful_comma else ","
    signs = {one.sign for one in others} - {"unclear"}
    if len(signs) == 1:
        return signs.pop()
    doubtful = own.doubtful_comma or (own.doubtful_point and semicolons)
    return "unclear" if doubtful else "."


def parse_numbers(column: RawColumn, sign: Decimal, percent: bool) -> Parsed:
    """Values of the distinct texts of ``column``; blank is NaN. ``percent`` allows 12 % for 0.12."""
    blank = column.blank
    plain = np.asarray(pc.match_substring_regex(column.texts, _PLAIN), dtype=bool)
    if column.native or sign != "." or not (plain | blank).all():
        return _parse_written(column, sign, percent)
    values = pc.if_else(pa.array(blank), None, pc.replace_substring_regex(column.texts, r"^\+", ""))
    return _bounded(column, values.cast(pa.float64()).to_numpy(zero_copy_only=False), {})


def _parse_written(column: RawColumn, sign: Decimal, percent: bool) -> Parsed:
    texts = pc.replace_substring_regex(_bare(column.texts), r"\s*%$", "")
    mark, other = ("," if sign == "," else "."), ("." if sign == "," else ",")
    fits = np.asarray(pc.match_substring_regex(texts, _grammar(mark, other)), dtype=bool)
    if sign == "unclear":
        fits &= ~np.asarray(pc.match_substring_regex(texts, f"{_doubtful(',')}|{_doubtful('.')}"), dtype=bool)
    pure = pc.replace_substring(pc.replace_substring_regex(texts, rf"[+{other}{_GAP}]", ""), mark, ".")
    values = pc.if_else(pa.array(fits), pure, None).cast(pa.float64()).to_numpy(zero_copy_only=False).copy()
    percents = np.asarray(pc.ends_with(column.texts, "%"), dtype=bool)
    values[percents] /= 100.0
    bad = ~fits & ~column.blank | (percents & (not percent))
    for code, native in column.native.items():
        number = isinstance(native, (int, float)) and not isinstance(native, bool)
        values[code], bad[code] = (float(native) if number else np.nan), not number  # type: ignore[arg-type]
    values[bad] = np.nan
    return _bounded(
        column, values, {int(code): _no_number(column.text(int(code)), sign) for code in np.flatnonzero(bad)}
    )


def _bounded(column: RawColumn, values: npt.NDArray[np.float64], problems: Mapping[int, Problem]) -> Parsed:
    vast = np.flatnonzero(np.abs(values) > LARGEST)
    if len(vast):
        values = np.where(np.abs(values) > LARGEST, np.nan, values)
        beyond = Problem("The number is beyond 1,000,000,000,000,000.", "Leave the cell blank for unlimited.")
        problems = {**problems, **{int(code): beyond for code in vast}}
    return Parsed(values, problems)


def _no_number(text: str, sign: Decimal) -> Problem:
    if text.endswith("%"):
        return Problem("A percentage where a plain number is expected.", "Write the number itself.")
    if text.casefold() in ("inf", "infinity", "unlimited", "∞", "nan", "null", "none", "n/a", "na", "-"):
        return Problem("is not a number.", "Leave the cell blank.")
    if sign == "unclear" and ("," in text or "." in text):
        digits = text.replace(",", "").replace(".", "")
        decimal = text.replace(",", ".")
        problem = f"can be read as {digits} or as {decimal}, and nothing else in the column decides it."
        return Problem(problem, f"Write {digits} or {decimal}0 (no thousands separator).")
    if "," in text or "." in text:
        used = "commas" if sign == "," else "points"
        return Problem(
            f"is not a number in a column that uses decimal {used}.", "Write numbers such as 1234.56 throughout."
        )
    return Problem("is not a number.", "Write digits only, such as 1234.56, without unit or currency.")


def _bare(texts: pa.StringArray) -> pa.StringArray:
    """Texts with one kind of minus, in front: −5, 5- and (5) become -5."""
    texts = pc.replace_substring(texts, "\u2212", "-")
    return pc.replace_substring_regex(pc.replace_substring_regex(texts, r"^\((.*)\)$", r"-\1"), r"^([^-].*)-$", r"-\1")


def _count(texts: pa.StringArray, pattern: str) -> int:
    unsigned = pc.replace_substring_regex(texts, r"^[+-]|\s*%$", "")
    numeric = pc.match_substring_regex(unsigned, rf"^[\d.,{_GAP}]+$")
    return int(pc.sum(pc.and_(numeric, pc.match_substring_regex(unsigned, pattern))).as_py() or 0)
