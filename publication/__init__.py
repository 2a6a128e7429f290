"""Publication: every version of a layer, raster, style or dashboard goes online through one set of states."""
