"""Rasters: files that become versions, their tiles, values, statistics and downloads."""
