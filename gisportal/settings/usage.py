"""Counters of what is used: docs/usage.md."""

from gisportal.settings import environment as env

USAGE_COUNTERS = env.flag("PORTAL_USAGE", default=True)
# How long a process keeps counts before it writes them; 0: nothing writes by itself (tests).
USAGE_WRITE_SECONDS = 60
# Months that are kept day by day; older ones are kept as months.
USAGE_DAYS_MONTHS = env.number("PORTAL_USAGE_DAYS_MONTHS", 25)
