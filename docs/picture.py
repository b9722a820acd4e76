"""Make docs/cockpit.png: the demo company's cockpit with a scenario open. Run: python docs/picture.py."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from served import IDLE, browser, prepared, served  # noqa: E402


def main() -> None:
    """Serve the app on a fresh store, open the first ready-made scenario, keep the picture."""
    with tempfile.TemporaryDirectory() as folder:
        store = prepared(Path(folder, "sop.duckdb"))
        with served(ROOT / "app.py", store) as address, browser() as page:
            page.set_viewport_size({"width": 1366, "height": 768})
            page.goto(f"{address}?scenario=kettle-price")
            page.wait_for_selector(".st-key-kpis [data-testid=stMetric]", timeout=180_000)
            page.wait_for_selector(IDLE, timeout=180_000)
            page.wait_for_timeout(3_000)
            page.screenshot(path=ROOT / "docs" / "cockpit.png")


if __name__ == "__main__":
    main()
