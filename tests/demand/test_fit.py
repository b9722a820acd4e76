"""Fitting as a whole: where paths come from, repeatability, the stored form, the process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sop.demand import DemandModel, fit, forecast
from sop.demand.handover import read_inputs, write_inputs
from sop.demand.model import ORIGINS
from sop.domain.base import base_parameters
from sop.domain.errors import InputError
from sop.domain.inputs import Inputs, typed
from tests.companies import small_company, small_inputs
from tests.demand.simulated import Truth, simulated


def _origins(model: DemandModel) -> list[list[str]]:
    return [[ORIGINS[code] for code in row] for row in model.origin]


def test_next_year_is_close_to_the_truth(company: tuple[Inputs, Truth], fitted: DemandModel) -> None:
    """The baseline of a year ahead lies within 12 % of what the true model expects at the reference of the drivers that
    are on, and is not biased by more than 4 % (log-normal noise of 10 %)."""
    longer, truth = simulated(seed=1, months=48)
    assert longer.id == company[0].id
    acting = _true(truth) * (fitted.coefficient.reshape(5, -1) != 0)
    driven = np.exp(np.einsum("ksh,ks->sh", _away(fitted, company[0]), acting))
    undriven = truth.mean / driven
    expected = undriven[:, -12:] * np.exp(0.003 * 12)
    got = fitted.base.reshape(36, -1)[:, :12]
    assert np.abs(got - expected).sum() / expected.sum() < 0.12
    assert abs(got.sum() / expected.sum() - 1) < 0.04


def _true(truth: Truth) -> np.ndarray:
    return np.stack([truth.price, truth.promotion, truth.after, truth.marketing, np.full(36, truth.index)])


def _away(model: DemandModel, inputs: Inputs) -> np.ndarray:
    from sop.demand.material import gather

    return (gather(inputs).past - model.reference[..., :1]).reshape(5, 36, -1)


def test_same_inputs_same_model(company: tuple[Inputs, Truth], fitted: DemandModel) -> None:
    """Fitting twice gives the same bytes."""
    assert fit(company[0]).to_bytes() == fitted.to_bytes()


def test_stored_model_forecasts_the_same(company: tuple[Inputs, Truth], fitted: DemandModel) -> None:
    """A model read back gives the same forecast bit by bit, and the same bytes again."""
    read = DemandModel.from_bytes(fitted.to_bytes())
    base = base_parameters(company[0])
    np.testing.assert_array_equal(forecast(read, base).expected, forecast(fitted, base).expected)
    assert read.to_bytes() == fitted.to_bytes()
    assert read.inputs_id == company[0].id
    pd.testing.assert_frame_equal(read.effects_table(), fitted.effects_table())


def test_history_and_given_forecasts_mix(company: tuple[Inputs, Truth]) -> None:
    """Series without history plan from the forecast version, the others statistically; a version that is asked for
    goes before history where it speaks, and effects are fitted all the same."""
    inputs = company[0]
    history = inputs["sales_history"]
    few = history[(history["item"] < "I03") & ~((history["item"] == "I00") & (history["market"] == "M0"))]
    rows = {
        "version": ["plan"] * 2,
        "item": ["I00", "I01"],
        "market": ["M0", "M1"],
        "period": ["2026-01-01"] * 2,
        "quantity": [70.0, 90.0],
    }
    tables = {
        **inputs.tables,
        "sales_history": few.reset_index(drop=True),
        "forecasts": typed("forecasts", pd.DataFrame(rows)),
    }
    blank = Inputs.of(tables)
    model = fit(blank)
    assert _origins(model)[0][0] == "given forecast"
    assert _origins(model)[1][1] == "statistical forecast"
    assert _origins(model)[5][0] == "not sold"
    assert forecast(model, base_parameters(blank)).expected[0, 0, 0] == pytest.approx(70.0)
    settings = inputs["settings"]
    asked = pd.concat([settings, pd.DataFrame({"key": ["forecast_version"], "value": ["plan"]})], ignore_index=True)
    chosen = Inputs.of({**tables, "settings": asked})
    model = fit(chosen)
    assert _origins(model)[1][1] == "given forecast"
    assert forecast(model, base_parameters(chosen)).expected[1, 1, 0] == pytest.approx(90.0)
    price = model.effects_table().query("driver == 'price' and item == 'I01' and market == 'M1'")
    assert price["source"].tolist() in (["fitted"], ["pooled"])
    assert price["standard_error"].notna().all()


def test_forecast_version_beyond_its_end_repeats_the_year() -> None:
    """A version of 3 months carried over a horizon of 6 goes on at its mean; with 12 months the year comes again."""
    tables = small_company()
    forecasts = tables["forecasts"]
    short = forecasts[forecasts["period"] < "2026-04-01"].reset_index(drop=True)
    inputs = Inputs.of({**tables, "forecasts": short})
    assert forecast(fit(inputs), base_parameters(inputs)).expected[0, 0].tolist() == [300.0] * 6


def test_planned_events_lift_the_baseline(company: tuple[Inputs, Truth], fitted: DemandModel) -> None:
    """A fair with +20 % in February 2026 for one family multiplies that month's baseline and nothing else."""
    inputs = company[0]
    event = {"event": ["fair"], "family": ["F1"], "first_day": ["2026-02-10"], "uplift": [0.2]}
    with_event = Inputs.of({**inputs.tables, "events": typed("events", pd.DataFrame(event))})
    base = base_parameters(with_event)
    ratio = forecast(fit(with_event), base).expected / forecast(fitted, base).expected
    lifted = np.ones(ratio.shape)
    lifted[np.arange(12) % 3 == 1, :, 1] = 1.2
    np.testing.assert_allclose(ratio, lifted, rtol=1e-9)


def test_history_that_ends_early_is_carried_over_the_gap(company: tuple[Inputs, Truth]) -> None:
    """Without the last two months' rows, a steady season still puts its peak in the right month."""
    months = pd.date_range("2023-01-01", "2025-10-01", freq="MS")
    demand = np.where(months.month == 6, 300.0, 100.0)
    tables = {
        "settings": {"key": ["first_period", "horizon"], "value": ["2026-01-01", "12"]},
        "items": {"item": ["A"]},
        "prices": {"item": ["A"], "list_price": [1.0]},
        "sales_history": {"date": months, "item": ["A"] * len(months), "ordered": demand},
    }
    inputs = Inputs.of({name: typed(name, pd.DataFrame(columns)) for name, columns in tables.items()})
    model = fit(inputs)
    assert model.base[0, 0].argmax() == 5
    assert np.isnan(model.history[0, 0, -2:]).all()


def test_new_company_without_anything_to_forecast() -> None:
    """Items alone, no history and no forecast: a plan of zeros, no failure."""
    tables = {
        "settings": {"key": ["first_period"], "value": ["2026-01-01"]},
        "items": {"item": ["A"]},
    }
    inputs = Inputs.of({name: typed(name, pd.DataFrame(columns)) for name, columns in tables.items()})
    plan = forecast(fit(inputs), base_parameters(inputs))
    assert (plan.expected == 0).all()
    assert not plan.extrapolated.any()


def test_spread_without_history_is_assumed(fitted: DemandModel) -> None:
    """A given forecast has the assumed spread and says so; a fitted one its own, growing with the lead."""
    model = fit(small_inputs())
    assert model.spread_assumed.all()
    assert (model.spread == 0.2).all()
    assert not fitted.spread_assumed.any()
    assert (fitted.spread[:, :, 0] > 0.06).all()
    assert (fitted.spread[:, :, 0] < 0.2).all()


def test_handover_keeps_inputs_identical(tmp_path: Path, company: tuple[Inputs, Truth]) -> None:
    """Tables written for the fitting process and read there are the same Inputs."""
    for number, inputs in enumerate((small_inputs(), company[0])):
        write_inputs(inputs, tmp_path / str(number))
        assert read_inputs(tmp_path / str(number)).id == inputs.id


def test_worker_fits_and_measures_in_a_process_of_its_own(tmp_path: Path) -> None:
    """It tells progress line by line, writes the model fitting here would give, and adds accuracy on request."""
    inputs, _ = simulated(seed=2, items=3, markets=1, months=24)
    write_inputs(inputs, tmp_path / "tables")
    told = _run(tmp_path)
    shares = [line["progress"] for line in told]
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    assert all(line["doing"] for line in told)
    model = DemandModel.from_bytes((tmp_path / "model").read_bytes())
    assert model.inputs_id == inputs.id
    np.testing.assert_allclose(model.base, fit(inputs).base, rtol=1e-9)
    assert model.accuracy_table().empty
    _run(tmp_path, "--engine", "prophet")
    assert DemandModel.from_bytes((tmp_path / "model").read_bytes()).engine == "prophet"
    _run(tmp_path)
    _run(tmp_path, "--backtest")
    measured = DemandModel.from_bytes((tmp_path / "model").read_bytes())
    np.testing.assert_array_equal(measured.base, model.base)
    assert set(measured.accuracy_table()["engine"]) >= {"ensemble", "prophet", "seasonal naive"}


def _run(folder: Path, *options: str) -> list[dict[str, object]]:
    command = [sys.executable, "-m", "sop.demand.worker", str(folder / "tables"), str(folder / "model"), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_worker_says_what_is_wrong(tmp_path: Path) -> None:
    """An item sold without a price is the user's to put right: exit code 1 and a title, no traceback."""
    tables = small_company()
    inputs = Inputs.of({**tables, "prices": tables["prices"].head(1)})
    with pytest.raises(InputError):
        fit(inputs)
    write_inputs(inputs, tmp_path / "tables")
    command = [sys.executable, "-m", "sop.demand.worker", str(tmp_path / "tables"), str(tmp_path / "model")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "fault" in json.loads(done.stdout.splitlines()[-1])["error"]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "model").exists()
