"""Declared reuses: the list of those that somebody decides, and each decision."""
