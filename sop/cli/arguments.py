"""What may be typed: commands, options, and the short way to write an override."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError

from sop.domain.catalogue import TABLES
from sop.domain.levers import LEVERS
from sop.domain.scenario import ALL, Operation, Override

_MONTHS = re.compile(r"(?P<rest>.*?):(?P<first>[0-9-]*)(?P<range>\.\.)?(?P<last>[0-9-]*)$")
_OPERATIONS: dict[str, Operation] = {"+": "add", "*": "multiply"}
_FEWEST, _MOST = 2, 5
_WINDOWS = ("fiscal_year", "next_year", "rolling_12", "quarter", "horizon")


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(prog="python -m sop", description="S&OP what-if planning without the screen.")
    top.add_argument("--store", metavar="FILE", help="store to use (default: SOP_STORE, or state/sop.duckdb)")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (meaning, fill) in _COMMANDS.items():
        command = commands.add_parser(name, help=meaning, description=meaning)
        command.add_argument("--store", metavar="FILE", default=argparse.SUPPRESS, help="store to use")
        command.add_argument("--json", action="store_true", help="print one JSON object")
        fill(command)
    return top


def turn(text: str) -> Override:
    """An override as the command line writes it; ArgumentTypeError when it cannot be.

    >>> told = turn("price=+4@family=Kettles:2026-07..2026-12")
    >>> told.operation, told.value, told.scope, told.first, told.last
    ('add', 4.0, 'family=Kettles', '2026-07', '2026-12')
    """
    rest, first, last = _months(text)
    action, at, scope = rest.partition("@")
    lever, equals, amount = action.partition("=")
    if not equals or (at and not scope):
        raise argparse.ArgumentTypeError(f"{text!r} must read lever=value@scope:months, such as price=4@family=Kettles")
    operation = _OPERATIONS.get(amount[:1], "set")
    value = _amount(lever, amount if operation == "set" else amount[1:])
    try:
        return Override(lever=lever, value=value, operation=operation, scope=scope or ALL, first=first, last=last)
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise argparse.ArgumentTypeError(f"{text!r}: {reason}") from error


def _months(text: str) -> tuple[str, str, str]:
    """The text before the months, first and last month; one month alone is both."""
    found = _MONTHS.fullmatch(text)
    if found is None or not (found["first"] or found["last"]):
        return text, "", ""
    return found["rest"], found["first"], found["last"] if found["range"] else found["first"]


def _amount(lever: str, text: str) -> float:
    choices = LEVERS[lever].choices if lever in LEVERS else ()
    if text in choices:
        return float(choices.index(text))
    if choices:
        raise argparse.ArgumentTypeError(f"{lever} takes one of {', '.join(choices)}, not {text!r}")
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{lever} takes a number such as 4, +4 or *1.1, not {text!r}") from error


def mapped(text: str) -> tuple[str, str, str]:
    """Table, foreign column name and our column name of ``table.theirs=ours``.

    >>> mapped("sales_history.Order qty=ordered")
    ('sales_history', 'Order qty', 'ordered')
    """
    table, dot, rest = text.partition(".")
    theirs, equals, ours = rest.rpartition("=")
    if not dot or not equals or not theirs:
        raise argparse.ArgumentTypeError(f"{text!r} must read table.theirs=ours")
    if table not in TABLES or ours not in ("", *TABLES[table].column_names):
        raise argparse.ArgumentTypeError(f"there is no column {table}.{ours}; see docs/data-dictionary.md")
    return table, theirs, ours


def _file(*suffixes: str) -> Callable[[str], Path]:
    """A path that ends in one of ``suffixes``."""

    def checked(text: str) -> Path:
        if Path(text).suffix.lower() not in suffixes:
            raise argparse.ArgumentTypeError(f"{text!r} must end in {' or '.join(suffixes)}")
        return Path(text)

    return checked


def _reading(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", type=Path, metavar="PATH", help="folder of CSV files, workbook, or zip of CSV files")
    command.add_argument(
        "--map",
        action="append",
        default=[],
        type=mapped,
        metavar="TABLE.THEIRS=OURS",
        help="read a foreign column name as one of ours (nothing after = leaves it out); import remembers it",
    )


def _template(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=_file(".xlsx"), metavar="FILE.xlsx")


def _plain(command: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def _fit(command: argparse.ArgumentParser) -> None:
    command.add_argument("--backtest", action="store_true", help="measure the forecast's accuracy as well and show it")
    command.add_argument(
        "--adopt", action="store_true", help="measure it, and plan with the best engine where it is clearly better"
    )


def _plan(command: argparse.ArgumentParser) -> None:
    command.add_argument("--scenario", default="base", metavar="NAME", help="saved scenario, by name or id")
    command.add_argument(
        "--set",
        action="append",
        default=[],
        type=turn,
        dest="turns",
        metavar="TURN",
        help="lever=value sets, =+value adds, =*value multiplies; then @scope and :months unless for all and always; "
        "such as price=4@family=Kettles:2026-07..2026-12 or goal=profit",
    )
    command.add_argument("--data", type=Path, metavar="PATH", help="plan this folder or workbook; nothing is stored")
    command.add_argument(
        "--whole", action="store_true", help="plan set-ups, minimum lots and whole numbers exactly (takes longer)"
    )
    _window(command)


def _compare(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "scenarios", nargs="+", action=_Several, metavar="NAME", help="2 to 5 saved scenarios, by name or id"
    )
    command.add_argument("--reference", metavar="NAME", help="scenario to compare with (default: the first one)")
    _window(command)


class _Several(argparse.Action):
    """Takes 2 to 5 names, none of them twice."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        names = [str(value).casefold() for value in values or ()]
        if not _FEWEST <= len(names) <= _MOST or len(set(names)) < len(names):
            raise argparse.ArgumentError(self, f"name {_FEWEST} to {_MOST} different scenarios")
        setattr(namespace, self.dest, values)


def _window(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--window",
        choices=_WINDOWS,
        help="what figures are stated over (default: fiscal_year, or horizon where it ends sooner)",
    )


def _export(command: argparse.ArgumentParser) -> None:
    command.add_argument("scenario", metavar="NAME", help="saved scenario, by name or id")
    command.add_argument(
        "--to", required=True, type=_file(".xlsx", ".zip"), metavar="FILE", help=".xlsx: workbook, .zip: snapshot"
    )


def _release(command: argparse.ArgumentParser) -> None:
    command.add_argument("scenario", metavar="NAME", help="saved scenario, by name or id")
    command.add_argument("--to", required=True, type=_file(".csv", ".xlsx"), metavar="FILE", help=".csv or .xlsx")
    command.add_argument(
        "--whole", action="store_true", help="release the exact plan, with set-ups, lots and whole numbers as such"
    )
    command.add_argument("--whole-units", action="store_true", help="round every week to whole units, sums preserved")


def _verify(command: argparse.ArgumentParser) -> None:
    command.add_argument("file", type=_file(".zip"), metavar="FILE.zip")


def _approve(command: argparse.ArgumentParser) -> None:
    command.add_argument("scenario", metavar="NAME", help="saved scenario, by name or id")
    command.add_argument("--by", required=True, metavar="AUTHOR", help="who approves")
    command.add_argument("--reason", default="", metavar="TEXT", help="why")
    command.add_argument(
        "--whole", action="store_true", help="approve the exact plan, with set-ups, lots and whole numbers as such"
    )


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "check": ("Read tables and list every fault; nothing is stored.", _reading),
    "import": ("Read tables and plan with them from now on.", _reading),
    "template": ("Write an empty workbook to fill in.", _template),
    "demo": ("Load the demo company with its scenarios.", _plain),
    "fit": ("Fit the demand model to the data, unless that is done.", _fit),
    "plan": ("Plan a scenario and show what it answers.", _plan),
    "compare": ("Compare scenarios.", _compare),
    "approve": ("Approve a scenario: it is frozen and kept with its figures and a snapshot.", _approve),
    "approved": ("List approved plans, newest first.", _plain),
    "export": ("Write a scenario as workbook or snapshot.", _export),
    "release": ("Write a plan by item, plant, period and week for an ERP or a scheduling system.", _release),
    "verify": ("Plan a snapshot again and say whether its results come out.", _verify),
}
