"""Parsing of the addresses of rasters, and of delivered files."""
