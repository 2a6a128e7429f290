"""Edits of a dataset of a million rows: one by the API, its tile, ten thousand at once; and the page of its rows."""

from __future__ import annotations

import csv
import json
import math
import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from django.conf import settings
from django.test import Client

from bench import seed
from bench.figures import Figure, in_time
from bench.processor_times import processor_ms
from datasets.imports.services import ImportOptions, import_file
from datasets.models import Dataset
from datasets.publication.services import drop_dataset, publish
from gisportal.accounts.models import User
from layers import access
from layers.services.bulk import update_features
from layers.visitor import system_visitor
from layers.vocabulary import Visibility

SLUG, ROWS, AT_ONCE = "editing-dataset", 1_000_000, 10_000
REPETITIONS = 21
ZOOM = 16
_MOST_MS, _MOST_TILE_MS, _MOST_AT_ONCE_MS = 30, 200, 3_000
PAGE_ROWS, _MOST_PAGE_MS = 100_000, 300
_TITLES = ("code", "nom", "effectif", "longitude", "latitude")
_PATCH = "application/merge-patch+json"


def editing(rows: int = ROWS) -> Iterator[Figure]:
    """Measure in this process, without a server: wall time, and the processor's of Python in parentheses."""
    with _published(rows) as client:
        yield from _one_by_one(client)
        yield _at_once()


def edit_pages(rows: int = PAGE_ROWS) -> Iterator[Figure]:
    """Measure the page where rows are edited, each time after an edit, so that nothing of it is cached."""
    with _published(rows) as client:
        pk = access.scope(system_visitor(), SLUG).queryset.order_by("pk").values_list("pk", flat=True)[0]
        addresses = {
            "First page of the rows to edit": "",
            "The same, filtered by a word": "q=banc+4",
            "The same, filtered by a value": "filter=effectif%20%3E%2090",
            "The same, sorted": "sortby=-effectif",
        }
        for title, query in addresses.items():
            walls, processors = [], []
            for turn in range(REPETITIONS + 1):
                _rename(client, pk, f"Essai {turn}")
                wall = perf_counter()
                processors.append(
                    processor_ms(partial(_read, client, f"/catalogue/{SLUG}/modifier/?{query}"))
                )
                walls.append((perf_counter() - wall) * 1000)
            one = median(walls[1:])
            measured = f"{one:.0f} ms (processor {median(processors[1:]):.0f})"
            yield Figure(title, f"≤ {_MOST_PAGE_MS} ms", measured, in_time(one, _MOST_PAGE_MS))


def _read(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"bench: {address}: {answer.status_code} {answer.content[:300]!r}")


@contextmanager
def _published(rows: int) -> Iterator[Client]:
    """Publish rows while the block runs; give the client of somebody who may edit them."""
    _drop()
    with TemporaryDirectory(prefix="bench-") as folder:
        _publish(Path(folder), rows)
    try:
        editor = User.objects.get_or_create(username="bench-editor", is_superuser=True, is_staff=True)[0]
        client = Client(headers={"host": settings.PORTAL_AUTHORITIES[0]})
        client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
        yield client
    finally:
        _drop()


def _rename(client: Client, pk: int, name: str) -> None:
    """Change one value of a row by the API."""
    address = f"/api/collections/{SLUG}/items/{pk}"
    body = json.dumps({"properties": {"nom": name}})
    answer = client.patch(address, body, content_type=_PATCH, headers={"if-match": "*"})
    if answer.status_code != 200:
        raise SystemExit(f"bench: {address}: {answer.status_code} {answer.content[:300]!r}")


def _one_by_one(client: Client) -> Iterator[Figure]:
    """Change one value of a row again and again, and read its tile each time."""
    row = access.scope(system_visitor(), SLUG).queryset.order_by("pk")[0]
    tile = f"/tiles/{SLUG}/{_tile(row.geom.x, row.geom.y)}.mvt"
    walls, processors, tiles = [], [], []
    for turn in range(REPETITIONS + 1):
        name = f"Essai {turn}"
        wall, processor = perf_counter(), process_time()
        _rename(client, row.pk, name)
        walls.append((perf_counter() - wall) * 1000)
        processors.append((process_time() - processor) * 1000)
        wall = perf_counter()
        content = b"".join(client.get(tile))
        tiles.append((perf_counter() - wall) * 1000)
        if name.encode() not in content:
            raise SystemExit(f"bench: {tile}: the tile after an edit is that of before")
    one, of_tile = median(walls[1:]), median(tiles[1:])
    measured = f"{one:.0f} ms ({median(processors[1:]):.0f})"
    yield Figure("One edit among a million rows", f"≤ {_MOST_MS} ms", measured, in_time(one, _MOST_MS))
    yield Figure(
        "The next tile, with the edit",
        f"≤ {_MOST_TILE_MS} ms",
        f"{of_tile:.0f} ms",
        in_time(of_tile, _MOST_TILE_MS),
    )


def _tile(longitude: float, latitude: float) -> str:
    """Return the tile of a place at ``ZOOM``, as zoom/column/row (WebMercatorQuad)."""
    side = 2**ZOOM
    northing = math.asinh(math.tan(math.radians(latitude))) / math.pi
    return f"{ZOOM}/{int((longitude + 180) / 360 * side)}/{int((1 - northing) / 2 * side)}"


def _at_once() -> Figure:
    scope = access.scope(system_visitor(), SLUG)
    pks = list(scope.queryset.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    times = []
    for turn in range(3):
        wall = perf_counter()
        update_features(scope=scope, values={"effectif": 1_000 + turn}, pks=pks)
        times.append((perf_counter() - wall) * 1000)
    measured = median(times)
    return Figure(
        "10,000 rows changed at once",
        f"≤ {_MOST_AT_ONCE_MS} ms",
        f"{measured:.0f} ms",
        in_time(measured, _MOST_AT_ONCE_MS),
    )


def _publish(folder: Path, count: int) -> None:
    rng = random.Random(7)  # noqa: S311  (places on a map)
    west, south, east, north = seed.BOX
    path = folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(_TITLES)
        writer.writerows(
            [f"C{n}", f"Banc {n}", n % 100, rng.uniform(west, east), rng.uniform(south, north)]
            for n in range(count)
        )
    options = ImportOptions(slug=SLUG, key=("code",), visibility=Visibility.OPEN)
    delivery = import_file(path=path, options=options, visitor=system_visitor())
    publish(delivery=delivery, visitor=system_visitor())


def _drop() -> None:
    for dataset in Dataset.objects.filter(layer__slug=SLUG).select_related("layer"):
        drop_dataset(dataset=dataset, visitor=system_visitor())
