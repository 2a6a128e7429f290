"""``./portal bench imports``: a million points by the command, and a file of 200 MB by the page."""

from __future__ import annotations

from collections.abc import Iterator

from bench import database, datasets
from bench.figures import Figure
from bench.imports import pages

prepare = database.prepare


def measures() -> Iterator[Figure]:
    """Measure imports by the command, then by the page."""
    yield from datasets.imports()
    yield from pages.large_file()
