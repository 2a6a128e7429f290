"""Settings of the load: the measured layers, with published static files in a folder of their own."""

from bench.settings import *  # noqa: F403  (the same measured layers)
from bench.settings import CACHES, DATA_DIR
from gisportal.settings import tiles

TILE_MEMORY_MAX_BYTES = tiles.TILE_MEMORY_MAX_BYTES
CACHES = {**CACHES, "tiles": tiles.TILE_CACHE}
STATIC_ROOT = DATA_DIR / "bench-load" / "static"
