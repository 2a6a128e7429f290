"""Metadata: what catalogues say of a layer or raster, and the public records that every protocol renders."""
