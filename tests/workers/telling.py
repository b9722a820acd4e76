"""Tells what the user can put right."""

import sys

print('{"error": "There is too little history.", "remedy": "Add a year."}', flush=True)
sys.exit(1)
