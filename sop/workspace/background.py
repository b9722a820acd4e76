"""Work in a thread that everybody may watch, whoever comes and goes: its fault, its end when somebody asks for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sop.domain.errors import SopError


class Background:
    """One piece of work, begun at once.

    ``work`` is given the event that asks it to end; ``fault`` is what is told of an error nobody foresaw.
    """

    def __init__(self, name: str, work: Callable[[threading.Event], None], fault: SopError) -> None:
        self.error: SopError | None = None
        self._work, self._fault, self._cancel = work, fault, threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it is still at work."""
        return self._thread.is_alive()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked it to end."""
        return self._cancel.is_set()

    def cancel(self) -> None:
        """Ask it to end; what is done so far is kept."""
        self._cancel.set()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it has ended, or for some seconds."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self._work(self._cancel)
        except SopError as error:
            self.error = error
        except Exception:  # in a thread nobody waits for
            logging.getLogger(__name__).exception(str(self._fault))
            self.error = self._fault
