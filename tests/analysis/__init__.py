"""Tests of comparing and explaining."""
