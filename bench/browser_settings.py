"""Settings of the browser's benchmark: the portal as published, with the demonstration in a database of its own."""

from gisportal.settings.base import *  # noqa: F403  (what is measured is the portal's own settings)
from gisportal.settings.base import DATA_DIR, DATABASES, RATE_LIMITS

DATABASES["default"]["NAME"] += "_browser"
PORTAL_DEMO = True
# Photos, published files and the accounts of this demonstration stay apart from those of the portal.
DATA_DIR = DATA_DIR / "bench-browser"
MEDIA_ROOT, STATIC_ROOT = DATA_DIR / "media", DATA_DIR / "static"
# One visitor does in a minute what a person does in an hour.
RATE_LIMITS = dict.fromkeys(RATE_LIMITS, 0)
