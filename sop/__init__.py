"""S&OP what-if cockpit: forecast, feasible supply plan and P&L, recomputed side by side."""

__version__ = "0.1.0"
