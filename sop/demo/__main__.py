"""Write the demo company: ``python -m sop.demo [--out data] [--items-per-family N] [--seed S]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sop.demo.company import SEED, write


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the arguments, write the files, say where."""
    parser = argparse.ArgumentParser(prog="python -m sop.demo", description="Write the demo company as CSV tables.")
    parser.add_argument("--out", type=Path, default=Path("data"), help="folder to write to (default: data)")
    parser.add_argument(
        "--items-per-family", type=int, default=4, help="items in each of the six families (default: 4)"
    )
    parser.add_argument("--seed", type=int, default=SEED, help=f"seed of everything random (default: {SEED})")
    chosen = parser.parse_args(arguments)
    if chosen.items_per_family < 1:
        parser.error("--items-per-family must be at least 1")
    written = write(chosen.out, chosen.items_per_family, chosen.seed)
    print(f"{len(written)} files written to {chosen.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
