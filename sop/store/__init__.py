"""Everything kept between sessions: one DuckDB file, appended to and never changed in place."""

from sop.store.repository import Approval, Import, Repository, SavedResult

__all__ = ["Approval", "Import", "Repository", "SavedResult"]
