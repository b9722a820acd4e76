"""Launches and successors that cannot be, or that leave demand to nobody."""

from __future__ import annotations

from pathlib import Path

from sop.exchange.reading import ReadResult, read_path
from tests.exchange.company_files import write


def _read(folder: Path, items: str, **changed: str | None) -> ReadResult:
    head = "item,family,successor,phase_out,launch,launch_volume,like_item\n"
    alone = dict.fromkeys(("locations", "operations", "materials", "lanes", "stock"))
    sold = "date,item,market,ordered\n2025-12-01,A,UK,100\n2025-12-01,B,UK,80\n"
    markets = "market\nUK\nDACH\n"
    return read_path(
        write(folder / "c", **{**alone, "items": head + items, "sales_history": sold, "markets": markets, **changed})
    )


def test_an_item_cannot_succeed_itself(tmp_path: Path) -> None:
    """It is phased out, so somebody else takes over or nobody."""
    (fault,) = _read(tmp_path, "A,F,A,2026-03-31,,,\nB,F,,,,,\n").faults
    told = "items, row 2, column successor ('A'): The item succeeds itself. Name another item."
    assert str(fault) == told


def test_successors_in_a_circle(tmp_path: Path) -> None:
    """A to B to A is named once, though C leads into it; a chain that ends is fine."""
    (fault,) = _read(tmp_path, "C,F,A,,,,\nA,F,B,,,,\nB,F,A,,,,\n").faults
    assert (fault.table, fault.row, fault.column, fault.value) == ("items", 3, "successor", "B")
    assert fault.problem == "Successors go in a circle: A to B to A."
    assert _read(tmp_path, "C,F,A,,,,\nA,F,B,,,,\nB,F,,,,,\n").faults == ()
