"""Tells half of its progress with its process id, then takes a minute over the rest."""

import os
import time

print(f'{{"progress": 0.5, "doing": "Half way in process {os.getpid()}"}}', flush=True)
time.sleep(60)
