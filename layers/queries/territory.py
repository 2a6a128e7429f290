"""The ground every page and protocol stands on: the communes and the extent."""

from __future__ import annotations

from django.contrib.gis.db.models import Extent

from layers.access import Scope
from layers.models import Commune

Bounds = tuple[float, float, float, float]


def communes() -> list[Commune]:
    """Return the communes of the territory by name, without their geometry."""
    return list(Commune.objects.defer("geom", "geom_3857").order_by("nom"))


def extent(scope: Scope) -> Bounds | None:
    """Return the west, south, east and north of what the visitor may see of a layer, in degrees; None when empty."""
    found: Bounds | None = scope.queryset.aggregate(extent=Extent("geom"))["extent"]
    return found
