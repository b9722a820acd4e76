"""Fitting takes seconds, so tests share what was fitted."""

from __future__ import annotations

import pytest

from sop.demand import DemandModel, fit
from sop.domain.inputs import Inputs
from tests.demand.simulated import Truth, simulated


@pytest.fixture(scope="session")
def company() -> tuple[Inputs, Truth]:
    """36 series of 48 months with known elasticities."""
    return simulated(seed=1)


@pytest.fixture(scope="session")
def fitted(company: tuple[Inputs, Truth]) -> DemandModel:
    """The model of ``company``."""
    return fit(company[0])
