"""Services of rasters: rendering of tiles, imports, versions."""
