"""Settings of the attacked site: that of the benchmark, with the portal's own limits."""

from bench.settings import *  # noqa: F403  (the same measured layers)
from gisportal.settings import sign_in

RATE_LIMITS = sign_in.RATE_LIMITS
