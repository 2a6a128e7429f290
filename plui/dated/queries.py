"""Procedures of plans, what each changed at a place, and what a court annulled there.

Rows are read through the access layer: with the rights and fields of the layers of what is online, of published
versions alone. Geometries are in EPSG:4326 (x = longitude, y = latitude), areas in m² on the spheroid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import F
from django.utils import timezone

from layers import access, registry
from layers.access import Scope
from layers.definitions import Field
from layers.sql.functions import And
from layers.sql.limits import time_limit
from layers.sql.spatial import BBoxOverlaps, Intersects, SharedPart, areas_m2, shape_value
from layers.visitor import PlanDay, Visitor
from plui.models import TABLES, VERSION_PATH, DocUrba, InfoSurf, PlanVersion, ZoneUrba, dated_model
from plui.vocabulary import Etat

NOISE_M2 = 0.01
"""Two drawings of one border differ by as much."""
_NOISE_DEGREES = 1e-7
ANNULMENT_CODE = "98-00"
# What each version writes anew, what the portal computes, and what another field says already.
_UNCOMPARED = frozenset(
    {
        *("commune", "idurba", "nomfic", "urlfic", "datvalid", "date_validite", "symbole"),
        *("lib_idzone", "lib_idpsc", "lib_idinfo", "typepsc", "stypepsc", "typeinf", "stypeinf"),
    }
)
_COMPARED_TABLES = ("ZONE_URBA", "PRESCRIPTION_", "INFO_")


class ChangeKind(Enum):
    """What became of an object; the value is that of the API."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A field that has another value: codes as they are stored, ``field.label`` words them."""

    field: Field
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """An object that a procedure changed at a place.

    ``layer`` is the slug of its layer and ``is_zone`` whether zones are in it. ``before`` and ``after`` are its names,
    empty where there was or is none. ``values`` are the fields that differ, ``is_redrawn``: its outline is another one
    at the place. ``area_m2`` is that of the part of the place that is concerned, None where it has no area.
    """

    layer: str
    kind: ChangeKind
    before: str
    after: str
    is_zone: bool = False
    values: tuple[ValueChange, ...] = ()
    is_redrawn: bool = False
    area_m2: float | None = None


@dataclass(frozen=True, slots=True)
class ProcedureChange:
    """A published version and what its procedure changed at a place: nothing where ``changes`` is empty.

    ``is_first``: no earlier version of the document is known, so that nothing can be compared.
    """

    version: PlanVersion
    changes: tuple[ObjectChange, ...]
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Annulment:
    """A part of a document that a court annulled over a place (INFO_SURF 98-00): its name, document and file."""

    title: str
    idurba: str
    nomfic: str
    urlfic: str


@dataclass(frozen=True, slots=True)
class _Row:
    """An object of a version at the place: ``part`` is what the place has of it."""

    pk: int
    version: int
    values: Mapping[str, Any]
    part: GEOSGeometry


def procedures(visitor: Visitor) -> list[PlanVersion]:
    """Return the published versions by document, in the order of their days; none for who reads no layer of plans.

    From the portal of a commune, those of its documents.
    """
    if not access.scopes_by_slug(visitor, access.dated_slugs()):
        return []
    versions = PlanVersion.objects.published().defer("report", "findings")
    listed = versions.order_by("partition", "in_force_from", "pk")
    return [each for each in listed if not visitor.portal or visitor.portal in each.communes]


def changes_at(visitor: Visitor, place: GEOSGeometry) -> list[ProcedureChange]:
    """Return what each published procedure changed at a place, in order; ``place`` is in EPSG:4326.

    It is the same whatever day the visitor reads plans at.

    Raises:
        TooSlow: the database did not answer in time.
    """
    versions = procedures(visitor)
    changes = _changes_by_version(visitor, versions, place)
    firsts = {version.partition: version.pk for version in reversed(versions)}
    return [
        ProcedureChange(version, tuple(changes[version.pk]), is_first=firsts[version.partition] == version.pk)
        for version in versions
    ]


def _changes_by_version(
    visitor: Visitor, versions: Sequence[PlanVersion], place: GEOSGeometry
) -> dict[int, list[ObjectChange]]:
    changes: dict[int, list[ObjectChange]] = defaultdict(list)
    if not versions:
        return changes
    every = PlanDay(timezone.localdate(visitor.instant), tuple(sorted(version.pk for version in versions)))
    scopes = access.scopes_by_slug(replace(visitor, plan=every), _compared_slugs())
    pairs = list(_successions(versions))
    with time_limit("page"):
        for scope in scopes.values():
            rows = _rows_by_version(scope, place)
            compare = _zone_changes if scope.definition.model is dated_model(ZoneUrba) else _object_changes
            for before, after in pairs:
                changes[after] += compare(scope, rows[before], rows[after])
    return changes


def _compared_slugs() -> list[str]:
    """Return the layers whose objects are compared, in the order of the standard's tables: rules, not drawings."""
    models = [
        dated_model(live) for table, (live, _twin) in TABLES.items() if table.startswith(_COMPARED_TABLES)
    ]
    by_model = {each.dated.model: each.slug for each in registry.coded_definitions() if each.dated}
    return [by_model[model] for model in models if model in by_model]


def _successions(versions: Sequence[PlanVersion]) -> Iterator[tuple[int, int]]:
    """Yield the ids of each version and of the next one of its document."""
    for before, after in pairwise(versions):
        if before.partition == after.partition:
            yield before.pk, after.pk


def _rows_by_version(scope: Scope, place: GEOSGeometry) -> dict[int, list[_Row]]:
    """Return the objects of a layer at a place, by version; of surfaces what has an area there, where the place has."""
    literal, names = shape_value(place), {field.name: field.source for field in _compared_fields(scope)}
    rows = scope.queryset.filter(And(BBoxOverlaps(F("geom"), literal), Intersects(F("geom"), literal)))
    rows = rows.annotate(plan_part=SharedPart(F("geom"), literal)).order_by(VERSION_PATH, "pk")
    by_version: dict[int, list[_Row]] = defaultdict(list)
    dimension = min(scope.definition.geometry.dimension, place.dims)
    for pk, version, part, *values in rows.values_list("pk", VERSION_PATH, "plan_part", *names.values()):
        if part.dims >= dimension:
            by_version[version].append(_Row(pk, version, dict(zip(names, values, strict=True)), part))
    return by_version


def _compared_fields(scope: Scope) -> list[Field]:
    return [field for field in scope.fields if field.name not in _UNCOMPARED and field.computed is None]


def _zone_changes(scope: Scope, before: Sequence[_Row], after: Sequence[_Row]) -> list[ObjectChange]:
    """Compare zones by the ground: each part of the place has a zone before and one after, whatever their outlines."""
    pairs = [(old, new, old.part.intersection(new.part)) for old in before for new in after]
    differing = [
        (old, new, part)
        for old, new, part in pairs
        if not part.empty and part.dims == min(old.part.dims, new.part.dims) and old.values != new.values
    ]
    recoded = [
        _change(scope, ChangeKind.CHANGED, old, new, area_m2=area)
        for (old, new, part), area in _measured(differing)
    ]
    gone = [(old, None, _without(old.part, after)) for old in before]
    made = [(None, new, _without(new.part, before)) for new in after]
    removed = [
        _change(scope, ChangeKind.REMOVED, old, None, area_m2=area)
        for (old, _new, part), area in _measured(gone)
    ]
    added = [
        _change(scope, ChangeKind.ADDED, None, new, area_m2=area)
        for (_old, new, part), area in _measured(made)
    ]
    return [*recoded, *removed, *added]


def _without(part: GEOSGeometry, others: Iterable[_Row]) -> GEOSGeometry:
    for other in others:
        part = part.difference(other.part)
    return part


def _measured(
    parts: Sequence[tuple[_Row | None, _Row | None, GEOSGeometry]],
) -> Iterator[tuple[tuple[_Row | None, _Row | None, GEOSGeometry], float | None]]:
    """Yield the parts that are no noise of drawing with their area, None for those of points and lines."""
    listed = [each for each in parts if not each[2].empty]
    areas = areas_m2([part for _old, _new, part in listed])
    for each, area in zip(listed, areas, strict=True):
        row = each[0] or each[1]
        if row is None or row.part.dims != 2:
            if row is not None and (row.part.dims == 0 or each[2].length > _NOISE_DEGREES):
                yield each, None
        elif area > NOISE_M2:
            yield each, area


def _object_changes(scope: Scope, before: Sequence[_Row], after: Sequence[_Row]) -> list[ObjectChange]:
    """Compare prescriptions or informations one by one: by their identifier, else by values and outline."""
    old_rows, new_rows = {row.pk: row for row in before}, {row.pk: row for row in after}
    changes = []
    for pk in old_rows.keys() & new_rows.keys():
        old, new = old_rows.pop(pk), new_rows.pop(pk)
        is_redrawn = _differs(old.part, new.part)
        if old.values != new.values or is_redrawn:
            changes.append(_change(scope, ChangeKind.CHANGED, old, new, is_redrawn=is_redrawn))
    for old in list(old_rows.values()):
        same = next((new for new in new_rows.values() if _is_same(old, new)), None)
        if same is not None:
            del old_rows[old.pk], new_rows[same.pk]
    changes += [_change(scope, ChangeKind.REMOVED, old, None) for old in old_rows.values()]
    changes += [_change(scope, ChangeKind.ADDED, None, new) for new in new_rows.values()]
    return changes


def _is_same(old: _Row, new: _Row) -> bool:
    return old.values == new.values and not _differs(old.part, new.part)


def _differs(old: GEOSGeometry, new: GEOSGeometry) -> bool:
    """Whether two parts of a place are not of one drawing; noise has no area and is under a decimetre."""
    if old.equals(new):
        return False
    difference = old.sym_difference(new)
    if min(old.dims, new.dims) == 2:
        return sum(areas_m2([difference])) > NOISE_M2
    return not difference.empty


def _change(
    scope: Scope,
    kind: ChangeKind,
    old: _Row | None,
    new: _Row | None,
    *,
    area_m2: float | None = None,
    is_redrawn: bool = False,
) -> ObjectChange:
    values = (
        tuple(
            ValueChange(field, old.values[field.name], new.values[field.name])
            for field in _compared_fields(scope)
            if old.values[field.name] != new.values[field.name]
        )
        if old and new
        else ()
    )
    return ObjectChange(
        scope.slug,
        kind,
        _name(scope, old),
        _name(scope, new),
        is_zone=scope.definition.model is dated_model(ZoneUrba),
        values=values,
        is_redrawn=is_redrawn,
        area_m2=area_m2,
    )


def _name(scope: Scope, row: _Row | None) -> str:
    """Return the name of an object as the visitor reads it, that of its kind where its title is not theirs."""
    if row is None:
        return ""
    return str(row.values.get(scope.definition.title_field) or scope.definition.singular)


def annulments_at(visitor: Visitor, place: GEOSGeometry) -> list[Annulment]:
    """Return what a court annulled over a place, in the documents of the day of the visitor; ``place`` in EPSG:4326."""
    rows = _annulments(visitor)
    if rows is None:
        return []
    literal = shape_value(place)
    rows = rows.filter(And(BBoxOverlaps(F("geom"), literal), Intersects(F("geom"), literal)))
    with time_limit("page"):
        return [Annulment(*values) for values in rows.order_by("pk").values_list(*_ANNULMENT)]


def annulments_of_places(visitor: Visitor, places: Sequence[GEOSGeometry]) -> list[list[Annulment]]:
    """Return what a court annulled over each of some places, in the documents of the day of the visitor."""
    rows = _annulments(visitor)
    with time_limit("page"):
        listed = [] if rows is None else list(rows.order_by("pk").values_list("geom", *_ANNULMENT))
    return [[Annulment(*values) for geom, *values in listed if geom.intersects(place)] for place in places]


def annulments_of_feature(visitor: Visitor, scope: Scope, pk: int) -> list[Annulment]:
    """Return what a court annulled over a feature of a plan, which the visitor reads."""
    geom = scope.queryset.filter(pk=pk).values_list("geom", flat=True).first()
    return [] if geom is None else annulments_at(visitor, geom)


_ANNULMENT = ("libelle", "idurba_id", "nomfic", "urlfic")


def _annulments(visitor: Visitor) -> Any:
    """Select the annulments that a visitor reads; None where they do not read what an annulment says."""
    model = dated_model(InfoSurf)
    slugs = [each.slug for each in registry.coded_definitions() if each.dated and each.dated.model is model]
    for scope in access.scopes_by_slug(visitor, slugs).values():
        if {"code", "libelle", "idurba", "nomfic", "urlfic"} <= scope.filterable.keys():
            return scope.queryset.filter(code=ANNULMENT_CODE)
    return None


def annulled_documents(visitor: Visitor) -> list[str]:
    """Return the IDURBA of the documents of which a part is annulled (ETAT 08), at the day of the visitor.

    None for who reads no layer of plans; from the portal of a commune, those of its documents.
    """
    annulled = _annulled(visitor)
    # Most territories have none: the rights are read where there are some.
    return annulled if annulled and access.scopes_by_slug(visitor, access.dated_slugs()) else []


def _annulled(visitor: Visitor) -> list[str]:
    if visitor.plan is not None and visitor.plan.versions:
        versions = PlanVersion.objects.filter(
            pk__in=visitor.plan.versions, document__etat=Etat.PARTIELLEMENT_ANNULE
        )
        listed = versions.order_by("idurba").values_list("idurba", "communes")
        return [idurba for idurba, communes in listed if not visitor.portal or visitor.portal in communes]
    documents = DocUrba.objects.filter(etat=Etat.PARTIELLEMENT_ANNULE)
    if visitor.portal:
        documents = documents.filter(communes__insee__code=visitor.portal)
    return list(documents.order_by("idurba").values_list("idurba", flat=True))
