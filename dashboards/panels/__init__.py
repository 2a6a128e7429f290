"""Kinds of panels, a folder each: what one asks, how it is drawn, its table."""
