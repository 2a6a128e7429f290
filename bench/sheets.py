"""``./portal bench sheet``: what applies to a parcel, and to a thousand, over 60,000 parcels and forty layers.

Ten rules are those of every portal, over layers of their own; thirty more read surfaces of sixteen corners on the
parcel and points around it. Times are those of answers in this process, with the database, warm.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from django.core.management import call_command
from django.db import connection, models, transaction
from django.utils import timezone
from psycopg.sql import SQL, Identifier, Literal

from bench import seed
from bench.catalogue import GROUND, POINTS, SURFACES, TERRITORY, THEME
from bench.creation import create
from bench.figures import Figure, by_length, in_time, part
from bench.processor_times import processor_ms
from heritage.catalogue import BUILDINGS, TREES
from heritage.models import HeritageBuilding, RemarkableTree
from layers.registry import CodedProvider
from layers.services.catalogue import ThemeEntry, publish_layers
from layers.visitor import Visitor
from planning.bulk.formats import LIST_FORMATS, ListContent
from planning.bulk.presenters import ParcelSheet, parcel_sheets
from planning.bulk.queries.sheets import read_blocks
from planning.models import ApplicableRule
from planning.presenters.sheet import sheet_of
from planning.queries import locations
from planning.vocabulary import Family, Relation
from plui.catalogue import PRESCRIPTIONS_LIN, PRESCRIPTIONS_PCT, PRESCRIPTIONS_SURF, ZONES
from plui.models import DocUrba, PrescriptionLin, PrescriptionPct, PrescriptionSurf, ZoneUrba
from reference_data.catalogue import ADDRESSES, EASEMENT_PERIMETERS, PARCELS
from reference_data.models import Easement, Parcel

_COPIES = 15
_RULES = _COPIES * 2
_OWN = (
    ZONES, PRESCRIPTIONS_SURF, PRESCRIPTIONS_LIN, PRESCRIPTIONS_PCT, EASEMENT_PERIMETERS, BUILDINGS, TREES, ADDRESSES,
    PARCELS,
)  # fmt: skip
_MORE = tuple(
    replace(layer, slug=f"{layer.slug}-{number}", title=f"{layer.slug} {number}")
    for layer in (SURFACES, POINTS)
    for number in range(_COPIES)
)
LAYERS = CodedProvider((*_OWN, *_MORE))
_THEMES = (
    THEME,
    TERRITORY,
    ThemeEntry("urbanisme", "Urbanisme", "t-urbanism", "landmark", 30),
    ThemeEntry("nature", "Nature", "t-nature", "trees", 40),
)
_ACROSS, _UP = 300, 200
_TURNS = 40
_SHEET_MS, _BULK_S = 150, 60
_LISTED = 1_000
# Change it with what ``_fill`` writes: the rows are then written again.
_ROWS = "1"
_IDURBA = "200057974_PLUI_20240115"

# A grid over the seeded box, each corner moved by a fifth of its side: neighbours share a border.
_PARCELS = """
WITH corner AS (
    SELECT x, y, ST_SetSRID(ST_MakePoint(%s + (x + 0.2 * random()) * %s, %s + (y + 0.2 * random()) * %s), 4326) AS at
    FROM generate_series(0, %s) AS x, generate_series(0, %s) AS y
)
INSERT INTO reference_data_parcel (idu, code_insee, prefixe, section, numero, contenance, geom)
SELECT '92048000' || chr(65 + a.x / 26) || chr(65 + mod(a.x, 26)) || lpad((a.y + 1)::text, 4, '0'), '92048', '000',
       chr(65 + a.x / 26) || chr(65 + mod(a.x, 26)), (a.y + 1)::text, 7000,
       ST_Multi(ST_MakePolygon(ST_MakeLine(ARRAY[a.at, b.at, c.at, d.at, a.at])))
FROM corner AS a
JOIN corner AS b ON b.x = a.x + 1 AND b.y = a.y
JOIN corner AS c ON c.x = a.x + 1 AND c.y = a.y + 1
JOIN corner AS d ON d.x = a.x AND d.y = a.y + 1
"""
_ADDRESSES = """
INSERT INTO reference_data_address (
    id_ban, numero, rep, nom_voie, code_postal, code_insee, nom_commune, code_insee_ancienne_commune, type_position,
    alias, nom_ld, libelle_acheminement, nom_afnor, source_position, source_nom_voie, nom_ancienne_commune, id_fantoir,
    cad_parcelles, geom
)
SELECT '92048_' || idu, numero::int, '', 'Rue ' || section, '92190', '92048', 'Meudon', '', '', '', '', '', '', '',
       '', '', '', ARRAY[idu], ST_PointOnSurface(geom)
FROM reference_data_parcel
"""


def prepare() -> None:
    """Create, migrate, fill unless it is filled by this very module, publish, and write thirty more rules."""
    create()
    call_command("migrate", verbosity=0)
    publish_layers(themes=_THEMES, definitions=(*GROUND.all(), *LAYERS.all()))
    stamp = f"{_ROWS} {seed.fingerprint()}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('reference_data_parcel'::regclass)")
        (comment,) = cursor.fetchone()
    if comment != stamp:
        _fill()
        with connection.cursor() as cursor:
            cursor.execute(SQL("COMMENT ON TABLE reference_data_parcel IS {}").format(Literal(stamp)))
            cursor.execute("VACUUM ANALYZE")


def _fill() -> None:
    rng = random.Random(38)  # noqa: S311  (places on a map)
    west, south, east, north = seed.BOX
    width, height = (east - west) / (_ACROSS + 1), (north - south) / (_UP + 1)
    tables = [layer.model._meta.db_table for layer in (*_OWN, SURFACES, POINTS)]
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(Identifier(table)))
            cursor.execute(SQL("TRUNCATE {} CASCADE").format(Identifier(table)))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute(_PARCELS, [west, width, south, height, _ACROSS, _UP])
        cursor.execute(_ADDRESSES)
        for step in seed.statements():
            if "million" not in step.sql:
                cursor.execute(step.sql, step.parameters)
        _fill_plan(rng)
        for table in tables:
            cursor.execute(SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(Identifier(table)))
    print(f"  {Parcel.objects.count():,} parcels", flush=True)


def _fill_plan(rng: random.Random) -> None:
    """Write a plan of 600 zones of two hundred corners, its prescriptions, and circles around monuments."""
    west, south, east, north = seed.BOX

    def place() -> tuple[float, float]:
        return rng.uniform(west, east), rng.uniform(south, north)

    DocUrba.objects.get_or_create(
        idurba=_IDURBA, defaults={"typedoc": "PLUI", "etat": "03", "nomproc": "E", "datappro": "20240115"}
    )
    common = {"idurba_id": _IDURBA, "nomfic": "reglement.pdf#page=12", "datvalid": "20240115"}
    _create(
        ZoneUrba,
        (
            {
                "libelle": f"U{number % 40}", "typezone": "U", "geom": _round(place(), 700, 200, rng),
                **common,
            }
            for number in range(600)
        ),
    )  # fmt: skip
    _create(
        PrescriptionSurf,
        (
            {
                "libelle": f"Espace {n}",
                "typepsc": "07",
                "geom": _round(place(), 120, 24, rng),
                **common,
            }
            for n in range(2_000)
        ),
    )
    _create(
        PrescriptionLin,
        ({"libelle": f"Ligne {n}", "typepsc": "07", "geom": _line(place()), **common} for n in range(5_000)),
    )
    _create(
        PrescriptionPct,
        (
            {"libelle": f"Arbre {n}", "typepsc": "07", "geom": Point(*place()), **common}
            for n in range(10_000)
        ),
    )
    _create(
        Easement,
        (
            {
                "idass": f"AC1-{n}", "idgen": f"AC1-{n}", "nomass": f"Monument {n}", "typeass": "Périmètre des abords",
                "modegeoass": "Zone tampon", "paramcalc": 500, "geom": MultiPolygon(_round(place(), 500, 64, rng)),
            }
            for n in range(300)
        ),
    )  # fmt: skip
    _create(HeritageBuilding, ({"denomination": f"Hôtel {n}", "geom": Point(*place())} for n in range(2_000)))
    _create(
        RemarkableTree, ({"nom_vernaculaire": f"Cèdre {n}", "geom": Point(*place())} for n in range(5_000))
    )


def _create(model: type[models.Model], rows: Iterator[dict[str, object]]) -> None:
    model._default_manager.bulk_create((model(**row) for row in rows), batch_size=1_000)


def _round(at: tuple[float, float], metres: float, corners: int, rng: random.Random) -> Polygon:
    x, y = at
    degrees = metres / 111_000
    turns = [2 * math.pi * each / corners for each in range(corners)]
    radii = [degrees * rng.uniform(0.9, 1.1) for _each in turns]
    ring = [
        (x + radius * math.cos(turn) * 1.5, y + radius * math.sin(turn))
        for turn, radius in zip(turns, radii, strict=True)
    ]
    return Polygon([*ring, ring[0]], srid=4326)


def _line(at: tuple[float, float]) -> LineString:
    x, y = at
    return LineString(*[(x + step * 0.0004, y + step * 0.0002) for step in range(6)], srid=4326)


def measures() -> Iterator[Figure]:
    """Measure under the ten rules of every portal, then under forty."""
    for count, more in (("ten rules", 0), ("forty rules", _RULES)):
        _write_rules(more)
        yield from part("one", _one, count)
        yield from part("many", _many, count)
        yield from part("files", _files, count)


def _write_rules(more: int) -> None:
    ApplicableRule.objects.filter(family=Family.OTHER).exclude(layer="").delete()
    for number, layer in enumerate(_MORE[:more]):
        is_surface = number < _COPIES
        ApplicableRule.objects.create(
            title=str(layer.title),
            family=Family.OTHER,
            layer=layer.slug,
            relation=Relation.OVERLAPS if is_surface else Relation.WITHIN,
            distance_m=None if is_surface else 200,
            at_most=20,
            # A twentieth of the rows: one to three around a parcel, as of noise, floods or rights of pre-emption.
            rows=f"effectif BETWEEN {number * 300} AND {number * 300 + 500}",
            code_field="categorie",
            detail_fields=["description", "effectif"],
        )


def _visitor() -> Visitor:
    return Visitor(instant=timezone.now())


def _identifiers(count: int) -> list[str]:
    rng = random.Random(7)  # noqa: S311  (places on a map)
    return rng.sample(list(Parcel.objects.order_by("idu").values_list("idu", flat=True)), count)


def _one(rules: str) -> Iterator[Figure]:
    visitor, identifiers = _visitor(), _identifiers(_TURNS)

    def read(idu: str) -> None:
        sheet_of(visitor, locations.parcel(visitor, idu))

    for idu in identifiers[:3]:
        read(idu)
    times = [_seconds(partial(read, idu)) for idu in identifiers]
    measured = 1_000 * median(times)
    words = f"{measured:.0f} ms, the slowest {1_000 * max(times):.0f}"
    yield Figure(f"a sheet, {rules}", f"≤ {_SHEET_MS} ms", words, in_time(measured, _SHEET_MS))
    spent = median(processor_ms(partial(read, idu)) for idu in identifiers)
    yield Figure(f"a sheet, {rules}, processor of Python and PostgreSQL", "–", f"{spent:.0f} ms")


def _many(rules: str) -> Iterator[Figure]:
    identifiers = _identifiers(by_length(_LISTED, _LISTED // 5))
    sheets: list[ParcelSheet] = []
    begun = time.perf_counter()
    spent = processor_ms(lambda: sheets.extend(_sheets(identifiers))) / 1_000
    seconds = time.perf_counter() - begun
    most = _BULK_S * len(identifiers) / _LISTED
    features = sum(len(result.features) for each in sheets for result in each.sheet.outcomes)
    words = f"{seconds:.1f} s, {spent:.1f} of a processor, {features:,} features"
    yield Figure(f"{len(identifiers):,} sheets, {rules}", f"≤ {most:g} s", words, in_time(seconds, most))


def _files(rules: str) -> Iterator[Figure]:
    for extension, kind in LIST_FORMATS.items():
        identifiers = _identifiers(by_length(min(_LISTED, kind.max_parcels), 20))
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"file.{extension}"
            content = ListContent(_visitor(), _sheets(identifiers), list)
            seconds = _seconds(partial(kind.write, content, path))
            size = path.stat().st_size / 1_000_000
        name = f"{extension} of {len(identifiers):,} parcels, {rules}"
        most = _BULK_S if extension != "pdf" else None
        bound, is_met = (f"≤ {most} s", in_time(seconds, most)) if most else ("–", None)
        yield Figure(name, bound, f"{seconds:.1f} s, {size:.1f} MB", is_met)


def _sheets(identifiers: Sequence[str]) -> Iterator[ParcelSheet]:
    for block in read_blocks(_visitor(), identifiers):
        yield from parcel_sheets(_visitor(), block)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
