"""One fit of the demand model in a thread: watched and cancelled by whoever looks, going on whoever leaves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from sop.domain.errors import SopError
from sop.workspace.background import Background

if TYPE_CHECKING:
    from sop.workspace.fitting import Progress

    Make = Callable[[Progress, threading.Event], None]

RECENT = 20.0
"""Seconds whose speed says how long the rest takes: what was kept by an earlier fit goes by in a moment."""
FEWEST_SECONDS = 3.0
FAULT = SopError("The demand model could not be fitted.", "The log of the server says why.")
Told = tuple[float, float]
"""A moment (seconds) and the share done then."""


class Pace:
    """How far work is, and about how long it still takes."""

    def __init__(self) -> None:
        self.share, self.doing = 0.0, "Starting"
        self._told: list[Told] = [(monotonic(), 0.0)]

    def hear(self, share: float, doing: str) -> None:
        """The work tells its share done and what it is doing."""
        now = monotonic()
        if share != self.share:
            self._told = [*(one for one in self._told if now - one[0] <= RECENT), (now, share)]
        self.share, self.doing = share, doing or self.doing

    @property
    def seconds_left(self) -> float | None:
        """About how long it takes from here; None while nobody can say."""
        return seconds_left(self._told, monotonic())


class FitRun(Background):
    """One fit to ``inputs_id`` and its pace."""

    def __init__(self, inputs_id: str, make: Make) -> None:
        self.inputs_id = inputs_id
        self.pace = Pace()
        super().__init__("fit", lambda cancel: make(self.pace.hear, cancel), FAULT)

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody ended it before it was done, or it is just ending for that."""
        return super().is_cancelled and (self.is_running or self.error is not None)


def seconds_left(told: Sequence[Told], now: float) -> float | None:
    """Seconds until the share done is 1, at the speed from the first to the last moment of ``told``; None before
    FEWEST_SECONDS have been seen or where nothing moved."""
    if not told or told[-1][0] - told[0][0] < FEWEST_SECONDS or told[-1][1] <= told[0][1]:
        return None
    (first, before), (last, share) = told[0], told[-1]
    return max((1.0 - share) * (last - first) / (share - before) - (now - last), 0.0)
