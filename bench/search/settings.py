"""Settings of the benchmark of the search: five hundred layers over the communes, in a database of their own."""

from bench.load_settings import *  # noqa: F403  (pages, with published static files)
from bench.settings import DATABASES

DATABASES["default"]["NAME"] += "_search"
LAYER_PROVIDERS = ["bench.catalogue.GROUND", "bench.search.catalogue.LAYERS"]
