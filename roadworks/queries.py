"""Reads of the pages of road works, all from the scope of their visitor: sites near a place, places by their name."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import shapely
from django.contrib.auth.models import Group
from django.contrib.gis.geos import Point
from django.db.models import F, QuerySet, Value
from django.utils.translation import gettext as _

from layers import access
from layers.access import Scope
from layers.errors import InvalidParameter, UnknownFeature, UnknownLayer
from layers.queries import related_rows
from layers.services.moderation import approves
from layers.sql.functions import Folded, Unaccented
from layers.sql.limits import time_limit
from layers.sql.spatial import within_distance
from layers.visitor import Visitor
from roadworks.catalogue import SLUG
from roadworks.geometry import Plane
from roadworks.models import RoadWorks
from roadworks.vocabulary import SiteStatus

ADDRESSES, ROADS = "adresses", "troncons-de-route"
RADIUS_M = 300
MAX_SITES = 200
MAX_OF_YEAR = 600
MAX_PLACES = 6
WEEK = dt.timedelta(days=6)


class Period(Enum):
    """Which works a page lists."""

    WEEK = "semaine"
    TO_COME = "a-venir"
    TOWN = "ville"


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its name, in EPSG:4326."""

    name: str
    longitude: float
    latitude: float

    @property
    def point(self) -> Point:
        """The position."""
        return Point(self.longitude, self.latitude, srid=4326)

    @property
    def text(self) -> str:
        """The position as an address of a page has it: ``longitude,latitude``."""
        return f"{self.longitude:.6f},{self.latitude:.6f}"


@dataclass(frozen=True, slots=True)
class SiteRecords:
    """A site with its phases in order and its effects; ``distance_m`` from the place, None without a place."""

    site: Any
    phases: Sequence[Any]
    effects: Sequence[Any]
    distance_m: float | None = None


def works_scope(visitor: Visitor) -> Scope:
    """Return what a visitor may know of the layer of road works.

    Raises:
        HiddenLayer, UnknownLayer: it is hidden from them, or a dataset has its name.
    """
    scope = access.scope(visitor, SLUG)
    if scope.definition.model is not RoadWorks:
        raise UnknownLayer(SLUG)
    return scope


def public_scope(visitor: Visitor) -> Scope:
    """Return what everybody knows of the layer on the portal of a visitor: pages for the public hold nothing else.

    Raises:
        HiddenLayer, UnknownLayer: the layer is not open, or a dataset has its name.
    """
    return works_scope(Visitor(instant=visitor.instant, portal=visitor.portal))


def read_site(scope: Scope, pk: int) -> SiteRecords:
    """Return a site with its records.

    Raises:
        UnknownFeature: no such site for this visitor.
    """
    site = scope.queryset.select_related("commune").filter(pk=pk).first() if pk < 2**63 else None
    if site is None:
        raise UnknownFeature(f"{SLUG}/{pk}")
    return with_records(scope, [site])[0]


def with_records(
    scope: Scope, sites: Iterable[Any], distances: Mapping[int, float] | None = None
) -> list[SiteRecords]:
    """Read the phases and effects of sites in two statements; none of a relation that the visitor does not read."""
    listed = list(sites)
    records = {name: _records(scope, name, [site.pk for site in listed]) for name in ("phases", "effets")}
    return [
        SiteRecords(
            site,
            sorted(records["phases"][site.pk], key=lambda phase: phase.numero),
            records["effets"][site.pk],
            (distances or {}).get(site.pk),
        )
        for site in listed
    ]


def _records(scope: Scope, name: str, pks: Sequence[int]) -> dict[int, list[Any]]:
    by_site: dict[int, list[Any]] = defaultdict(list)
    relation = next((each for each in scope.relations if each.name == name), None)
    if relation is not None:
        for record in related_rows(scope, relation, pks):
            by_site[record.chantier_id].append(record)
    return by_site


def of_period(sites: QuerySet[Any], period: Period, today: dt.date) -> QuerySet[Any]:
    """Select the works under way or that begin within seven days, those that come later, or both."""
    open_sites = sites.exclude(statut=SiteStatus.FINISHED).filter(date_fin__gte=today)
    match period:
        case Period.WEEK:
            return open_sites.filter(date_debut__lte=today + WEEK)
        case Period.TO_COME:
            return open_sites.filter(date_debut__gt=today + WEEK)
    return open_sites


def sites_around(scope: Scope, place: Place | None, period: Period, today: dt.date) -> list[SiteRecords]:
    """Return the works of a period within ``RADIUS_M`` of a place, the nearest first; of the whole portal without one.

    ``Period.TOWN`` is the whole portal, ordered by distance where there is a place.
    """
    sites = of_period(scope.queryset, period, today).select_related("commune").order_by("date_debut", "pk")
    if place is not None and period is not Period.TOWN:
        sites = sites.filter(within_distance(F("geom"), place.point, RADIUS_M))
    with time_limit("page"):
        listed = list(sites[:MAX_SITES])
        distances = distances_to(listed, place) if place else {}
        if place:
            listed.sort(key=lambda site: distances[site.pk])
        return with_records(scope, listed, distances)


def authority_of(visitor: Visitor) -> str:
    """Return the first group of an account, by name: works are most often for one's own authority; empty without."""
    names = Group.objects.filter(pk__in=visitor.groups).order_by("name").values_list("name", flat=True)
    return str(names.first() or "")


def sites_of_year(scope: Scope, year: int) -> list[SiteRecords]:
    """Return the works that go on in a year, in the order of their beginning, ``MAX_OF_YEAR`` at most."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    rows = scope.queryset.filter(date_debut__lte=last, date_fin__gte=first).select_related("commune")
    with time_limit("page"):
        return with_records(scope, rows.order_by("date_debut", "pk")[:MAX_OF_YEAR])


def counts_around(scope: Scope, place: Place | None, today: dt.date) -> dict[Period, int]:
    """Return how many works each period has around a place."""
    counts = {}
    for period in Period:
        sites = of_period(scope.queryset, period, today)
        if place is not None and period is not Period.TOWN:
            sites = sites.filter(within_distance(F("geom"), place.point, RADIUS_M))
        counts[period] = sites.count()
    return counts


def distances_to(sites: Iterable[Any], place: Place) -> dict[int, float]:
    """Return the metres from a place to the line of each site, by id."""
    plane = Plane(place.longitude, place.latitude)
    origin = shapely.Point(0, 0)
    return {
        site.pk: float(plane.metres(shapely.from_wkb(bytes(site.geom.wkb))).distance(origin))
        for site in sites
    }


_POSITION = re.compile(r"(-?\d{1,3}(?:\.\d{1,9})?),(-?\d{1,2}(?:\.\d{1,9})?)")


def read_position(text: str) -> tuple[float, float]:
    """Read ``longitude,latitude`` in degrees (EPSG:4326).

    Raises:
        InvalidParameter: it is something else.
    """
    match = _POSITION.fullmatch(text)
    if match is None or not (abs(float(match[1])) <= 180 and abs(float(match[2])) <= 90):
        raise InvalidParameter(f"pres={text[:40]}", parameter="pres")
    return float(match[1]), float(match[2])


def find_places(visitor: Visitor, text: str) -> list[Place]:
    """Return the addresses, else the streets, that a text begins: « 14 rue du Moulin », « rue du Moulin, Meudon »."""
    name, _comma, town = (part.strip() for part in text.partition(","))
    if not name or "\x00" in text:  # which no text of the database has
        return []
    scopes = access.scopes_by_slug(visitor, [ADDRESSES, ROADS])
    with time_limit("page"):
        places = _addresses(scopes.get(ADDRESSES), name, town) if re.match(r"\d", name) else []
        return (
            places or _streets(scopes.get(ROADS), name, town) or _addresses(scopes.get(ADDRESSES), name, town)
        )


def named_place(visitor: Visitor, place: Place) -> Place:
    """Return a place under a name of the layers, else under one of ours: messages quote nothing that was typed."""
    if any((each.name, each.text) == (place.name, place.text) for each in find_places(visitor, place.name)):
        return place
    return replace(place, name=_("Votre position"))


def _named(rows: QuerySet[Any], column: str, text: str) -> QuerySet[Any]:
    folded = Folded(Unaccented(F(column)))
    named: QuerySet[Any] = rows.annotate(folded=folded).filter(
        folded__startswith=Folded(Unaccented(Value(text)))
    )
    return named


def _in_town(rows: QuerySet[Any], town: str) -> QuerySet[Any]:
    return rows.filter(commune__nom__istartswith=town) if town else rows


def _addresses(scope: Scope | None, name: str, town: str) -> list[Place]:
    if scope is None or "adresse" not in scope.filterable:
        return []
    rows = _in_town(_named(scope.queryset, "adresse", name), town)
    listed = rows.order_by("numero", "rep", "pk").values_list("adresse", "nom_commune", "geom")[:MAX_PLACES]
    return [Place(f"{address}, {commune}", point.x, point.y) for address, commune, point in listed]


def _streets(scope: Scope | None, name: str, town: str) -> list[Place]:
    if scope is None or "nom_voie" not in scope.filterable:
        return []
    rows = _in_town(_named(scope.queryset, "nom_voie", name), town).exclude(nom_voie=F("nature"))
    listed = rows.order_by("nom_voie", "commune__nom", "pk").values_list("nom_voie", "commune__nom", "geom")
    places: dict[str, Place] = {}
    for street, commune, line in listed[:200]:
        middle = line.interpolate_normalized(0.5)
        label = f"{street}, {commune}" if commune else street
        places.setdefault(label, Place(label, middle.x, middle.y))
    return list(places.values())[:MAX_PLACES]


NEIGHBOURHOOD_M = 250
MAX_NEIGHBOURS = 40


def neighbours(scope: Scope, site: Any, others: Iterable[int] = ()) -> list[SiteRecords]:
    """Return the works of the next half year around a site that are not over, and those of some ids; not the site."""
    until = site.date_debut + dt.timedelta(days=183)
    rows = scope.queryset.exclude(pk=site.pk).select_related("commune")
    near = within_distance(F("geom"), site.geom, NEIGHBOURHOOD_M)
    in_time = rows.exclude(statut=SiteStatus.FINISHED).filter(
        near, date_fin__gte=site.date_debut - dt.timedelta(days=14), date_debut__lte=until
    )
    with time_limit("page"):
        listed = {row.pk: row for row in rows.filter(pk__in=list(others))}
        listed |= {row.pk: row for row in in_time.order_by("date_debut", "pk")[:MAX_NEIGHBOURS]}
        return with_records(scope, listed.values())


def orders_of(scope: Scope, pk: int) -> list[Any]:
    """Return the orders of a site: those that are public where the visitor does not read the relation."""
    relation = scope.definition.relation("arretes")
    if any(each.name == relation.name for each in scope.relations):
        return list(related_rows(scope, relation, [pk]).order_by("date", "pk"))
    site = scope.queryset.filter(pk=pk).first()
    return list(site.arretes.filter(est_public=True).order_by("date", "pk")) if site else []


def order_of(scope: Scope, pk: int, order: int) -> Any:
    """Return an order of a site with a document that the visitor may read, None without one."""
    return next((row for row in orders_of(scope, pk) if row.pk == order and row.fichier), None)


def main_order(scope: Scope, pk: int) -> Any:
    """Return the last order of a site, None without one."""
    return next(reversed(orders_of(scope, pk)), None)


def photos_of(scope: Scope, pk: int) -> list[Any]:
    """Return the photos of a site: who neither wrote it, approves it nor reads the relation has the public ones."""
    relation = scope.definition.relation("photos")
    site = scope.queryset.filter(pk=pk).first()
    if site is None:
        return []
    photos = site.photos.order_by("pk")
    is_author = scope.visitor.user_id is not None and site.auteur_id == scope.visitor.user_id
    reads_all = (
        is_author or approves(scope, pk) or any(each.name == relation.name for each in scope.relations)
    )
    return list(photos if reads_all else photos.filter(est_publique=True))


def main_photo(scope: Scope, pk: int) -> Any:
    """Return the photo of a site that its form changes, None without one."""
    return next(iter(photos_of(scope, pk)), None)


def photo_of(scope: Scope, pk: int, photo: int) -> Any:
    """Return a photo of a site that the visitor may read.

    Raises:
        UnknownFeature: there is none for this visitor.
    """
    match = next((row for row in photos_of(scope, pk) if row.pk == photo), None) if pk < 2**63 else None
    if match is None:
        raise UnknownFeature(f"{SLUG}/{pk}", parameter="photo")
    return match
