"""Settings of the attacks: the measured layers, with the limits that every portal has."""

from bench.settings import *  # noqa: F403  (the same portal, but for its limits)
from gisportal.settings import base

RATE_LIMITS = base.RATE_LIMITS
