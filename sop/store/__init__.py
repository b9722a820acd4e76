"""Everything kept between sessions: one DuckDB file, appended to and never changed in place."""

from sop.store.repository import Import, Repository, SavedResult

__all__ = ["Import", "Repository", "SavedResult"]
