"""Charts and frames."""
