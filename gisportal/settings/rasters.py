"""Bounds of rasters: what a file may be, how long its conversion lasts, how much one question reads."""

from gisportal.settings import environment as env

# Largest file given, and the largest grid it may declare: an orthophoto of 80 km² at 20 cm has 2,000 million cells.
RASTER_UPLOAD_MAX_BYTES = env.number("PORTAL_RASTER_UPLOAD_MAX_MB", 4_096) * 1024 * 1024
RASTER_MAX_CELLS = env.number("PORTAL_RASTER_MAX_MEGAPIXELS", 2_000) * 1_000_000
RASTER_MAX_BANDS = 8
# Conversion of one file, in the child process that reads it.
RASTER_MEMORY_MB = env.number("PORTAL_RASTER_MEMORY_MB", 2_048)
RASTER_CPU_SECONDS = env.number("PORTAL_RASTER_CPU_SECONDS", 3_600)
# Cells that the box of a surface may hold for its statistics, and that a download may have.
RASTER_STATISTICS_MAX_CELLS = env.number("PORTAL_RASTER_STATISTICS_MEGAPIXELS", 50) * 1_000_000
RASTER_DOWNLOAD_MAX_CELLS = env.number("PORTAL_RASTER_DOWNLOAD_MEGAPIXELS", 25) * 1_000_000
# Versions kept beside the one online, to come back to.
RASTER_KEPT_VERSIONS = env.number("PORTAL_RASTER_KEPT_VERSIONS", 3)
