"""Settings of the exports: where written files are kept, and for how long."""

from pathlib import Path

from gisportal.settings import environment as env

EXPORT_FOLDER = env.folder("PORTAL_DATA", Path(__file__).resolve().parents[2] / ".data") / "exports"
# Since it was last asked for: long enough to go on with a download that broke, or to read a file by parts.
EXPORT_MAX_AGE_S = 3_600
# Files written at once, by all processes, for an asker and for all: who has more under way is told to come back.
EXPORTS_AT_ONCE_EACH = env.number("PORTAL_EXPORTS_AT_ONCE_EACH", 2)
EXPORTS_AT_ONCE = env.number("PORTAL_EXPORTS_AT_ONCE", 4)
# Room that files of the portal leave free on their disk: below it none is begun.
DISK_RESERVE_BYTES = env.number("PORTAL_DISK_RESERVE_MB", 256) * 1024 * 1024
EXPORT_MAX_BYTES = env.number("PORTAL_EXPORTS_MAX_MB", 2_048) * 1024 * 1024
