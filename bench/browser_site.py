"""The site that the browser measures: the demonstration, and a dataset of a hundred thousand rows for the table."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command

from bench import seed
from bench.creation import create
from datasets.imports.services import ImportOptions, import_file
from datasets.models import Dataset
from datasets.publication.services import drop_dataset, publish
from layers.visitor import system_visitor
from layers.vocabulary import Visibility

LONG, ROWS = "table-longue", 100_000


def prepare() -> None:
    """Create, migrate, load and publish; a second call finds everything there."""
    create()
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    for dataset in Dataset.objects.filter(layer__slug=LONG):
        drop_dataset(dataset=dataset, visitor=system_visitor())
    _import_rows()


def _import_rows() -> None:
    """Import rows with a text, numbers and a date over the territory, the same on every machine."""
    places = random.Random(7)  # noqa: S311  (places on a map)
    west, south, east, north = seed.BOX
    with TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write("code;nom;effectif;taux;pose;longitude;latitude\n")
            for number in range(ROWS):
                x, y = places.uniform(west, east), places.uniform(south, north)
                day = f"{1 + number % 28:02d}/{1 + number % 12:02d}/{2010 + number % 15}"
                file.write(
                    f"C{number};Équipement n° {number};{number % 100};{number % 1000},5;{day};{x:.6f};{y:.6f}\n"
                )
        delivery = import_file(
            path=path, options=ImportOptions(slug=LONG, visibility=Visibility.OPEN), visitor=system_visitor()
        )
    publish(delivery=delivery, visitor=system_visitor())
