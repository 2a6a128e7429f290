"""The sheet of a feature: facts, records, photos, due dates, status, walking time, as far as the visitor reads them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import F

from explorer.sheet.neighbours import MetresBetween
from interface.requests import Parameters, filled
from interface.territory import COMMUNE_FIELD, label_communes
from interface.titles import feature_title
from interface.wording import field_value, is_empty
from layers.access import Scope
from layers.definitions import Due, Field, Relation, Status, Text
from layers.parsing import parse_query, single_values
from layers.parsing.spatial_references import to_lambert_93
from layers.queries import feature, read_related
from layers.sql.spatial import Geography, shape_value

SOON_DAYS = 30
# The kinds of ``layers.definitions.Status``, as style sheets and pictograms name them.
_LOOKS = {"good": ("open", "check"), "warn": ("warn", "triangle-alert"), "bad": ("bad", "x")}
DETOUR = 1.3
METRES_A_MINUTE = 5_000 / 60
# Farther, nobody asks for minutes on foot.
LONGEST_MINUTES = 60
NEAR = "near"


@dataclass(frozen=True, slots=True)
class FeaturePosition:
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
class RecordsTable:
    """The records of a relation, as a table of the fields that hold something, and the last of them where it counts."""

    relation: Relation
    fields: tuple[Field, ...]
    records: Sequence[Any]
    latest: LatestRecord | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A feature as people read it: ``facts`` are key fields, ``fields`` the others, ``empty`` those without value.

    ``status`` is its state, ``hours`` its opening hours. ``precision_m`` is the probable error of its position, None
    when unknown. ``photos`` are those of all galleries.
    """

    scope: Scope
    record: Any
    title: str
    facts: tuple[Field, ...]
    fields: tuple[Field, ...]
    empty: tuple[Field, ...]
    tables: tuple[RecordsTable, ...]
    galleries: tuple[RecordsTable, ...]
    position: FeaturePosition | None
    commune: str
    address: str
    precision_m: float | None
    status: StatusWord | None = None
    hours: str = ""

    @property
    def where(self) -> str:
        """Address and commune, which many addresses name already."""
        parts = [self.address] if self.commune in self.address else [self.address, self.commune]
        return ", ".join(part for part in parts if part)

    @property
    def photos(self) -> list[tuple[Relation, Any]]:
        """The photos of all galleries, each with its gallery: the last taken first, those without date at the end."""
        photos = [(gallery.relation, photo) for gallery in self.galleries for photo in gallery.records]
        return sorted(photos, key=lambda each: each[1].date_prise_vue or dt.date.min, reverse=True)

    @property
    def latest(self) -> list[LatestRecord]:
        """The last records of what falls due."""
        return [table.latest for table in self.tables if table.latest]


@dataclass(frozen=True, slots=True)
class Away:
    """How far a feature is: metres on the spheroid, and minutes on foot unless the walk is long."""

    metres: float
    minutes: int | None


def sheet(scope: Scope, pk: int, *, today: dt.date) -> Sheet:
    """Read everything the sheet of a feature shows; ``today`` decides what is late.

    Raises:
        UnknownFeature: no such feature for this visitor.
    """
    record = feature(scope, pk)
    readable = label_communes(scope.fields)
    written = {field.name: field for field in readable if not is_empty(field_value(field, record))}
    definition = scope.definition
    status = _status(scope, record)
    headed = {COMMUNE_FIELD, definition.title_field, definition.address_field, definition.precision_field}
    if status and definition.status:
        headed |= {definition.status.field, definition.status.hours}
    body = {name: field for name, field in written.items() if name not in headed}
    facts = tuple(body[name] for name in definition.summary if name in body)
    tables = [_table(relation, records, today) for relation, records in read_related(scope, record)]
    return Sheet(
        scope=scope,
        record=record,
        title=feature_title(scope, record),
        facts=facts,
        fields=tuple(field for field in body.values() if field not in facts),
        empty=tuple(field for field in readable if field.name not in written),
        tables=tuple(trimmed(table) for table in tables if not table.relation.is_gallery),
        galleries=tuple(table for table in tables if table.relation.is_gallery and table.records),
        position=position_of(scope, record),
        commune=_label(written.get(COMMUNE_FIELD), record),
        address=_label(written.get(definition.address_field), record),
        precision_m=_value(written.get(definition.precision_field), record),
        status=status,
        hours=_label(written.get(definition.status.hours), record) if status and definition.status else "",
    )


def _status(scope: Scope, record: Any) -> StatusWord | None:
    declared = scope.definition.status
    field = next((field for field in scope.fields if declared and field.name == declared.field), None)
    return status_word(declared, field_value(field, record), {field.name}) if field else None


def away(scope: Scope, pk: int, point: GEOSGeometry) -> Away | None:
    """Measure how far a feature is from a point (EPSG:4326); None for a row without position."""
    if not scope.definition.geometry.is_located:
        return None
    metres = (
        scope.queryset.filter(pk=pk)
        .values_list(MetresBetween(Geography(F("geom")), Geography(shape_value(point))), flat=True)
        .first()
    )
    return None if metres is None else Away(metres, minutes_on_foot(metres))


def _table(relation: Relation, records: list[Any], today: dt.date) -> RecordsTable:
    return RecordsTable(relation, relation.fields, records, latest_record(relation, records, today=today))


def _value(field: Field | None, record: Any) -> Any:
    return field_value(field, record) if field else None


def _label(field: Field | None, record: Any) -> str:
    return str(field.label(field_value(field, record))) if field else ""


def trimmed(table: RecordsTable) -> RecordsTable:
    """Leave out the columns that no record fills."""
    fields = (
        f for f in table.fields if any(not is_empty(field_value(f, record)) for record in table.records)
    )
    return replace(table, fields=tuple(fields))


def position_of(scope: Scope, record: Any) -> FeaturePosition | None:
    """Locate a record; None for a row of a table, or a row without position."""
    geometry = record.geom if scope.definition.geometry.is_located else None
    return None if geometry is None else position_at(geometry)


def position_at(geometry: GEOSGeometry) -> FeaturePosition:
    """Locate a geometry given in EPSG:4326 (x = longitude), in degrees and in Lambert-93."""
    metric = geometry.transform(to_lambert_93(), clone=True)
    inside, inside_metric = geometry.point_on_surface, metric.point_on_surface
    return FeaturePosition(
        longitude=inside.x,
        latitude=inside.y,
        easting=inside_metric.x,
        northing=inside_metric.y,
        length_m=metric.length if geometry.dims == 1 else None,
        area_m2=metric.area if geometry.dims == 2 else None,
    )


class DueState(Enum):
    """How near a due date is; the value is the word of the style sheets."""

    OVERDUE = "overdue"
    SOON = "soon"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class DueDate:
    """What is to be done again, and when: ``days`` are counted from today, negative when the date is past."""

    kind: str
    date: dt.date
    days: int

    @property
    def state(self) -> DueState:
        """Whether the date is past, in the next thirty days, or further."""
        if self.days < 0:
            return DueState.OVERDUE
        return DueState.SOON if self.days <= SOON_DAYS else DueState.FINE


def due_dates(relation: Relation, records: Iterable[Any], *, today: dt.date) -> tuple[DueDate, ...]:
    """Return what is due, most urgent first: one date a kind, that of its latest record, if it has one."""
    due = relation.due
    if due is None:
        return ()
    kinds = next(field for field in relation.fields if field.name == due.kind)
    latest = _latest(due, records)
    dated = [(kind, getattr(record, due.field)) for kind, record in latest.items()]
    dates = [DueDate(str(kinds.label(kind)), day, (day - today).days) for kind, day in dated if day]
    return tuple(sorted(dates, key=lambda item: (item.date, item.kind)))


@dataclass(frozen=True, slots=True)
class LatestRecord:
    """The last record of a relation that falls due: its kind, its day, what it concludes and what is due next."""

    title: Text
    kind: str
    date: dt.date
    result: StatusWord | None
    due: tuple[DueDate, ...]


def latest_record(relation: Relation, records: Iterable[Any], *, today: dt.date) -> LatestRecord | None:
    """Return the last record of a relation; None where nothing falls due, or there is no record."""
    due, records = relation.due, list(records)
    if due is None or not records:
        return None
    last = max(records, key=lambda record: (getattr(record, due.since), record.pk))
    fields = {field.name: field for field in relation.fields}
    result = due.result
    return LatestRecord(
        title=due.latest or relation.title,
        kind=str(fields[due.kind].label(getattr(last, due.kind))),
        date=getattr(last, due.since),
        result=status_word(result, getattr(last, result.field), fields) if result else None,
        due=due_dates(relation, records, today=today),
    )


def _latest(due: Due, records: Iterable[Any]) -> dict[Any, Any]:
    """Return the latest record of each kind; of two of one day, the one written last."""
    ordered = sorted(records, key=lambda record: (getattr(record, due.since), record.pk))
    return {getattr(record, due.kind): record for record in ordered}


@dataclass(frozen=True, slots=True)
class StatusWord:
    """A word, the badge that wears it and its pictogram."""

    word: Text
    badge: str
    icon: str


def status_word(status: Status | None, value: object, readable: Collection[str]) -> StatusWord | None:
    """Word a state; None where none is declared, for a code without a word, or where its field is not ``readable``."""
    if status is None or status.field not in readable:
        return None
    result = ((word, kind) for code, word, kind in status.words if code == value)
    return next((StatusWord(word, *_LOOKS[kind]) for word, kind in result), None)


def minutes_on_foot(metres: float) -> int | None:
    """Return whole minutes on foot over a straight line of ``metres``, one at least; None for more than an hour."""
    minutes = max(math.ceil(metres * DETOUR / METRES_A_MINUTE), 1)
    return minutes if minutes <= LONGEST_MINUTES else None


def parse_near(parameters: Parameters) -> GEOSGeometry | None:
    """Return the point of ``near`` (longitude, latitude in degrees, EPSG:4326), None when it is not given.

    Raises:
        UnknownParameter: another parameter.
        InvalidGeometry: ``near`` is no place.
    """
    text = single_values(filled(parameters), allowed=(NEAR,)).get(NEAR)
    query = parse_query({NEAR: [text], "radius": ["1"]}).near if text else None
    return query.point if query else None
