"""The territory on every map: the communes that a visitor sees, their outlines, the box around them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.utils.translation import gettext as _

from layers import access
from layers.cache import BoundedCache
from layers.definitions import Field
from layers.errors import UnknownCommune, UnknownLayer
from layers.models import Commune
from layers.queries import communes
from layers.sql.geometry import InscribedCentre, InscribedRadius
from layers.visitor import Visitor

COMMUNES_LAYER = "communes"
COMMUNE_FIELD = "commune"
DEGREE_3857 = 111_319.49
"""Units of EPSG:3857 in a degree of longitude."""


@dataclass(frozen=True, slots=True)
class CommuneShape:
    """A commune on the ground; ``geometry`` is GeoJSON text.

    ``label`` is the middle of the largest ellipse inside it, as wide as what is written there, and ``room`` half the
    height of that ellipse on a map, in degrees of longitude.
    """

    code: str
    name: str
    population: int | None
    year: int | None
    label: tuple[float, float]
    room: float
    bounds: tuple[float, float, float, float]
    geometry: str
    multipolygon: Any


def visible_communes(visitor: Visitor) -> tuple[CommuneShape, ...]:
    """Return the communes the visitor sees, with their shapes; nothing when that layer is hidden from them.

    Remembered for as long as the communes do not change.
    """
    try:
        scope = access.scope(visitor, COMMUNES_LAYER)
    except UnknownLayer:
        return ()
    return communes_of([scope])


def communes_of(scopes: Iterable[access.Scope]) -> tuple[CommuneShape, ...]:
    """Return the same from the scopes of all layers that a visitor sees, where they were read already."""
    scope = next((each for each in scopes if each.slug == COMMUNES_LAYER), None)
    if scope is None:
        return ()
    return _grounds.recall((scope.key, scope.version), partial(_shapes, scope))


def _shapes(scope: access.Scope) -> tuple[CommuneShape, ...]:
    rows = scope.queryset.annotate(
        middle=InscribedCentre("geom_3857"),
        radius=InscribedRadius("geom_3857"),
        shape=AsGeoJSON("geom", precision=5),
    )
    return tuple(
        CommuneShape(
            code=row.code,
            name=row.nom,
            population=row.population,
            year=row.population_annee,
            label=(row.middle.x, row.middle.y),
            room=row.radius / DEGREE_3857,
            bounds=row.geom.extent,
            geometry=row.shape,
            multipolygon=row.geom,
        )
        for row in rows.order_by("nom")
    )


_grounds: BoundedCache[tuple[CommuneShape, ...]] = BoundedCache(100)


def own(shapes: Iterable[CommuneShape], portal: str) -> list[CommuneShape]:
    """Keep the communes a portal speaks for: its own, or all of them on the portal of the whole territory."""
    return [commune for commune in shapes if portal in {"", commune.code}]


def choices(portal: str) -> list[Commune]:
    """Return the communes a form offers: none on the portal of a commune, where there is nothing to choose."""
    return [] if portal else communes()


def check_communes(codes: Iterable[str]) -> None:
    """Refuse a code that is no commune's.

    Raises:
        UnknownCommune: naming the first of them.
    """
    existing = {commune.code for commune in communes()}
    unknown = next((code for code in codes if code not in existing), "")
    if unknown:
        raise UnknownCommune(
            _("« %s » n’est pas le code INSEE d’une commune du territoire.") % unknown[:20],
            parameter=COMMUNE_FIELD,
        )


def label_communes(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Give the commune field the communes' names as labels: lists show a name where the table holds a code."""
    names = tuple((commune.code, commune.nom) for commune in communes())
    return tuple(replace(field, choices=names) if field.name == COMMUNE_FIELD else field for field in fields)
