"""A process that writes until it is killed, and says what is stored only after the store has confirmed it."""

from __future__ import annotations

import sys
from datetime import datetime

import numpy as np
import pandas as pd

from sop.domain.inputs import Inputs, typed
from sop.domain.scenario import Override, Scenario
from sop.store import Approval, Repository
from tests.companies import small_company

AT = datetime(2026, 1, 5)
ROWS = 60_000
SNAPSHOT = bytes(range(256)) * 2_000


def company(number: int) -> Inputs:
    """A company whose long history differs by ``number``."""
    history = pd.DataFrame(
        {
            "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS) % 700, unit="D"),
            "item": np.array(["Kettle", "Toaster"])[np.arange(ROWS) % 2],
            "market": "UK",
            "ordered": np.arange(ROWS, dtype=float) + number,
        }
    )
    return Inputs.of(small_company() | {"sales_history": typed("sales_history", history)})


def scenario(number: int) -> Scenario:
    """A scenario told apart by ``number``."""
    return Scenario(id=f"s-{number}", name=f"S {number}", overrides=(Override(lever="demand", value=number % 20),))


def approval(number: int) -> Approval:
    """The approval of scenario ``number``."""
    return Approval("inputs", f"s-{number}", "key", AT, "Ops", "", {"number": number})


def main(path: str, what: str) -> None:
    """Write imports, scenarios or approvals for ever, confirming each on a line of its own."""
    store = Repository(path)
    prepared = [company(number) for number in range(8)] if what == "imports" else []
    print("ready", flush=True)
    for number in range(1_000_000):
        if what == "imports":
            inputs = prepared[number % 8] if number < 8 else company(number)
            store.add_inputs(inputs, str(number), AT, scenarios=[scenario(number)])
            print(inputs.id, flush=True)
        elif what == "approvals":
            told = approval(number)
            store.approve("Small & Co", scenario(number).model_copy(update={"frozen": True}), told, SNAPSHOT)
            print(told.scenario_id, flush=True)
        else:
            store.save_scenarios("Small & Co", [scenario(number)], AT)
            print(f"s-{number}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
