"""What the position of an answer tells: defaults of items, the nearest features to choose from, lines on a network.

Every row is read by the scope of the visitor who fills the form: what is hidden from them fills nothing. Positions are
longitude, latitude in degrees (EPSG:4326), distances are metres on the spheroid.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db.models import F, FloatField, Func
from django.utils.translation import gettext as _
from shapely.ops import nearest_points

from interface.titles import feature_title
from layers import access
from layers.access import Scope
from layers.errors import InvalidGeometry
from layers.queries import communes
from layers.sql.limits import time_limit
from layers.sql.spatial import Geography, shape_value, within_distance
from layers.visitor import Visitor
from webforms.documents import FormDocument, Item
from webforms.vocabulary import ItemKind, PlaceDefault

# Where a street is looked for, unless the item names a layer.
ROADS_LAYER = "troncons-de-route"
STREET_LAYERS = ("adresses", ROADS_LAYER)
STREET_M, NEAREST_M, SNAP_M = 150.0, 500.0, 25.0
MAX_CHOICES, MAX_NETWORK, MAX_SNAPPED = 10, 2_000, 1_000


@dataclass(frozen=True, slots=True)
class PlaceValue:
    """What the position gives an item: the value that is stored, and the words for people."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class NearFeature:
    """A feature to choose, with its distance."""

    pk: int
    title: str
    metres: float


class _Metres(Func):
    function = "ST_Distance"
    output_field = FloatField()


def place_defaults(visitor: Visitor, document: FormDocument, point: Point) -> dict[str, PlaceValue]:
    """Return what a position gives, by name of item; an item that it gives nothing is absent."""
    items = [item for item in document.single_items if item.place]
    scopes = _scopes(visitor, items)
    values: dict[str, PlaceValue] = {}
    with time_limit("page"):
        for item in items:
            value = _place_value(item, scopes, point)
            if value is not None:
                values[item.name] = value
    return values


def _scopes(visitor: Visitor, items: list[Item]) -> Mapping[str, Scope]:
    slugs = {item.layer for item in items if item.layer} | {*STREET_LAYERS, "communes"}
    return access.scopes_by_slug(visitor, sorted(slugs))


def _place_value(item: Item, scopes: Mapping[str, Scope], point: Point) -> PlaceValue | None:
    if item.place == PlaceDefault.COMMUNE:
        return _commune(item, scopes, point)
    slugs = STREET_LAYERS if item.place == PlaceDefault.STREET and not item.layer else (item.layer,)
    for scope in (scopes[slug] for slug in slugs if slug in scopes):
        if not scope.can_read_rows or not scope.definition.geometry.is_located:
            continue
        if item.place == PlaceDefault.ZONE:
            row = scope.queryset.filter(geom__intersects=point).order_by("pk").first()
        else:
            metres = STREET_M if item.place == PlaceDefault.STREET else NEAREST_M
            row = next(iter(_nearest(scope, point, metres, 1)), None)
        if row is not None:
            title = feature_title(scope, row)
            return PlaceValue(str(row.pk) if item.kind == ItemKind.FEATURE else title, title)
    return None


def _commune(item: Item, scopes: Mapping[str, Scope], point: Point) -> PlaceValue | None:
    """Return the commune of a point: its code for a list, its name for a text."""
    if "communes" not in scopes:
        return None
    code = scopes["communes"].queryset.filter(geom__intersects=point).values_list("code", flat=True).first()
    commune = next((each for each in communes() if each.code == code), None)
    if commune is None:
        return None
    return PlaceValue(commune.code if item.kind == ItemKind.CHOICE else commune.nom, commune.nom)


def _nearest(scope: Scope, point: Point, metres: float, count: int) -> Any:
    """Select the rows of a scope nearest to a point, each with its ``metres``."""
    distance = _Metres(Geography(F("geom")), Geography(shape_value(point)))
    rows = scope.queryset.filter(within_distance(F("geom"), point, metres)).annotate(metres=distance)
    return rows.order_by("metres", "pk")[:count]


def near_features(visitor: Visitor, document: FormDocument, point: Point) -> dict[str, list[NearFeature]]:
    """Return the features to choose from around a position, the nearest first, by name of item."""
    items = [item for item in document.items if item.kind == ItemKind.FEATURE and item.layer]
    scopes = _scopes(visitor, items)
    with time_limit("page"):
        return {
            item.name: [
                NearFeature(row.pk, feature_title(scope, row), row.metres)
                for row in _nearest(scope, point, NEAREST_M, MAX_CHOICES)
            ]
            for item in items
            if (scope := scopes.get(item.layer)) is not None
            and scope.can_read_rows
            and scope.definition.geometry.is_located
        }


def feature_exists(visitor: Visitor, slug: str, pk: int) -> bool:
    """Whether a feature of a layer is there for a visitor."""
    scope = access.scopes_by_slug(visitor, [slug]).get(slug)
    return scope is not None and scope.can_read_rows and scope.queryset.filter(pk=pk).exists()


def snapped(visitor: Visitor, slug: str, geometry: GEOSGeometry, *, parameter: str) -> GEOSGeometry:
    """Return a drawn geometry whose vertices within ``SNAP_M`` of a network layer lie on it.

    Raises:
        InvalidGeometry: it has too many vertices, or none of it is near the network.
    """
    scope = access.scopes_by_slug(visitor, [slug]).get(slug)
    if scope is None or not scope.can_read_rows or not scope.definition.geometry.is_located:
        return geometry
    if geometry.num_coords > MAX_SNAPPED:
        raise InvalidGeometry(_("La ligne compte plus de %d sommets.") % MAX_SNAPPED, parameter=parameter)
    with time_limit("page"):
        lines = [
            shapely.from_wkb(bytes(line.wkb))
            for line in scope.queryset.filter(within_distance(F("geom"), geometry, SNAP_M)).values_list(
                "geom", flat=True
            )[:MAX_NETWORK]
        ]
    if not lines:
        raise InvalidGeometry(
            _("Rien de ce qui est dessiné n’est à moins de %(metres)d m de « %(layer)s ».")
            % {"metres": SNAP_M, "layer": scope.layer.title},
            parameter=parameter,
        )
    shape = shapely.from_wkb(bytes(geometry.wkb))
    return GEOSGeometry(memoryview(shapely.to_wkb(_on_network(shape, lines))), srid=geometry.srid)


def _on_network(shape: Any, lines: list[Any]) -> Any:
    """Move each vertex that is near a line to its nearest point on it; degrees are made square at its latitude."""
    ratio = math.cos(math.radians(shape.centroid.y)) or 1.0
    degrees = SNAP_M / 111_320
    network = shapely.transform(shapely.union_all(lines), lambda xy: xy * (ratio, 1.0))

    def moved(vertices: Any) -> Any:
        return shapely.get_coordinates(list(_moved(vertices)))

    def _moved(vertices: Any) -> Iterator[Any]:
        for x, y in vertices:
            vertex = shapely.Point(x * ratio, y)
            _own, near = nearest_points(vertex, network)
            place = near if near.distance(vertex) <= degrees else vertex
            yield shapely.Point(place.x / ratio, place.y)

    return shapely.transform(shape, moved)
