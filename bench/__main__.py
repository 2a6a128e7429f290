"""``./portal bench [RUN]``: prepare the database, serve, measure, print; the exit code is 1 when a bound is missed.

``bench.runs`` lists the runs, each a module that prepares and measures.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module

import django

from bench.runs import RUNS, VARIABLE

NAME, ARGUMENTS = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("", [])
if NAME not in RUNS or (ARGUMENTS and not RUNS[NAME].takes):
    sys.exit(f"bench: no run is called {' '.join([NAME, *ARGUMENTS])!r}: ./portal bench --help lists them")
os.environ["DJANGO_SETTINGS_MODULE"], os.environ[VARIABLE] = "bench.settings", NAME
# To fill a million rows takes longer than any request; the measured server has the limits of every server.
os.environ["PORTAL_COMMAND"] = "1"
django.setup()

if __name__ == "__main__":
    # Asked to end, still stop the server that was started.
    signal.signal(signal.SIGTERM, lambda *_received: sys.exit(143))
    # Django must know its settings before the models of a run are read.
    figures, module = import_module("bench.figures"), import_module(RUNS[NAME].module)
    sys.exit(figures.run(module.prepare, module.measures, ARGUMENTS))
