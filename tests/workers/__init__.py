"""Fitting processes that fail, each in its own way."""
