"""The services to consult for a place: those whose layer has a feature there, and those that could not be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, FloatField, Func, QuerySet

from interface.titles import feature_title
from layers import access
from layers.access import Scope
from layers.sql.functions import And
from layers.sql.limits import time_limit
from layers.sql.spatial import BBoxOverlaps, Intersects, shape_value, within_distance
from layers.visitor import Visitor
from planning.models import ConsultedService
from planning.queries.applicability import area_of
from planning.queries.locations import Location
from planning.tool_layers.queries import filtered, readable
from planning.vocabulary import NOISE_M2, SLIVER_M2, SLIVER_SHARE, ServiceRelation

MAX_REASONS = 5


class _SharedArea(Func):
    """The square metres that a column and a geometry share."""

    template = "ST_Area(ST_Intersection(%(expressions)s)::geography)"
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class Consultation:
    """A service, and the titles of the features that make it consulted; ``is_cut``: there are more.

    Without a layer there is no reason to give: the service is consulted everywhere. ``is_unread``: its layer is hidden
    or absent, or its filter names what the visitor does not read.
    """

    service: ConsultedService
    reasons: Sequence[str] = ()
    is_cut: bool = False
    is_unread: bool = False
    layer_title: str = ""

    @property
    def is_needed(self) -> bool:
        """Whether the service is to be consulted."""
        return not self.is_unread and (bool(self.reasons) or not self.service.layer)


def consultations(visitor: Visitor, location: Location) -> list[Consultation]:
    """Return what each service is for a place, in their order: one statement a service.

    Raises:
        TooSlow: the database did not answer in time.
    """
    services = list(ConsultedService.objects.filter(is_active=True))
    scopes = access.scopes_by_slug(
        visitor, list(dict.fromkeys(each.layer for each in services if each.layer))
    )
    with time_limit("page"):
        smallest_m2 = max(NOISE_M2, min(SLIVER_M2, SLIVER_SHARE * (area_of(location.geometry) or 0.0)))
        return [_consultation(each, readable(scopes, each.layer), location, smallest_m2) for each in services]


def _consultation(
    service: ConsultedService, scope: Scope | None, location: Location, smallest_m2: float
) -> Consultation:
    if not service.layer:
        return Consultation(service)
    rows = filtered(scope, service.rows) if scope is not None else None
    if scope is None or rows is None:
        return Consultation(service, is_unread=True)
    listed = list(_near(service, scope, rows, location, smallest_m2).order_by("pk")[: MAX_REASONS + 1])
    reasons = list(dict.fromkeys(feature_title(scope, row) for row in listed[:MAX_REASONS]))
    return Consultation(service, reasons, len(listed) > MAX_REASONS, layer_title=str(scope.layer.title))


def _near(
    service: ConsultedService, scope: Scope, rows: QuerySet[Any], location: Location, smallest_m2: float
) -> QuerySet[Any]:
    shape, column = location.geometry, F("geom")
    if service.relation == ServiceRelation.WITHIN:
        return rows.filter(within_distance(column, shape, float(service.distance_m or 0)))
    literal = shape_value(shape)
    rows = rows.filter(And(BBoxOverlaps(column, literal), Intersects(column, literal)))
    if shape.dims == 2 and scope.definition.geometry.is_surface:
        rows = rows.annotate(shared_m2=_SharedArea(column, literal)).filter(shared_m2__gte=smallest_m2)
    return rows


def every_service() -> list[ConsultedService]:
    """Return the services in their order, those that are not active too."""
    return list(ConsultedService.objects.all())


def find_service(pk: int) -> ConsultedService | None:
    """Return a service, None where there is none."""
    return ConsultedService.objects.filter(pk=pk).first()
