"""The demo company Aldermoor Appliances: a seeded generator of its tables and saved scenarios."""

from sop.demo.company import aldermoor
from sop.demo.stories import SCENARIOS
from sop.demo.synthetic import synthetic_company

__all__ = ["SCENARIOS", "aldermoor", "synthetic_company"]
