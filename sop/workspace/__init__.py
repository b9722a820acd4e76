"""The one door: use cases for the screen and the command line alike, and the one place where rooms are wired."""

from sop.workspace.reports import ImportReport, Status, Verification
from sop.workspace.workspace import Workspace, default_store

__all__ = ["ImportReport", "Status", "Verification", "Workspace", "default_store"]
