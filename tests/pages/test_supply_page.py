"""The supply review: why the plan is as it is, what would help, the exact plan, materials and the release file."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from sop.domain.scenario import BASE, BASE_ID, Override
from sop.ui import focus, frame
from sop.workspace import Workspace
from tests.pages.conftest import ROOT
from tests.test_exact_plan import published
from tests.workspaces import scenario


@pytest.fixture
def page(app: AppTest) -> AppTest:
    """A browser session on the supply page of the small company: kettles go short in May."""
    app.switch_page("pages/3_Supply.py").run()
    assert not app.exception
    return app


@pytest.fixture
def tight(page: AppTest, store: Workspace) -> AppTest:
    """The page on a scenario with 40 % fewer hours: 96 h where demand needs 140 and more."""
    store.save(scenario("Tight", Override(lever="capacity", value=-40)))
    page.run()
    page.selectbox(key="picked").set_value("tight").run()
    assert not page.exception
    return page


def texts(page: AppTest) -> str:
    """Everything the page says in words."""
    return "\n".join(one.value for one in [*page.markdown, *page.caption])


def test_each_advice_is_listed_and_one_click_adds_it_with_its_reason(page: AppTest, store: Workspace) -> None:
    """The first row is what the workspace advises first; the click turns its levers, unsaved, and nothing is lost."""
    advised = store.advice(BASE_ID, next(iter(store.windows())))
    first = next((one for one in advised if one.parts), advised[0])
    assert first.reason in texts(page).replace("\\", "")
    page.button(key="advice_0").click().run()
    assert not page.exception
    desk = page.session_state["working"]
    assert [(turn.lever, turn.value, turn.scope) for turn in desk.overrides] == [
        (turn.lever, turn.value, turn.scope) for turn in first.overrides
    ]
    assert all(turn.reason for turn in desk.overrides)


def test_bottlenecks_are_told_in_words(page: AppTest, store: Workspace) -> None:
    """May is full: what one more hour is worth stands there as the workspace confirmed it."""
    found = store.bottlenecks(BASE_ID, next(iter(store.windows())))
    assert any("May" in one.text for one in found)
    assert all(one.text in texts(page) for one in found)


def test_every_short_line_opens_its_chain_and_who_uses_the_bottleneck(tight: AppTest, store: Workspace) -> None:
    """The picker holds the shortage list, most money first; the way from the market back to the line is told, and what
    an hour of the line earns: (40 - 15) / 0.2 = 125 with kettles, (30 - 12) / 0.16 = 112.5 with toasters."""
    tight.segmented_control(key="why").set_value("Short").run()
    assert not tight.exception
    picker = tight.selectbox(key="why_short")
    plan = store.plan("tight")
    lost = ((plan.supply.short + plan.supply.declined) * plan.parameters["price"])[..., :6].sum(axis=2)
    item, market = divmod(int(lost.argmax()), lost.shape[1])
    axes = plan.parameters
    assert picker.value == f"{axes.labels('item')[item]} in {axes.labels('market')[market]}"
    assert "← Plant ← Line, full" in texts(tight)
    users = next(one.value for one in tight.dataframe if "per_hour" in one.value)
    earned = dict(zip(users["item"], users["per_hour"], strict=True))
    assert earned
    assert earned == pytest.approx({name: {"Kettle": 125.0, "Toaster": 112.5}[name] for name in earned}, abs=0.5)


def test_a_cell_of_the_heat_map_opens_what_is_behind_it(page: AppTest) -> None:
    """In May demand needs 240 of 160 regular hours; both items are listed as users of the line."""
    page.session_state["focus"] = focus.Focus(month="2026-05", resource="Line")
    page.run()
    assert not page.exception
    assert "Line: demand due needs 240 h (150 % of 160 regular hours)" in texts(page)
    assert "One more hour on Line in May is worth" in texts(page)


@pytest.mark.parametrize("kind", ["Made early", "Made outside", "Commitments"])
def test_other_reasons_are_told_or_said_to_be_none(page: AppTest, kind: str) -> None:
    """Nothing is ever left blank."""
    page.segmented_control(key="why").set_value(kind).run()
    assert not page.exception
    assert len(page.caption) > 0


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> tuple[AppTest, Workspace]:
    """The supply page of the published company that hires whole people."""
    workspace = published("red_tomato_whole")
    workspace._runs.clear()
    monkeypatch.setattr(frame, "workspace", lambda: workspace)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    app.switch_page("pages/3_Supply.py").run()
    assert not app.exception
    return app, workspace


def test_the_page_says_that_it_shows_the_continuous_plan_and_computes_the_exact_one(
    whole: tuple[AppTest, Workspace],
) -> None:
    """Whole people cost 422,660 - 422,275 = 385 more than shares of people: the objective falls by as much."""
    page, workspace = whole
    assert "This page shows the continuous plan." in texts(page)
    page.button(key="compute_exact").click().run()
    run = workspace.exact(BASE)
    assert run is not None
    run.wait(60)
    page.run()
    assert not page.exception
    assert "This page shows the exact plan." in texts(page)
    assert "proven best; against the continuous plan: objective −385 " in texts(page)
    page.segmented_control(key="plan_shown").set_value("Continuous plan").run()
    assert "This page shows the continuous plan." in texts(page)


def test_the_page_says_which_of_the_two_plans_is_approved(whole: tuple[AppTest, Workspace]) -> None:
    """Before the search it would be the continuous plan, with a warning; after it it is the exact one, listed so."""
    page, workspace = whole
    page.switch_page("pages/5_Compare.py").run()
    assert any("Approved is the continuous plan" in one.value for one in page.warning)
    workspace.plan_exactly(BASE).wait(60)
    page.text_input(key="approved_by").set_value("Ops").run()
    assert "Approved is the exact plan, found within 0.0001 % of the best." in texts(page)
    page.button(key="approve_now").click().run()
    assert not page.exception
    listed = next(one.value for one in page.dataframe if "reason" in one.value)
    assert listed["kind"].tolist() == ["Exact plan"]
    assert workspace.approved()[0].figures["objective"] == pytest.approx(640_000 - 422_660, abs=0.5)


def test_a_company_without_whole_numbers_is_not_asked(page: AppTest) -> None:
    """There is one plan; nothing about another one is on the page."""
    assert "continuous plan" not in texts(page)


def test_the_release_is_shown_and_adds_up_to_the_plan(page: AppTest, store: Workspace) -> None:
    """The weeks on the page, summed, are what the plan makes; whole units on demand."""
    page.segmented_control(key="handed").set_value("Release by week").run()
    page.toggle(key="whole_units").set_value(True).run()
    assert not page.exception
    weeks = next(one.value for one in page.dataframe if "week_start" in one.value)
    made = store.plan(BASE_ID).supply.level[:, :6].sum(axis=1).round().sum()
    assert weeks["quantity"].sum() == made
    assert (weeks["quantity"] % 1 == 0).all()


@pytest.mark.parametrize("part", ["Orders", "Components"])
def test_a_company_that_buys_nothing_is_told_so(page: AppTest, part: str) -> None:
    """No empty tables."""
    page.segmented_control(key="handed").set_value(part).run()
    assert not page.exception
    assert "buys nothing" in texts(page) or "Nothing is bought" in texts(page)


def test_a_plan_is_approved_on_the_compare_page(app: AppTest, store: Workspace) -> None:
    """A name is asked for; then the plan is frozen, on the desk, and listed with who and why."""
    store.save(scenario("Dearer", Override(lever="price", value=4)))
    app.switch_page("pages/5_Compare.py").run()
    app.selectbox(key="picked").set_value("dearer").run()
    app.button(key="approve_now").click().run()
    assert store.approved() == []
    assert any("Say who approves." in one.value for one in app.warning)
    app.text_input(key="approved_by").set_value("Head of sales")
    app.text_area(key="approved_why").set_value("Price first").run()
    app.button(key="approve_now").click().run()
    assert not app.exception
    assert [(one.scenario_id, one.author, one.reason) for one in store.approved()] == [
        ("dearer", "Head of sales", "Price first")
    ]
    assert store.scenario("dearer").frozen
    assert app.session_state["saved"].frozen
    listed = next(one.value for one in app.dataframe if "reason" in one.value)
    assert listed[["name", "author", "reason"]].iloc[0].tolist() == ["Dearer", "Head of sales", "Price first"]
    figures = store.kpis(store.plan("dearer"), store.window("fiscal_year"))
    shown = listed[["revenue", "ebitda"]].iloc[0].tolist()
    assert shown == pytest.approx([figures.net_revenue, figures.ebitda], abs=0.5)
    assert any("Dearer is the approved plan: Head of sales" in one.value for one in app.success)
    assert not [one for one in app.button if one.key == "approve_now"]
