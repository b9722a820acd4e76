"""Dates and months as people write them. Day or month first is decided per column; doubt is a fault."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sop.exchange.faults import Problem
from sop.exchange.raw import RawColumn

MonthDay = Literal["first", "middle", "last", "refused"]
"""Which day a month without a day stands for."""

_TIME = r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?"
_NAME = r"[^\W\d_]{3,10}\.?"
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})")
_POINTS = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_SLASHES = re.compile(r"(\d{1,2})([-/])(\d{1,2})\2(\d{4})")
_DAY_NAME = re.compile(rf"(?P<day>\d{{1,2}})\.?[ -]?(?P<name>{_NAME})[ ,-]*(?P<year>\d{{4}})")
_NAME_DAY = re.compile(rf"(?P<name>{_NAME}) ?(?P<day>\d{{1,2}}), ?(?P<year>\d{{4}})")
_MONTHS = (
    re.compile(r"(?P<year>\d{4})[-/.]?M?(?P<month>\d{1,2})"),
    re.compile(r"(?P<month>\d{1,2})[-/.](?P<year>\d{4})"),
    re.compile(rf"(?P<name>{_NAME})[ '-]*(?P<year>\d{{4}}|\d{{2}})"),
    re.compile(rf"(?P<year>\d{{4}})[ -]?(?P<name>{_NAME})"),
)
_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})")
_SERIAL = re.compile(r"[1-9]\d{4}")
_SHORT_YEAR = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2}")
_NAMES = (
    ("jan",), ("feb", "fév", "fev"), ("mar", "mär", "mrz"), ("apr", "avr"), ("may", "mai"), ("jun", "juin"),
    ("jul", "juil"), ("aug", "aoû"), ("sep",), ("oct", "okt"), ("nov",), ("dec", "dez", "déc"),
)  # fmt: skip

_WRITE = "Write the date as 2026-12-31 (or a month as 2026-12)."
_NO_DATE = Problem("is not a date.", _WRITE)


@dataclass(frozen=True)
class ParsedDays:
    """Days by distinct text, and problems by its code."""

    values: npt.NDArray[np.datetime64]
    problems: Mapping[int, Problem]


def parse_days(column: RawColumn, months: MonthDay = "first", star: bool = False) -> ParsedDays:
    """Days of the distinct texts of ``column``; blank is NaT, and so is ``*`` where ``star`` allows it."""
    bare = pc.replace_substring_regex(column.texts, f"{_TIME}$", "").dictionary_encode()
    values, problems = _distinct_days(bare.dictionary, months, star)
    codes = bare.indices.to_numpy()
    bad = np.flatnonzero(np.isin(codes, list(problems)))
    return ParsedDays(values[codes], {int(code): problems[int(codes[code])] for code in bad})


def _distinct_days(
    texts: pa.StringArray, months: MonthDay, star: bool
) -> tuple[npt.NDArray[np.datetime64], dict[int, Problem]]:
    values = _iso_days(texts)
    skipped = pc.or_(pc.equal(texts, ""), pc.and_(pc.equal(texts, "*"), star))
    left = np.flatnonzero(np.isnat(values) & ~np.asarray(skipped, dtype=bool))
    written = {int(code): str(texts[int(code)].as_py()) for code in left}
    order = _order(written.values())
    problems: dict[int, Problem] = {}
    for code, text in written.items():
        found = written_day(text, order, months)
        if isinstance(found, Problem):
            problems[code] = found
        elif 1950 <= found.year <= 2199:
            values[code] = np.datetime64(found, "ns")
        else:
            problems[code] = Problem(f"The year {found.year} is not plausible.", _WRITE)
    return values, problems


def _iso_days(texts: pa.StringArray) -> npt.NDArray[np.datetime64]:
    """Days of the ISO texts among ``texts``; NaT for the rest and for impossible days."""
    iso = pc.match_substring_regex(texts, r"^\d{4}-\d{2}-\d{2}$")
    days = pd.to_datetime(pc.if_else(iso, texts, None).to_pandas(), format="%Y-%m-%d", errors="coerce")
    return np.array(days.where(days.dt.year.between(1950, 2199)), dtype="datetime64[ns]")


def _order(texts: Iterable[str]) -> Literal["day", "month", "mixed", "unclear"]:
    """Whether 1/2/2026 starts with the day or the month, from the texts that leave no doubt."""
    pairs = [(int(found[1]), int(found[3])) for text in texts if (found := _SLASHES.fullmatch(text))]
    day, month = any(first > 12 for first, _ in pairs), any(second > 12 for _, second in pairs)
    if day and month:
        return "mixed"
    return "day" if day else "month" if month else "unclear"


def written_day(text: str, order: str = "unclear", months: MonthDay = "first") -> date | Problem:
    """The day a text (without a time) names, or what is wrong with it.

    >>> written_day("31.12.2026"), written_day("7/1/2026", "month"), written_day("Jul 2026")
    (datetime.date(2026, 12, 31), datetime.date(2026, 7, 1), datetime.date(2026, 7, 1))
    """
    if _SERIAL.fullmatch(text):
        serial = date(1899, 12, 30) + timedelta(days=int(text))
        return Problem(f"is a number, perhaps {serial} shown without date format.", "Format the column as date.")
    try:
        found = _full_day(text, order) or _month_day(text, months)
    except ValueError:
        return Problem("There is no such day.", _WRITE)
    if found is None and _SHORT_YEAR.fullmatch(text):
        return Problem("The year has two digits.", _WRITE)
    return found or _NO_DATE


def _full_day(text: str, order: str) -> date | Problem | None:
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = (part for part in (found[1], found[3], found[4], *found.groups()[4:]) if part)
        return date(int(year), int(month), int(day))
    if found := _POINTS.fullmatch(text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := _SLASHES.fullmatch(text):
        return _slash_day(int(found[1]), int(found[3]), int(found[4]), order)
    if found := _DAY_NAME.fullmatch(text) or _NAME_DAY.fullmatch(text):
        month = _month_number(found["name"])
        return date(int(found["year"]), month, int(found["day"])) if month else None
    if found := _WEEK.fullmatch(text):
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    return None


def _slash_day(first: int, second: int, year: int, order: str) -> date | Problem:
    if order == "mixed":
        return Problem("The column has days first in some rows and months first in others.", _WRITE)
    if order == "unclear" and first != second:
        either = f"{date(year, second, first)} or {date(year, first, second)}"
        return Problem(f"can be {either}, and nothing else in the column decides it.", _WRITE)
    return date(year, first, second) if order == "month" else date(year, second, first)


def _month_day(text: str, months: MonthDay) -> date | Problem | None:
    for pattern in _MONTHS:
        found = pattern.fullmatch(text)
        if not found:
            continue
        parts = found.groupdict()
        month = _month_number(parts["name"]) if parts.get("name") else int(parts["month"])
        if not month:
            return None
        return _day_in_month(date(int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0), month, 1), months)
    return None


def _day_in_month(first: date, months: MonthDay) -> date | Problem:
    if months == "refused":
        return Problem(
            "names a month, but the plan runs in weeks.", "Give a day of the week meant, such as 2026-07-06."
        )
    if months == "middle":
        return first.replace(day=15)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1) if months == "last" else first


def _month_number(name: str) -> int:
    """1 to 12, or 0 when it is no month's name (English, German, French)."""
    lower = name.rstrip(".").casefold()
    return next((number for number, starts in enumerate(_NAMES, 1) if lower.startswith(starts)), 0)
