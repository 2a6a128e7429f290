"""Places of the sheet: a parcel, a point, an outline or a feature, and the places that a text may mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from interface.text import fold
from interface.titles import feature_title
from layers import access
from layers.access import Scope
from layers.cache import BoundedCache
from layers.errors import InvalidGeometry, InvalidParameter, UnknownFeature
from layers.parsing.geometry import parse_geometry
from layers.queries import communes
from layers.sql.limits import time_limit
from layers.sql.spatial import Intersects, is_local, shape_value, within_distance
from layers.visitor import Visitor
from planning.geocoding.addresses import Street, StreetIndex, WrittenAddress, address_words, read_address
from planning.geocoding.references import (
    ParcelReference,
    coordinates,
    parcel_identifier,
    parcel_reference,
)
from planning.vocabulary import TEXT, LocationKind

PARCELS, ADDRESSES = "parcelles", "adresses"
NEAR_M = 25
"""How far the parcel of an address that lies in none may be: positions are often on the street."""
MAX_CHOICES = 8
MAX_VERTICES = 500
MAX_TEXT, MAX_POINT = 200, 80
MAX_ADDRESSES = 6
_PARCEL_FIELDS = ("reference", "contenance", "updated", "section", "numero", "prefixe")
_NEEDED = {ADDRESSES: {"adresse", "nom_voie", "nom_commune", "code_insee", "numero", "rep"}, PARCELS: {"idu"}}


@dataclass(frozen=True, slots=True)
class Location:
    """A place that the sheet is about: ``geometry`` in EPSG:4326, ``parameters`` lead to it again.

    ``facts`` are columns of its row that the visitor reads.
    """

    kind: LocationKind
    title: str
    geometry: GEOSGeometry
    parameters: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)
    layer: str = ""
    pk: int | None = None

    @property
    def query(self) -> str:
        """The parameters as a query string."""
        return urlencode(self.parameters)

    @property
    def identifier(self) -> str:
        """The identifier of a parcel, empty for another place."""
        return self.parameters.get(LocationKind.PARCEL.value, "")


@dataclass(frozen=True, slots=True)
class Choice:
    """A place that a text may mean, and the parameters of its sheet."""

    title: str
    parameters: Mapping[str, str]

    @property
    def query(self) -> str:
        """The parameters as a query string."""
        return urlencode(self.parameters)


@dataclass(frozen=True, slots=True)
class Matches:
    """What a text means: one place where ``is_sure``, else places to choose from, which are only near otherwise."""

    choices: tuple[Choice, ...] = ()
    is_sure: bool = False
    is_near: bool = False
    parcels_of: str = ""


def readable_scope(visitor: Visitor, slug: str) -> Scope | None:
    """Return the scope of a layer of places; None where it is hidden, absent, or has other fields."""
    scope = access.scopes_by_slug(visitor, [slug]).get(slug)
    return scope if scope is not None and _NEEDED[slug] <= scope.filterable.keys() else None


def example_locations(visitor: Visitor) -> tuple[Choice, ...]:
    """Return an address and a parcel that the visitor reads, for who does not know what to write: two statements."""
    choices = []
    if (addresses := readable_scope(visitor, ADDRESSES)) is not None:
        row = addresses.queryset.exclude(numero=None).order_by("pk").values("adresse", "nom_commune").first()
        if row is not None:
            text = f"{row['adresse']}, {row['nom_commune']}"
            choices.append(Choice(text, {TEXT: text}))
    if (parcels := readable_scope(visitor, PARCELS)) is not None:
        identifier = parcels.queryset.order_by("pk").values_list("idu", flat=True).first()
        if identifier is not None:
            choices.append(Choice(identifier, {LocationKind.PARCEL.value: identifier}))
    return tuple(choices)


def read_location(visitor: Visitor, query: Mapping[str, str]) -> Location | None:
    """Return the place that the parameters of a sheet name; None without any.

    Raises:
        InvalidParameter: two places, or one that cannot be read.
        UnknownFeature: no such parcel or feature for this visitor.
    """
    kinds = [kind for kind in LocationKind if query.get(kind.value)]
    if not kinds:
        return None
    if len(kinds) > 1:
        raise InvalidParameter(_("Un seul lieu à la fois."), parameter=kinds[1].value)
    (kind,) = kinds
    text = query[kind.value]
    match kind:
        case LocationKind.PARCEL:
            return parcel(visitor, text)
        case LocationKind.POINT:
            return point(visitor, text)
        case LocationKind.OUTLINE:
            return outline(text)
    return feature(visitor, text)


def parcel(visitor: Visitor, text: str) -> Location:
    """Return the parcel of an identifier of the cadastre, by its 14 characters.

    Raises:
        InvalidParameter: it is no identifier.
        UnknownFeature: the visitor reads no such parcel.
    """
    identifier = parcel_identifier(text)
    if not identifier:
        raise InvalidParameter(
            _("« %s » n’est pas un identifiant de parcelle.") % text[:40], parameter=LocationKind.PARCEL.value
        )
    scope = readable_scope(visitor, PARCELS)
    row = scope.queryset.filter(idu=identifier).first() if scope else None
    if scope is None or row is None:
        raise UnknownFeature(f"{PARCELS}/{identifier}")
    return parcel_location(scope, row)


def parcel_location(scope: Scope, row: Any) -> Location:
    """Return the place of a row of the layer of parcels."""
    facts = {name: getattr(row, name) for name in _PARCEL_FIELDS if name in scope.filterable}
    return Location(
        LocationKind.PARCEL,
        _("Parcelle %s") % facts.get("reference", row.idu),
        row.geom,
        {LocationKind.PARCEL.value: row.idu},
        facts,
        PARCELS,
        row.pk,
    )


def point(visitor: Visitor, text: str) -> Location:
    """Return the parcel of a position in degrees (EPSG:4326), or the point itself where the visitor reads none.

    Raises:
        InvalidParameter: it is no position.
    """
    position = coordinates(text) if len(text) <= MAX_POINT else None
    if position is None:
        raise InvalidParameter(
            _("« %s » n’est pas une position : longitude,latitude.") % text[:40],
            parameter=LocationKind.POINT.value,
        )
    shape = Point(*position, srid=4326)
    scope = readable_scope(visitor, PARCELS)
    row = scope.queryset.filter(Intersects(F("geom"), shape_value(shape))).first() if scope else None
    if scope is not None and row is not None:
        return parcel_location(scope, row)
    written = f"{position[0]:.6f},{position[1]:.6f}"
    return Location(LocationKind.POINT, _("Point %s") % written, shape, {LocationKind.POINT.value: written})


def outline(text: str) -> Location:
    """Return a drawn surface: WKT or GeoJSON in longitude, latitude.

    Raises:
        InvalidGeometry: it cannot be read, is no surface, has more than ``MAX_VERTICES`` or is as large as a country.
    """
    parameter = LocationKind.OUTLINE.value
    shape = parse_geometry(text, parameter=parameter)
    if shape.dims != 2:
        raise InvalidGeometry(_("Le contour attend une surface (POLYGON)."), parameter=parameter)
    if shape.num_coords > MAX_VERTICES or not is_local(shape):
        raise InvalidGeometry(
            _("Le contour est trop grand : %d sommets au plus, sur un territoire.") % MAX_VERTICES,
            parameter=parameter,
        )
    shape.srid = 4326
    return Location(LocationKind.OUTLINE, _("Contour dessiné"), shape, {parameter: text})


def feature(visitor: Visitor, text: str) -> Location:
    """Return a feature of any layer, written ``layer/id``.

    Raises:
        InvalidParameter: it is no such text.
        UnknownLayer, UnknownFeature: the visitor reads no such feature, or it is nowhere.
    """
    slug, _slash, number = text.partition("/")
    if not (slug and number.isascii() and number.isdigit() and len(number) <= 18):
        raise InvalidParameter(
            _("« %s » n’est pas un objet : couche/numéro.") % text[:40], parameter=LocationKind.FEATURE.value
        )
    scope = access.scope(visitor, slug)
    if not scope.definition.geometry.is_located:
        raise UnknownFeature(f"{slug}/{number}")
    row = scope.queryset.filter(pk=int(number)).first()
    if row is None or row.geom is None:
        raise UnknownFeature(f"{slug}/{number}")
    if slug == PARCELS and _NEEDED[PARCELS] <= scope.filterable.keys():
        return parcel_location(scope, row)
    return Location(
        LocationKind.FEATURE,
        feature_title(scope, row),
        row.geom,
        {LocationKind.FEATURE.value: f"{slug}/{row.pk}"},
        layer=slug,
        pk=row.pk,
    )


def check_text(text: str) -> None:
    """Refuse a text that is longer than any address.

    Raises:
        InvalidParameter: naming the parameter of the page.
    """
    if len(text) > MAX_TEXT:
        raise InvalidParameter(
            _("Une adresse a %(max)d caractères au plus ; celle-ci en a %(size)d.")
            % {"max": MAX_TEXT, "size": len(text)},
            parameter=TEXT,
        )


def find_locations(visitor: Visitor, text: str) -> Matches:
    """Return what a text means: an identifier of a parcel, a reference, coordinates or a postal address."""
    text = " ".join(text[:MAX_TEXT].replace("\x00", " ").split())
    if not text:
        return Matches()
    with time_limit("page"):
        if identifier := parcel_identifier(text):
            return _of_reference(visitor, Q(idu=identifier))
        if position := coordinates(text):
            return Matches(
                (Choice(text, {LocationKind.POINT.value: f"{position[0]:.6f},{position[1]:.6f}"}),), True
            )
        reference = parcel_reference(text)
        if reference is not None and (matches := _of_written_reference(visitor, reference)).choices:
            return matches
        return _of_address(visitor, read_address(text))


def _of_reference(visitor: Visitor, condition: Q) -> Matches:
    scope = readable_scope(visitor, PARCELS)
    if scope is None:
        return Matches()
    rows = list(scope.queryset.filter(condition).select_related("commune").order_by("idu")[:MAX_CHOICES])
    return Matches(tuple(_parcel_choice(row) for row in rows), is_sure=len(rows) == 1)


def _parcel_choice(row: Any) -> Choice:
    town = row.commune.nom if row.commune else ""
    title = _("Parcelle %s") % row.reference
    return Choice(f"{title}, {town}" if town else title, {LocationKind.PARCEL.value: row.idu})


def _of_written_reference(visitor: Visitor, reference: ParcelReference) -> Matches:
    condition = Q(section__in=[reference.section, reference.section.rjust(2, "0")]) & Q(
        numero__in=[reference.number, reference.number.rjust(4, "0")]
    )
    if reference.prefix:
        condition &= Q(prefixe=reference.prefix)
    if reference.commune:
        codes = commune_codes(reference.commune)
        if not codes:
            return Matches()
        condition &= Q(code_insee__in=codes)
    return _of_reference(visitor, condition)


def commune_codes(text: str) -> list[str]:
    """Return the INSEE codes of the communes that a text names: by their name, its beginning, or a code."""
    words = address_words(text)
    named = {each.code: each.nom for each in communes()}
    if text in named:
        return [text]
    return [code for code, name in named.items() if words and address_words(name)[: len(words)] == words]


def _of_address(visitor: Visitor, written: WrittenAddress) -> Matches:
    scope = readable_scope(visitor, ADDRESSES)
    if scope is None or not written.words:
        return Matches()
    streets, near = _index(scope).matches(written)
    if not streets:
        return Matches(_street_choices(near, written), is_near=True)
    rows = _houses(scope, streets, written)
    if not rows:
        return Matches(_street_choices([*streets, *near], written), is_near=True)
    if len(rows) > 1 or written.number is None:
        return Matches(tuple(_address_choice(row) for row in rows[:MAX_CHOICES]), is_near=False)
    (row,) = rows
    if not _is_house(row, written):
        others = _nearest_houses(scope, streets[0], written)
        return Matches(tuple(_address_choice(each) for each in others), is_near=True)
    parcels = parcels_of_address(visitor, scope, row)
    if len(parcels) == 1:
        return Matches(parcels, is_sure=True)
    if parcels:
        return Matches(parcels, parcels_of=_address_title(row))
    return Matches((_address_choice(row),), is_sure=True)


_indexes: BoundedCache[StreetIndex] = BoundedCache(8)


def _index(scope: Scope) -> StreetIndex:
    """Return the streets of the addresses that a visitor reads, indexed until an address is written."""
    return _indexes.recall((scope.key, scope.version), lambda: StreetIndex.of(_streets(scope)))


def _streets(scope: Scope) -> Iterable[Street]:
    columns = ["nom_voie", "code_insee", "nom_commune"]
    has_postcodes = "code_postal" in scope.filterable
    rows = scope.queryset.order_by().values_list(*columns, *(["code_postal"] if has_postcodes else []))
    postcodes: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for name, code, town, *postcode in rows.distinct():
        postcodes[name, code, town].update(filter(None, postcode))
    return [
        Street(name, code, town, frozenset(codes)) for (name, code, town), codes in sorted(postcodes.items())
    ]


def _on_streets(scope: Scope, streets: Iterable[Street]) -> QuerySet[Any]:
    condition = Q()
    for street in streets:
        condition |= Q(nom_voie=street.name, code_insee=street.code_insee)
    rows: QuerySet[Any] = scope.queryset.filter(condition)
    return rows


def _houses(scope: Scope, streets: Iterable[Street], written: WrittenAddress) -> list[Any]:
    """Return the houses of a number on some streets, the suffix first where there is one; the first of each street.

    Without a number, one house a street; where the number is not there, one house of the only street.
    """
    rows = _on_streets(scope, streets)
    if written.number is None:
        return list(rows.order_by("nom_voie", "code_insee", "numero", "rep", "pk")[:MAX_CHOICES])
    numbered = list(rows.filter(numero=written.number).order_by("code_insee", "rep", "pk")[: 4 * MAX_CHOICES])
    exact = [row for row in numbered if fold(row.rep) == written.suffix]
    if exact or numbered:
        return exact or numbered[:MAX_CHOICES]
    return list(rows.order_by("numero", "pk")[:1])


def _is_house(row: Any, written: WrittenAddress) -> bool:
    return bool(row.numero == written.number and (fold(row.rep) == written.suffix))


def _nearest_houses(scope: Scope, street: Street, written: WrittenAddress) -> list[Any]:
    rows = list(_on_streets(scope, [street]).order_by("numero", "rep", "pk")[:2_000])
    number = written.number or 0
    return sorted(rows, key=lambda row: (abs(row.numero - number), row.numero))[:MAX_ADDRESSES]


def _address_title(row: Any) -> str:
    return f"{row.adresse}, {row.nom_commune}"


def _address_choice(row: Any) -> Choice:
    return Choice(_address_title(row), {LocationKind.FEATURE.value: f"{ADDRESSES}/{row.pk}"})


def _street_choices(streets: Iterable[Street], written: WrittenAddress) -> tuple[Choice, ...]:
    number = f"{written.number}{f' {written.suffix}' if written.suffix else ''} " if written.number else ""
    return tuple(
        Choice(f"{street.name}, {street.commune}", {"lieu": f"{number}{street.name}, {street.commune}"})
        for street in list(streets)[:MAX_CHOICES]
    )


def parcels_of_address(visitor: Visitor, scope: Scope, row: Any) -> tuple[Choice, ...]:
    """Return the parcels of an address: those that it declares, that of its position, else those near it."""
    parcels = readable_scope(visitor, PARCELS)
    if parcels is None:
        return ()
    rows = parcels.queryset.select_related("commune")
    declared = row.cad_parcelles if "cad_parcelles" in scope.filterable else []
    listed = list(rows.filter(idu__in=declared).order_by("idu")[:MAX_CHOICES]) if declared else []
    listed = listed or list(rows.filter(Intersects(F("geom"), shape_value(row.geom)))[:1])
    if not listed:
        near = rows.filter(within_distance(F("geom"), row.geom, NEAR_M))
        listed = sorted(near[: 4 * MAX_CHOICES], key=lambda each: each.geom.distance(row.geom))[:2]
    return tuple(_parcel_choice(each) for each in listed)


def parcel_of_address(visitor: Visitor, location: Location) -> tuple[Choice, ...]:
    """Return the parcels of a place that is an address; none of another place."""
    if location.layer != ADDRESSES or location.pk is None:
        return ()
    scope = readable_scope(visitor, ADDRESSES)
    row = scope.queryset.filter(pk=location.pk).first() if scope else None
    return parcels_of_address(visitor, scope, row) if scope is not None and row is not None else ()


def addresses_on(visitor: Visitor, location: Location) -> list[str]:
    """Return the addresses on a place, by number: « 18 rue de la République, Meudon »."""
    scope = readable_scope(visitor, ADDRESSES)
    if scope is None or location.geometry.dims != 2:
        return []
    rows = scope.queryset.filter(Intersects(F("geom"), shape_value(location.geometry)))
    return [_address_title(row) for row in rows.order_by("nom_voie", "numero", "rep", "pk")[:MAX_ADDRESSES]]
