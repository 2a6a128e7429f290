"""Settings of the servers of a test whose processes share answers."""

from gisportal.settings.test import *  # noqa: F403  (the settings of the tests and three differences)
from gisportal.settings.test import CACHES

CACHES = {**CACHES, "tiles": {"BACKEND": "tiles.sql.TileTable"}}
STALE_S = 60
PAGE_MEMORY_MAX_BYTES = 0  # a cached page would hide how often the answers in it are computed
