"""Bounds of the process that draws charts as pictures: see docs/adr/0022-charts.md."""

from gisportal.settings import environment as env

# Memory of the process: its engine takes a hundred megabytes.
CHART_MEMORY_MB = env.number("PORTAL_CHART_MEMORY_MB", 1_024)
# Time of one chart, and how long another one waits for its turn.
CHART_SECONDS = env.number("PORTAL_CHART_SECONDS", 10)
CHART_WAIT_SECONDS = env.number("PORTAL_CHART_WAIT_SECONDS", 20)
