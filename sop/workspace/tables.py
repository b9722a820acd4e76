"""Tables of the screen as files."""

from __future__ import annotations

import pandas as pd


def excel_table(title: str, frame: pd.DataFrame) -> bytes:
    """``frame`` as an Excel file; see ``sop.exchange.table_file``."""
    from sop.exchange.table_file import table_file

    return table_file(title, frame)
