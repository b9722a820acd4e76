"""Tables of figures with a download that spreadsheets cannot be tricked by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

_ROW, _HEAD = 30, 34
_WHOLE = "%,.0f"


def show(
    frame: pd.DataFrame,
    *,
    key: str,
    alt: str,
    columns: Mapping[str, Any] | None = None,
    height: int = 420,
    empty: str = "Nothing to show.",
) -> None:
    """Draw ``frame``, or say ``empty``; at most ``height`` pixels high; below it a button that downloads it as CSV."""
    if frame.empty:
        st.caption(empty)
        return
    whole = [name for name, column in (columns or {}).items() if column and name in frame and _is_whole(column)]
    st.dataframe(
        frame.assign(**{name: frame[name].round() + 0.0 for name in whole}),
        hide_index=True,
        height=min(_HEAD + _ROW * len(frame), height),
        row_height=_ROW,
        column_config=columns,
        alt=alt,
    )
    st.download_button(
        "CSV",
        data=lambda: as_csv(frame),
        file_name=f"{key}.csv",
        mime="text/csv",
        key=f"download_{key}",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def _is_whole(column: Any) -> bool:
    return bool(column.get("type_config", {}).get("format") == _WHOLE)


def as_csv(frame: pd.DataFrame) -> bytes:
    """UTF-8 with a byte order mark for Excel; text that would start a formula gets a leading '."""
    safe = frame.copy()
    for name in safe.select_dtypes("object"):
        safe[name] = safe[name].map(_safe)
    data: bytes = safe.to_csv(index=False).encode("utf-8-sig")
    return data


def number(title: str, unit: str = "", help: str | None = None) -> Any:
    """A column of whole figures with thousands separators."""
    return st.column_config.NumberColumn(f"{title}, {unit}" if unit else title, format=_WHOLE, help=help)


def percentage(title: str, help: str | None = None) -> Any:
    """A column of shares shown as per cent."""
    return st.column_config.NumberColumn(title, format="percent", help=help)


def decimal(title: str, help: str | None = None) -> Any:
    """A column of figures with two decimals."""
    return st.column_config.NumberColumn(title, format="%.2f", help=help)


def text(title: str, help: str | None = None) -> Any:
    """A column of text."""
    return st.column_config.TextColumn(title, help=help)


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value[:1] else value
