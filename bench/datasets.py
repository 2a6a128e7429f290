"""Datasets: a million rows imported by the command, two versions compared, the switch, and reading.

The command runs in a process of its own, so that its memory is the import's alone. The dataset that is read holds the
rows of the layer ``points``, published under the same names.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from django.db import connection

from bench import children, seed
from bench.client import Connection, timed
from bench.figures import Figure
from bench.seed import ATTRIBUTES
from bench.server import Server
from datasets.comparison.services import compare
from datasets.imports.services import ImportOptions, import_file
from datasets.models import Dataset, Delivery
from datasets.publication.services import drop_dataset, publish
from layers.visitor import system_visitor
from layers.vocabulary import Visibility

ROWS = 1_000_000
READ = "points-dataset"
_REPETITIONS = 200
_COPY_OF_POINTS = """
COPY (SELECT nom, description, categorie, effectif, surface_m2, taux, est_accessible, date_pose, releve_le,
             ST_X(geom) AS longitude, ST_Y(geom) AS latitude FROM bench_point ORDER BY id)
TO STDOUT WITH (FORMAT csv, HEADER)
"""
_IMPORT = """
import sys
import django
django.setup()
from django.core.management import call_command
call_command("import_dataset", sys.argv[1], slug="million-dataset", key=["code"])
"""


def imports() -> Iterator[Figure]:
    """Measure the import of a million points, the comparison of two versions, and the switch."""
    for dataset in Dataset.objects.select_related("layer"):
        drop_dataset(dataset=dataset, visitor=system_visitor())
    with TemporaryDirectory(prefix="bench-") as folder:
        yield _million(Path(folder) / "million.csv")
        yield from _versions(Path(folder) / "points.csv")


def reading(server: Server) -> Figure:
    """Measure a page of a thousand features of the dataset beside the same page of the coded layer."""
    client = Connection(server.port)
    west, south, east, north = seed.BOX
    box = f"{(west + east) / 2},{(south + north) / 2},{east},{north}"
    address = "/api/collections/{}/items?bbox={}&limit=1000&properties={}"
    coded, ours = (address.format(slug, box, ",".join(ATTRIBUTES)) for slug in ("points", READ))
    for path in (coded, ours) * 10:
        timed(client, path)
    pairs = [(timed(client, coded), timed(client, ours)) for _ in range(_REPETITIONS)]
    ratio = median(ours for _coded, ours in pairs) / median(coded for coded, _ours in pairs)
    return Figure("Page of 1,000 of a dataset", "≤ 1.05 × coded layer", f"{ratio:.2f} ×", ratio <= 1.05)


def _million(path: Path) -> Figure:
    _write_million(path)
    ended = children.run(_IMPORT, str(path))
    loaded = Delivery.objects.filter(row_count=ROWS, state="ready").exists()
    is_met = loaded and ended.is_done and ended.seconds <= 60 and ended.megabytes < 500
    measured = f"{ended.seconds:.1f} s, {ended.megabytes:.0f} MB"
    return Figure("Import of 1,000,000 CSV points", "≤ 60 s, < 500 MB", measured, is_met)


def _versions(path: Path) -> list[Figure]:
    with connection.cursor() as cursor, path.open("wb") as file, cursor.copy(_COPY_OF_POINTS) as copy:
        file.writelines(copy)
    options = ImportOptions(slug=READ, visibility=Visibility.OPEN)
    first = import_file(path=path, options=options, visitor=system_visitor())
    second = import_file(path=path, options=options, visitor=system_visitor())
    begun = perf_counter()
    compare(old=first, new=second)
    compared = perf_counter() - begun
    begun = perf_counter()
    publish(delivery=second, visitor=system_visitor())
    switched = (perf_counter() - begun) * 1000
    return [
        Figure("Comparison of two versions of 100,000", "≤ 5 s", f"{compared:.2f} s", compared <= 5),
        Figure("Switch to another version", "< 100 ms", f"{switched:.0f} ms", switched < 100),
    ]


def _write_million(path: Path) -> None:
    """Write points over the territory, with a text, numbers, a boolean and a French date."""
    places = random.Random(7)  # noqa: S311  (places on a map)
    west, south, east, north = seed.BOX
    with path.open("w", encoding="utf-8") as file:
        file.write("code;nom;effectif;taux;ouvert;pose;longitude;latitude\n")
        for number in range(ROWS):
            x, y = places.uniform(west, east), places.uniform(south, north)
            file.write(
                f"C{number};Équipement n° {number};{number % 100};{number % 1000},5;{'oui' if number % 2 else 'non'};"
                f"{1 + number % 28:02d}/{1 + number % 12:02d}/{2010 + number % 15};{x:.6f};{y:.6f}\n"
            )
