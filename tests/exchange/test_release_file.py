"""The release file reads back to what was released."""

from __future__ import annotations

import io

import pandas as pd
from python_calamine import CalamineWorkbook

from sop.domain.scenario import BASE
from sop.exchange.release_file import release_csv, release_excel
from tests.workspaces import small_workspace


def test_a_released_csv_reads_back_with_its_sums() -> None:
    """Same rows, same figures, same sum: nothing is lost on the way to another system."""
    workspace = small_workspace()
    result = workspace.plan(BASE)
    frame = workspace.release(result)
    again = pd.read_csv(io.BytesIO(workspace.release_file(result)), keep_default_na=False)
    assert list(again) == list(frame)
    assert len(again) == len(frame) > 0
    assert (again["quantity"] == frame["quantity"].astype(float)).all()
    assert again["quantity"].sum() == frame["quantity"].sum()
    assert list(again["week"]) == list(frame["week"])


def test_text_from_a_table_never_becomes_a_formula() -> None:
    """An item called =1+1 stays text in a spreadsheet."""
    frame = pd.DataFrame({"item": ["=1+1"], "quantity": [3.0]})
    assert release_csv(frame) == b"item,quantity\n'=1+1,3\n"


def test_a_released_workbook_holds_the_same_rows() -> None:
    """One sheet: title, header, a row per week."""
    workspace = small_workspace()
    frame = workspace.release(workspace.plan(BASE))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(release_excel(frame, "Release"))).get_sheet_by_index(0)
    found = sheet.to_python()
    assert found[0][0] == "Release"
    assert found[1] == list(frame)
    assert len(found) == len(frame) + 2
    column = list(frame).index("quantity")
    assert [row[column] for row in found[2:]] == frame["quantity"].tolist()
