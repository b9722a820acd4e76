"""The release file: orders by week for an ERP or a scheduling system, as CSV or Excel."""

from __future__ import annotations

import pandas as pd

from sop.exchange.safety import csv_safe
from sop.exchange.table_file import table_file


def release_csv(frame: pd.DataFrame) -> bytes:
    """``frame`` as CSV: UTF-8, comma, decimal point, shortest exact numbers, text safe for spreadsheets."""
    safe = frame.copy()
    for name in safe.select_dtypes("object"):
        safe[name] = [csv_safe(str(text)) for text in safe[name]]
    for name in safe.select_dtypes("number"):
        safe[name] = [f"{value:.12g}" for value in safe[name]]
    return bytes(safe.to_csv(index=False, lineterminator="\n").encode())


def release_excel(frame: pd.DataFrame, title: str) -> bytes:
    """``frame`` as a workbook of one sheet."""
    return table_file(title, frame)
