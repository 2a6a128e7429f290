"""Settings of the measures of tiles: the measured layers, and lines beside them."""

from bench.settings import *  # noqa: F403  (the same portal)

LAYER_PROVIDERS = [
    "bench.catalogue.MEASURED",
    "bench.vector_tiles.catalogue.LINES",
    "datasets.registry.DATASETS",
]
