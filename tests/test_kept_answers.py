"""Answers kept beside the store: the same figures as planning anew, for the same question only, never blindly."""

from __future__ import annotations

import threading
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sop.domain.scenario import BASE, Override
from sop.workspace import Workspace, kept
from tests.workspaces import scenario, small_workspace

RISE = Override(lever="price", value=0.04)


def opened(path: Path) -> Workspace:
    """The small company in a store on disk; closed by the caller."""
    workspace = Workspace.open(path)
    if not workspace.status().has_inputs:
        workspace.import_path(_tables(path.parent / "tables"))
        workspace.ensure_model()
    return workspace


def _tables(folder: Path) -> Path:
    from tests.companies import small_inputs
    from tests.workspaces import written

    return written(small_inputs(), folder)


def differences(a: Any, b: Any, path: str = "") -> list[str]:
    """Where two plans differ, field by field; the clock aside."""
    if is_dataclass(a):
        names = [one.name for one in fields(a) if one.name not in {"seconds", "iterations", "parameters"}]
        return [found for name in names for found in differences(getattr(a, name), getattr(b, name), f"{path}.{name}")]
    if isinstance(a, np.ndarray):
        return [] if np.array_equal(a, b, equal_nan=a.dtype.kind == "f") and a.dtype == b.dtype else [path]
    if hasattr(a, "items"):
        keys = [path] if list(a) != list(b) else []
        return keys + [found for key in a for found in differences(a[key], b[key], f"{path}.{key}")]
    return [] if a == b else [path]


def test_a_second_start_answers_from_disk_with_the_same_plan(tmp_path: Path) -> None:
    """Base and a saved scenario come back equal in every array, order and word; no supply model is built for them."""
    first = opened(tmp_path / "sop.duckdb")
    dear = first.save(scenario("Dear", RISE))
    made = [first.plan(BASE), first.plan(dear.id)]
    first.close()
    second = opened(tmp_path / "sop.duckdb")
    found = [second.plan(BASE), second.plan(dear.id)]
    assert not second.planner.is_built
    assert [differences(*pair) for pair in zip(made, found, strict=True)] == [[], []]
    assert second.kpis(found[1], "horizon") == first.kpis(made[1], "horizon")
    second.close()


def test_unsaved_turns_are_planned_and_not_kept(tmp_path: Path) -> None:
    """What nobody saved leaves nothing behind."""
    workspace = opened(tmp_path / "sop.duckdb")
    workspace.plan(BASE)
    workspace.plan(scenario("Not saved", RISE))
    assert len(list((tmp_path / "sop.answers").glob("*.answer"))) == 1
    workspace.close()


def test_another_program_or_forecast_plans_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed source file, or another fitted demand, is another question."""
    workspace = opened(tmp_path / "sop.duckdb")
    planner = workspace.planner
    key = kept.key_of("inputs", planner.model, "scenario")
    assert key == kept.key_of("inputs", planner.model, "scenario")
    monkeypatch.setattr(kept, "_program", lambda: "another program")
    changed = kept.key_of("inputs", planner.model, "scenario")
    planner.model.base[0] *= 1.0 + 1e-9
    assert len({key, changed, kept.key_of("inputs", planner.model, "scenario")}) == 3
    workspace.close()


def test_a_damaged_file_is_planned_over(tmp_path: Path) -> None:
    """Half a file, or one of something else, counts as none."""
    first = opened(tmp_path / "sop.duckdb")
    made = first.plan(BASE)
    first.close()
    files = list((tmp_path / "sop.answers").iterdir())
    assert sorted(file.suffix for file in files) == [".answer", ".base", ".tables"]
    whole = {file: file.read_bytes() for file in files}
    for damage in (lambda data: data[:1000], lambda _: b"", lambda _: b"not an answer"):
        for file in files:
            file.write_bytes(damage(whole[file]))
        again = opened(tmp_path / "sop.duckdb")
        assert differences(made, again.plan(BASE)) == []
        again.close()


def test_only_the_newest_answers_stay(tmp_path: Path) -> None:
    """Ten saved scenarios leave the eight asked for last."""
    workspace = opened(tmp_path / "sop.duckdb")
    for number in range(10):
        workspace.plan(workspace.save(scenario(f"S{number}", RISE.model_copy(update={"value": number / 100}))).id)
    assert len(list((tmp_path / "sop.answers").glob("*.answer"))) == kept.KEPT
    workspace.close()


def test_nothing_is_kept_of_a_store_in_memory() -> None:
    """Without a file there is no folder beside it."""
    workspace = small_workspace()
    workspace.plan(BASE)
    assert kept.Kept(None).answer("anything") is None


def test_warming_up_builds_the_supply_model_once() -> None:
    """Two threads that need it at the same time get the same model."""
    workspace = small_workspace()
    workspace.warm_up()
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(workspace.planner.supply)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] is found[1]
