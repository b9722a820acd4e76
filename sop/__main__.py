"""``python -m sop``."""

import sys

from sop.cli import main

if __name__ == "__main__":
    sys.exit(main())
