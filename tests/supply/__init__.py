"""Tests of sop.supply."""
