"""The ground every page and protocol stands on: the communes and the extent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial

from django.contrib.gis.db.models import Extent
from django.db.models import Max

from layers.access import Scope
from layers.models import Commune, DataVersion
from layers.queries.memory import Memory

Bounds = tuple[float, float, float, float]


def communes() -> list[Commune]:
    """Return the communes of the territory by name, without their geometry."""
    return list(Commune.objects.defer("geom", "geom_3857").order_by("nom"))


def extent(scope: Scope) -> Bounds | None:
    """Return west, south, east, north of what the visitor sees of a layer, in degrees; None when there is none."""
    return extents([scope])[scope.slug]


def extents(scopes: Sequence[Scope]) -> dict[str, Bounds | None]:
    """Return the extent of several layers, by slug. Each reads its whole layer once, until the data changes."""
    return {
        scope.slug: _extents.recall((scope.key, scope.version), partial(_extent, scope)) for scope in scopes
    }


def _extent(scope: Scope) -> Bounds | None:
    if not scope.definition.geometry.is_located:
        return None
    found: Bounds | None = scope.queryset.aggregate(extent=Extent("geom"))["extent"]
    return found


def last_change(scope: Scope) -> dt.datetime | None:
    """Return when the data of a layer last changed, read once for each version of it; None when there never was any.

    It is the instant of the last write to its table or to those of the related records that the visitor reads, a
    deletion and the publication of a delivery included. It is that of the layer: who sees a part of the rows learns no
    more by it than by the ETag of an answer, which changes at the same moments.
    """
    return _changes.recall((scope.key, scope.version), partial(_last_change, scope))


def _last_change(scope: Scope) -> dt.datetime | None:
    own, *related = scope.definition.tables
    read = {relation.name for relation in scope.relations}
    pairs = zip(related, scope.definition.relations, strict=True)
    tables = [own, *(table for table, relation in pairs if relation.name in read)]
    found: dt.datetime | None
    found = DataVersion.objects.filter(table__in=tables).aggregate(last=Max("changed_at"))["last"]
    # Rows that were there before their table had a trigger, and that nothing has written to since.
    return found or scope.queryset.aggregate(last=Max("updated_at"))["last"]


_extents: Memory[Bounds | None] = Memory(500)
_changes: Memory[dt.datetime | None] = Memory(500)
