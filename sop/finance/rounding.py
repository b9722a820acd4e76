"""Rounding for display, where statements look for it (files need it too, so it lives in the domain)."""

from sop.domain.rounding import round_to_total

__all__ = ["round_to_total"]
