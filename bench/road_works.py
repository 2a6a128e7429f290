"""``./portal bench road-works``: the feeds of five thousand sites of road works, as readers and probes request them.

Times are those of answers, with the database, in this process. The first answer reads and writes everything, as after
a start; a changed one comes after a write to one site, a warm one is that of the next reader.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable, Iterator
from statistics import median

from django.conf import settings
from django.contrib.gis.geos import LineString, MultiLineString
from django.core.management import call_command
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone

from bench import seed
from bench.catalogue import GROUND, TERRITORY
from bench.creation import create, publish_files
from bench.figures import Figure, by_length, in_time, part
from gisportal.warm_up import warm_up
from layers.cache import clear_caches
from layers.registry import CodedProvider
from layers.services.catalogue import ThemeEntry, publish_layers
from roadworks.catalogue import ROAD_WORKS
from roadworks.models import Effect, Phase, RoadWorks, SiteSection
from roadworks.vocabulary import Direction, Impact, Mode, SiteState, WorkNature

WORKS = CodedProvider((ROAD_WORKS,))
SITES = 5_000
_MOBILITY = ThemeEntry("mobilite", "Mobilité", "t-mobility", "bus", 10)
_FIRST_MS, _MOST_MS = 8_000, 300
# Of ten sites, those by day on working days, and those by night.
_BY_DAY, _BY_NIGHT = 3, 1
_HANDLER = ClientHandler()


def prepare() -> None:
    """Fill the database with sites around today, of two sections, an effect or two, and one or two phases."""
    create()
    call_command("migrate", verbosity=0)
    publish_layers(themes=[_MOBILITY, TERRITORY], definitions=(*GROUND.all(), *WORKS.all()))
    RoadWorks.objects.all().delete()
    _fill(timezone.localdate())
    publish_files()


def _fill(today: dt.date) -> None:
    rng = random.Random(7)  # noqa: S311  (places on a map)
    west, south, east, north = seed.BOX
    places = [(rng.uniform(west, east), rng.uniform(south, north)) for _number in range(SITES)]
    lines = [[(x + n * 0.0011, y) for n in range(3)] for x, y in places]
    rows = RoadWorks.objects.bulk_create(
        RoadWorks(
            identifiant=f"TRV-{number}", objet=f"Renouvellement de la conduite n° {number}", voie="Rue Pasteur",
            nature=WorkNature.WATER, maitre_ouvrage="Syndicat des eaux", etat=SiteState.PUBLISHED,
            date_debut=today - dt.timedelta(days=number % 20), date_fin=today + dt.timedelta(days=10 + number % 30),
            geom=MultiLineString(LineString(*line), srid=4326),
        )
        for number, line in enumerate(lines)
    )  # fmt: skip
    Phase.objects.bulk_create(
        Phase(chantier=row, numero=1, date_debut=row.date_debut, date_fin=row.date_fin, **_hours(number % 10))
        for number, row in enumerate(rows)
    )
    Effect.objects.bulk_create(
        Effect(chantier=row, mode=mode, impact=impact, sens=Direction.BOTH)
        for row in rows
        for mode, impact in ((Mode.CAR, Impact.ALTERNATE), (Mode.PARKING, Impact.CLOSED))
    )
    SiteSection.objects.bulk_create(
        SiteSection(
            chantier=row, rang=rank, cleabs=f"TRONROUT{row.pk}-{rank}", voie="Rue Pasteur",
            nature="Route à 1 chaussée", longueur_m=81, geom=LineString(*line[rank : rank + 2], srid=4326),
        )
        for row, line in zip(rows, lines, strict=True)
        for rank in range(2)
    )  # fmt: skip


def _hours(kind: int) -> dict[str, object]:
    if kind < _BY_DAY:
        return {"heure_debut": dt.time(8), "heure_fin": dt.time(17), "jours": [1, 2, 3, 4, 5]}
    if kind < _BY_DAY + _BY_NIGHT:
        return {"heure_debut": dt.time(21), "heure_fin": dt.time(6)}
    return {}


def measures() -> Iterator[Figure]:
    """Measure each feed: the first answer, one after a write, a warm one, HEAD and a 304."""
    warm_up()
    clear_caches()
    yield from part("geojson", _feed, "travaux.geojson")
    yield from part("datex2", _feed, "datex2.xml")
    yield from part("wzdx", _feed, "wzdx.geojson")
    yield from part("cifs", _feed, "cifs.xml")
    yield from part("calendar", _feed, "travaux.ics")
    yield from part("news", _feed, "travaux.rss")


def _feed(name: str) -> Iterator[Figure]:
    path, turns = f"/travaux/flux/{name}", by_length(9, 3)
    yield _figure(f"{name}: first answer", _FIRST_MS, lambda: _read(path), 1)
    yield _figure(f"{name}: after a write to one site", _MOST_MS, lambda: _read(path), turns, before=_write)
    yield _figure(f"{name}: warm", _MOST_MS, lambda: _read(path), turns)
    yield _figure(f"{name}: HEAD", _MOST_MS, lambda: _read(path, "head"), turns)
    tag = _client().head(path).headers["ETag"]
    yield _figure(f"{name}: 304", _MOST_MS, lambda: _read(path, status=304, etag=tag), turns)


def _write() -> None:
    site = RoadWorks.objects.order_by("?").first()
    assert site is not None
    RoadWorks.objects.filter(pk=site.pk).update(objet=f"{site.objet}."[:200])


def _client(etag: str = "") -> Client:
    headers = {"host": settings.PORTAL_AUTHORITIES[0], "accept-encoding": "gzip"}
    client = Client(headers=headers | ({"if-none-match": etag} if etag else {}))
    client.handler = _HANDLER
    return client


def _read(path: str, method: str = "get", *, status: int = 200, etag: str = "") -> None:
    answer = getattr(_client(etag), method)(path)
    if answer.status_code != status:
        raise SystemExit(f"bench: {path}: {answer.status_code}")


def _figure(
    name: str, most: int, read: Callable[[], None], turns: int, before: Callable[[], None] | None = None
) -> Figure:
    times = []
    for _turn in range(turns):
        if before is not None:
            before()
        begun = time.perf_counter()
        read()
        times.append((time.perf_counter() - begun) * 1000)
    return Figure(name, f"≤ {most} ms", f"{median(times):.0f} ms", in_time(median(times), most))
