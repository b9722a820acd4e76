"""The app as Streamlit's server runs it: ``python -m sop.ui``, or ``streamlit run sop/ui/serving/server.py``."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.middleware import Middleware
from streamlit.starlette import App

from sop.ui.serving.static_files import StaticFiles

SCRIPT = Path(__file__).resolve().parents[3] / "app.py"
_BRIEF = 0.0005
"""Seconds a thread may hold Python while another wants it; ten times as long is usual, and a server answers in many
small steps."""


@asynccontextmanager
async def _served(_: App) -> AsyncIterator[None]:
    """Get ready for the first visit while the browser loads the page."""
    threading.Thread(target=get_ready, name="getting ready", daemon=True).start()
    yield


def get_ready() -> None:
    """Load what the first visit needs and plan Base where everything is there for it.

    What goes wrong here goes wrong again on the page, where it can be told.
    """
    try:
        _load()
    except Exception:  # nobody waits for this thread
        logging.getLogger(__name__).debug("Not ready before the first visit.", exc_info=True)
    finally:
        gc.freeze()  # what is loaded now stays: no need to look through it for garbage ever again
        gc.enable()


def _load() -> None:
    from sop.ui import cockpit  # noqa: F401 - read now, used at the first visit
    from sop.ui.frame import workspace

    opened = workspace()
    status = opened.status()
    if status.has_inputs and status.has_model:
        opened.plan("base")


def _spare_the_start() -> None:
    """Keep Streamlit from looking through every installed package for components, of which this app uses none, and
    through every module read for whether it runs in a notebook: four tenths of a second together.

    Both are its own affairs: where it has no such names (any more), nothing is spared and nothing is lost.
    """
    with suppress(ImportError, AttributeError):
        from streamlit import delta_generator
        from streamlit.components.v2 import manifest_scanner

        manifest_scanner.scan_component_manifests = lambda *_, **__: []
        delta_generator._use_warning_has_been_displayed = True


sys.setswitchinterval(_BRIEF)
_spare_the_start()
app = App(SCRIPT, middleware=[Middleware(StaticFiles)], lifespan=_served)
