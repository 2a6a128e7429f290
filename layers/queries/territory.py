"""The ground every page and protocol stands on: the communes and the extent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.contrib.gis.db.models import Extent

from layers.access import Scope
from layers.models import Commune
from layers.queries.memory import Memory
from layers.queries.versions import data_versions

Bounds = tuple[float, float, float, float]


def communes() -> list[Commune]:
    """Return the communes of the territory by name, without their geometry."""
    return list(Commune.objects.defer("geom", "geom_3857").order_by("nom"))


def extent(scope: Scope) -> Bounds | None:
    """Return the west, south, east and north of what the visitor may see of a layer, in degrees; None when empty or a table."""
    if not scope.definition.geometry.is_located:
        return None
    return extents([scope])[scope.slug]


def extents(scopes: Sequence[Scope]) -> dict[str, Bounds | None]:
    """Return the extent of several layers, by slug. Each reads its whole layer once, until the data changes."""
    versions = data_versions(scope.definition for scope in scopes)
    return {
        scope.slug: _extents.recall((scope.key, versions[scope.slug]), partial(_extent, scope))
        for scope in scopes
    }


def _extent(scope: Scope) -> Bounds | None:
    found: Bounds | None = scope.queryset.aggregate(extent=Extent("geom"))["extent"]
    return found


_extents: Memory[Bounds | None] = Memory(500)
