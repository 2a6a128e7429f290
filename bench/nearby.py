"""What *Autour* takes of the processor: the nearest of a hundred thousand points, and of sixty thousand polygons.

The whole request of the tab, with rights, communes and template, from points all over the territory: the nearest rows
alone, and with a radius that holds thousands, which are counted.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial

from django.conf import settings
from django.test import Client

from bench import database, seed
from bench.catalogue import GROUND, MEASURED, TERRITORY, THEME
from bench.creation import publish_files
from bench.figures import Figure, part
from bench.processor_times import processor_figure
from gisportal.warm_up import load_libraries, warm_up
from layers.services.catalogue import publish_layers

_POINT_COUNT, _RADII = 8, {"the nearest": 50, "within 1 km": 1_000}


def prepare() -> None:
    """Fill the measured layers over the communes, and publish the static files."""
    database.prepare()
    publish_layers(themes=[THEME, TERRITORY], definitions=(*GROUND.all(), *MEASURED.all()))
    publish_files()
    warm_up()
    load_libraries()


def measures() -> Iterator[Figure]:
    """Measure the tab over points, then over polygons."""
    for layer in ("points", "surfaces"):
        yield from part(layer, _around, layer)


def _around(layer: str) -> Iterator[Figure]:
    client = Client(headers={"host": settings.PORTAL_AUTHORITIES[0], "HX-Request": "true"})
    chance = random.Random(7)  # noqa: S311  (places of a benchmark)
    west, south, east, north = seed.BOX
    points = [
        f"{chance.uniform(west, east):.5f},{chance.uniform(south, north):.5f}" for _ in range(_POINT_COUNT)
    ]
    for what, radius in _RADII.items():
        queries = [
            {"couches": layer, "sujet": layer, "near": point, "radius": str(radius)} for point in points
        ]
        yield processor_figure(
            f"Autour, {layer}: {what}", [partial(_answered, client, each) for each in queries]
        )


def _answered(client: Client, query: dict[str, str]) -> None:
    answer = client.get("/carte/autour/", query)
    if answer.status_code != 200 or "Équipement" not in answer.text:
        raise RuntimeError(f"bench: around {query['near']} answers {answer.status_code}")
