"""Links of a sheet: directions, pages that change the feature, the previous and the next one.

Directions are plain links, which a person presses and no page follows by itself.
``geo`` is the URI of RFC 5870, which opens the map application of a phone; ``q`` names the place as Android reads it.
The others are the addresses that their owners document for a destination.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import admin
from django.db.models import IntegerField, Value
from django.http import HttpRequest
from django.urls import reverse

from interface.titles import name_of, title_sort
from interface.wording import field_value
from layers import access
from layers.access import Scope
from layers.cache import BoundedCache
from layers.definitions import ID
from layers.parsing import FeatureQuery, SortKey
from layers.queries import select
from layers.services.records import may_enter
from layers.sql.limits import read_rows

GEO = "geo"
# ``{lat}`` and ``{lon}`` are in degrees (EPSG:4326); each address asks for the way on foot.
SERVICES = {
    "osm": "https://www.openstreetmap.org/directions?engine=fossgis_osrm_foot&route=%3B{lat}%2C{lon}",
    "apple": "https://maps.apple.com/?daddr={lat},{lon}&dirflg=w",
    "google": "https://www.google.com/maps/dir/?api=1&destination={lat}%2C{lon}&travelmode=walking",
}
# Applications whose rows are not edited one by one but delivered: the page, by layer, where that is done.
DELIVERED = {"datasets": "datasets:versions"}
# Each step sorts the layer: 1 ms for 1,000 rows, 35 for 60,000. By id, the index of the key answers.
MAX_SORTED = 10_000


@dataclass(frozen=True, slots=True)
class Directions:
    """``web`` opens a site, ``phone`` the application of a phone; either may be empty.

    ``apple`` is for the phones of Apple, which do not read ``geo`` URIs; it is empty where ``phone`` is.
    """

    web: str
    phone: str
    apple: str


def directions(longitude: float, latitude: float, title: str) -> Directions | None:
    """Return the links to a place in degrees (EPSG:4326); None when the portal offers none."""
    offered = settings.PORTAL_DIRECTIONS
    if not offered:
        return None
    destination = {"lat": f"{latitude:.5f}", "lon": f"{longitude:.5f}"}
    web = next((SERVICES[name].format(**destination) for name in offered if name != GEO), "")
    has_phone = offered[0] == GEO
    point = f"{destination['lat']},{destination['lon']}"
    return Directions(
        web=web,
        phone=f"geo:{point}?q={point}({quote(title, safe='')})" if has_phone else "",
        apple=SERVICES["apple"].format(**destination) if has_phone else "",
    )


def edit_address(request: HttpRequest, scope: Scope, record: Any) -> str:
    """Return the page that changes a feature, empty for who may not: a grant on the layer, and the administration's."""
    options = type(record)._meta
    if options.app_label in DELIVERED:
        return reverse(DELIVERED[options.app_label], args=[scope.slug]) if scope.can_load else ""
    if not scope.can_change:
        return ""
    model = type(record)
    is_editable = admin.site.is_registered(model) and admin.site.has_permission(request)
    if not is_editable or not admin.site.get_model_admin(model).has_change_permission(request, record):
        return ""
    return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[record.pk])


def entry_address(scope: Scope, pk: int) -> str:
    """Return the page where the fields of a feature that ``scope`` gave and its records are entered; empty for who may
    not.
    """
    if not may_enter(scope):
        return ""
    may_edit = scope.changes_every_row or access.editable(scope).filter(pk=pk).exists()
    return reverse("explorer:entry", args=[scope.slug, pk]) if may_edit else ""


@dataclass(frozen=True, slots=True)
class ListNeighbour:
    """A feature next to another in the list."""

    pk: int
    title: str


@dataclass(frozen=True, slots=True)
class PreviousNext:
    """The features before and after; None at both ends of the list."""

    previous: ListNeighbour | None
    next: ListNeighbour | None


def steps(scope: Scope, record: Any) -> PreviousNext:
    """Return what comes before and after a feature by title, then id; by id alone above ``MAX_SORTED`` rows."""
    key = (scope.key, scope.version, record.pk)
    listed = _adjacent_rows.recall(key, lambda: tuple(_previous_and_next(scope, record)))
    has_title = scope.definition.title_field in scope.filterable
    named = {
        side: ListNeighbour(pk, name_of(scope, pk, value if has_title else None))
        for side, pk, value in listed
    }
    return PreviousNext(previous=named.get(0), next=named.get(1))


_AdjacentRow = tuple[int, int, Any]
# For all who read the same rows and fields of the layer.
_adjacent_rows: BoundedCache[tuple[_AdjacentRow, ...]] = BoundedCache(500)


def _previous_and_next(scope: Scope, record: Any) -> Iterable[_AdjacentRow]:
    """Return the side (0 before, 1 after), the id and the title of the rows next to a feature."""
    is_sorted = select(scope, FeatureQuery()).count() <= MAX_SORTED
    names = [*(key.name for key in title_sort(scope) if is_sorted), ID.name]
    title = scope.filterable.get(scope.definition.title_field)
    sides = []
    for side, is_backwards in enumerate((True, False)):
        # Backwards, the first row that follows in the reverse of the same order.
        query = FeatureQuery(sort=tuple(SortKey(name, is_backwards) for name in names), limit=1)
        order = select(scope, query).order
        cursor = order.cursor([field_value(scope.filterable[name], record) for name in names])
        rows = select(scope, replace(query, cursor=cursor)).window().rows[:1]
        rows = rows.annotate(side=Value(side, IntegerField()))
        sides.append(rows.values_list("side", "pk", title.source if title else "pk"))
    return read_rows("page", sides[0].union(sides[1], all=True))
