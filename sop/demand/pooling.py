"""Empirical Bayes in two steps: series lean on their family, families on the company, as far as their data are weak.

    estimate of series s     ~ Normal(b_s, information A_s inverse)
    b_s                      ~ Normal(mean of its family f, T)     T diagonal
    mean of family f         ~ Normal(mean of the company, W)      W diagonal
    mean of the company      ~ Normal(prior)

Spreads T and W come from the data by expectation-maximisation (Dempster, Laird and Rubin 1977; the normal-normal model
is that of Lindley and Smith 1972). Index letters: S series, F families, K drivers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sop.domain.parameters import Array

ROUNDS = 60
ROUNDS_FROM_GUESS = 8
SETTLED = 1e-8
"""Relative change of the spreads in a round below which no more are gone."""
SPREAD_GUESS = 0.05
GUESS_WEIGHT = 2.0


@dataclass(frozen=True, eq=False)
class Normal:
    """Means [..., K] and covariances [..., K, K]."""

    mean: Array
    covariance: Array


@dataclass(frozen=True, eq=False)
class Pooled:
    """Posterior of company, families and series; expected squared distance of each from its parent [., K].

    ``spreads``: variances T of series around their family and W of families around the company [K], scaled drivers.
    """

    company: Normal
    families: Normal
    series: Normal
    family_gap: Array
    series_gap: Array
    spreads: tuple[Array, Array]


def pool(  # noqa: PLR0917 - the model's parts in their order
    information: Array,
    moment: Array,
    family: npt.NDArray[np.int64],
    prior: Normal,
    common: Array | None = None,
    guess: tuple[Array, Array] | None = None,
) -> Pooled:
    """Posterior from information A [S, K, K] and A b [S, K] of each series.

    Drivers should be scaled so that a coefficient is the effect, in log demand, of a usual change of the driver.
    ``common`` [K] widens the company's standard errors for shocks that series share. ``guess``: T and W to start from,
    when nearly known already.
    """
    informed = np.einsum("skk->sk", information) > 0
    seen = np.zeros((int(family.max(initial=0)) + 1, moment.shape[1]), dtype=bool)
    np.logical_or.at(seen, family, informed)
    data = _Data(information, moment, family, len(seen), prior)
    usual = np.full(moment.shape[1], SPREAD_GUESS**2)
    between_series, between_families = guess or (usual, usual)
    for _ in range(ROUNDS_FROM_GUESS if guess else ROUNDS):
        result, before = _posterior(data, between_series, between_families), (between_series, between_families)
        between_series = _spread(result.series_gap, informed)
        between_families = _spread(result.family_gap, seen)
        if np.allclose((between_series, between_families), before, rtol=SETTLED, atol=0.0):
            break
    return _posterior(data, between_series, between_families, common)


def truncated(mean: Array, deviation: Array, sign: Array) -> tuple[Array, Array]:
    """Mean and standard deviation of a normal confined to one side of 0; ``sign`` 0 leaves it as it is.

    With a = -sign x mean / deviation and l = phi(a) / (1 - Phi(a)):
    mean + sign x deviation x l, deviation x sqrt(1 + a l - l^2) (Greene, Econometric Analysis, truncated normal).
    """
    from scipy.special import erfcx

    width = np.maximum(deviation, 1e-12)
    bound = np.clip(-sign * mean / width, -30.0, 30.0)
    hazard = np.sqrt(2.0 / np.pi) / erfcx(bound / np.sqrt(2.0))
    moved = mean + sign * width * hazard
    narrowed = width * np.sqrt(np.maximum(1.0 + bound * hazard - hazard**2, 1e-6))
    free = (sign == 0) | (deviation <= 0)
    return np.where(free, mean, moved), np.where(free, deviation, narrowed)


def _spread(squares: Array, informed: npt.NDArray[np.bool_]) -> Array:
    """Variance of each driver over the units that have data, leaning on the guess when they are few."""
    total = (squares * informed).sum(axis=0) + GUESS_WEIGHT * SPREAD_GUESS**2
    return np.asarray(total / (informed.sum(axis=0) + GUESS_WEIGHT))


@dataclass(frozen=True, eq=False)
class _Data:
    information: Array  # [S, K, K]
    moment: Array  # [S, K]
    family: npt.NDArray[np.int64]  # [S]
    families: int
    prior: Normal


def _posterior(data: _Data, between_series: Array, between_families: Array, common: Array | None = None) -> Pooled:
    """Collapse upwards (series into family into company), then condition downwards."""
    count = data.moment.shape[1]
    series_step = _Step.of(data.information, data.moment, between_series)
    family_information, family_moment = np.zeros((data.families, count, count)), np.zeros((data.families, count))
    np.add.at(family_information, data.family, series_step.information)
    np.add.at(family_moment, data.family, series_step.moment)
    family_step = _Step.of(family_information, family_moment, between_families)
    prior_information = np.linalg.inv(data.prior.covariance)
    covariance = np.linalg.inv(family_step.information.sum(axis=0) + prior_information)
    mean = covariance @ (family_step.moment.sum(axis=0) + prior_information @ data.prior.mean)
    company = Normal(mean, covariance if common is None else covariance * np.outer(common, common))
    shape = (data.families, count)
    above = Normal(np.broadcast_to(company.mean, shape), np.broadcast_to(company.covariance, (*shape, count)))
    by_family, family_gap = family_step.down(above)
    series, series_gap = series_step.down(Normal(by_family.mean[data.family], by_family.covariance[data.family]))
    return Pooled(company, by_family, series, family_gap, series_gap, (between_series, between_families))


@dataclass(frozen=True, eq=False)
class _Step:
    """One level below its parent: what it says about the parent, and its posterior given the parent."""

    conditional: Array  # covariance given the parent [U, K, K]
    own_moment: Array  # [U, K]
    inverse_spread: Array  # [K]
    information: Array  # about the parent [U, K, K]
    moment: Array  # about the parent [U, K]

    @classmethod
    def of(cls, information: Array, moment: Array, spread: Array) -> _Step:
        conditional: Array = np.asarray(np.linalg.inv(information + np.diag(1.0 / spread)))
        passed = np.eye(len(spread)) - information @ conditional
        return cls(conditional, moment, 1.0 / spread, passed @ information, np.einsum("ukj,uj->uk", passed, moment))

    def down(self, parent: Normal) -> tuple[Normal, Array]:
        """Posterior given the parent's, and the expected squared distance from the parent [U, K]."""
        mean = np.einsum("ukj,uj->uk", self.conditional, self.own_moment + parent.mean * self.inverse_spread)
        carried = self.conditional * self.inverse_spread
        covariance = self.conditional + carried @ parent.covariance @ np.swapaxes(carried, 1, 2)
        apart = carried - np.eye(len(self.inverse_spread))
        distance = self.conditional + apart @ parent.covariance @ np.swapaxes(apart, 1, 2)
        gap = (mean - parent.mean) ** 2 + np.einsum("ukk->uk", distance)
        return Normal(np.asarray(mean), np.asarray(covariance)), np.asarray(gap)
