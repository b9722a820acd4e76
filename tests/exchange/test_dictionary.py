"""The data dictionary page follows the catalogue."""

from __future__ import annotations

from sop.domain.catalogue import SETTINGS, TABLES
from sop.exchange.dictionary import PAGE, dictionary_markdown


def test_the_page_is_up_to_date() -> None:
    """After a change to the catalogue run ``python -m sop.exchange.dictionary``."""
    assert PAGE.read_text(encoding="utf-8") == dictionary_markdown()


def test_every_table_column_and_setting_is_on_it() -> None:
    """Nothing of the catalogue is missing, and a row reads as expected."""
    page = dictionary_markdown()
    for name, table in TABLES.items():
        section = page.split(f"### {name}\n")[1].split("\n### ")[0].split("\n## ")[0]
        assert all(f"| `{column}` |" in section for column in table.column_names)
    assert all(f"| `{column.name}` |" in page for column in SETTINGS)
    assert "| `discount` | number | share | 0 | 0 to 1 |  |  | Discount off the list price, on the invoice. |" in page
    assert "| `to` | reference |  |  |  | key, required | locations.location or markets.market |" in page
