"""Rasters beside the layers: on the map, at a place, in the catalogue."""
