"""Parts of the screen that need no page."""
