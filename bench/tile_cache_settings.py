"""Settings of the measure of kept tiles: the measured layers, with the cache of the portal as it is served."""

from bench.settings import *  # noqa: F403  (the same measured layers)
from bench.settings import CACHES, DATA_DIR
from gisportal.settings import maps

_SIDE = {"LOCATION": "bench_side_cache", "OPTIONS": {"MAX_ENTRIES": 100_000}}
TILE_MEMORY_MAX_BYTES = maps.TILE_MEMORY_MAX_BYTES
CACHES = {
    **CACHES,
    "tiles": maps.TILE_CACHE,
    # Beside it, Django's own.
    "side-table": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", **_SIDE},
    "side-files": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        **_SIDE,
        "LOCATION": DATA_DIR / "bench-side-cache",
    },
}
