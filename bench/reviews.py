"""The review page of a delivery of which 10,000 rows change: the page, a row in detail, the points of its map."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from django.conf import settings
from django.test import Client

from bench import seed
from bench.figures import Figure, in_time
from datasets.imports.services import ImportOptions, import_file
from datasets.models import Dataset
from datasets.publication.services import drop_dataset, publish
from gisportal.accounts.models import User
from layers.visitor import system_visitor
from layers.vocabulary import Visibility

SLUG, ROWS, CHANGED = "review-dataset", 12_000, 10_000
REPETITIONS = 9
_TITLES = ("code", "nom", "effectif", "taux", "longitude", "latitude")
_MOST_MS = 500
_ROW = re.compile(r'data-row="(\d+)"')


def reviews() -> Iterator[Figure]:
    """Measure in this process, without a server: wall time, and the processor's of Python in parentheses."""
    for dataset in Dataset.objects.filter(layer__slug=SLUG).select_related("layer"):
        drop_dataset(dataset=dataset, visitor=system_visitor())
    with TemporaryDirectory(prefix="bench-") as folder:
        number = _deliver(Path(folder))
    client = Client(headers={"host": settings.PORTAL_AUTHORITIES[0]})
    reviewer = User.objects.get_or_create(username="bench-reviewer", is_superuser=True, is_staff=True)[0]
    client.force_login(reviewer, backend="django.contrib.auth.backends.ModelBackend")
    page = f"/jeux/{SLUG}/livraisons/{number}/relecture/"
    row = _ROW.search(client.get(page).content.decode())
    if row is None:
        raise SystemExit(f"bench: {page}: no row in detail")
    yield _figure("Review of 10,000 changes", client, page, _MOST_MS)
    yield _figure("One row of it in detail", client, f"{page}ligne/?ligne={row[1]}", _MOST_MS)
    yield _figure("Its map: 10,000 points", client, f"{page}ecarts.geojson", 2 * _MOST_MS)


def _figure(name: str, client: Client, address: str, most: int) -> Figure:
    walls, processors = [], []
    for _turn in range(REPETITIONS + 1):
        wall, processor = perf_counter(), process_time()
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"bench: {address}: {answer.status_code}")
        walls.append((perf_counter() - wall) * 1000)
        processors.append((process_time() - processor) * 1000)
    milliseconds = median(walls[1:])
    measured = f"{milliseconds:.0f} ms ({median(processors[1:]):.0f})"
    return Figure(name, f"≤ {most} ms", measured, in_time(milliseconds, most))


def _deliver(folder: Path) -> int:
    """Publish a version and load one of which ``CHANGED`` rows differ; return its number."""
    rng = random.Random(7)  # noqa: S311  (places on a map)
    west, south, east, north = seed.BOX
    rows: list[list[object]] = [
        [f"C{n}", f"Équipement n° {n}", n % 100, n % 7, rng.uniform(west, east), rng.uniform(south, north)]
        for n in range(ROWS)
    ]
    options = ImportOptions(slug=SLUG, key=("code",), visibility=Visibility.OPEN)
    first = import_file(path=_write(folder / "one.csv", rows), options=options, visitor=system_visitor())
    publish(delivery=first, visitor=system_visitor())
    for row in rows[:CHANGED]:
        row[2] = f"{row[2]}1"
    second = import_file(path=_write(folder / "two.csv", rows), options=options, visitor=system_visitor())
    return second.number


def _write(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(_TITLES)
        writer.writerows(rows)
    return path
