"""Sample rows: files of ``fixtures/``, seeded random numbers, the communes; rows created once, never doubled."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import shapely
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection, connections, models
from django.db.models.expressions import DatabaseDefault
from psycopg.sql import SQL, Identifier

from layers.models import Commune

SEED = "gisportal-1"


def seeded_random(subject: str) -> random.Random:
    """Return the random numbers of a subject: its own, so that a change in one subject does not move the others."""
    return random.Random(f"{SEED}/{subject}")  # noqa: S311  (sample data, not secrets)


def read_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of ``fixtures/``."""
    with (settings.BASE_DIR / "fixtures" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_features(name: str) -> list[dict[str, Any]]:
    """Return the features of a GeoJSON file of ``fixtures/``."""
    with (settings.BASE_DIR / "fixtures" / name).open(encoding="utf-8") as file:
        features: list[dict[str, Any]] = json.load(file)["features"]
    return features


Row = TypeVar("Row", bound=models.Model)


def save_rows(rows: Sequence[Row], *, keys: tuple[str, ...]) -> list[Row]:
    """Write rows matched by their natural key ``keys``; return them with their primary key.

    An unchanged row is not written, so that its table keeps its ``data_version``.
    """
    if not rows:
        return []
    existing = _existing_rows(rows, keys)
    for row in rows:
        stored = existing.get(_key(row, keys))
        if stored is not None:
            _put_back(row, stored)
    insert_rows([row for row in rows if row._state.adding])
    return list(rows)


# From so many rows on, COPY with the values alone costs a quarter of INSERT, whose statement is written and read whole.
_COPIED = 50


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model and give them their primary keys: many by COPY, as ``bulk_create`` writes them."""
    if len(rows) < _COPIED or _has_absent_values(rows):
        if rows:
            type(rows[0])._default_manager.bulk_create(rows)
        return
    meta = rows[0]._meta
    fields = [field for field in meta.local_concrete_fields if not field.generated]
    _number(rows)
    columns = [Identifier(str(field.column)) for field in fields]
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(meta.db_table), SQL(", ").join(columns))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        writers = [(field, _writer(field)) for field in fields]
        for row in rows:
            copy.write_row([write(field.pre_save(row, add=True)) for field, write in writers])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


# COPY takes two values of three as they are, but in columns of JSON: converting them took half of the time.
_PLAIN = frozenset({str, int, bool, type(None)})


def _writer(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """Return the function that makes a value of a field one that COPY writes."""
    database = connections[connection.alias]  # without the look-up of each use of ``connection``
    if isinstance(field, models.JSONField):
        return lambda value: field.get_db_prep_save(value, database)
    return lambda value: value if type(value) in _PLAIN else field.get_db_prep_save(value, database)


def _has_absent_values(rows: Sequence[models.Model]) -> bool:
    """Say whether the database must write a value that rows lack; instants of writing are ours as in ``save``."""
    fields = [field for field in rows[0]._meta.local_concrete_fields if field.has_db_default()]
    by_database = [field.attname for field in fields if not _is_clock(field)]
    return any(isinstance(getattr(row, name), DatabaseDefault) for name in by_database for row in rows)


def _is_clock(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.DateField) and (field.auto_now or field.auto_now_add)


def _number(rows: Sequence[models.Model]) -> None:
    """Give rows the next numbers of the sequence of their primary key, where it has one."""
    meta = rows[0]._meta
    if not isinstance(meta.pk, models.AutoField):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [f'"{meta.db_table}"', meta.pk.column, len(rows)],
        )
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number


def _key(row: models.Model, keys: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(getattr(row, key) for key in keys)


def _existing_rows(rows: Sequence[Row], keys: tuple[str, ...]) -> dict[tuple[object, ...], Row]:
    """Return the rows of the database that have the same keys; the oldest where a person made a double."""
    manager = type(rows[0])._default_manager
    if not manager.exists():
        return {}
    firsts = {getattr(row, keys[0]) for row in rows}
    stored_rows = manager.filter(**{f"{keys[0]}__in": firsts}).order_by("-pk")
    return {_key(row, keys): row for row in stored_rows}


def _put_back(row: Row, stored: Row) -> None:
    """Give ``row`` the identity of ``stored``, and write the columns that differ."""
    row.pk, row._state.adding = stored.pk, False
    columns = [field for field in row._meta.concrete_fields if field.editable and not field.primary_key]
    changed = [
        field.name for field in columns if getattr(row, field.attname) != getattr(stored, field.attname)
    ]
    if changed:
        has_clock = any(field.name == "updated_at" for field in row._meta.concrete_fields)
        row.save(update_fields=[*changed, *(["updated_at"] if has_clock else [])])


Shape = Any  # shapely has no types


@dataclass(frozen=True, slots=True, eq=False)
class Territory:
    """The communes as shapes in EPSG:4326 (longitude, latitude), by INSEE code, and their names.

    One is equal to itself alone: what is computed of it once is known by it.
    """

    shapes: dict[str, Shape]
    names: dict[str, str]

    def point_in(self, code: str, rng: random.Random) -> Point:
        """Return a random point of a commune, at 5 decimals, 30 m or more inside."""
        return point_in(self.shapes[code].buffer(-0.0004), rng)


def load_communes() -> Territory:
    """Write the communes and return the territory."""
    communes = [
        Commune(geom=to_geos(shapely.from_geojson(json.dumps(feature))), **feature["properties"])
        for feature in read_features("communes.geojson")
    ]
    save_rows(communes, keys=("code",))
    return read_territory()


@cache
def read_territory() -> Territory:
    """Return the communes as their file has them."""
    features = {it["properties"]["code"]: it for it in read_features("communes.geojson")}
    return Territory(
        shapes={
            code: shapely.get_parts(shapely.from_geojson(json.dumps(feature)))[0]
            for code, feature in features.items()
        },
        names={code: feature["properties"]["nom"] for code, feature in features.items()},
    )


def point_in(shape: Shape, rng: random.Random) -> Point:
    """Return a random point of a shape, at 5 decimals."""
    west, south, east, north = shape.bounds
    while True:
        x, y = round(rng.uniform(west, east), 5), round(rng.uniform(south, north), 5)
        if shapely.contains_xy(shape, x, y):
            return Point(x, y, srid=4326)


def to_geos(shape: Shape) -> Any:
    """Return a shape as the ORM's geometry of the same type."""
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)
