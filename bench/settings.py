"""Settings of the benchmark: the portal as it is served, with the measured layers and a database of their own."""

from gisportal.settings.base import *  # noqa: F403  (what is measured is the portal's own settings)
from gisportal.settings.base import CACHES, DATABASES, INSTALLED_APPS, RATE_LIMITS

DATABASES["default"]["NAME"] += "_bench"
INSTALLED_APPS = [*INSTALLED_APPS, "bench.apps.BenchConfig"]
LAYER_PROVIDERS = ["bench.catalogue.MEASURED", "datasets.registry.DATASETS"]
# One client asks as fast as it can: what is measured is the portal, not its limits.
RATE_LIMITS = dict.fromkeys(RATE_LIMITS, 0)
# Tiles are made each time: those that are kept have a run of their own, and the load keeps them as a site does.
CACHES = {**CACHES, "tiles": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
TILE_MEMORY_MAX_BYTES = 0
