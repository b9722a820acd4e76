"""Import, store, export and import again is the identity, for any company and either kind of file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sop.domain.inputs import Inputs
from sop.exchange.template import write_template
from sop.exchange.writing import write_folder
from sop.store import Repository
from sop.workspace import Workspace
from tests.companies import small_company
from tests.finance.factory import random_company

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)  # an example takes a second: minutes to shrink
NUMBERS = st.floats(0, 1e12).map(lambda number: float(f"{number:.15g}"))  # the digits a spreadsheet keeps
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=8)


def _written(inputs: Inputs, folder: Path, kind: str) -> Path:
    """``inputs`` as a folder of CSV files or as one workbook."""
    if kind == "folder":
        write_folder(inputs, folder)
        return folder
    write_template(folder / "company.xlsx", inputs)
    return folder / "company.xlsx"


def _there_and_back(inputs: Inputs, kind: str) -> list[str]:
    """Ids of the inputs after a first import from files, and after exporting what the store holds once more."""
    ids, store = [], Repository()
    workspace = Workspace(store)
    current = inputs
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            ids.append(workspace.import_path(_written(current, Path(folder), kind)).inputs_id)
        current = store.inputs(ids[-1])
    store.close()
    return ids


@pytest.mark.parametrize("kind", ["folder", "workbook"])
@settings(max_examples=3, deadline=None, phases=UNSHRUNK)
@given(seed=st.integers(0, 10_000))
def test_random_companies_come_back(kind: str, seed: int) -> None:
    """Every table of a company with lead times, open orders, pools of people and rebates keeps its content hash."""
    inputs = random_company(seed).inputs
    assert _there_and_back(inputs, kind) == [inputs.id, inputs.id]


@pytest.mark.parametrize("kind", ["folder", "workbook"])
@settings(max_examples=5, deadline=None, phases=UNSHRUNK)
@given(name=TEXTS, description=TEXTS, cost=NUMBERS, share=st.sampled_from([0.0, 0.1, 1e-12, 0.999999999999999, 1.0]))
def test_any_text_and_number_comes_back(kind: str, name: str, description: str, cost: float, share: float) -> None:
    """Formulas, quotes, leading zeros, tiny and huge numbers (of 15 digits): nothing changes."""
    tables = small_company()
    tables["items"] = tables["items"].assign(description=description, standard_cost=cost)
    tables["prices"] = tables["prices"].assign(discount=share)
    tables["fixed_costs"] = tables["fixed_costs"].assign(cost=name)
    inputs = Inputs.of(tables)
    assert _there_and_back(inputs, kind) == [inputs.id, inputs.id]


def test_the_demo_company_comes_back() -> None:
    """27 tables and ten thousand rows: the same id after the store and both kinds of file."""
    workspace = Workspace.open(":memory:")
    workspace.load_demo()
    inputs = workspace.inputs
    for kind in ("folder", "workbook"):
        assert _there_and_back(inputs, kind) == [inputs.id, inputs.id]
