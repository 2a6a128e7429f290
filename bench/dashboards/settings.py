"""Settings of the dashboards' benchmark: the measured layers with the communes under them, as published."""

from bench.load_settings import *  # noqa: F403  (the same measured layers, with published files)
from bench.settings import LAYER_PROVIDERS

# A map draws the communes, which are a layer of the portal like another.
LAYER_PROVIDERS = ["bench.catalogue.GROUND", *LAYER_PROVIDERS]
