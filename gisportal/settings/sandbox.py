"""Bounds of the child processes that parse files of strangers: see docs/adr/0018-hostile-files.md."""

from gisportal.settings import environment as env

# Memory that one file may ask for, beside what the program takes.
SANDBOX_MEMORY_MB = env.number("PORTAL_READER_MEMORY_MB", 2_048)
SANDBOX_CPU_SECONDS = env.number("PORTAL_READER_CPU_SECONDS", 120)
# Waiting for answers alone: the time that the database takes for the rows is not the reader's.
SANDBOX_WALL_SECONDS = env.number("PORTAL_READER_SECONDS", 180)
# Rows or pictures that come out of one file, and each file that its reader writes: an archive once expanded.
SANDBOX_OUTPUT_MB = env.number("PORTAL_READER_OUTPUT_MB", 16_384)
SANDBOX_DISK_MB = env.number("PORTAL_READER_DISK_MB", 8_192)
SANDBOX_FILES = 64
# Files read at once by one process of the portal, and how long another one waits before it is told to come back.
SANDBOX_CHILDREN = env.number("PORTAL_READERS", 4)
SANDBOX_WAIT_SECONDS = 20
