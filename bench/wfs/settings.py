"""Settings of the benchmark of WFS: those of every benchmark, with a hundred layers."""

from bench.settings import *  # noqa: F403  (the same portal)

LAYER_PROVIDERS = ["bench.wfs.catalogue.LAYERS", "datasets.registry.DATASETS"]
