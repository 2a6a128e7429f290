"""The planning documents that objects name, with their procedure and state; parts of drawings around a place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db.models import F, QuerySet

from layers import access
from layers.sql.functions import And
from layers.sql.limits import time_limit
from layers.sql.spatial import BBoxOverlaps, Intersects, box_around, shape_value
from layers.visitor import PlanDay, Visitor
from planning.queries.locations import Location
from plui.models import DocUrba, PlanVersion

MARGIN_M = 45
MAX_DRAWN = 250


def documents_of(identifiers: Iterable[str], *, day: PlanDay | None = None) -> list[DocUrba]:
    """Return the documents of some IDURBA, the last approved first; a former one as its version has it.

    At a ``day`` of plans each is as its version in force on that day has it, whatever is online under its name now.
    """
    missing = {each for each in identifiers if each}
    documents: dict[str, DocUrba] = {}
    if missing and day is not None and day.versions:
        dated = PlanVersion.objects.published().filter(pk__in=day.versions, idurba__in=missing)
        documents |= _documents_of_versions(dated)
        missing -= documents.keys()
    if missing:
        documents |= {each.idurba: each for each in DocUrba.objects.filter(idurba__in=missing)}
        missing -= documents.keys()
    if missing:
        documents |= _documents_of_versions(PlanVersion.objects.published().filter(idurba__in=missing))
    return sorted(documents.values(), key=lambda each: (each.datappro, each.idurba), reverse=True)


def _documents_of_versions(versions: QuerySet[PlanVersion]) -> dict[str, DocUrba]:
    """Return the documents of versions by IDURBA: of several versions of one, that of the last."""
    listed = versions.defer("report", "findings").order_by("in_force_from", "pk")
    return {each.idurba: _former_document(each) for each in listed}


def _former_document(version: PlanVersion) -> DocUrba:
    """Return the document of a version that is not online any more: no row of DOC_URBA, and never stored."""
    attributes = {
        name: str(version.document.get(name) or "") for name in ("typedoc", "etat", "urlpe", "urlreg")
    }
    columns = {name: value for name, value in attributes.items() if value}
    return DocUrba(idurba=version.idurba, nomproc=version.nomproc, datappro=version.datappro, **columns)


@dataclass(frozen=True, slots=True)
class DrawnFeature:
    """A feature on the map of the paper: its layer, its short name, its geometry in EPSG:4326."""

    layer: str
    name: str
    geometry: Any


def frame_of(location: Location) -> Polygon:
    """Return the box of a place with a margin, in EPSG:4326."""
    box = box_around(location.geometry, MARGIN_M)
    return box if isinstance(box, Polygon) else Polygon.from_bbox(location.geometry.extent)


def drawn_features(
    visitor: Visitor, location: Location, names: Sequence[tuple[str, str]]
) -> list[DrawnFeature]:
    """Return the features around a place, of the layers that the visitor reads: (slug, field of the name)."""
    box = shape_value(frame_of(location))
    scopes = access.scopes_by_slug(visitor, [slug for slug, _name in names])
    drawn: list[DrawnFeature] = []
    with time_limit("page"):
        for slug, name in names:
            scope = scopes.get(slug)
            if scope is None:
                continue
            rows = scope.queryset.filter(And(BBoxOverlaps(F("geom"), box), Intersects(F("geom"), box)))
            drawn += [
                DrawnFeature(slug, str(getattr(row, name, "")) if name in scope.filterable else "", row.geom)
                for row in rows.order_by("pk")[:MAX_DRAWN]
            ]
    return drawn
