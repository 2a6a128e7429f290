"""Settings of the benchmark of what is around a point: the measured layers over the communes."""

from bench.load_settings import *  # noqa: F403  (pages, with published static files)

LAYER_PROVIDERS = ["bench.catalogue.GROUND", "bench.catalogue.MEASURED"]
