"""The ground every page and protocol stands on: the communes and the extent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial

from django.contrib.gis.db.models import Extent
from django.db.models import Max

from layers.access import Scope
from layers.models import Commune
from layers.queries.memory import Memory
from layers.queries.versions import data_versions

Bounds = tuple[float, float, float, float]


def communes() -> list[Commune]:
    """Return the communes of the territory by name, without their geometry."""
    return list(Commune.objects.defer("geom", "geom_3857").order_by("nom"))


def extent(scope: Scope) -> Bounds | None:
    """Return west, south, east, north of what the visitor sees of a layer, in degrees; None when there is none."""
    return extents([scope])[scope.slug]


def extents(scopes: Sequence[Scope]) -> dict[str, Bounds | None]:
    """Return the extent of several layers, by slug. Each reads its whole layer once, until the data changes."""
    versions = data_versions(scope.definition for scope in scopes)
    return {
        scope.slug: _extents.recall((scope.key, versions[scope.slug]), partial(_extent, scope))
        for scope in scopes
    }


def _extent(scope: Scope) -> Bounds | None:
    if not scope.definition.geometry.is_located:
        return None
    found: Bounds | None = scope.queryset.aggregate(extent=Extent("geom"))["extent"]
    return found


def last_change(scope: Scope) -> dt.datetime | None:
    """Return when a feature that the visitor sees was last written, read once for each version of the data."""
    version = data_versions([scope.definition])[scope.slug]
    return _changes.recall((scope.key, version), partial(_last_change, scope))


def _last_change(scope: Scope) -> dt.datetime | None:
    found: dt.datetime | None = scope.queryset.aggregate(last=Max("updated_at"))["last"]
    return found


_extents: Memory[Bounds | None] = Memory(500)
_changes: Memory[dt.datetime | None] = Memory(500)
