"""How far sums of series stray: errors that series have in common do not cancel out, the rest does.

    variance of a sum = company (sum a)^2 + family sum over families (sum a)^2 + item sum over items (sum a)^2
                      + (1 - company - family - item) sum a^2

with a the standard deviation of each series (times its weight in the sum) and the shares of variance common to all
series, to those of one family and to the markets of one item: w' C w with C of common factors and what is each
series' own, so that it takes sums only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sop.domain.parameters import Array

P90 = 1.2815515655446004


@dataclass(frozen=True, eq=False)
class CommonErrors:
    """Shares of forecast error variance that series have in common, by bucket.

    ``company``, ``family``, ``item`` [T], each on top of the one before, adding up to 1 at most; ``family_of`` [I] the
    position of each item's family.
    """

    company: Array
    family: Array
    item: Array
    family_of: npt.NDArray[np.int64]

    def deviation(self, sigma: Array) -> Array:
        """Standard deviation [T] of a sum of series with standard deviations ``sigma`` [I, M, T] (weights included)."""
        by_item = sigma.sum(axis=1)
        order, begins = self._by_family
        by_family = np.add.reduceat(by_item[order], begins, axis=0)
        own = np.einsum("imt,imt->t", sigma, sigma)
        variance = (
            self.company * by_item.sum(axis=0) ** 2
            + self.family * (by_family**2).sum(axis=0)
            + self.item * (by_item**2).sum(axis=0)
            + (1.0 - self.company - self.family - self.item) * own
        )
        return np.asarray(np.sqrt(np.maximum(variance, 0.0)))

    def item_deviation(self, sigma: Array) -> Array:
        """Standard deviation [I, T] of each item's sum over markets; ``sigma`` [I, M, T]."""
        together = self.company + self.family + self.item
        own = np.einsum("imt,imt->it", sigma, sigma)
        return np.asarray(np.sqrt(np.maximum(together * sigma.sum(axis=1) ** 2 + (1.0 - together) * own, 0.0)))

    @cached_property
    def _by_family(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Items by family, and where each family begins among them."""
        order = np.argsort(self.family_of, kind="stable")
        return order, np.flatnonzero(np.diff(self.family_of[order], prepend=-1))


def independent(sigma: Array) -> Array:
    """Standard deviation [T] of a sum of series that have nothing in common; ``sigma`` [I, M, T]."""
    return np.asarray(np.sqrt(np.einsum("imt,imt->t", sigma, sigma)))


def log_normal_band(mean: Array, deviation: Array) -> tuple[Array, Array, Array]:
    """P10, P50 and P90 of log-normal figures with this mean and standard deviation; for a sum of log-normals the
    approximation of Fenton (1960), exact for one series. Where the mean is not above 0, all three are 0.
    """
    positive = mean > 0
    share = np.where(positive, deviation / np.where(positive, mean, 1.0), 0.0)
    spread = np.sqrt(np.log1p(share**2))
    low, median, high = (np.where(positive, mean * np.exp(z * spread - spread**2 / 2.0), 0.0) for z in (-P90, 0.0, P90))
    return low, median, high
