"""Writes of the pages."""
