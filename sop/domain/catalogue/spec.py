"""The words a table of the catalogue is described with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "integer", "date", "period", "flag", "choice", "reference"]


@dataclass(frozen=True)
class Column:
    """One column of an input table (or one key of the settings table).

    ``default`` None means a blank cell stays blank: "" for text, choice and reference ("all" where
    the meaning says so), NaN for numbers, NaT for dates and periods. A blank or ``*`` period means
    *every period*; a row that names a period overrides the every-period row cell by cell.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    default: str | float | bool | None = None
    required: bool = False
    key: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    refers_to: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One input table: what it says, its columns in template order, and which group it belongs to."""

    name: str
    group: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Column names in template order."""
        return tuple(column.name for column in self.columns)

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that together may occur only once; empty when rows are simply added up."""
        return tuple(column.name for column in self.columns if column.key)

    def column(self, name: str) -> Column:
        """The column called ``name``; KeyError when the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name!r} has no column {name!r}")


def text(name: str, meaning: str, **more: object) -> Column:
    """A free text column."""
    return Column(name, "text", meaning, **more)  # type: ignore[arg-type]


def number(name: str, meaning: str, unit: str, **more: object) -> Column:
    """A number column, not negative unless ``minimum`` says otherwise."""
    more.setdefault("minimum", 0.0)
    return Column(name, "number", meaning, unit, **more)  # type: ignore[arg-type]


def whole(name: str, meaning: str, unit: str, **more: object) -> Column:
    """A whole-number column, not negative unless ``minimum`` says otherwise."""
    more.setdefault("minimum", 0.0)
    return Column(name, "integer", meaning, unit, **more)  # type: ignore[arg-type]


def day(name: str, meaning: str, **more: object) -> Column:
    """A calendar date."""
    return Column(name, "date", meaning, "date", **more)  # type: ignore[arg-type]


def period(meaning: str = "Bucket this row holds for; blank or * = every period.", **more: object) -> Column:
    """The bucket a row speaks of: any date in it, or a month such as 2026-07."""
    return Column("period", "period", meaning, "period", **more)  # type: ignore[arg-type]


def flag(name: str, meaning: str, default: bool = False) -> Column:
    """A yes/no column."""
    return Column(name, "flag", meaning, "yes/no", default=default)


def choice(name: str, meaning: str, choices: tuple[str, ...], **more: object) -> Column:
    """A column that takes one of a few words."""
    return Column(name, "choice", meaning, choices=choices, **more)  # type: ignore[arg-type]


def ref(name: str, target: str, meaning: str, **more: object) -> Column:
    """A column whose value must occur in ``target`` ("table.column")."""
    return Column(name, "reference", meaning, refers_to=target, **more)  # type: ignore[arg-type]
