"""What an address asks of a raster, and what a delivered file is."""
