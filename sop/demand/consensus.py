"""Consensus forecast: what sales, marketing and finance think, weighed by family, and what each view was worth.

Every layer starts from the statistical forecast; its rows change parts of it, in the order of the table. A row's total
is spread over the items and markets of its scope in the shares the layer has there (evenly where it has nothing), so
that adding up gives the row's amount back. Index letters: I items, M markets, T buckets, F families.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sop.domain.catalogue.demand import LAYERS
from sop.domain.inputs import Inputs, rows, typed
from sop.domain.parameters import Array, Mask, Parameters
from sop.domain.promotions import promoted

STATISTICAL, CONSENSUS, NAIVE = "statistical", "consensus", "naive"
Codes = npt.NDArray[np.int64]


def spread_total(total: float, within: Array, sold: Mask) -> Array:
    """``total`` split over cells in the shares of ``within``; evenly over ``sold`` cells where that adds up to 0.

    >>> spread_total(90.0, np.array([10.0, 20.0]), np.array([True, True])).tolist()
    [30.0, 60.0]
    """
    weight = within if within.sum() > 0 else sold.astype(np.float64)
    if not weight.any():
        return np.zeros_like(within)
    share = weight / weight.max()  # shares too small to divide by stay shares
    return np.asarray(share * (total / share.sum()))


def layers(inputs: Inputs, base: Parameters, statistical: Array, sold: Mask) -> dict[str, Array]:
    """Every layer that has rows, and the statistical one [I, M, T].

    ``base`` gives Base's prices (for amounts in money) and the axes; ``sold`` [I, M] where anything can be sold.
    """
    table = inputs["forecast_layers"]
    result = {STATISTICAL: statistical}
    for name in LAYERS[1:]:
        views = table[table["layer"] == name]
        if len(views):
            result[name] = _layer(inputs, base, statistical, sold, views)
    return result


def _layer(inputs: Inputs, base: Parameters, statistical: Array, sold: Mask, views: pd.DataFrame) -> Array:
    result, items, markets = statistical.copy(), base.axis("item"), base.axis("market")
    columns = ("item", "family", "market", "period", "basis", "amount")
    for item, family, market, period, basis, amount in rows(views, *columns):
        chosen = promoted(items, item, family)[:, None] & (markets.mask("market", market) if market else True) & sold
        for bucket in _buckets(inputs, period, result.shape[2]):
            cells = result[:, :, bucket]
            if basis == "percent":
                cells[chosen] = statistical[:, :, bucket][chosen] * (1.0 + amount / 100.0)
            elif basis == "units":
                cells[chosen] = spread_total(max(amount, 0.0), cells[chosen], sold[chosen])
            else:
                cells[chosen] = _worth(max(amount, 0.0), cells[chosen], base["price"][:, :, bucket][chosen])
    return np.asarray(np.maximum(result, 0.0))


def _worth(amount: float, within: Array, price: Array) -> Array:
    """Units in the shares of ``within`` that are worth ``amount`` at ``price``; evenly where there are none."""
    weight = within if (within * price).sum() > 0 else np.ones_like(within)
    value = float((weight * price).sum())
    return weight * (amount / value) if value > 0 else within


def _buckets(inputs: Inputs, period: Any, total: int) -> range:
    if pd.isna(period):
        return range(total)
    bucket = inputs.horizon.index_of(period.date())
    return range(bucket, bucket + 1) if 0 <= bucket < total else range(0)


def weights(inputs: Inputs, families: tuple[str, ...], present: tuple[str, ...]) -> Array:
    """Weight of each of the ``present`` layers for each family [F, layers], adding up to 1.

    A family's own rows, else those that name none, else the last layer that has a view: final before finance before
    marketing before sales before statistical. Weights of layers without a view go to the others.
    """
    table = inputs["forecast_weights"]
    usual = np.array([float(name == present[-1]) for name in present])
    general = _weights_of(table[table["family"] == ""], present, usual)
    return np.stack([_weights_of(table[table["family"] == name], present, general) for name in families])


def _weights_of(table: pd.DataFrame, present: tuple[str, ...], otherwise: Array) -> Array:
    given = dict(zip(table["layer"], table["weight"], strict=True))
    raw = np.array([given.get(name, 0.0) for name in present])
    return raw / raw.sum() if raw.sum() > 0 else otherwise


def weighed(views: Mapping[str, Array], by_family: Array, family: Codes) -> Array:
    """Consensus [I, M, T]: layers times the weights [F, layers] of each item's ``family`` [I]."""
    return np.asarray(np.einsum("il,limt->imt", by_family[family], np.stack(list(views.values()))))


def consensus(inputs: Inputs, base: Parameters, statistical: Array, sold: Mask) -> dict[str, Array]:
    """All layers with a view and their consensus [I, M, T], by name."""
    views = layers(inputs, base, statistical, sold)
    family, names = base.axis("item").codes("family")
    return views | {CONSENSUS: weighed(views, weights(inputs, names, tuple(views)), family)}


def consensus_table(inputs: Inputs, base: Parameters, views: Mapping[str, Array]) -> pd.DataFrame:
    """One row per family and reported bucket: family, period, and units of every layer."""
    family, names = base.axis("item").codes("family")
    count = inputs.horizon.periods
    labels = [inputs.horizon.label(bucket) for bucket in range(count)]
    frame = {"family": np.repeat(np.array(names, dtype=object), count), "period": labels * len(names)}
    totals = {name: by_family(values, family, len(names))[:, :count].ravel() for name, values in views.items()}
    return pd.DataFrame(frame | totals)


def by_family(values: Array, family: Codes, count: int) -> Array:
    """``values`` [I, M, T] added up to families [F, T]."""
    result = np.zeros((count, values.shape[2]))
    np.add.at(result, family, values.sum(axis=1))
    return result


def with_views(inputs: Inputs, views: pd.DataFrame) -> Inputs:
    """``inputs`` with further rows of forecast_layers (the table's columns, blanks as in files): they come last."""
    added = pd.concat([inputs["forecast_layers"], typed("forecast_layers", views)], ignore_index=True)
    return Inputs.of({**inputs.tables, "forecast_layers": added})


def value_added(actual: Array, views: Mapping[str, Array], naive: Array, families: tuple[str, ...]) -> pd.DataFrame:
    """What every layer was worth once actuals [I, M, t] are in: family (blank = all), layer, wape, bias, fva, step.

        WAPE = sum |layer - actual| / sum actual        bias = sum (layer - actual) / sum actual
        fva = WAPE of the naive - WAPE                  step = WAPE of the layer before - WAPE

    over items, markets and buckets of the family with known (not NaN) actuals. ``families`` names each item's family;
    positive fva and step are improvements. Layers are compared in the order of ``views``, the first with the naive.
    """
    of = np.array(families, dtype=object)
    groups = [("", np.ones(len(of), dtype=bool)), *((name, of == name) for name in dict.fromkeys(families))]
    records = [record for name, chosen in groups for record in _records(name, chosen, actual, views, naive)]
    return pd.DataFrame(records, columns=["family", "layer", "wape", "bias", "fva", "step"])


def _records(
    family: str, chosen: Mask, actual: Array, views: Mapping[str, Array], naive: Array
) -> list[dict[str, Any]]:
    known = ~np.isnan(actual[chosen])
    came = actual[chosen][known]
    per = float(came.sum())
    if per <= 0:
        return []
    result, before = [], float(np.abs(naive[chosen][known] - came).sum()) / per
    yardstick = before
    for layer, values in {NAIVE: naive, **views}.items():
        error = values[chosen][known] - came
        wape = float(np.abs(error).sum()) / per
        told = {"wape": wape, "bias": float(error.sum()) / per, "fva": yardstick - wape, "step": before - wape}
        result.append({"family": family, "layer": layer, **told})
        before = wape
    return result
