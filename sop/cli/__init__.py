"""The command line: the workspace's use cases as commands. Exit code 0 = fine, 1 = bad input, 2 = wrong usage."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from sop.cli.arguments import parser
from sop.cli.commands import BAD_INPUT, COMMANDS, FINE
from sop.cli.printing import tell_error
from sop.domain.errors import SopError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; wrong usage leaves through SystemExit(2)."""
    chosen = parser().parse_args(arguments)
    try:
        return COMMANDS[chosen.command](chosen)
    except SopError as error:
        tell_error(error, chosen.json)
        return BAD_INPUT
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
