"""Writes its model between lines that are no progress."""

import sys
from pathlib import Path

print("Importing plotly failed.")
print("[1, 2]")
print('{"progress": 7, "doing": "Too much"}')
Path(sys.argv[2]).write_bytes(b"model of " + sys.argv[1].encode()[-6:])
