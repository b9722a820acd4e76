"""The workspace: data in, scenarios kept, plans asked for, files out and back; the store never half changed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sop.domain.errors import InputError, NotFound, ScenarioError, SopError
from sop.domain.inputs import Inputs
from sop.domain.plans import PlanResult
from sop.domain.scenario import BASE, Override, Scenario
from sop.planning import Planner
from sop.workspace import Workspace, default_store
from sop.workspace.family import chain, slug
from sop.workspace.recent import Recent
from tests.companies import small_company, small_inputs
from tests.exchange.test_twenty_bad_inputs import BAD_INPUTS
from tests.workspaces import booked_workspace, scenario, small_workspace, written

DEARER = Override(lever="price", value=4, scope="family=Kettles", reason="try it")
BUSIER = Override(lever="demand", value=10)


@pytest.fixture(scope="module")
def planned() -> Workspace:
    """A workspace that tests only read."""
    return small_workspace()


@pytest.fixture
def workspace() -> Workspace:
    """A workspace of its own."""
    return small_workspace()


def _same_plan(first: PlanResult, second: PlanResult) -> bool:
    return all(np.array_equal(getattr(first.supply, name), getattr(second.supply, name)) for name in ("level", "stock"))


class TestData:
    """Importing."""

    def test_before_any_import_everything_says_there_are_no_data(self) -> None:
        """Base is there, a plan is not, and the way out is named."""
        workspace = Workspace.open(":memory:")
        assert not workspace.status().has_inputs
        assert workspace.scenarios() == [BASE]
        with pytest.raises(NotFound, match="Load the demo company or import"):
            workspace.plan("base")

    def test_an_import_is_reported_and_becomes_what_is_planned(self, tmp_path: Path) -> None:
        """Id, rows and status are those of the tables imported."""
        workspace, inputs = Workspace.open(":memory:"), small_inputs()
        report = workspace.import_path(written(inputs, tmp_path))
        assert report.inputs_id == inputs.id == workspace.inputs.id
        assert report.tables["forecasts"] == 24
        assert "sales_history" not in report.tables
        status = workspace.status()
        assert (status.has_inputs, status.has_model, status.company) == (True, False, "Small & Co")
        assert status.source == str(tmp_path)

    def test_uploads_are_imported_like_files(self, tmp_path: Path) -> None:
        """The same tables from memory give the same inputs."""
        files = {file.name: file.read_bytes() for file in written(small_inputs(), tmp_path).iterdir()}
        workspace = Workspace.open(":memory:")
        assert workspace.import_uploads(files).inputs_id == small_inputs().id

    @pytest.mark.parametrize("broken", ["stock", "prices"])
    def test_a_failed_import_changes_nothing(self, workspace: Workspace, tmp_path: Path, broken: str) -> None:
        """Neither a fault in a file nor an item sold without a price reaches the store."""
        before = workspace.status()
        folder = written(small_inputs(), tmp_path)
        if broken == "stock":
            (folder / "stock.csv").write_text("location,item,on_hand\nPlant,Kettle,many\n")
        else:
            (folder / "prices.csv").unlink()
        with pytest.raises(InputError) as caught:
            workspace.import_path(folder)
        assert caught.value.faults[0].table == broken
        assert workspace.status() == before
        assert workspace.plan("base").inputs_id == before.inputs_id

    @pytest.mark.parametrize("bad", BAD_INPUTS, ids=[bad[0] for bad in BAD_INPUTS])
    def test_twenty_bad_inputs_leave_the_store_as_it_was(
        self, planned: Workspace, tmp_path: Path, bad: tuple[str, Callable[[Path], Path], tuple[str, ...]]
    ) -> None:
        """Whatever is wrong with the files: one error with all faults, the same imports and remembered names."""
        before = planned._store.imports(), planned._store.mapping(), planned.scenarios()
        with pytest.raises(InputError) as caught:
            planned.import_path(bad[1](tmp_path / "files"))
        assert all(words in str(caught.value) for words in bad[2])
        assert (planned._store.imports(), planned._store.mapping(), planned.scenarios()) == before

    def test_column_names_are_matched_once(self, tmp_path: Path) -> None:
        """A mapping given with one import is used by the next; a failed import does not teach."""
        workspace = Workspace.open(":memory:")
        folder = written(small_inputs(), tmp_path)
        stock = (folder / "stock.csv").read_text().replace("on_hand", "Bestand")
        (folder / "stock.csv").write_text(stock)
        with pytest.raises(InputError, match="Bestand"):
            workspace.import_path(folder)
        workspace.import_path(folder, {"stock": {"Bestand": "on_hand"}})
        assert workspace.import_path(folder).inputs_id == small_inputs().id

    def test_each_company_has_its_own_scenarios(self, workspace: Workspace, tmp_path: Path) -> None:
        """After importing another company its scenarios are shown; the first one's are kept for its return."""
        workspace.save(scenario("Dearer", DEARER))
        tables = small_company()
        renamed = tables["settings"].assign(value=tables["settings"]["value"].replace("Small & Co", "Other Ltd"))
        workspace.import_path(written(Inputs.of({**tables, "settings": renamed}), tmp_path / "other"))
        assert workspace.scenarios() == [BASE]
        workspace.import_path(written(small_inputs(), tmp_path / "first"))
        assert [one.id for one in workspace.scenarios()] == ["base", "dearer"]

    def test_the_demo_company_comes_with_its_scenarios(self) -> None:
        """Five scenarios beside Base; loading it again leaves changed ones alone."""
        workspace = Workspace.open(":memory:")
        workspace.load_demo()
        names = [one.name for one in workspace.scenarios()]
        assert len(names) == 6
        mine = workspace.scenarios()[1].model_copy(update={"name": "Mine"})
        workspace.save(mine)
        workspace.load_demo()
        assert [one.name for one in workspace.scenarios()] == ["Base", "Mine", *names[2:]]

    def test_a_model_of_an_older_version_is_fitted_again(self, workspace: Workspace) -> None:
        """A stored model that cannot be read does not stop anybody."""
        inputs_id = workspace.inputs.id
        workspace._store.add_model(inputs_id, b"from another age", workspace.status().imported_at)
        again = Workspace(workspace._store)
        assert not again.status().has_model
        with pytest.raises(SopError, match="cannot be read by this version"):
            again.plan("base")
        again.ensure_model()
        assert again.plan("base").inputs_id == inputs_id

    def test_the_template_can_be_read_back(self, tmp_path: Path) -> None:
        """The empty workbook has only one fault: the first planned day and something to plan are missing."""
        from sop.workspace.loading import check

        workspace = Workspace.open(":memory:")
        (tmp_path / "t.xlsx").write_bytes(workspace.template())
        assert {fault.table for fault in check(tmp_path / "t.xlsx").faults} <= {"settings", "items"}

    def test_the_store_is_chosen_by_argument_then_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """SOP_STORE, else state/sop.duckdb below the current folder."""
        monkeypatch.delenv("SOP_STORE", raising=False)
        assert default_store() == Path("state/sop.duckdb")
        monkeypatch.setenv("SOP_STORE", "/elsewhere/s.duckdb")
        assert default_store() == Path("/elsewhere/s.duckdb")


class TestScenarios:
    """Saving, parents, freezing, deleting."""

    def test_ids_are_made_from_names_and_unique(self, workspace: Workspace) -> None:
        """A second scenario of the same name gets a number; Base's id is never given away."""
        assert workspace.new_id("Kettle price +4 %") == "kettle-price-4"
        workspace.save(Scenario(id="kettle-price-4", name="Kettle price +4 %"))
        assert workspace.new_id("Kettle price +4 %") == "kettle-price-4-2"
        assert slug("Base") == "base-2"
        assert slug("!!!") == "scenario"
        assert Scenario(id=slug("x" * 200), name="long").id == "x" * 60

    def test_a_saved_scenario_is_found_again(self, workspace: Workspace) -> None:
        """By id, after Base, in its newest version."""
        saved = workspace.save(scenario("Dearer", DEARER))
        assert workspace.scenario("dearer") == saved
        workspace.save(saved.model_copy(update={"purpose": "see"}))
        assert [one.purpose for one in workspace.scenarios()] == ["", "see"]
        with pytest.raises(NotFound, match="no scenario 'nothing'"):
            workspace.scenario("nothing")

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            (Scenario(id="base", name="Mine", overrides=(DEARER,)), "Base"),
            (scenario("A", DEARER).model_copy(update={"frozen": True}), "frozen"),
            (scenario("A", parent="a"), "own ancestor"),
            (scenario("A", parent="nobody"), "no scenario 'nobody'"),
            (scenario("A", Override(lever="price", value=1, scope="family=Fans")), "no family 'Fans'"),
            (scenario("A", Override(lever="price", value=1, first="2031-01")), "outside the plan"),
            (
                scenario(
                    "A",
                    Override(lever="price", value=1, first="2026-03"),
                    Override(lever="price", value=2, first="2026-03-01"),
                ),
                "turned twice",
            ),
            (Scenario(id="a", name="base", overrides=(DEARER,)), "'base' already"),
        ],
    )
    def test_what_cannot_be_is_not_saved(self, planned: Workspace, wrong: Scenario, words: str) -> None:
        """Base, frozen ones, circles, and turns of what is not there are refused by name."""
        with pytest.raises(SopError, match=words):
            planned.save(wrong)
        assert planned.scenarios() == [BASE]

    def test_no_two_scenarios_share_a_name(self, workspace: Workspace) -> None:
        """Whatever the case; a new version of the same scenario keeps its name."""
        saved = workspace.save(scenario("Dearer", DEARER))
        with pytest.raises(ScenarioError, match="'dearer' already"):
            workspace.save(Scenario(id="dearer-2", name="dearer"))
        assert workspace.save(saved.model_copy(update={"overrides": (BUSIER,)})).overrides == (BUSIER,)

    def test_a_frozen_scenario_keeps_a_turn_on_top_of_its_parents(self, workspace: Workspace) -> None:
        """Parent +4 % price, child 2 points more: frozen it still plans 6 %, also after its parent is gone."""
        workspace.save(scenario("Parent", Override(lever="price", value=4)))
        workspace.save(scenario("Child", Override(lever="price", value=2, operation="add"), parent="parent"))
        before = workspace.plan("child")
        np.testing.assert_allclose(before.parameters["price"][0], 40 * 1.06)
        workspace.freeze("child")
        workspace.delete("parent")
        again = Workspace(workspace._store)
        assert _same_plan(before, again.plan("child"))

    def test_the_same_months_spelled_differently_are_refused_when_planned(self, planned: Workspace) -> None:
        """An unsaved scenario with "from the start" and "from 2026-01" has no plan."""
        turns = (Override(lever="price", value=1), Override(lever="price", value=2, first="2026-01"))
        with pytest.raises(ScenarioError, match="turned twice"):
            planned.plan(scenario("Twice", *turns))

    def test_a_circle_through_several_parents_is_refused(self, workspace: Workspace) -> None:
        """a -> b -> c cannot become c -> a."""
        workspace.save(scenario("A"))
        workspace.save(scenario("B", parent="a"))
        workspace.save(scenario("C", parent="b"))
        with pytest.raises(ScenarioError, match="own ancestor"):
            workspace.save(scenario("A", parent="c"))
        assert [one.id for one in chain(workspace._saved(), workspace.scenario("c"))] == ["a", "b", "c"]

    def test_a_child_plans_its_parents_overrides_too(self, workspace: Workspace) -> None:
        """Parent and child together are the same plan as one scenario with both overrides."""
        workspace.save(scenario("Parent", DEARER))
        workspace.save(scenario("Child", BUSIER, parent="parent"))
        both = workspace.plan(scenario("Both", DEARER, BUSIER))
        child = workspace.plan("child")
        assert child.overrides == (DEARER, BUSIER)
        assert child.scenario_key == both.scenario_key
        assert child.scenario.name == "Child"

    def test_a_frozen_scenario_stays_whatever_its_parent_does(self, workspace: Workspace) -> None:
        """Freezing takes the ancestors' overrides in; changing or deleting it is refused, children are fine."""
        workspace.save(scenario("Parent", DEARER))
        workspace.save(scenario("Child", BUSIER, parent="parent"))
        before = workspace.plan("child")
        done = workspace.freeze("child", "the chair")
        workspace.save(scenario("Parent"))
        after = workspace.plan("child")
        assert done.frozen
        assert after.scenario_key == before.scenario_key
        assert _same_plan(before, after)
        with pytest.raises(SopError, match="frozen"):
            workspace.save(done.model_copy(update={"frozen": False, "overrides": ()}))
        with pytest.raises(ScenarioError, match="cannot be deleted"):
            workspace.delete("child")
        workspace.save(scenario("Grandchild", parent="child"))
        assert workspace.freeze("child") == done
        assert workspace.plan("grandchild").overrides == (DEARER, BUSIER)

    def test_what_a_frozen_scenario_answered_is_kept(self, workspace: Workspace) -> None:
        """Who froze it, the question's key and the key figures of every window."""
        workspace.save(scenario("Dearer", DEARER))
        workspace.freeze("dearer", "the chair")
        answer = workspace.answers("dearer")[0]
        result = workspace.plan("dearer")
        assert answer.scenario_key == result.scenario_key
        assert answer.figures["frozen_by"] == "the chair"
        assert answer.figures["kpis"]["horizon"]["ebitda"] == workspace.kpis(result, "horizon").ebitda
        assert set(answer.figures["kpis"]) == set(workspace.windows())

    def test_deleting_hides_and_parents_stay(self, workspace: Workspace) -> None:
        """A scenario others build on cannot go before them; Base cannot go at all."""
        workspace.save(scenario("Parent"))
        workspace.save(scenario("Child", parent="parent"))
        with pytest.raises(ScenarioError, match="Child build"):
            workspace.delete("parent")
        with pytest.raises(ScenarioError, match="Base"):
            workspace.delete("base")
        with pytest.raises(ScenarioError, match="Base"):
            workspace.freeze("base")
        workspace.delete("child")
        workspace.delete("parent")
        assert workspace.scenarios() == [BASE]


class TestPlans:
    """Asking for plans."""

    def test_base_of_the_small_company_is_what_hand_arithmetic_says(self, planned: Workspace) -> None:
        """3,500 kettles at 40 and 1,500 toasters at 30 are all delivered: May's peak of 80 h too many is built ahead.

        Revenue 140,000 + 45,000; COGS 3,500 x 15 + 1,500 x 12 = 70,500; fixed 6 x 5,000; storage 0.1 per unit kept.
        """
        result = planned.plan("base")
        kpis = planned.kpis(result, "horizon")
        assert kpis.net_revenue == pytest.approx(185_000)
        assert kpis.gross_margin_pct == pytest.approx(100 * (185_000 - 70_500) / 185_000)
        assert kpis.ebitda == pytest.approx(185_000 - 70_500 - 30_000 - 0.1 * result.supply.stock.sum())
        assert result.supply.stock[:, 3].sum() == pytest.approx(400)

    def test_neutral_overrides_are_base_exactly(self, planned: Workspace) -> None:
        """A lever at its neutral value moves nothing."""
        neutral = planned.plan(scenario("Neutral", Override(lever="price", value=0), Override(lever="demand", value=0)))
        assert _same_plan(neutral, planned.plan("base"))

    def test_the_same_question_is_answered_once(self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
        """Name, author and reason do not make another question; the answer carries the scenario it was asked for."""
        asked: list[str] = []
        real = Planner.plan

        def counted(self: Planner, *given: object, whole: bool) -> PlanResult:
            asked.append("once")
            return real(self, *given)  # type: ignore[arg-type]

        monkeypatch.setattr(Planner, "plan", counted)
        first = workspace.plan(scenario("First", DEARER))
        second = workspace.plan(scenario("Second", DEARER.model_copy(update={"reason": "other"})))
        assert len(asked) == 1
        assert first.supply is second.supply
        assert second.scenario.name == "Second"
        assert second.overrides[0].reason == "other"
        workspace.plan(scenario("Third", BUSIER))
        assert len(asked) == 2

    def test_many_threads_get_the_same_answers_as_one(self, workspace: Workspace) -> None:
        """Eight threads that ask for different scenarios at once get what each would get alone."""
        scenarios = [scenario(f"S{value}", Override(lever="demand", value=value)) for value in range(-4, 4)]
        alone = small_workspace()
        found: dict[str, PlanResult] = {}
        threads = [
            threading.Thread(target=lambda one=one: found.update({one.id: workspace.plan(one)})) for one in scenarios
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for one in scenarios:
            assert _same_plan(found[one.id], alone.plan(one))

    def test_statements_agree_with_key_figures_where_months_are_booked(self) -> None:
        """Fiscal year from October: October to December are booked with 12,000 EBITDA and go into every view.

        Planned January to June is 84,400, so the year says 96,400 in key figures, statement and comparison; the
        comparison's signed lines still add up.
        """
        workspace = booked_workspace()
        result = workspace.plan("base")
        window = workspace.window("fiscal_year")
        assert workspace.kpis(result, window).ebitda == pytest.approx(96_400)
        lines = workspace.statement(result, window).set_index("line")
        assert lines.loc["ebitda", "value"] == pytest.approx(96_400)
        compared = workspace.comparison([result], result, window).lines
        assert compared.set_index("line").loc["ebitda", "value"] == pytest.approx(96_400)
        assert (compared["sign"] * compared["value"]).sum() == pytest.approx(96_400)
        assert "booked_cost" not in set(workspace.statement(result, "horizon")["line"])

    def test_comparisons_and_windows_go_by_name(self, planned: Workspace) -> None:
        """The comparison's figures are the KPIs of the plans it compares; unknown windows are named."""
        dearer = planned.plan(scenario("Dearer", DEARER))
        found = planned.comparison([dearer], planned.plan("base"), "horizon")
        row = found.kpis.set_index("kpi").loc["ebitda"]
        assert row["value"] == planned.kpis(dearer, "horizon").ebitda
        assert row["reference"] == planned.kpis(planned.plan("base"), "horizon").ebitda
        assert 0 < len(planned.headline(dearer, planned.plan("base"), "horizon")) <= 200
        with pytest.raises(NotFound, match="There are: fiscal_year"):
            planned.kpis(dearer, "decade")


class TestRecent:
    """The answers kept."""

    def test_the_one_asked_for_longest_ago_goes_first(self) -> None:
        """Of three values a store of two keeps the two asked for last."""
        made: list[str] = []
        recent: Recent[str, str] = Recent(2)
        for key in ("a", "b", "a", "c", "a", "b"):
            recent.get(key, lambda key=key: made.append(key) or key)
        assert made == ["a", "b", "c", "b"]
        assert len(recent) == 2

    def test_a_value_is_made_once_however_many_ask(self) -> None:
        """Ten threads that ask at once wait for one of them to make it."""
        made: list[int] = []
        recent: Recent[str, int] = Recent(2)
        barrier = threading.Barrier(10)

        def ask() -> None:
            barrier.wait()
            recent.get("key", lambda: made.append(1) or 1)

        threads = [threading.Thread(target=ask) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert made == [1]

    def test_a_failure_is_not_kept(self) -> None:
        """After an error the next one who asks tries again."""
        recent: Recent[str, int] = Recent(2)
        with pytest.raises(ZeroDivisionError):
            recent.get("key", lambda: 1 // 0)
        assert recent.get("key", lambda: 5) == 5


class TestSnapshots:
    """Taking a scenario to another machine."""

    def test_a_snapshot_brings_inputs_model_and_scenarios_along(self, workspace: Workspace) -> None:
        """On the other machine: same id, same model, same chain, same answer, and the same snapshot byte for byte."""
        workspace.save(scenario("Parent", DEARER))
        workspace.save(scenario("Child", BUSIER, parent="parent"))
        data = workspace.snapshot("child")
        other = Workspace.open(":memory:")
        taken = other.import_snapshot(data)
        assert taken == workspace.scenario("child")
        assert other.inputs.id == workspace.inputs.id
        assert other.scenario("parent") == workspace.scenario("parent")
        assert _same_plan(other.plan("child"), workspace.plan("child"))
        assert other.snapshot("child") == data

    def test_a_snapshot_of_base_brings_no_scenario(self, planned: Workspace) -> None:
        """Base is there already."""
        other = Workspace.open(":memory:")
        assert other.import_snapshot(planned.snapshot("base")) == BASE
        assert other.scenarios() == [BASE]

    def test_ids_that_mean_something_else_here_are_changed(self, workspace: Workspace) -> None:
        """Nothing of ours is overwritten; the imported child follows its renamed parent."""
        workspace.save(scenario("Parent", DEARER))
        workspace.save(scenario("Child", BUSIER, parent="parent"))
        data = workspace.snapshot("child")
        other = small_workspace()
        other.save(scenario("Parent", BUSIER))
        taken = other.import_snapshot(data)
        assert [one.id for one in other.scenarios()] == ["base", "parent", "parent-2", "child"]
        assert other.scenario("parent").overrides == (BUSIER,)
        assert taken.parent == "parent-2"
        assert other.plan("child").scenario_key == workspace.plan("child").scenario_key
        assert other.import_snapshot(data) == taken
        assert len(other.scenarios()) == 4

    def test_verifying_says_equal(self, planned: Workspace, tmp_path: Path) -> None:
        """From bytes and from a file, without a store."""
        data = planned.snapshot(scenario("Dearer", DEARER))
        assert planned.verify(data).equal
        (tmp_path / "s.zip").write_bytes(data)
        assert planned.verify(tmp_path / "s.zip").differences == []
        with pytest.raises(NotFound, match="cannot be read"):
            planned.verify(tmp_path / "none.zip")
