"""Loading files from the screen: faults in a table, foreign names matched once."""

from __future__ import annotations

from sop.domain.errors import Fault, InputError
from sop.exchange.reading import read_uploads
from sop.ui.faults import fault_frame
from sop.ui.loading import unknown_columns
from sop.ui.tables import as_csv


def test_faults_become_a_table_with_the_row_people_see() -> None:
    """Row 0 means the whole table and is left blank."""
    frame = fault_frame((Fault("items", 3, "family", "x", "is odd.", "Fix it."), Fault("prices", 0, "", "", "a", "b")))
    assert list(frame.columns) == ["table", "row", "column", "value", "problem", "remedy"]
    assert frame["row"].tolist() == ["3", ""]


def test_unknown_columns_are_offered_for_matching() -> None:
    """A file that says Artikel instead of item is asked about, by table."""
    read = read_uploads(
        {"items.csv": b"Artikel,family\nA,F\n", "settings.csv": b"key,value\nfirst_period,2026-01-01\n"}
    )
    assert unknown_columns(InputError(read.faults).faults) == {"items": ["Artikel"]}


def test_downloads_never_become_formulas() -> None:
    """A name that starts like a formula gets a leading apostrophe; figures stay figures."""
    import pandas as pd

    data = as_csv(pd.DataFrame({"name": ["=1+1", "@x", "fine", "-3"], "value": [-1.0, 2.0, 3.0, 4.0]}))
    lines = data.decode("utf-8-sig").splitlines()
    assert lines[1:] == ["'=1+1,-1.0", "'@x,2.0", "fine,3.0", "'-3,4.0"]
