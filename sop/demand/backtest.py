"""How good the forecast is: rolling origins, every engine on the same buckets, against the seasonal naive.

At each origin effects and baselines are fitted again on what was known then; drivers, events and promotions of the
held-out buckets are taken as they came (a plan of one's own is known ahead; the naive knows of none). Buckets that do
not show demand are not scored: stock-outs, what the planner replaced, events of unknown effect.

    WAPE = sum |error| / sum demand              bias = sum error / sum demand (positive = forecast too high)
    MASE = mean of |error| / mean |change from a season ago| in the series' own history (Hyndman and Koehler 2006)
    FVA = WAPE of the seasonal naive - WAPE      coverage = share of buckets between P10 and P90 (80 % when right)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.demand.baseline import carried_on, references, remainder, season_of
from sop.demand.cleaning import clean_material
from sop.demand.coefficients import coefficients, learn
from sop.demand.engines import NAMES, Engine, Ensemble, Prophet, SeasonalNaive, named, silent, sparse_method
from sop.demand.history import KEPT, REPLACED, STOCK_OUT, History
from sop.demand.material import Material
from sop.demand.model import P90, STATISTICAL, DemandModel
from sop.demand.places import Places
from sop.demand.spread import spread_by_lead, unsure
from sop.domain.inputs import Inputs
from sop.domain.parameters import Array, Mask

ORIGINS = 3
AHEAD = 6
MOST_SERIES = 120
CANDIDATES = ("ensemble", "ets", "theta", "ces", "prophet")
"""Engines a company may be given; seasonal naive and intermittent are yardsticks (sparse series get a rate anyway)."""
CLEARLY_BETTER = 0.005
"""Total WAPE + |bias| by which another engine must be ahead to be recommended."""
WITHOUT_DRIVERS = "ensemble without drivers"
AS_PLANNED = "each by its own engine"
"""Series as they are planned, in groups whose items have different engines."""

Progress = Callable[[float, str], None]


@dataclass(frozen=True, eq=False)
class Trial:
    """Held-out demand [S, n], forecasts by engine [S, n] and the spread of log demand [S, n], over all origins; the
    seasonal naive's usual error in history, ``scale`` [S, n] (None: not measured)."""

    actual: Array
    forecasts: dict[str, Array]
    spread: Array
    scale: Array | None = None


def with_accuracy(
    model: DemandModel, inputs: Inputs, progress: Progress | None = None, places: Places | None = None
) -> DemandModel:
    """``model`` with its accuracy measured; unchanged when history is too short to hold anything out.

    Forecasts stay as they are. Where another engine is clearly better, a note recommends it.
    """
    found = backtest(inputs, progress, places, model.engine)
    records = tuple({str(name): value for name, value in record.items()} for record in found.to_dict("records"))
    advice = recommendation(found, model.engine)
    return replace(model, accuracy=records, notes=(*model.notes, advice) if advice else model.notes)


def recommendation(accuracy: pd.DataFrame, engine: str) -> str:
    """A sentence when the best engine's total WAPE + |bias| is CLEARLY_BETTER than that of ``engine``, else blank."""
    best = best_engine(accuracy)
    if best in ("", engine):
        return ""
    total = accuracy[accuracy["level"] == "total"].set_index("engine")
    wrong = total["wape"] + total["bias"].abs()
    if engine not in wrong or float(wrong[engine] - wrong[best]) <= CLEARLY_BETTER:
        return ""
    figures = f"error plus bias {100 * wrong[best]:.1f} % against {100 * wrong[engine]:.1f} %"
    return (
        f"The backtest found {best} better than {engine} ({figures}): the next data will be planned with it, or "
        f"these once engine is set to {best}."
    )


def backtest(
    inputs: Inputs, progress: Progress | None = None, places: Places | None = None, planning: str = ""
) -> pd.DataFrame:
    """Accuracy by engine: level (total, family, series), family, item, market, engine, wape, mase, bias, fva,
    coverage, demand (units held out), best (the engine with the lowest total WAPE + |bias|) and plans (what these
    series are planned with). Empty when history is too short.

    ``planning``: the company's engine, the setting's or the ensemble unless given. Groups whose items are planned by
    several engines have a line AS_PLANNED more. With more than MOST_SERIES series the largest ones are tried.
    """
    material = clean_material(inputs)
    rows = _tried(material)
    origins = _origins(material)
    if not rows.any() or not origins:
        return pd.DataFrame()
    tell = progress or (lambda share, doing: None)
    trials = []
    for number, origin in enumerate(origins):
        tell(number / len(origins), f"Measuring accuracy, {number + 1} of {len(origins)}")
        trials.append(_trial(material, rows, origin, places or Places()))
    tell(1.0, "Done")
    whole = Trial(
        np.concatenate([trial.actual for trial in trials], axis=1),
        {name: np.concatenate([t.forecasts[name] for t in trials], axis=1) for name in trials[0].forecasts},
        np.concatenate([trial.spread for trial in trials], axis=1),
        np.concatenate([trial.scale for trial in trials if trial.scale is not None], axis=1),
    )
    engines = _engines(material, rows, planning or inputs.settings.engine or Ensemble.name)
    return pd.DataFrame(_records(material, rows, _as_planned(whole, engines), engines))


def _engines(material: Material, rows: Mask, planning: str) -> npt.NDArray[np.str_]:
    """Name of the engine every tried series is planned with [S]."""
    own = material.inputs["items"]["engine"].to_numpy(dtype=str)[np.nonzero(rows)[0]]
    return np.asarray(np.where(own == "", planning, own))


def _as_planned(trial: Trial, engines: npt.NDArray[np.str_]) -> Trial:
    """``trial`` with the forecast that takes every series from its own engine, where these differ."""
    names = list(dict.fromkeys(engines.tolist()))
    if len(names) < 2 or not set(names) <= set(trial.forecasts):
        return trial
    planned = np.select([(engines == name)[:, None] for name in names], [trial.forecasts[name] for name in names])
    return replace(trial, forecasts={**trial.forecasts, AS_PLANNED: planned})


def best_engine(accuracy: pd.DataFrame) -> str:
    """Engine with the lowest total WAPE + |bias|; blank before a backtest."""
    return "" if accuracy.empty else str(accuracy.loc[accuracy["best"], "engine"].iloc[0])


def _tried(material: Material) -> Mask:
    """The largest series planned statistically [I, M]."""
    if material.history is None:
        return np.zeros(material.origin.shape, dtype=bool)
    volume = np.where(material.origin == STATISTICAL, np.nansum(material.history.demand, axis=2), -1.0)
    least = np.sort(volume.ravel())[-min(MOST_SERIES, volume.size)]
    return np.asarray(volume >= max(float(least), 1e-9))


def _origins(material: Material) -> list[int]:
    """History columns to forecast from: at least a season and a half before, a full holdout behind each."""
    if material.history is None:
        return []
    known = material.history.buckets - material.history.ended
    least = int(1.5 * material.inputs.horizon.periods_per_year)
    return [origin for origin in (known - AHEAD * number for number in range(ORIGINS, 0, -1)) if origin >= least]


def _trial(material: Material, rows: Mask, origin: int, places: Places) -> Trial:
    assert material.history is not None
    past = _until(material, origin)
    assert past.history is not None
    ahead = slice(origin, origin + AHEAD)
    learned = learn(past)
    assert learned is not None
    effects = learned.effects
    found = coefficients(past, learned)
    reference = references(past, found.acts, found.unseen)
    begun = rows & past.history.sold
    cleaned = remainder(past, effects, found.acting, reference)
    season = season_of(past, effects, past.history.first, past.history.last + AHEAD).of(begun[past.history.sold])
    change = np.nan_to_num(material.past[..., ahead] - reference[..., :1])
    stated, scored = _known_of(material.history, ahead)
    effect = stated * np.exp(np.einsum("kimh,kim->imh", change, found.moving))
    raw = past.history.demand
    undriven = remainder(past, effects, np.zeros_like(found.mean), reference)
    tries: tuple[tuple[str, Engine, Array, Array], ...] = (
        *((engine.name, engine, cleaned, effect) for engine in _candidates(material, past, cleaned)),
        (WITHOUT_DRIVERS, Ensemble(), undriven, stated),
    )
    forecasts = {}
    for name, engine, history, factor in tries:
        path = np.zeros((*rows.shape, AHEAD))
        path[begun] = carried_on(history[begun], season, places.over(engine), silent)
        forecasts[name] = (path * factor)[rows]
    naive = np.zeros((*rows.shape, AHEAD))
    naive[begun] = SeasonalNaive().forecast(raw[begun], AHEAD, season.length)
    forecasts[SeasonalNaive.name] = naive[rows]
    spread, _ = spread_by_lead(past, effects, cleaned)
    spread = np.sqrt(spread[..., :AHEAD] ** 2 + unsure(found.covariance, change))
    scale = np.broadcast_to(_usual_change(raw[rows], season.length)[:, None], spread[rows].shape)
    return Trial(scored[rows], forecasts, spread[rows], scale)


def _known_of(history: History, ahead: slice) -> tuple[Array, Array]:
    """What events and promotions stated for the buckets ``ahead`` did to demand, a factor [I, M, n], and demand to be
    scored [I, M, n], NaN where the buckets do not show it."""
    why, demand = history.reasons[..., ahead], history.demand[..., ahead]
    stated = np.ones_like(demand) if history.stated is None else history.stated[..., ahead]
    stated = np.where(why == KEPT, 1.0, stated)
    untold = np.isin(why, (STOCK_OUT, REPLACED)) | np.isnan(stated)
    return np.nan_to_num(stated, nan=1.0), np.where(untold, np.nan, demand)


def _candidates(material: Material, past: Material, cleaned: Array) -> Iterator[Engine]:
    """Every engine that may be chosen, ready for what follows the origin of ``past``; the naive is the yardstick."""
    assert past.history is not None
    method = sparse_method(cleaned[past.history.sold], material.inputs.horizon.periods_per_year)
    prophet = _prophet(material)
    yield from (named(name, prophet.starts, prophet.country, method) for name in NAMES if name != SeasonalNaive.name)


def _usual_change(history: Array, season_length: int) -> Array:
    """Mean absolute change from a season ago [S] in ``history`` [S, H]; NaN where there is none."""
    change = np.abs(history[:, season_length:] - history[:, :-season_length])
    number = (~np.isnan(change)).sum(axis=1)
    return np.asarray(np.where(number > 0, np.nansum(change, axis=1) / np.maximum(number, 1), np.nan))


def _prophet(material: Material) -> Prophet:
    assert material.history is not None
    first = material.history.first
    starts = tuple(material.inputs.horizon.start(index) for index in range(first, 0))
    return Prophet(starts, material.inputs.settings.country)


def _until(material: Material, origin: int) -> Material:
    """What was known at history column ``origin``; bucket numbers shift so that it becomes the first planned one."""
    assert material.history is not None
    history = material.history
    cut = replace(
        history,
        demand=history.demand[:, :, :origin],
        clean=history.clean[:, :, :origin],
        ended=0,
        why=history.reasons[:, :, :origin],
        stated=None,
    )
    return replace(material, history=cut, past=material.past[..., :origin])


def _records(material: Material, rows: Mask, trial: Trial, engines: npt.NDArray[np.str_]) -> Iterator[dict[str, Any]]:
    items, markets = material.base.axis("item"), material.base.axis("market")
    item, market = (positions.astype(np.int64) for positions in np.nonzero(rows))
    family = np.array(items.groups["family"], dtype=object)[item]
    everything = np.ones(len(item), dtype=bool)
    best = _best(trial)
    groups: list[tuple[dict[str, str], npt.NDArray[np.bool_]]] = [({"level": "total"}, everything)]
    groups += [({"level": "family", "family": name}, family == name) for name in dict.fromkeys(family)]
    groups += [
        (
            {"level": "series", "family": family[s], "item": items.labels[i], "market": markets.labels[m]},
            np.arange(len(item)) == s,
        )
        for s, (i, m) in enumerate(zip(item, market, strict=True))
    ]
    blank = {"level": "", "family": "", "item": "", "market": ""}
    for names, chosen in groups:
        own = set(engines[chosen])
        plans = own.pop() if len(own) == 1 else AS_PLANNED
        for engine in trial.forecasts:
            if engine != AS_PLANNED or plans == AS_PLANNED:
                marks = {"best": engine == best, "plans": engine == plans}
                yield blank | names | {"engine": engine} | _scores(trial, engine, chosen) | marks


def _best(trial: Trial) -> str:
    """Lowest WAPE + |bias| over everything: WAPE alone lets an engine win by forecasting low."""
    everything = np.ones(len(trial.actual), dtype=bool)
    scores = {name: _scores(trial, name, everything) for name in CANDIDATES if name in trial.forecasts}
    return min(scores, key=lambda name: scores[name]["wape"] + abs(scores[name]["bias"]))


def _scores(trial: Trial, engine: str, chosen: npt.NDArray[np.bool_]) -> dict[str, float]:
    actual, forecast = trial.actual[chosen], trial.forecasts[engine][chosen]
    naive, spread = trial.forecasts[SeasonalNaive.name][chosen], trial.spread[chosen]
    known = ~np.isnan(actual)
    demand = float(actual[known].sum())
    per = max(demand, 1e-9)
    error = (forecast - actual)[known]
    wape = float(np.abs(error).sum()) / per
    middle, width = forecast * np.exp(-(spread**2) / 2.0), np.exp(P90 * spread)
    inside = (actual >= middle / width) & (actual <= middle * width)
    return {
        "wape": wape,
        "mase": _mase(trial, np.abs(forecast - actual), chosen),
        "bias": float(error.sum()) / per,
        "fva": float(np.abs((naive - actual)[known]).sum()) / per - wape,
        "coverage": float(inside[known].mean()) if known.any() else 0.0,
        "demand": demand,
    }


def _mase(trial: Trial, error: Array, chosen: npt.NDArray[np.bool_]) -> float:
    """MASE of the ``chosen`` series with absolute ``error`` [., n]; NaN where history has no change to compare with."""
    if trial.scale is None:
        return float("nan")
    scale = trial.scale[chosen]
    good = ~np.isnan(error) & (np.nan_to_num(scale) > 0)
    return float((error[good] / scale[good]).mean()) if good.any() else float("nan")


def preferred_engine(model: DemandModel) -> str:
    """The engine to plan the company's next cycle with: the best of the backtest when it is CLEARLY_BETTER than the
    one of ``model``, else that one. Blank before a backtest."""
    found = model.accuracy_table()
    if found.empty:
        return ""
    best = best_engine(found)
    return best if recommendation(found, model.engine) else model.engine
