"""The course of a run: prepare, import by the command, import by the page, tell."""

from __future__ import annotations

import os

from bench import database, datasets, report
from bench.imports import pages


def main() -> int:
    """Measure everything once and return the exit code."""
    print("Preparing the benchmark's database…", flush=True)
    database.prepare()
    load = os.getloadavg()[0]
    print("Measuring: imports by the command", flush=True)
    figures = datasets.imports()
    print("Measuring: imports by the page", flush=True)
    figures += pages.large_file()
    print(f"\n{report.table(figures)}")
    if load > 0.5:
        print("\nThe machine was busy before the run: the times are higher than its own.")
    return report.exit_code(figures)
