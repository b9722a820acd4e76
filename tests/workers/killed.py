"""Is ended from outside, as by a system short of memory."""

import os
import signal

os.kill(os.getpid(), signal.SIGKILL)
