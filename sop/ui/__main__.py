"""Start the app: ``python -m sop.ui``, with Streamlit's options behind it, such as ``--server.port 8600``.

The same app as ``streamlit run app.py``, sooner on screen: while the browser loads the page, Python already reads its
libraries and opens the store, instead of waiting for the first visit.
"""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time
from pathlib import Path

from streamlit import config, runtime
from streamlit.web import cli

APP = Path(__file__).resolve().parents[2] / "app.py"
_PATIENCE, _LOOK = 60.0, 0.02
_BRIEF = 0.0005
"""Seconds a thread may hold Python while the server has pages to hand out; ten times as long is usual."""


def main() -> None:
    """Serve the app until it is stopped."""
    threading.Thread(target=get_ready, name="getting ready", daemon=True).start()
    sys.argv = ["streamlit", "run", str(APP), *sys.argv[1:]]
    sys.exit(cli.main())


def get_ready() -> None:
    """Once the server listens, load what the first visit needs and plan Base where everything is there for it.

    What goes wrong here goes wrong again on the page, where it can be told.
    """
    end = time.monotonic() + _PATIENCE
    while not _is_listening() and time.monotonic() < end:
        time.sleep(_LOOK)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_BRIEF)
    try:
        _load()
    except Exception:  # nobody waits for this thread
        logging.getLogger(__name__).debug("Not ready before the first visit.", exc_info=True)
    finally:
        sys.setswitchinterval(usual)


def _is_listening() -> bool:
    """Whether the server takes visitors; before that it needs Python for itself."""
    if not runtime.exists():
        return False
    with socket.socket() as probe:
        host = config.get_option("server.address") or "127.0.0.1"
        return probe.connect_ex((host, config.get_option("server.port"))) == 0


def _load() -> None:
    from sop.ui import cockpit  # noqa: F401 - read now, used at the first visit
    from sop.ui.frame import workspace

    opened = workspace()
    status = opened.status()
    if status.has_inputs and status.has_model:
        opened.plan("base")


if __name__ == "__main__":
    main()
