"""``./portal bench``: prepare the database, serve, measure, tell; the exit code is 1 when a bound is missed."""

from __future__ import annotations

import os
import signal
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
django.setup()

from bench import run  # noqa: E402  (Django must know its settings first)

if __name__ == "__main__":
    # Asked to end, still stop the server that was started.
    signal.signal(signal.SIGTERM, lambda *_received: sys.exit(143))
    sys.exit(run.main())
