"""What pages are built from: frame, session state, levers, panes. The only room besides the pages that draws."""
