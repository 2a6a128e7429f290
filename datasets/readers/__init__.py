"""Files read into raw rows: one module a format, and what opens, recognises and bounds them."""
