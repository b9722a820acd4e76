"""Tests of the demo company and its generator."""
