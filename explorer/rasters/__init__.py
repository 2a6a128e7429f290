"""Rasters in the explorer: on the map, at a place, in the catalogue."""
