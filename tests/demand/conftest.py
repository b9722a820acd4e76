"""Fitting takes seconds, so tests share what was fitted."""

from __future__ import annotations

import pytest

from sop.demand import DemandModel, fit
from sop.domain.base import base_parameters
from sop.domain.inputs import Inputs
from sop.domain.parameters import Parameters
from tests.demand.simulated import Truth, simulated


@pytest.fixture(scope="session")
def company() -> tuple[Inputs, Truth]:
    """36 series of 48 months with known elasticities."""
    return simulated(seed=1)


@pytest.fixture(scope="session")
def base(company: tuple[Inputs, Truth]) -> Parameters:
    """Base's parameters of ``company``."""
    return base_parameters(company[0])


@pytest.fixture(scope="session")
def fitted(company: tuple[Inputs, Truth]) -> DemandModel:
    """The model of ``company``."""
    return fit(company[0])
