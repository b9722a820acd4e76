"""A history of ten million rows: read whole, within bounds of memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.exchange.company_files import write

_BLOCK = 100_000
_SCRIPT = """
import json, resource, sys
from pathlib import Path
from sop.exchange.reading import read_path
result = read_path(Path(sys.argv[1]))
history = result.tables["sales_history"]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)
print(json.dumps([len(history), float(history["ordered"].sum()), [str(one) for one in result.faults], peak]))
"""


def _history(rows: int) -> bytes:
    block = b"".join(
        b"%d-%02d-%02d,KET-01,%s,%d,%d.5\n"
        % (2022 + n % 4, 1 + n % 12, 1 + n % 28, (b"UK", b"DACH")[n % 2], n % 997, n % 89)
        for n in range(_BLOCK)
    )
    return b"date,item,market,ordered,shipped\n" + block * (rows // _BLOCK)


@pytest.mark.slow
def test_ten_million_rows(tmp_path: Path) -> None:
    """10,000,000 rows come in whole, at their own dates, without fault, in a process that stays below 2 GB."""
    pytest.importorskip("resource", reason="memory is measured on Linux and macOS only")
    folder = write(tmp_path / "company", sales_history=_history(10_000_000))
    command = [sys.executable, "-c", _SCRIPT, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    rows, ordered, faults, peak = json.loads(done.stdout)
    assert (rows, faults) == (10_000_000, [])
    assert ordered == 100 * sum(n % 997 for n in range(_BLOCK))
    assert peak < 2 * 1024**2, f"{peak / 1024**2:.1f} GB"
