"""One fit of the demand model in a thread: watched and cancelled by whoever looks, going on whoever leaves."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from sop.domain.errors import SopError

if TYPE_CHECKING:
    from sop.workspace.fitting import Progress

    Make = Callable[[Progress, threading.Event], None]

RECENT = 20.0
"""Seconds whose speed says how long the rest takes: what was kept by an earlier fit goes by in a moment."""
FEWEST_SECONDS = 3.0
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


class FitRun:
    """One fit to ``inputs_id``: how far it is, its fault when it fails, its end when somebody asks for it."""

    def __init__(self, inputs_id: str, make: Make) -> None:
        self.inputs_id = inputs_id
        self.pace = Pace()
        self.error: SopError | None = None
        self._make, self._cancel = make, threading.Event()
        self._thread = threading.Thread(target=self._run, name="fit", daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it is still fitting."""
        return self._thread.is_alive()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody ended it before it was done, or it is just ending for that."""
        return self._cancel.is_set() and (self.is_running or self.error is not None)

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        return self.pace.share

    @property
    def doing(self) -> str:
        """What is being done, in words."""
        return self.pace.doing

    def cancel(self) -> None:
        """End it; what is forecast so far is kept."""
        self._cancel.set()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it has ended, or for some seconds."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self._make(self.pace.hear, self._cancel)
        except SopError as error:
            self.error = error
        except Exception:  # in a thread nobody waits for
            logging.getLogger(__name__).exception("The demand model could not be fitted.")
            self.error = SopError("The demand model could not be fitted.", "The log of the server says why.")


def seconds_left(told: Sequence[Told], now: float) -> float | None:
    """Seconds until the share done is 1, at the speed from the first to the last moment of ``told``; None before
    FEWEST_SECONDS have been seen or where nothing moved."""
    if not told or told[-1][0] - told[0][0] < FEWEST_SECONDS or told[-1][1] <= told[0][1]:
        return None
    (first, before), (last, share) = told[0], told[-1]
    return max((1.0 - share) * (last - first) / (share - before) - (now - last), 0.0)
