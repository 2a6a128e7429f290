"""What the web server takes of a client (ADR 0015): a body is read to its end, on disk, before it has a thread."""

from gisportal.settings import environment as env

# A photo with its form; what a protocol takes, it bounds itself and explains.
BODY_MAX_BYTES = 25 * 1024 * 1024
# The import wizard is given files: ``DATASET_UPLOAD_MAX_BYTES`` and its form around it.
UPLOAD_PATH = "/jeux/"
UPLOAD_BODY_MAX_BYTES = (env.number("PORTAL_UPLOAD_MAX_MB", 500) + 1) * 1024 * 1024
