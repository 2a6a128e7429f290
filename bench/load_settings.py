"""Settings of the load: the measured layers, with published static files in a folder of their own."""

from bench.settings import *  # noqa: F403  (the same measured layers)
from bench.settings import CACHES, DATA_DIR
from gisportal.settings import maps

TILE_MEMORY_MAX_BYTES = maps.TILE_MEMORY_MAX_BYTES
CACHES = {**CACHES, "tiles": maps.TILE_CACHE}
STATIC_ROOT = DATA_DIR / "bench-load" / "static"
