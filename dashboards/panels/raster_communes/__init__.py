"""A raster told commune by commune."""
