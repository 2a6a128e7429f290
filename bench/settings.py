"""Settings of the benchmark: the portal as it is served, with the measured layers and a database of their own."""

from gisportal.settings.base import *  # noqa: F403  (what is measured is the portal's own settings)
from gisportal.settings.base import DATABASES, INSTALLED_APPS, RATE_LIMITS

DATABASES["default"]["NAME"] += "_bench"
INSTALLED_APPS = [*INSTALLED_APPS, "bench.apps.BenchConfig"]
LAYER_PROVIDERS = ["bench.catalogue.MEASURED", "datasets.registry.DATASETS"]
# One client asks as fast as it can: what is measured is the portal, not its limits.
RATE_LIMITS = dict.fromkeys(RATE_LIMITS, 0)
