"""Charts and the small frames they are drawn from; used by the screen and by files."""
