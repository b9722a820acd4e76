"""The next action: looked for when somebody asks, said in the sentence, turned with one click."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sop.analysis.advice import Advice
from sop.analysis.effect import Effect
from sop.domain.errors import SopError
from sop.domain.scenario import BASE_ID, Override
from sop.workspace import Workspace


def test_nothing_is_looked_for_until_somebody_asks(
    app: AppTest, store: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cockpit offers to look; one click looks once, and the answer stays until the question changes."""
    asked: list[str] = []
    monkeypatch.setattr(store, "advice", lambda plan, window: asked.append(window) or [])
    app.run()
    assert asked == []
    app.button(key="find_next").click().run()
    app.run()
    assert not app.exception
    assert asked == [next(iter(store.windows()))]
    assert any("No action found" in one.value for one in app.markdown)
    app.slider(key="lever_demand").set_value(5).run()
    assert [button for button in app.button if button.key == "find_next"]


def test_a_search_that_cannot_be_done_says_so(app: AppTest, store: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error reads as one, and the offer stays."""

    def fails(plan: Any, window: str) -> list[Advice]:
        raise SopError("Nothing can be advised.", "Import data first.")

    monkeypatch.setattr(store, "advice", fails)
    app.run()
    app.button(key="find_next").click().run()
    assert not app.exception
    assert any("Nothing can be advised." in one.value for one in app.warning)
    assert [button for button in app.button if button.key == "find_next"]


def test_the_action_is_in_the_sentence_and_one_click_turns_it(app: AppTest, store: Workspace) -> None:
    """ "Next: May overtime" with its button; the click turns its lever, unsaved."""
    plan = store.plan(BASE_ID)
    window = next(iter(store.windows()))
    effect = replace(_no_effect(), ebitda=20_000.0)
    override = Override(lever="overtime_limit", value=20, scope="resource=Line", first="2026-05", last="2026-05")
    advice = Advice("May overtime on Line", "May overtime", "Line is full.", (override,), effect, ("ebitda",))
    app.session_state["next_step"] = {(plan.inputs_id, plan.scenario_key, window): [advice]}
    app.run()
    assert not app.exception
    assert any("Next: May overtime" in one.value for one in app.markdown)
    app.button(key="do_next").click().run()
    assert not app.exception
    assert [button.label for button in app.button if "Overtime limit 20 % · Line · May" in button.label]


def _no_effect() -> Effect:
    """An effect of nothing."""
    from dataclasses import fields

    return Effect(**{one.name: 0.0 for one in fields(Effect)})  # type: ignore[arg-type]
