"""The command line: what may be typed, what is printed, and the exit codes 0 fine, 1 bad input, 2 wrong usage."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sop.cli import main
from sop.cli.arguments import mapped, parser, turn
from sop.domain.inputs import Inputs
from sop.store import Repository
from sop.workspace import Workspace
from tests.companies import small_company, small_inputs
from tests.workspaces import scenario, written

MANUAL = Path(__file__).parents[1] / "docs" / "command-line.md"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store file with the small company, fitted, and one saved scenario that tests only read."""
    path = tmp_path_factory.mktemp("store") / "s.duckdb"
    workspace = Workspace.open(path)
    workspace.import_path(written(small_inputs(), path.parent / "tables"))
    workspace.ensure_model()
    workspace.save(scenario("Dearer kettles", turn("price=4@family=Kettles")))
    workspace.close()
    return path


def _json(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[str, Any]]:
    """Exit code and the one object printed."""
    code = main([*map(str, arguments), "--json"])
    return code, json.loads(capsys.readouterr().out)


class TestTurns:
    """lever=value@scope:months."""

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("price=4", ("price", "set", 4.0, "*", "", "")),
            ("price=-4", ("price", "set", -4.0, "*", "", "")),
            ("price=+4", ("price", "add", 4.0, "*", "", "")),
            ("price=+-4", ("price", "add", -4.0, "*", "", "")),
            ("demand=*1.1", ("demand", "multiply", 1.1, "*", "", "")),
            ("price=4@family=Kettles,market=UK", ("price", "set", 4.0, "family=Kettles,market=UK", "", "")),
            ("price=4@family=Kettles:2026-07..2026-12", ("price", "set", 4.0, "family=Kettles", "2026-07", "2026-12")),
            ("price=4:2026-07", ("price", "set", 4.0, "*", "2026-07", "2026-07")),
            ("price=4:2026-07..", ("price", "set", 4.0, "*", "2026-07", "")),
            ("price=4:..2026-07", ("price", "set", 4.0, "*", "", "2026-07")),
            ("price=4:2026-07-06..2026-07-13", ("price", "set", 4.0, "*", "2026-07-06", "2026-07-13")),
            ("price=4@family=Fans, small", ("price", "set", 4.0, "family=Fans, small", "", "")),
            ("capacity=5@resource=Line: 2", ("capacity", "set", 5.0, "resource=Line: 2", "", "")),
            ("freight=5@lane=A>B:2026-01", ("freight", "set", 5.0, "lane=A>B", "2026-01", "2026-01")),
            ("goal=profit", ("goal", "set", 1.0, "*", "", "")),
            ("unmet_demand=late@market=UK", ("unmet_demand", "set", 1.0, "market=UK", "", "")),
        ],
    )
    def test_turns_are_read(self, text: str, told: tuple[object, ...]) -> None:
        """Set, add and multiply; scope and months optional; words for levers that are choices."""
        one = turn(text)
        assert (one.lever, one.operation, one.value, one.scope, one.first, one.last) == told

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("price", "must read lever=value@scope:months"),
            ("price=4@", "must read lever=value@scope:months"),
            ("pryce=4", "unknown lever 'pryce'"),
            ("price=dear", "takes a number such as 4"),
            ("price=40", "must lie between -10 and 10 %, got 40"),
            ("price=nan", "needs a finite number"),
            ("price=4@plant=A", "cannot be scoped by 'plant'"),
            ("price=4@Kettles", "must read dimension=value"),
            ("goal=rich", "takes one of service, profit, cost"),
            ("goal=+profit", "takes one of service, profit, cost"),
        ],
    )
    def test_wrong_turns_are_wrong_usage(self, capsys: pytest.CaptureFixture[str], text: str, words: str) -> None:
        """Exit code 2, and the message says what would be right."""
        with pytest.raises(SystemExit) as left:
            main(["plan", "--set", text])
        assert left.value.code == 2
        assert words in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["check"],
        ["export", "base"],
        ["export", "base", "--to", "plan.pdf"],
        ["verify", "plan.xlsx"],
        ["template", "tables.csv"],
        ["plan", "--window", "decade"],
        ["compare", "base"],
        ["compare", *["base"] * 6],
        ["compare", "base", "Base"],
        ["compare", *"abcdef"],
        ["check", "x", "--map", "stock.Bestand"],
        ["check", "x", "--map", "stock.Bestand=nothing"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    """Unknown commands, missing arguments and impossible values never reach the store."""
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2


def test_check_tells_every_fault_and_stores_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A clean folder is fine; with two faults both are told, with table, row, column and remedy."""
    folder = written(small_inputs(), tmp_path / "t")
    assert main(["check", str(folder)]) == 0
    assert "No faults." in capsys.readouterr().out
    (folder / "stock.csv").write_text("location,item,on_hand\nPlant,Ghost,many\n")
    assert main(["check", str(folder)]) == 1
    told = capsys.readouterr().err
    assert "stock, row 2, column item" in told
    assert "stock, row 2, column on_hand" in told
    code, answer = _json(capsys, "check", folder)
    assert code == 1
    assert {fault["column"] for fault in answer["faults"]} == {"item", "on_hand"}
    assert list(tmp_path.iterdir()) == [folder]


def test_check_finds_items_without_a_price(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What an import would refuse, check refuses."""
    folder = written(small_inputs(), tmp_path)
    (folder / "prices.csv").unlink()
    code, answer = _json(capsys, "check", folder)
    assert code == 1
    assert answer["faults"][0]["table"] == "prices"


def test_import_fit_and_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From files to a plan in a new store, step by step."""
    folder, path = written(small_inputs(), tmp_path / "t"), tmp_path / "new" / "s.duckdb"
    code, imported = _json(capsys, "import", folder, "--store", path)
    assert (code, imported["inputs_id"]) == (0, small_inputs().id)
    assert main(["--store", str(path), "fit"]) == 0
    assert "is fitted" in capsys.readouterr().out
    assert main(["fit", "--store", str(path), "--backtest"]) == 0
    told = capsys.readouterr().out
    assert "fitted before" in told
    assert "too short" in told
    code, answer = _json(capsys, "plan", "--store", path)
    assert (code, answer["status"]) == (0, "optimal")


def test_fit_adopts_the_best_engine_where_one_is_clearly_better(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a backtest nothing is better and the engine stays; found better, it plans from then on."""
    folder, path = written(small_inputs(), tmp_path / "t"), tmp_path / "s.duckdb"
    assert main(["import", str(folder), "--store", str(path)]) == 0
    capsys.readouterr()
    code, stays = _json(capsys, "fit", "--store", path, "--adopt")
    assert (code, stays["adopted"]) == (0, "")
    monkeypatch.setattr("sop.demand.backtest.preferred_engine", lambda _: "theta")
    code, better = _json(capsys, "fit", "--store", path, "--adopt")
    assert (code, better["adopted"]) == (0, "theta")
    kept = Repository(path)
    assert "Command line: the company planned with theta" in next(one.note for one in kept.imports())
    kept.close()


def test_a_failed_import_is_exit_code_1_and_leaves_the_store(tmp_path: Path) -> None:
    """The data imported before are still what is planned."""
    folder, path = written(small_inputs(), tmp_path / "t"), tmp_path / "s.duckdb"
    assert main(["import", str(folder), "--store", str(path)]) == 0
    (folder / "items.csv").write_text("item\nKettle\nKettle\n")
    assert main(["import", str(folder), "--store", str(path)]) == 1
    kept = Repository(path)
    assert [one.inputs_id for one in kept.imports()] == [small_inputs().id]
    kept.close()


def test_foreign_columns_are_mapped_and_remembered(tmp_path: Path) -> None:
    """--map names a column once; the next import of the same store needs it no more."""
    folder, path = written(small_inputs(), tmp_path / "t"), tmp_path / "s.duckdb"
    text = (folder / "stock.csv").read_text()
    (folder / "stock.csv").write_text(text.replace("on_hand", "Menge am Lager"))
    assert main(["import", str(folder), "--store", str(path)]) == 1
    assert main(["import", str(folder), "--store", str(path), "--map", "stock.Menge am Lager=on_hand"]) == 0
    assert main(["import", str(folder), "--store", str(path)]) == 0
    assert mapped("stock.a=b=on_hand") == ("stock", "a=b", "on_hand")


def test_plan_as_json_is_what_the_workspace_says(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status, objective, KPIs and P&L lines of Base over the horizon, by hand: revenue 185,000, COGS 70,500."""
    code, answer = _json(capsys, "plan", "--store", store)
    assert code == 0
    assert answer["status"] == "optimal"
    assert answer["scenario"] == "Base"
    assert answer["window"]["name"] == "horizon"
    lines = {row["line"]: row["value"] for row in answer["pnl"]}
    assert lines["net_revenue"] == pytest.approx(185_000)
    assert lines["cogs"] == pytest.approx(70_500)
    assert answer["kpis"]["ebitda"] == pytest.approx(lines["ebitda"])
    assert answer["kpis"]["cash_low_period"] == "2026-01"
    assert answer["objective"] == pytest.approx(lines["ebitda"] + 30_000, rel=0.02)  # fixed costs are not in it
    assert answer["headline"]


def test_turns_are_planned_on_top_of_a_saved_scenario(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--scenario by name or id, --set on top: the same plan as both turns on Base."""
    _, both = _json(capsys, "plan", "--store", store, "--set", "price=4@family=Kettles", "--set", "demand=5")
    for name in ("Dearer kettles", "dearer-kettles", "DEARER KETTLES"):
        code, answer = _json(capsys, "plan", "--store", store, "--scenario", name, "--set", "demand=5")
        assert code == 0
        assert answer["scenario_key"] == both["scenario_key"]
        assert answer["kpis"] == both["kpis"]


def test_adding_to_a_saved_turn_comes_on_top_of_it(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Kettles are 4 % dearer in the scenario: =+2 makes 6 %, =2 makes 2 %."""

    def revenue(*more: str) -> float:
        _, answer = _json(capsys, "plan", "--store", store, *more)
        return float(answer["kpis"]["demanded_revenue"])

    turned = ("--scenario", "dearer-kettles", "--set")
    assert revenue(*turned, "price=+2@family=Kettles") == pytest.approx(revenue("--set", "price=6@family=Kettles"))
    assert revenue(*turned, "price=2@family=Kettles") == pytest.approx(revenue("--set", "price=2@family=Kettles"))


def test_the_window_is_chosen(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A quarter of the small company has revenue of 3 x (20,000 + 7,500)."""
    _, answer = _json(capsys, "plan", "--store", store, "--window", "quarter")
    assert answer["kpis"]["net_revenue"] == pytest.approx(82_500)
    code, answer = _json(capsys, "plan", "--store", store, "--window", "next_year")
    assert (code, answer["status"]) == (1, "error")
    assert "no window 'next_year'" in answer["error"]


def test_without_a_window_it_is_the_fiscal_year_where_the_plan_reaches_its_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A year that ends in March: January to March, 82,500 of revenue; one that ends in December is not reached."""
    tables = small_company()
    year = pd.DataFrame({"key": ["fiscal_year_start"], "value": ["4"]})
    inputs = Inputs.of({**tables, "settings": pd.concat([tables["settings"], year])})
    _, answer = _json(capsys, "plan", "--data", written(inputs, tmp_path))
    assert answer["window"]["name"] == "fiscal_year"
    assert answer["kpis"]["net_revenue"] == pytest.approx(82_500)
    _, answer = _json(capsys, "plan", "--data", tmp_path, "--window", "horizon")
    assert answer["kpis"]["net_revenue"] == pytest.approx(185_000)


def test_files_are_planned_without_a_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--data plans a folder; nothing is written anywhere."""
    folder = written(small_inputs(), tmp_path / "t")
    code, answer = _json(capsys, "plan", "--data", folder, "--set", "demand=0")
    assert code == 0
    assert answer["kpis"]["net_revenue"] == pytest.approx(185_000)
    assert list(tmp_path.iterdir()) == [folder]


def test_hard_limits_that_collide_are_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A contract for more than the line can make: the status says so and the warnings name the limit."""
    folder = written(small_inputs(), tmp_path)
    (folder / "contracts.csv").write_text("contract,market,item,period,minimum\nbig,UK,Kettle,2026-01,5000\n")
    (folder / "forecasts.csv").write_text("version,item,market,period,quantity\nplan,Kettle,UK,2026-01,5000\n")
    code, answer = _json(capsys, "plan", "--data", folder)
    assert (code, answer["status"]) == (1, "infeasible")
    assert answer["warnings"]


def test_a_plan_is_printed_for_people(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Headline, key figures and P&L beside Base, with thousands; shown lines add up to shown EBITDA."""
    assert main(["plan", "--store", str(store), "--set", "price=2.5@family=Kettles"]) == 0
    told = capsys.readouterr().out
    lines = {line[:24].strip(): line[24:].split() for line in told.splitlines() if line[24:].strip()}
    amount = {
        name: [int(cell.replace(",", "")) for cell in cells[:2]] for name, cells in lines.items() if name in _COSTS
    }
    for column in (0, 1):
        left = amount["Net revenue"][column] - sum(amount[cost][column] for cost in _COSTS[1:-1])
        assert left == amount["EBITDA"][column]
    assert lines["EBITDA"][2].startswith(("+", "-"))


_COSTS = (
    "Net revenue",
    "Rebates",
    "Promotion",
    "COGS at standard",
    "Purchase price variance",
    "Subcontract variance",
    "Labour and idle variance",
    "Overtime",
    "Extra capacity",
    "Hiring and lay-off",
    "Set-ups",
    "Freight",
    "Storage",
    "Marketing",
    "Fixed costs",
    "EBITDA",
)


def test_scenarios_are_compared(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Against the first one named unless another reference is; differences are value less reference."""
    code, answer = _json(capsys, "compare", "base", "dearer-kettles", "--store", store)
    assert code == 0
    assert answer["reference"] == "base"
    for row in answer["kpis"]:
        if row["unit"] != "period":
            assert row["difference"] == pytest.approx(row["value"] - row["reference"])
    arguments = ("compare", "base", "dearer-kettles", "--reference", "Dearer kettles")
    _, other = _json(capsys, *arguments, "--store", store)
    assert other["reference"] == "dearer-kettles"
    assert main(["compare", "dearer-kettles", "Dearer kettles", "--store", str(store)]) == 2
    assert "same scenario" in capsys.readouterr().err
    assert main(["compare", "base", "dearer-kettles", "--store", str(store)]) == 0
    assert "Dearer kettles" in capsys.readouterr().out


def test_exports_are_written_whole(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Workbook and snapshot by suffix; the snapshot verifies; a place that cannot be written is said so."""
    for name, start in (("plan.xlsx", b"PK"), ("plan.ZIP", b"PK")):
        assert main(["export", "dearer-kettles", "--to", str(tmp_path / name), "--store", str(store)]) == 0
        assert (tmp_path / name).read_bytes().startswith(start)
    capsys.readouterr()
    assert _json(capsys, "verify", tmp_path / "plan.ZIP") == (0, {"status": "equal", "differences": []})
    assert main(["export", "base", "--to", str(tmp_path / "none" / "p.zip"), "--store", str(store)]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["plan.ZIP", "plan.xlsx"]


def test_a_damaged_snapshot_is_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No stack trace, one sentence."""
    (tmp_path / "s.zip").write_bytes(b"not a zip")
    assert main(["verify", str(tmp_path / "s.zip")]) == 1
    assert capsys.readouterr().err == "s.zip is damaged or no zip file. Make or download it again.\n"
    assert main(["verify", str(tmp_path / "none.zip")]) == 1


def test_the_template_is_written(tmp_path: Path) -> None:
    """A workbook, without opening any store."""
    assert main(["template", str(tmp_path / "t.xlsx")]) == 0
    assert (tmp_path / "t.xlsx").read_bytes().startswith(b"PK")
    assert [file.name for file in tmp_path.iterdir()] == ["t.xlsx"]


def test_the_demo_company_is_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its five scenarios."""
    code, answer = _json(capsys, "demo", "--store", tmp_path / "s.duckdb")
    assert code == 0
    assert len(answer["scenarios"]) == 6


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["plan", "--scenario", "nothing"], "There is no scenario 'nothing'"),
        (["plan", "--set", "price=4@family=Fans"], "There is no family 'Fans'"),
        (["plan", "--set", "price=4:2031-01"], "outside the plan"),
        (["plan", "--set", "price=4", "--set", "price=5"], "turned twice"),
        (["compare", "base", "nothing"], "There is no scenario 'nothing'"),
        (["export", "nothing", "--to", "x.zip"], "There is no scenario 'nothing'"),
    ],
)
def test_what_does_not_exist_is_exit_code_1(
    store: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    """One sentence on stderr, as JSON on stdout too when asked for."""
    assert main([*arguments, "--store", str(store)]) == 1
    assert words in capsys.readouterr().err
    code, answer = _json(capsys, *arguments, "--store", store)
    assert (code, answer["status"]) == (1, "error")
    assert words in answer["error"]


def test_an_empty_store_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No data, no plan: load the demo company or import."""
    assert main(["plan", "--store", str(tmp_path / "s.duckdb")]) == 1
    assert "Load the demo company or import" in capsys.readouterr().err


def test_a_store_held_by_the_running_app_is_said_so(tmp_path: Path) -> None:
    """As a process of its own, the way it is typed: exit code 1, one sentence, no stack trace."""
    held = Repository(tmp_path / "s.duckdb")
    command = [sys.executable, "-m", "sop", "plan", "--store", str(tmp_path / "s.duckdb")]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    held.close()
    assert told.returncode == 1
    assert "is held by another process, probably the running app" in told.stderr
    assert told.stderr.count("\n") == 1


def test_the_environment_names_the_store(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """SOP_STORE is used where --store is not given."""
    monkeypatch.setenv("SOP_STORE", str(store))
    code, answer = _json(capsys, "plan", "--scenario", "dearer-kettles")
    assert (code, answer["scenario"]) == (0, "Dearer kettles")


def test_every_command_and_option_is_in_the_manual() -> None:
    """A command nobody is told about does not exist."""
    manual = MANUAL.read_text("utf-8")
    commands = next(action.choices for action in parser()._actions if action.dest == "command")
    assert commands is not None
    options = {option for one in commands.values() for option in one._option_string_actions if option.startswith("--")}
    missing = [name for name in commands if f"python -m sop {name}" not in manual]
    assert missing + [option for option in options if option not in manual and option != "--help"] == []


def test_every_turn_in_the_manual_can_be_typed() -> None:
    """The examples of --set are read without complaint."""
    examples = re.findall(r"--set '([^']+)'", MANUAL.read_text("utf-8"))
    assert len(examples) >= 6
    for example in examples:
        assert turn(example).lever in example
