"""The app on the small company, in memory."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sop.ui import frame
from sop.workspace import Workspace
from tests.workspaces import small_workspace

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The workspace every session of a test shares."""
    shared = small_workspace()
    monkeypatch.setattr(frame, "workspace", lambda: shared)
    return shared


@pytest.fixture
def app(store: Workspace) -> AppTest:
    """A browser session on the cockpit."""
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()


def pnl_plan(app: AppTest) -> dict[str, str]:
    """The plan's figure of each line in the P&L pane, as it is read."""
    (table,) = (html.proto.body for html in app.get("html") if html.proto.body.startswith("<table"))
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in table.split("</tr>")]
    return {unescape(cells[0]): cells[2] for cells in rows if cells}
