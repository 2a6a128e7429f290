"""``./portal bench [RUN]``: prepare the database, serve, measure, print, record; exit with 1 when a bound is missed.

``bench.runs`` lists the runs, each a module that prepares and measures; ``bench.records`` describes their records.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from importlib import import_module
from pathlib import Path

import django

from bench.runs import ALL, DEFAULT, RUNS, VARIABLE, add_arguments, fault, run_all

PARSER = argparse.ArgumentParser(prog="./portal bench")
add_arguments(PARSER)
OPTIONS = PARSER.parse_args()
NAME = OPTIONS.run
if FAULT := fault(NAME, OPTIONS.arguments, OPTIONS.only):
    PARSER.error(FAULT)
os.environ["DJANGO_SETTINGS_MODULE"], os.environ[VARIABLE] = "bench.settings", NAME
# To fill a million rows takes longer than any request; the measured server has the limits of every server.
os.environ["PORTAL_COMMAND"] = "1"
if NAME != ALL:
    django.setup()


def measured() -> int:
    """Run and record; Django must know its settings before the models of a run are read."""
    figures, records = import_module("bench.figures"), import_module("bench.records")
    module = import_module(RUNS[NAME].module)
    measures = figures.run(
        module.prepare, module.measures, OPTIONS.arguments, only=OPTIONS.only, is_brief=OPTIONS.brief
    )
    folder = Path(os.environ["PORTAL_DATA"]) / records.FOLDER
    path = records.write(
        folder,
        NAME or DEFAULT,
        measures,
        only=OPTIONS.only,
        arguments=OPTIONS.arguments,
        is_brief=OPTIONS.brief,
    )
    print(f"Recorded: {path}", flush=True)
    return int(measures.exit_code)


if __name__ == "__main__":
    # Asked to end, still stop the server that was started.
    signal.signal(signal.SIGTERM, lambda *_received: sys.exit(143))
    sys.exit(run_all(OPTIONS.only) if NAME == ALL else measured())
