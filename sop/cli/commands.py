"""The commands: what each asks of the workspace and prints. They return the exit code."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from pydantic import ValidationError

from sop.cli.printing import change, figure, print_json, print_table, show_progress, tell_error
from sop.domain.errors import InputError, NotFound, ScenarioError, SopError
from sop.domain.plans import PlanResult, SolveStatus
from sop.domain.rounding import round_statement
from sop.domain.scenario import BASE_ID, Scenario
from sop.workspace import Workspace
from sop.workspace.demand_review import Signed
from sop.workspace.loading import check

if TYPE_CHECKING:
    from sop.finance import Window

FINE, BAD_INPUT, WRONG_USAGE = 0, 1, 2


def _check(chosen: Namespace) -> int:
    read = check(chosen.path, _mapping(chosen.map))
    rows = {name: len(table) for name, table in read.tables.items()}
    if chosen.json:
        status = "faults" if read.faults else "fine"
        faults = [asdict(fault) for fault in read.faults]
        print_json({"status": status, "faults": faults, "tables": rows, "notes": read.notes})
        return BAD_INPUT if faults else FINE
    if rows:
        _tell_tables(rows, read.notes)
    if read.faults:
        tell_error(InputError(read.faults), as_json=False)
        return BAD_INPUT
    print("No faults.")
    return FINE


def _import(chosen: Namespace) -> int:
    with _store(chosen) as workspace:
        report = workspace.import_path(chosen.path, _mapping(chosen.map))
    if not chosen.json:
        _tell_tables(report.tables, report.notes)
    return _done(chosen, f"Imported as {report.inputs_id}.", **asdict(report))


def _template(chosen: Namespace) -> int:
    with _opened(":memory:") as workspace:
        _write(chosen.file, workspace.template())
    return _done(chosen, f"Wrote {chosen.file}.", file=str(chosen.file))


def _demo(chosen: Namespace) -> int:
    with _store(chosen) as workspace:
        workspace.load_demo()
        names = [scenario.name for scenario in workspace.scenarios()]
        company = workspace.status().company
    return _done(chosen, f"Loaded {company}. Scenarios: {', '.join(names)}.", company=company, scenarios=names)


def _fit(chosen: Namespace) -> int:
    with _store(chosen) as workspace:
        present = workspace.status().has_model
        workspace.ensure_model(show_progress)
        if chosen.backtest or chosen.adopt:
            workspace.measure_accuracy(show_progress)
        accuracy = workspace.accuracy()
        adopted = _adopted(workspace) if chosen.adopt else ""
    if (chosen.backtest or chosen.adopt) and not chosen.json:
        _tell_accuracy(accuracy)
    sentence = "The demand model was fitted before." if present else "The demand model is fitted."
    if chosen.adopt:
        sentence += f" Planned with {adopted} from now on." if adopted else " No engine is clearly better: it stays."
    return _done(chosen, sentence, accuracy=accuracy.to_dict("records"), adopted=adopted)


def _adopted(workspace: Workspace) -> str:
    """The engine the backtest found clearly better, planned with from now on; blank where there is none."""
    from sop.demand.backtest import preferred_engine

    model = workspace.planner.model
    best = preferred_engine(model)
    if best in ("", model.engine):
        return ""
    workspace.adopt_engine(best, Signed("Command line", "best in the backtest"), show_progress)
    return best


def _tell_accuracy(accuracy: pd.DataFrame) -> None:
    """WAPE, bias and value added of every engine over all series."""
    if accuracy.empty:
        print("History is too short to hold anything out.")
        return
    measures = ("wape", "bias", "fva")
    total = accuracy[accuracy["level"] == "total"]
    rows = [[row["engine"], *(f"{100 * row[name]:.1f} %" for name in measures)] for row in total.to_dict("records")]
    print_table(["Engine", "WAPE", "Bias", "Value added"], rows)


def _plan(chosen: Namespace) -> int:
    with _opened(":memory:") if chosen.data else _store(chosen) as workspace:
        if chosen.data:
            workspace.import_path(chosen.data)
        workspace.ensure_model(show_progress)
        result = workspace.plan(_asked(workspace, chosen), chosen.whole)
        base = workspace.plan(BASE_ID, chosen.whole)
        if chosen.json:
            print_json(_answer(workspace, result, base, _window(workspace, chosen)))
        else:
            _tell_answer(workspace, result, base, _window(workspace, chosen))
    return FINE if result.supply.status is SolveStatus.OPTIMAL else BAD_INPUT


def _window(workspace: Workspace, chosen: Namespace) -> Window:
    """The window named; without a name the fiscal year where the plan reaches its end, else the whole plan."""
    horizon = workspace.inputs.horizon
    covered = horizon.fiscal_year_range(0)[1] <= horizon.periods
    return workspace.window(chosen.window or ("fiscal_year" if covered else "horizon"))


def _asked(workspace: Workspace, chosen: Namespace) -> Scenario:
    """The scenario named, with the turns of the command line on top."""
    named = _named(workspace, chosen.scenario)
    if not chosen.turns:
        return named
    name = f"{named.name[:60]}, turned"
    try:
        return Scenario(id="what-if", name=name, parent=named.id, overrides=tuple(chosen.turns))
    except ValidationError as error:
        raise ScenarioError(error.errors()[0]["msg"].removeprefix("Value error, ") + ".", "Give it once.") from error


def _answer(workspace: Workspace, result: PlanResult, base: PlanResult, window: Window) -> dict[str, object]:
    """What a plan answers, for programs. Money in the company's currency, shares 0..1."""
    settings = workspace.inputs.settings
    kpis = asdict(workspace.kpis(result, window))
    lines = workspace.statement(result, window)
    return {
        "status": result.supply.status.value,
        "goal": result.supply.goal,
        "objective": result.supply.objective,
        "company": settings.company,
        "currency": settings.currency,
        "scenario": result.scenario.name,
        "scenario_key": result.scenario_key,
        "window": {"name": window.name, "title": window.title},
        "kpis": {**kpis, "cash_low_period": result.horizon.labels[kpis["cash_low_period"]]},
        "pnl": lines[["line", "title", "sign", "value"]].to_dict("records"),
        "headline": workspace.headline(result, base, window),
        "warnings": list(result.warnings),
        "seconds": dict(result.seconds),
    }


def _tell_answer(workspace: Workspace, result: PlanResult, base: PlanResult, window: Window) -> None:
    currency = workspace.inputs.settings.currency
    print(f"{workspace.inputs.settings.company} - {result.scenario.name} - {window.title}")
    print(workspace.headline(result, base, window))
    print(f"Status {result.supply.status.value}, objective {result.supply.objective:,.2f} {currency}\n")
    found = workspace.comparison([base, result], base, window)
    kpis = found.kpis[found.kpis["scenario"] == result.scenario.id]
    _tell_figures("Key figure", kpis.to_dict("records"), result.horizon.labels)
    lines = _rounded_lines(found.lines[found.lines["scenario"] == result.scenario.id])
    print()
    _tell_figures(f"P&L in {currency}", lines.to_dict("records"), result.horizon.labels)
    for warning in result.warnings:
        print(f"! {warning}")


def _tell_figures(what: str, rows: Sequence[Mapping[Any, Any]], labels: Sequence[str]) -> None:
    """Value, reference and difference of every figure."""
    table = [
        [
            row["title"],
            figure(row["unit"], row["value"], labels),
            figure(row["unit"], row["reference"], labels),
            change(row["unit"], row["difference"]),
        ]
        for row in rows
    ]
    print_table([what, "Scenario", "Base", "Difference"], table)


def _rounded_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """P&L lines in whole money, so that what is shown adds up, scenario by scenario."""
    parts = [
        part.assign(
            **{
                name: round_statement(part[[name]].to_numpy(), tuple(part["sign"]))[:, 0]
                for name in ("value", "reference")
            }
        )
        for _, part in lines.groupby("scenario", sort=False)
    ]
    whole = pd.concat(parts).assign(unit="money")
    return whole.assign(difference=whole["value"] - whole["reference"])


def _compare(chosen: Namespace) -> int:
    with _store(chosen) as workspace:
        workspace.ensure_model(show_progress)
        ids = [_named(workspace, name).id for name in chosen.scenarios]
        if len(set(ids)) < len(ids):
            return _misused("compare: two of the names stand for the same scenario; name different ones.")
        reference = _named(workspace, chosen.reference or chosen.scenarios[0])
        found = workspace.compare(ids, reference.id, _window(workspace, chosen).name)
        labels = workspace.inputs.horizon.labels
    if chosen.json:
        tables = {name: getattr(found, name).to_dict("records") for name in ("kpis", "lines", "overrides")}
        names = {"window": found.window.name, "reference": found.reference, "scenarios": dict(found.names)}
        print_json({"status": "compared", **names, **tables})
        return FINE
    print(f"{found.window.title}; differences from {reference.name} in brackets")
    for what, frame in (("Key figure", found.kpis), ("P&L", _rounded_lines(found.lines))):
        print()
        _tell_side_by_side(what, frame.to_dict("records"), found.names, labels)
    return FINE


def _misused(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return WRONG_USAGE


def _tell_side_by_side(
    what: str, rows: Sequence[Mapping[Any, Any]], names: Mapping[str, str], labels: Sequence[str]
) -> None:
    """One row per figure, one column per scenario."""
    table: dict[str, list[str]] = {}
    for row in rows:
        shown, differs = figure(row["unit"], row["value"], labels), change(row["unit"], row["difference"])
        shown += f" ({differs})" if differs else ""
        table.setdefault(row["title"], [row["title"]]).append(shown)
    print_table([what, *names.values()], list(table.values()))


def _approve(chosen: Namespace) -> int:
    with _store(chosen) as workspace:
        workspace.ensure_model(show_progress)
        scenario = _named(workspace, chosen.scenario)
        if chosen.whole:
            workspace.plan_exactly(scenario).wait()
            if workspace.exact_plan(scenario) is None:
                raise SopError("No exact plan was found in time.", "Approve the continuous one, without --whole.")
        approval = workspace.approve(scenario.id, chosen.by, chosen.reason)
    told = {"number": approval.number, "scenario": approval.scenario_id, "scenario_key": approval.scenario_key}
    which = f"{scenario.name}{', its exact plan,' if chosen.whole else ''}"
    return _done(chosen, f"Approved {which} by {approval.author}; it never changes again.", **told)


def _approved(chosen: Namespace) -> int:
    with _store(chosen) as workspace:
        names = {one.id: one.name for one in workspace.scenarios()}
        found = workspace.approved()
    rows = [
        {
            "number": one.number,
            "scenario": names[one.scenario_id],
            "approved_at": f"{one.approved_at:%Y-%m-%d %H:%M}",
            "author": one.author,
            "reason": one.reason,
        }
        for one in found
    ]
    if chosen.json:
        print_json({"status": "listed", "approved": rows})
    elif rows:
        header = ["Scenario", "When (UTC)", "By", "Reason"]
        print_table(header, [[str(value) for value in list(row.values())[1:]] for row in rows], texts=len(header))
    else:
        print("Nothing is approved yet.")
    return FINE


def _export(chosen: Namespace) -> int:
    with _store(chosen) as workspace:
        workspace.ensure_model(show_progress)
        make = workspace.workbook if chosen.to.suffix.lower() == ".xlsx" else workspace.snapshot
        _write(chosen.to, make(_named(workspace, chosen.scenario)))
    return _done(chosen, f"Wrote {chosen.to}.", file=str(chosen.to))


def _release(chosen: Namespace) -> int:
    with _store(chosen) as workspace:
        workspace.ensure_model(show_progress)
        result = workspace.plan(_named(workspace, chosen.scenario), chosen.whole)
        excel = chosen.to.suffix.lower() == ".xlsx"
        _write(chosen.to, workspace.release_file(result, chosen.whole_units, excel=excel))
    return _done(chosen, f"Wrote {chosen.to}.", file=str(chosen.to))


def _verify(chosen: Namespace) -> int:
    found = Workspace.verify(chosen.file)
    if chosen.json:
        print_json({"status": "equal" if found.equal else "different", "differences": found.differences})
    else:
        print("Equal: every result came out again." if found.equal else "\n".join(["Different:", *found.differences]))
    return FINE if found.equal else BAD_INPUT


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {
    "check": _check,
    "import": _import,
    "template": _template,
    "demo": _demo,
    "fit": _fit,
    "plan": _plan,
    "compare": _compare,
    "approve": _approve,
    "approved": _approved,
    "export": _export,
    "release": _release,
    "verify": _verify,
}


@contextmanager
def _opened(path: Path | str | None) -> Iterator[Workspace]:
    workspace = Workspace.open(path)
    try:
        yield workspace
    finally:
        workspace.close()


def _store(chosen: Namespace) -> AbstractContextManager[Workspace]:
    return _opened(chosen.store)


def _named(workspace: Workspace, name: str) -> Scenario:
    """The saved scenario with this id or name, whatever its case; raises NotFound."""
    known = workspace.scenarios()
    for scenario in known:
        if name in (scenario.id, scenario.name):
            return scenario
    alike = [scenario for scenario in known if scenario.name.casefold() == name.casefold()]
    if len(alike) == 1:
        return alike[0]
    raise NotFound(f"There is no scenario {name!r}.", f"There are: {', '.join(one.name for one in known)}.")


def _mapping(told: Sequence[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    result: dict[str, dict[str, str]] = {}
    for table, theirs, ours in told:
        result.setdefault(table, {})[theirs] = ours
    return result


def _tell_tables(rows: Mapping[str, int], notes: Sequence[str]) -> None:
    print_table(["Table", "Rows"], [[name, f"{count:,}"] for name, count in rows.items()])
    for note in notes:
        print(f"- {note}")


def _write(path: Path, content: bytes) -> None:
    """Write beside, then rename: never half a file. Raises SopError when that cannot be done."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise SopError(f"{path} cannot be written ({error.strerror}).", "Choose another place.") from error


def _done(chosen: Namespace, sentence: str, **facts: object) -> int:
    if chosen.json:
        print_json({"status": "done", "message": sentence, **facts})
    else:
        print(sentence)
    return FINE
