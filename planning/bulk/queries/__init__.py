"""Reads of the sheets of a list: which parcels its lines mean, and what applies to them, block by block."""
