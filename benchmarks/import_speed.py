"""How long 1,000,000 rows of sales history take to be read, checked and stored.

Two files of the same rows in a temporary folder: one in plain style, one in local style (semicolons, 31.12.2025,
1.234,5). The floor is pandas.read_csv of the plain file in the same run, which neither checks nor stores anything.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TypeVar

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bars import Bar, finish

from sop.domain.inputs import Inputs
from sop.exchange.reading import load_inputs
from sop.store.repository import Repository

ROWS = 1_000_000
RUNS = 3
ITEMS = [f"ITEM-{number:03d}" for number in range(200)]
MARKETS = ["DACH", "Nordics", "UK", "Online"]
AT = datetime(2026, 1, 1, tzinfo=UTC)

T = TypeVar("T")


def history(rows: int) -> pd.DataFrame:
    """Days of four years, 200 items, 4 markets, quantities with one decimal; the same every time."""
    random = np.random.default_rng(7)
    days = pd.date_range("2022-01-01", "2025-12-31")
    ordered = np.round(random.gamma(2.0, 400.0, rows), 1)
    return pd.DataFrame(
        {
            "date": days[random.integers(0, len(days), rows)],
            "item": np.array(ITEMS)[random.integers(0, len(ITEMS), rows)],
            "market": np.array(MARKETS)[random.integers(0, len(MARKETS), rows)],
            "ordered": ordered,
            "shipped": np.round(ordered * random.uniform(0.8, 1.0, rows), 1),
        }
    )


def write_company(folder: Path, table: pd.DataFrame, local: bool) -> Path:
    """A folder with the history and the lists it refers to."""
    folder.mkdir()
    (folder / "settings.csv").write_text("key,value\nfirst_period,2026-01-01\n")
    (folder / "items.csv").write_text("item\n" + "\n".join(ITEMS) + "\n")
    (folder / "markets.csv").write_text("market\n" + "\n".join(MARKETS) + "\n")
    style = {"sep": ";", "decimal": ",", "date_format": "%d.%m.%Y"} if local else {"date_format": "%Y-%m-%d"}
    table.to_csv(folder / "sales_history.csv", index=False, **style)
    return folder


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds and result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def stored(inputs: Inputs, store: Path) -> None:
    """Put the inputs into a store of their own."""
    repository = Repository(store)
    repository.add_inputs(inputs, "benchmark", AT)
    repository.close()


def main() -> None:
    """Time every step three times; medians count."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = history(ROWS)
        plain = write_company(folder / "plain", table, local=False)
        local = write_company(folder / "local", table, local=True)
        floors, reads, stores = [], [], []
        for run in range(RUNS):
            floors.append(timed(lambda: pd.read_csv(plain / "sales_history.csv"))[0])
            read, inputs = timed(lambda: load_inputs(plain))
            store, _ = timed(lambda run=run, inputs=inputs: stored(inputs, folder / f"{run}.duckdb"))
            reads.append(read)
            stores.append(store)
        locals_ = [timed(lambda: load_inputs(local)) for _ in range(RUNS)]
        floor, whole = median(floors), [read + store for read, store in zip(reads, stores, strict=True)]
        same = locals_[0][1].id == inputs.id
    finish(
        f"Import of {ROWS:,} rows of sales history",
        [
            Bar("read and check", median(reads), 2.5, "s"),
            Bar("read and check, local style", median(seconds for seconds, _ in locals_), 4.0, "s"),
            Bar("read, check and store", median(whole), 5.0, "s"),
            Bar("read and check / pandas.read_csv", median(reads) / floor, 3.0, "x"),
            Bar("both styles give the same inputs", float(same), 1.0, "yes=1", at_least=True),
        ],
        [
            f"floor: pandas.read_csv of the plain file {floor:.2f} s",
            f"store alone {median(stores):.2f} s; the first whole import of the process {whole[0]:.2f} s",
        ],
    )


if __name__ == "__main__":
    main()
