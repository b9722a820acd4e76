"""Properties that hold for any company."""
