"""Costs and bounds of hours and people: overtime, rented hours, heads, hiring and lay-off."""

from __future__ import annotations

import numpy as np

from sop.domain.parameters import Array
from sop.supply.case import Case
from sop.supply.money import Columns


def unlimited(values: Array) -> Array:
    """Blank (NaN) limits as infinity."""
    return np.where(np.isnan(values), np.inf, values)


def overtime(c: Case) -> Columns:
    """Overtime premium x labour rate; a share of available hours."""
    p = c.parameters
    return p["overtime_cost"] * p["labour_rate"], 0.0, c.overtime_limit


def rented(c: Case) -> Columns:
    """Rented hours at their cost."""
    return c.parameters["extra_cost"], 0.0, c.parameters["extra_hours"]


def heads(c: Case) -> Columns:
    """Wages on head-count x labour rate; head-count band (hard)."""
    p = c.parameters
    wage = p["pool_wage"] * p["labour_rate"][c.structure.pool_resource]
    return wage, p["pool_minimum"], unlimited(p["pool_maximum"])


def hires(c: Case) -> Columns:
    """Cost and most of hiring."""
    return c.parameters["pool_hire_cost"], 0.0, unlimited(c.parameters["pool_maximum_hires"])


def layoffs(c: Case) -> Columns:
    """Cost and most of laying off."""
    return c.parameters["pool_layoff_cost"], 0.0, unlimited(c.parameters["pool_maximum_layoffs"])


def pool_overtime(c: Case) -> Columns:
    """Overtime hours of people x labour rate; limited by the row family of that name."""
    p = c.parameters
    return p["pool_overtime_cost"] * p["labour_rate"][c.structure.pool_resource], 0.0, np.inf
