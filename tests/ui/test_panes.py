"""What the panes take from a plan, without a page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sop.charts import frames
from sop.charts.view import View
from sop.domain.scenario import BASE, Override
from sop.ui.panes import _drivers
from tests.workspaces import scenario, small_workspace


def test_the_legend_has_every_driver_that_is_drawn() -> None:
    """Kettles' price moves kettles alone: toasters show what they are made of, not what differs elsewhere."""
    workspace = small_workspace()
    base = workspace.plan(BASE)
    dear = workspace.plan(scenario("Dear", Override(lever="price", value=5, scope="family=Kettles")))
    answer: Any = SimpleNamespace(result=dear, reference=base)
    kettles, toasters = (View((("family", name),), "piece") for name in ("Kettles", "Toasters"))
    changed = frames.driver_change_frame(workspace.inputs, base, dear, kettles)
    assert tuple(changed["driver"].unique()) == _drivers(answer, against=True) == ("price",)
    assert frames.driver_change_frame(workspace.inputs, base, dear, toasters).empty
    made_of = frames.driver_frame(workspace.inputs, dear, toasters)
    assert set(made_of["driver"]) <= set(_drivers(answer, against=False))
    grown = workspace.plan(scenario("More", Override(lever="demand", value=5, scope="family=Toasters")))
    both: Any = SimpleNamespace(result=grown, reference=grown)
    assert _drivers(both, against=False) == ("growth",)
