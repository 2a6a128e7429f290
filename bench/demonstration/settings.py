"""Settings of the demonstration's benchmark: those of the browser's, in a database that each run makes anew."""

from bench.browser_settings import *  # noqa: F403  (the portal as published, without limits by visitor)
from bench.browser_settings import DATABASES

DATABASES["default"]["NAME"] += "_demonstration"
