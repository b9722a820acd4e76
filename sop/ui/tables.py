"""Tables of figures with a download that spreadsheets cannot be tricked by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from sop.workspace.tables import excel_table

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
    title: str = "",
) -> None:
    """Draw ``frame``, or say ``empty``; at most ``height`` pixels high; below it downloads as Excel and CSV."""
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
        placeholder="",
        alt=alt,
    )
    downloads(titled(frame, columns or {}), key=key, title=title or alt)


def downloads(frame: pd.DataFrame, *, key: str, title: str) -> None:
    """Buttons that take ``frame`` away as Excel and as CSV; the file is made when it is asked for."""
    with st.container(horizontal=True, gap="small"):
        _download("Excel", lambda: excel_table(title, frame), f"{key}.xlsx", _XLSX)
        _download("CSV", lambda: as_csv(frame), f"{key}.csv", "text/csv")


def _download(label: str, make: Callable[[], bytes], name: str, mime: str) -> None:
    st.download_button(
        label,
        data=make,
        file_name=name,
        mime=mime,
        key=f"download_{name}",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def titled(frame: pd.DataFrame, columns: Mapping[str, Any]) -> pd.DataFrame:
    """``frame`` with the columns the screen shows, called what it calls them."""
    shown = [name for name in map(str, frame) if not (name in columns and columns[name] is None)]
    return frame[shown].rename(columns={name: _title(name, columns.get(name)) for name in shown})


def _title(name: str, column: Any) -> str:
    return str((column.get("label") if isinstance(column, Mapping) else column) or name)


def _is_whole(column: Any) -> bool:
    return bool(column.get("type_config", {}).get("format") == _WHOLE)


def as_csv(frame: pd.DataFrame) -> bytes:
    """UTF-8 with a byte order mark for Excel; text that would start a formula gets a leading '."""
    safe = frame.rename(columns=_safe)
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
