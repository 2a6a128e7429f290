"""What the web server takes of a client (ADR 0015): a body is read to its end, on disk, before it has a thread."""

from pathlib import Path

from gisportal.settings import environment as env

_MEBIBYTE = 1024 * 1024
# A photo with its form; which addresses take so much, ``gisportal.bounds`` says.
BODY_MAX_BYTES = 25 * _MEBIBYTE
# Bytes of the answers that a process remembers, all its caches together but that of tiles (ADR 0052).
REMEMBERED_MAX_BYTES = env.number("PORTAL_REMEMBERED_MB", 48) * _MEBIBYTE
# The import wizard is given files: ``DATASET_UPLOAD_MAX_BYTES`` and its form around it.
UPLOAD_BODY_MAX_BYTES = (env.number("PORTAL_UPLOAD_MAX_MB", 500) + 1) * _MEBIBYTE
# Where bodies beyond 512 KiB wait, without a name: away from the temporary folder that every program fills.
BODY_FOLDER = env.folder("PORTAL_DATA", Path(__file__).resolve().parents[2] / ".data") / "bodies"
# Room of the bodies of one process together, until they are answered: small ones in memory, others on disk, files of
# the wizard on disk. A network holds a quarter of it, and one largest file.
BODY_MEMORY_BYTES = 64 * _MEBIBYTE
BODY_DISK_BYTES = 512 * _MEBIBYTE
UPLOAD_DISK_BYTES = 2 * UPLOAD_BODY_MAX_BYTES
# Bodies of one network that arrive at once at one process.
BODIES_EACH = 32
