"""Settings of the load: the measured layers, with published static files in a folder of their own."""

from bench.settings import *  # noqa: F403  (the same measured layers)
from bench.settings import DATA_DIR

STATIC_ROOT = DATA_DIR / "bench-load" / "static"
