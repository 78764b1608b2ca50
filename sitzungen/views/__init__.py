"""One module per noun; nothing is re-exported."""
