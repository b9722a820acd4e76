"""Foreign column names: mapped once, remembered, never guessed at silently."""

from __future__ import annotations

import json
from pathlib import Path

from sop.exchange.mapping import suggest_mapping
from sop.exchange.reading import read_path
from tests.exchange.company_files import write

FOREIGN = "Datum,SKU,Channel code,Qty (pcs),Belegnummer\n2025-11-01,KET-01,UK,100,4711\n"


def test_foreign_columns_are_faults_until_mapped(tmp_path: Path) -> None:
    """Unknown columns are listed, suggested, and with the mapping applied the table reads without fault."""
    folder = write(tmp_path / "company", sales_history=FOREIGN)
    first = read_path(folder)
    assert first.unknown_columns == {"sales_history": ("Datum", "SKU", "Channel code", "Qty (pcs)", "Belegnummer")}
    assert {fault.problem for fault in first.faults} == {"unknown column.", "The required column is missing."}

    suggested = suggest_mapping("sales_history", first.unknown_columns["sales_history"])
    assert suggested == {"SKU": "item", "Channel code": "market", "Qty (pcs)": "ordered"}

    mapping = {"sales_history": {**suggested, "Datum": "date", "Belegnummer": ""}}
    second = read_path(folder, json.loads(json.dumps(mapping)))
    assert (second.faults, second.unknown_columns) == ((), {})
    assert second.tables["sales_history"]["ordered"].tolist() == [100.0]


def test_a_fault_names_both_the_column_and_the_foreign_one(tmp_path: Path) -> None:
    """Who looks at the file must find the column by its own header."""
    folder = write(tmp_path / "company", stock="Lagerort,item,Menge\nDC,KET-01,-1\n")
    (fault,) = read_path(folder, {"stock": {"lagerort": "location", "MENGE": "on_hand"}}).faults
    assert fault.column == "on_hand (Menge)"


def test_a_mapping_to_nowhere_or_twice(tmp_path: Path) -> None:
    """A remembered mapping to a column the catalogue no longer has, or two headers for one column, are faults."""
    folder = write(tmp_path / "company", stock="location,item,on_hand,Menge\nDC,KET-01,1,1\n")
    (nowhere,) = read_path(folder, {"stock": {"Menge": "amount"}}).faults
    assert "which table stock does not have" in nowhere.problem
    (twice,) = read_path(folder, {"stock": {"Menge": "on_hand"}}).faults
    assert "there twice" in twice.problem


def test_suggestions_prefer_the_equal_name_and_use_a_column_once() -> None:
    """'item' is item although 'SKU' is an alias of it; nonsense gets no suggestion."""
    assert suggest_mapping("items", ["SKU", "ITEM", "std cost", "prod. family", "zzz"]) == {
        "ITEM": "item",
        "std cost": "standard_cost",
        "prod. family": "family",
    }
