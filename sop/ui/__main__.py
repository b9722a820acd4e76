"""Start the app: ``python -m sop.ui``, with Streamlit's options behind it, such as ``--server.port 8600``.

The same app as ``streamlit run app.py``, sooner on screen: while the browser loads the page, Python already reads its
libraries and opens the store, instead of waiting for the first visit.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

gc.disable()  # reading libraries makes hardly any garbage; the server turns it on again

from streamlit.web import cli  # noqa: E402

SERVER = Path(__file__).parent / "serving" / "server.py"


def main() -> None:
    """Serve the app until it is stopped."""
    sys.argv = ["streamlit", "run", str(SERVER), *sys.argv[1:]]
    sys.exit(cli.main())


if __name__ == "__main__":
    main()
