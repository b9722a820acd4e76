"""The one door: use cases for the screen and the command line alike, and the one place where rooms are wired."""

from sop.workspace.loading import check
from sop.workspace.reports import ImportReport, Status, Verification
from sop.workspace.workspace import Workspace, default_store

__all__ = ["ImportReport", "Status", "Verification", "Workspace", "check", "default_store"]
