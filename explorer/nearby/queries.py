"""The nearest features of one layer around a point, whatever the radius.

One KNN read of the layer through the visitor's scope (``explorer.layer_panel.queries``) gives both the features
within the radius and the nearest one beyond. A hidden layer or row is not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.gis.db.models import PointField
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import F, Func

from explorer.layer_panel.queries import METRES, is_near_radius, is_surely_first, nearest_rows, position_error
from explorer.map_state.availability import drop_unavailable
from explorer.map_state.parsing import MapQuery
from explorer.map_state.queries import layer_query, on_map, with_default_layers
from explorer.sheet.queries import StatusWord, minutes_on_foot, status_word
from interface.territory import CommuneShape
from interface.titles import row_title
from layers.access import Scope
from layers.crs import STORAGE
from layers.definitions import GeometryType
from layers.sql.limits import time_limit
from layers.sql.spatial import shape_value

MAX_ROWS = 20


@dataclass(frozen=True, slots=True)
class NearbyRow:
    """A feature and its distance: ``metres`` on the spheroid, ``minutes`` on foot when it is no long walk.

    ``is_inside``: it is within the radius. ``error`` is that of its position in metres, where it is known, and
    ``is_near_limit`` tells that the radius is within it.
    """

    pk: int
    title: str
    metres: float
    is_inside: bool
    minutes: int | None
    status: StatusWord | None
    row: dict[str, object]
    error: float | None = None
    is_near_limit: bool = False


@dataclass(frozen=True, slots=True)
class Nearby:
    """The nearest features of ``subject``, of which ``inside`` are within the radius; ``subjects`` may be chosen.

    ``commune`` is the name of the one that the point is in, empty outside those of the portal. ``point`` (longitude,
    latitude) is where the nearest feature is nearest. ``is_narrowed`` tells that the map asks more of the subject than
    where it is, ``is_first_sure`` that no other row may be nearer than the first, whatever the errors of positions.
    """

    query: MapQuery
    subjects: tuple[Scope, ...]
    subject: Scope | None = None
    rows: tuple[NearbyRow, ...] = ()
    inside: int = 0
    commune: str = ""
    point: tuple[float, float] | None = None
    is_narrowed: bool = False
    is_first_sure: bool = True

    @property
    def link(self) -> str:
        """The query string of the map around the same point, to which links add a subject."""
        return replace(self.query, subject="").link

    @property
    def first(self) -> NearbyRow | None:
        """The nearest of all."""
        return self.rows[0] if self.rows else None

    @property
    def beyond(self) -> tuple[NearbyRow, ...]:
        """The rows that are farther than the radius."""
        return tuple(row for row in self.rows if not row.is_inside)


def nearby(scopes: Sequence[Scope], shapes: Sequence[CommuneShape], query: MapQuery) -> Nearby:
    """Return the features around the point of the map; without one, only the subjects.

    ``shapes`` are the communes of the portal.

    Raises:
        InvalidParameter: a value that cannot be read, naming its parameter.
        TooSlow: the layer did not answer in the time given to a map.
    """
    requested, _missing = drop_unavailable(scopes, query)
    with time_limit("map"):
        requested = with_default_layers(on_map(scopes), requested)
        subjects = _subjects(scopes, requested)
        subject = next(
            (scope for scope in subjects if scope.slug == requested.subject), next(iter(subjects), None)
        )
        near = requested.features.near
        other_scopes = {scope.slug: scope for scope in scopes}
        if subject is None:
            return Nearby(requested, subjects)
        if near is None:
            layer_query(
                subject, requested, other_scopes
            )  # what cannot be read is refused before a point is chosen too
            return Nearby(requested, subjects, subject)
        everywhere = layer_query(subject, requested.without_point(), other_scopes)
        results = nearest_rows(everywhere.selection, near.point, MAX_ROWS)
        rows = tuple(_row(subject, row, requested) for row in results)
        is_cut = len(rows) == MAX_ROWS and rows[-1].is_inside
        inside = (
            layer_query(subject, requested, other_scopes).selection.count()
            if is_cut
            else sum(row.is_inside for row in rows)
        )
    return Nearby(
        query=requested,
        subjects=subjects,
        subject=subject,
        rows=rows,
        inside=inside,
        commune=_commune(shapes, near.point),
        point=_closest(subject, rows, near.point),
        is_narrowed=bool(everywhere.parameters),
        is_first_sure=is_surely_first(subject, results),
    )


def _subjects(scopes: Sequence[Scope], query: MapQuery) -> tuple[Scope, ...]:
    """Return the layers that one may look for: places that have rows, and the subject.

    Those that somebody put on come first, then those that the visitor edits (what one looks after, one looks for), then
    ``PORTAL_NEARBY_FIRST`` in its order. Layers that are on when the map opens were put on by nobody.
    """
    spots = {GeometryType.POINT, GeometryType.MULTI_POINT}
    results = [
        scope
        for scope in on_map(scopes)
        if scope.slug == query.subject or (scope.definition.geometry in spots and scope.queryset.exists())
    ]
    on = {slug: index for index, slug in enumerate(query.layers)}
    usual = {scope.slug for scope in results if scope.slug in settings.PORTAL_FIRST_LAYERS}
    chosen = set(on) - usual if usual <= set(on) else set(on)
    first = {slug: index for index, slug in enumerate(settings.PORTAL_NEARBY_FIRST)}

    def rank(scope: Scope) -> tuple[bool, bool, int, int]:
        slug = scope.slug
        return (
            slug not in chosen,
            not scope.can_change,
            first.get(slug, len(first)),
            on.get(slug, len(on)),
        )

    return tuple(sorted(results, key=rank))


def _row(scope: Scope, row: dict[str, object], query: MapQuery) -> NearbyRow:
    metres, error = float(str(row[METRES])), position_error(scope, row)
    assert query.features.near is not None
    status = scope.definition.status
    readable = {field.name for field in scope.fields}
    return NearbyRow(
        pk=int(str(row["id"])),
        title=row_title(scope, row),
        metres=metres,
        is_inside=metres <= query.features.near.radius_m,
        minutes=minutes_on_foot(metres),
        status=status_word(status, row.get(status.field), readable) if status else None,
        row={name: value for name, value in row.items() if name != METRES},
        error=error,
        is_near_limit=is_near_radius(query, metres, error),
    )


class _ClosestPoint(Func):
    """The point of a geometry that is nearest to another one."""

    function = "ST_ClosestPoint"
    output_field = PointField(srid=STORAGE.srid)


def _closest(scope: Scope, rows: Sequence[NearbyRow], point: GEOSGeometry) -> tuple[float, float] | None:
    if not rows:
        return None
    result = scope.queryset.filter(pk=rows[0].pk).values_list(
        _ClosestPoint(F("geom"), shape_value(point)), flat=True
    )
    closest = result.first()
    return (closest.x, closest.y) if closest else None


def _commune(shapes: Sequence[CommuneShape], point: GEOSGeometry) -> str:
    return next((shape.name for shape in shapes if shape.multipolygon.intersects(point)), "")
