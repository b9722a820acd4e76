"""Tests, mirroring sop/."""
