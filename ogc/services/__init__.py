"""Writes of the protocols."""
