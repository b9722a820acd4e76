"""Reading, checking and writing input tables."""
