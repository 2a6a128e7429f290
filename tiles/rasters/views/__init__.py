"""Addresses of rasters: XYZ and TileJSON, values and statistics, tiles and coverages of OGC API."""
