"""``./portal bench [RUN]``: prepare the database, serve, measure, print; the exit code is 1 when a bound is missed.

``bench.runs`` lists the runs.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module

import django

from bench.runs import RUNS

RUN = RUNS[sys.argv[1] if len(sys.argv) > 1 else ""]
os.environ["DJANGO_SETTINGS_MODULE"] = RUN.settings
# To fill a million rows takes longer than any request; the measured server has the limits of every server.
os.environ["PORTAL_COMMAND"] = "1"
django.setup()

if __name__ == "__main__":
    # Asked to end, still stop the server that was started.
    signal.signal(signal.SIGTERM, lambda *_received: sys.exit(143))
    # Django must know its settings before the models of a run are read.
    sys.exit(import_module(RUN.module).main())
