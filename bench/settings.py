"""Settings of the benchmark, by the row of the run: the portal as it is served, with a database of its own."""

import os

from bench.runs import RUNS, VARIABLE
from gisportal.settings.base import *  # noqa: F403  (what is measured is the portal's own settings)
from gisportal.settings.base import CACHES, DATA_DIR, DATABASES, INSTALLED_APPS, RATE_LIMITS, STORAGES

RUN = RUNS[os.environ.get(VARIABLE, "")]
DATABASES["default"]["NAME"] += RUN.database
if not RUN.is_limited:
    # One client asks as fast as it can, one visitor does in a minute what a person does in an hour: what is measured
    # is the portal, not its limits.
    RATE_LIMITS = dict.fromkeys(RATE_LIMITS, 0)
if RUN.is_demonstration:
    PORTAL_DEMO = True
    # Photos, published files and the accounts of this demonstration stay apart from those of the portal.
    DATA_DIR = DATA_DIR / "bench-browser"
    MEDIA_ROOT, STATIC_ROOT = DATA_DIR / "media", DATA_DIR / "static"
else:
    INSTALLED_APPS = [*INSTALLED_APPS, "bench.apps.BenchConfig"]
    LAYER_PROVIDERS = list(RUN.providers)
if RUN.is_published and not RUN.is_demonstration:
    STATIC_ROOT = DATA_DIR / "bench-load" / "static"
    # Django's own caches, where tiles might be kept too: ``bench.tile_cache`` compares them.
    _SIDE = {"LOCATION": "bench_side_cache", "OPTIONS": {"MAX_ENTRIES": 100_000}}
    CACHES = {
        **CACHES,
        "side-table": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", **_SIDE},
        "side-files": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            **_SIDE,
            "LOCATION": DATA_DIR / "bench-side-cache",
        },
    }
elif not RUN.is_demonstration:
    # Tiles are made each time: those that are cached have a run of their own.
    CACHES = {**CACHES, "tiles": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    TILE_MEMORY_MAX_BYTES = 0
if RUN.is_limited and not RUN.is_published:
    # Pages are asked, and nothing was published: a file keeps its own name.
    STORAGES = {
        **STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
