"""Settings of the attacks: the measured layers, with the limits that every portal has."""

from bench.settings import *  # noqa: F403  (the same portal, but for its limits)
from bench.settings import STORAGES
from gisportal.settings import base

RATE_LIMITS = base.RATE_LIMITS
# Pages are asked, and nothing was published: a file keeps its own name.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
