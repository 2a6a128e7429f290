"""The sheet of a feature: its words, its place, its records and its photos, as far as the visitor may read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _

from explorer.queries.due import DueDate, due_dates
from explorer.queries.lists import COMMUNE_FIELD, named
from layers.access import Scope
from layers.crs import LAMBERT_93
from layers.definitions import Field, Relation
from layers.queries import Records, feature, related


@dataclass(frozen=True, slots=True)
class Place:
    """Where a feature is: a point of it in degrees (EPSG:4326) and in metres (EPSG:2154), and its size.

    ``length_m`` is set for lines, ``area_m2`` for surfaces; both are measured in Lambert-93.
    """

    longitude: float
    latitude: float
    easting: float
    northing: float
    length_m: float | None = None
    area_m2: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The records of a relation, as a table of the fields that hold something, and what falls due."""

    relation: Relation
    fields: tuple[Field, ...]
    records: Sequence[Any]
    due: tuple[DueDate, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A feature as people read it: ``facts`` are key fields, ``fields`` the others, ``empty`` those without value.

    ``precision_m`` is the probable error of its position, None when nobody says. ``photos`` are those of all
    galleries.
    """

    scope: Scope
    record: Any
    title: str
    facts: tuple[Field, ...]
    fields: tuple[Field, ...]
    empty: tuple[Field, ...]
    tables: tuple[Table, ...]
    galleries: tuple[Table, ...]
    place: Place | None
    commune: str
    address: str
    precision_m: float | None

    @property
    def where(self) -> str:
        """Address and commune, which many addresses name already."""
        parts = [self.address] if self.commune in self.address else [self.address, self.commune]
        return ", ".join(part for part in parts if part)

    @property
    def photos(self) -> list[tuple[Relation, Any]]:
        """The photos of all galleries in order, each with its gallery."""
        return [(gallery.relation, photo) for gallery in self.galleries for photo in gallery.records]


def sheet(scope: Scope, pk: int, *, today: dt.date) -> Sheet:
    """Read everything the sheet of a feature shows; ``today`` decides what is late.

    Raises:
        UnknownFeature: no such feature for this visitor.
    """
    record = feature(scope, pk)
    readable = named(scope.fields)
    written = {field.name: field for field in readable if not is_empty(read(field, record))}
    definition = scope.definition
    headed = {COMMUNE_FIELD, definition.title_field, definition.address_field, definition.precision_field}
    body = {name: field for name, field in written.items() if name not in headed}
    facts = tuple(body[name] for name in definition.summary if name in body)
    tables = [_table(found, today) for found in related(scope, record)]
    return Sheet(
        scope=scope,
        record=record,
        title=title(scope, record),
        facts=facts,
        fields=tuple(field for field in body.values() if field not in facts),
        empty=tuple(field for field in readable if field.name not in written),
        tables=tuple(trimmed(table) for table in tables if not table.relation.is_gallery),
        galleries=tuple(table for table in tables if table.relation.is_gallery and table.records),
        place=place_of(scope, record),
        commune=_label(written.get(COMMUNE_FIELD), record),
        address=_label(written.get(definition.address_field), record),
        precision_m=_value(written.get(definition.precision_field), record),
    )


def _table(found: Records, today: dt.date) -> Table:
    records = list(found.records)
    due = due_dates(found.relation, records, today=today)
    return Table(found.relation, found.relation.fields, records, due)


def _value(field: Field | None, record: Any) -> Any:
    return read(field, record) if field else None


def _label(field: Field | None, record: Any) -> str:
    return str(field.label(read(field, record))) if field else ""


def read(field: Field, record: Any) -> Any:
    """Return the value of a field on a record, following its path."""
    value = record
    for step in field.source.split("__"):
        value = getattr(value, step, None)
    return value


def is_empty(value: Any) -> bool:
    """Whether there is nothing to say: null, an empty text or an empty list (but not zero, nor False)."""
    return value is None or value == "" or value == []


def title(scope: Scope, record: Any) -> str:
    """Return what a feature is called: its title field when it may be read and says something, else its kind and id."""
    field = scope.filterable.get(scope.definition.title_field)
    return name_of(scope, record.pk, read(field, record) if field else None)


def row_name(scope: Scope, row: Mapping[str, Any]) -> str:
    """Return what a row of a list is called, by the same rule."""
    return name_of(scope, row["id"], row.get(scope.definition.title_field))


def name_of(scope: Scope, pk: int, value: Any) -> str:
    """Word a name."""
    if is_empty(value):
        return _("%(kind)s n° %(id)s") % {"kind": scope.definition.singular, "id": pk}
    return str(scope.definition.by_name[scope.definition.title_field].label(value))


def trimmed(table: Table) -> Table:
    """Leave out the columns that no record fills."""
    fields = (f for f in table.fields if any(not is_empty(read(f, record)) for record in table.records))
    return replace(table, fields=tuple(fields))


def place_of(scope: Scope, record: Any) -> Place | None:
    """Locate a record; None for a row of a table, or a row without position."""
    geometry = record.geom if scope.definition.geometry.is_located else None
    return None if geometry is None else place(geometry)


def place(geometry: GEOSGeometry) -> Place:
    """Locate a geometry given in EPSG:4326 (x = longitude), in degrees and in Lambert-93."""
    metric = geometry.transform(LAMBERT_93.srid, clone=True)
    inside, inside_metric = geometry.point_on_surface, metric.point_on_surface
    return Place(
        longitude=inside.x,
        latitude=inside.y,
        easting=inside_metric.x,
        northing=inside_metric.y,
        length_m=metric.length if geometry.dims == 1 else None,
        area_m2=metric.area if geometry.dims == 2 else None,
    )
