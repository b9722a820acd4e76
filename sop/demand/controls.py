"""What the driver regression must not mistake for a driver: level and trend of each series, and the season.

Index letters: N variables, S series, H history buckets, F families, Z terms of a series, C terms of a season.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sop.domain.parameters import Array, Mask

ROUNDS = 25
SETTLED = 1e-10
"""Change of log demand in a round below which no more are gone."""
SEASON_RIDGE = 0.1
NO_SEASON = 1e12
FEWEST_SEASONS_FOR_TREND = 1.5
FEWEST_SEASONS_FOR_OWN = 3.0


@dataclass(frozen=True, eq=False)
class Controls:
    """Terms partialled out of demand and drivers alike: own level, trend and slow season; the family's season."""

    known: Mask  # [S, H]
    own: Array  # [S, H, Z] level, trend, first two harmonics
    season: Array  # [H, C]
    member: Array  # [F, S] 1 where a series belongs to a family
    length: int  # buckets of a season

    @classmethod
    def of(cls, known: Mask, family: npt.NDArray[np.int64], position: Array, season_length: int) -> Controls:
        """``position`` [H]: place of each bucket within the season, any origin; ``family`` [S] numbers from 0."""
        season = harmonics(position, season_length, season_order(season_length))
        seasons = known.sum(axis=1) / season_length
        count = known.shape[1]
        trend = np.arange(count) / count - 0.5
        own = np.concatenate([np.ones((count, 1)), trend[:, None], season[:, :4]], axis=1)[None] * known[:, :, None]
        own[:, :, 1] *= (seasons >= FEWEST_SEASONS_FOR_TREND)[:, None]
        own[:, :, 2:] *= (seasons >= FEWEST_SEASONS_FOR_OWN)[:, None, None]
        member = (np.arange(int(family.max(initial=0)) + 1)[:, None] == family).astype(np.float64)
        return cls(known, own, season, member, season_length)

    @property
    def terms(self) -> Array:
        """Parameters each series costs [S]: its own, and its share of the season's."""
        own = (np.abs(self.own).sum(axis=1) > 0).sum(axis=1).astype(np.float64)
        size = self.member.sum(axis=1)
        return np.asarray(own + self.member.T @ (self.season.shape[1] / np.maximum(size, 1)))

    def residual(self, values: Array) -> Array:
        """``values`` [N, S, H] less everything the controls explain; 0 where nothing is known."""
        left = np.where(self.known, values, 0.0)
        for _ in range(ROUNDS):
            before = left
            left = left - self._own_fit(left)
            left = (left - self._season_fit(left)) * self.known
            if _settled(left, before):
                break
        return np.asarray((left - self._own_fit(left)) * self.known)

    def season_coefficients(self, values: Array, deviation: Array) -> Array:
        """Coefficients of the season's harmonics [S, C] in ``values`` [S, H], given the error's ``deviation`` [S].

        The family's season, and what the series' own differs from it, shrunk by how much own seasons differ for real:
        each harmonic's variance between series is its mean square less its mean error variance.
        """
        line, left = self.own[:, :, :2], np.where(self.known, values, 0.0)
        family = np.zeros((len(self.member), self.season.shape[1]))
        for _ in range(ROUNDS):
            before = left
            left = (left - _fit(line, left)) * self.known
            step = self._season_coefficients(left[None])[0]
            family += step
            left = (left - (step @ self.season.T)[self._family]) * self.known
            if _settled(left, before):
                break
        return np.asarray(family[self._family] + self._own_season(left, deviation))

    def _own_season(self, left: Array, deviation: Array) -> Array:
        """How each series' season differs from its family's [S, C]; 0 in families of one."""
        order = np.arange(self.season.shape[1]) // 2
        gram = self._season_gram(self.known.astype(np.float64)) + 1e-6 * np.eye(len(order))
        moment = (left * self.known) @ self.season
        several = (self.member.T @ (self.member.sum(axis=1) > 1)) * (self.known.sum(axis=1) >= 2 * self.length) > 0
        if not several.any():
            return np.zeros_like(moment)
        raw = np.linalg.solve(gram[several], moment[several][..., None])[..., 0]
        error = np.einsum("scc->sc", np.linalg.inv(gram[several])) * deviation[several, None] ** 2
        excess = (raw**2 - error).mean(axis=0)
        between = np.maximum(np.bincount(order, excess)[order] / 2.0, 1e-8)
        shrunk = gram + np.eye(len(order)) * (deviation[:, None] ** 2 / between)[:, :, None]
        return np.asarray(np.linalg.solve(shrunk, moment[..., None])[..., 0] * several[:, None])

    def _own_fit(self, values: Array) -> Array:
        """What level, trend and slow season of each series explain of ``values`` [N, S, H]."""
        flat = np.moveaxis(values, 0, 2)
        coefficients = self._own_inverse @ (np.swapaxes(self.own, 1, 2) @ flat)
        return np.asarray(np.moveaxis(self.own @ coefficients, 2, 0))

    def _season_fit(self, values: Array) -> Array:
        """Season of each family, spread to its series [N, S, H]."""
        return np.asarray((self._season_coefficients(values) @ self.season.T)[:, self._family])

    def _season_coefficients(self, values: Array) -> Array:
        """Coefficients of each family's season [N, F, C] in ``values`` [N, S, H]."""
        moment = self._summed(values) @ self.season
        return np.asarray(np.moveaxis(np.moveaxis(moment, 0, 1) @ self._season_inverse, 1, 0))

    @cached_property
    def _own_inverse(self) -> Array:
        gram = np.swapaxes(self.own, 1, 2) @ self.own
        return np.asarray(np.linalg.inv(gram + 1e-8 * np.eye(self.own.shape[2])))

    @cached_property
    def _season_inverse(self) -> Array:
        gram = self._season_gram(self.member @ self.known.astype(np.float64))
        shown = (self.member * self.known.sum(axis=1)).max(axis=1) >= FEWEST_SEASONS_FOR_TREND * self.length
        gram += np.where(shown, SEASON_RIDGE, NO_SEASON)[:, None, None] * np.eye(self.season.shape[1])
        return np.asarray(np.linalg.inv(gram))

    def _season_gram(self, weight: Array) -> Array:
        """Sum over buckets of ``weight`` [U, H] times the season's terms times each other [U, C, C]."""
        count, terms = self.season.shape
        products = (self.season[:, :, None] * self.season[:, None, :]).reshape(count, terms * terms)
        return np.asarray((weight @ products).reshape(len(weight), terms, terms))

    @cached_property
    def _family(self) -> npt.NDArray[np.int64]:
        return np.asarray(self.member.argmax(axis=0))

    @cached_property
    def _order(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Series by family, and where each family begins among them."""
        order = np.argsort(self._family, kind="stable")
        return order, np.searchsorted(self._family[order], np.arange(len(self.member)))

    def _summed(self, values: Array) -> Array:
        """Sums over the series of each family [N, F, H]."""
        order, begins = self._order
        if len(begins) == len(order):
            return values[:, order]
        return np.asarray(np.add.reduceat(values[:, order], begins, axis=1))


def _settled(left: Array, before: Array) -> bool:
    return bool(np.abs(left - before).max(initial=0.0) < SETTLED)


def _fit(terms: Array, values: Array) -> Array:
    """Least squares of ``values`` [S, H] on ``terms`` [S, H, Z] of each series."""
    turned = np.swapaxes(terms, 1, 2)
    gram = turned @ terms + 1e-8 * np.eye(terms.shape[2])
    return np.asarray((terms @ np.linalg.solve(gram, turned @ values[..., None]))[..., 0])


def season_order(season_length: int) -> int:
    """Harmonics a season is described with: as many as months can have, 6 for weeks."""
    return min(6, season_length // 2)


def harmonics(position: Array, season_length: int, order: int) -> Array:
    """Cosines and sines of the season [H, 2 x order], slowest first."""
    angle = 2.0 * np.pi * position[:, None] * np.arange(1, order + 1) / season_length
    pairs = np.stack([np.cos(angle), np.sin(angle)], axis=2)
    return np.asarray(pairs.reshape(len(position), 2 * order))
