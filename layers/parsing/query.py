"""Parse the parameters of a request about a layer into a ``FeatureQuery``, with its relations to other layers."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.utils.translation import gettext as _

from layers.crs import CRS84, Crs, parse_crs
from layers.errors import InvalidCursor, InvalidGeometry, InvalidParameter, UnknownParameter
from layers.parsing.cql2 import Expression, check_language, parse_filter
from layers.parsing.datetimes import Interval, parse_interval
from layers.parsing.geometry import parse_bbox, parse_geometry

TOUCHING = "touching"
DISJOINT = "disjoint"
MAX_TOUCHING = 5
MAX_METRES = 100_000


DEFAULT_LIMIT = 1_000
MAX_LIMIT = 1_000_000
MAX_RADIUS_M = 100_000
MAX_TEXT = 200
MAX_IDS = 10_000
MAX_TOP = 1_000
DAYS = "days:"
"""What comes before two dates, « days:date_debut..date_fin »: the days from the first to the second."""
_ENDS = re.compile(r"([^:.]+(?:\.[^:.]+)?)\.\.([^:.]+(?:\.[^:.]+)?)")
_TOP = re.compile(r"(?P<sign>-?)(?P<name>\w{1,63}|days:\w{1,63}\.\.\w{1,63}):(?P<count>\d{1,4})")


@dataclass(frozen=True, slots=True)
class Near:
    """A disc: ``point`` in EPSG:4326 (longitude, latitude), ``radius_m`` in metres on the spheroid."""

    point: GEOSGeometry
    radius_m: float


@dataclass(frozen=True, slots=True)
class SortKey:
    """A property to sort on."""

    name: str
    is_descending: bool = False

    def __str__(self) -> str:
        return f"-{self.name}" if self.is_descending else self.name


AREA, LENGTH, NEAREST = "_area", "_length", "_distance"
"""What the first rows may also be chosen by: the area or the length of their geometry, on the spheroid."""


def days_between(start: str, end: str) -> str:
    """Return the name of a duration: the days from one date to another."""
    return f"{DAYS}{start}..{end}"


def ends_of_days(name: str) -> tuple[str, str] | None:
    """Return the two dates of a duration, the first one first; None for the name of a property."""
    match = _ENDS.fullmatch(name.removeprefix(DAYS)) if name.startswith(DAYS) else None
    return (match[1], match[2]) if match else None


@dataclass(frozen=True, slots=True)
class Top:
    """The first ``count`` rows that have a value, in the order of a property, a measure of geometry, or a duration."""

    key: SortKey
    count: int


RECORDS = "records"
_RECORDS = re.compile(
    r"(?:(?P<layer>[a-z0-9][a-z0-9-]{0,99})/)?(?P<relation>\w{1,63})(?::(?P<low>\d{1,6})(?P<range>\.\.(?P<high>\d{1,6})?)?)?(?:\?(?P<filter>.+))?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class RecordCondition:
    """Features that have from ``low`` to ``high`` records of a relation, narrowed by ``filter``; None: no limit.

    They are those of ``layer``, one that the question relates to; of the queried layer when it is empty.
    """

    relation: str
    low: int = 1
    high: int | None = None
    filter: Expression | None = None
    text: str = ""
    layer: str = ""


_RELATION = re.compile(
    r"(?P<layer>[a-z0-9][a-z0-9-]{0,99})(?:/(?P<id>\d{1,18}))?(?:@(?P<metres>\d{1,6}(?:\.\d{1,3})?))?(?:\?(?P<filter>.+))?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class SpatialRelation:
    """Features that share a point with, or are at most ``metres`` from, some feature of ``layer``.

    ``pk`` names one feature of it, else ``filter`` and ``records`` narrow them; ``metres`` are measured on the
    spheroid. Without a distance lines and surfaces share more than a border; with ``shares_border``, a distance of 0, a
    border is enough. With ``DISJOINT``, features without such a feature. The layer's name is not resolved yet: only the
    visitor's rights decide whether it exists for them.
    """

    layer: str
    pk: int | None = None
    metres: float = 0.0
    filter: Expression | None = None
    text: str = ""
    parameter: str = TOUCHING
    shares_border: bool = False
    records: tuple[RecordCondition, ...] = ()

    @property
    def is_disjoint(self) -> bool:
        """Whether the features are those that have no such feature."""
        return self.parameter == DISJOINT


@dataclass(frozen=True, slots=True)
class FeatureQuery:
    """A query about a layer; its names are not resolved yet, which takes the visitor's scope.

    ``fingerprint`` identifies the selected features, whatever the page, format or output CRS. With ``is_matched``
    each feature comes with the nearest one of each layer that ``touching`` names
    (``layers.queries.combined_layers``).
    """

    ids: tuple[int, ...] = ()
    bbox: GEOSGeometry | None = None
    communes: tuple[str, ...] = ()
    within: GEOSGeometry | None = None
    near: Near | None = None
    touching: tuple[SpatialRelation, ...] = ()
    disjoint: tuple[SpatialRelation, ...] = ()
    is_matched: bool = False
    records: tuple[RecordCondition, ...] = ()
    top: Top | None = None
    text: str = ""
    filter: Expression | None = None
    interval: Interval | None = None
    properties: tuple[str, ...] | None = None
    sort: tuple[SortKey, ...] = ()
    limit: int = DEFAULT_LIMIT
    cursor: str = ""
    crs: Crs = CRS84
    fingerprint: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    @property
    def identity(self) -> bytes:
        """A digest of the fingerprint and the day, for cache keys: a drawn area may be 256 Kio of text."""
        parts = (self.fingerprint, self.day) if self.day else self.fingerprint
        return hashlib.sha256(repr(parts).encode()).digest()

    @property
    def day(self) -> dt.date | None:
        """The day of the request, where a filter counts days from it; None where the answer does not depend on it."""
        if self.filter is None and not self.records and not self.touching and not self.disjoint:
            return None
        records = (*self.records, *(one for relation in self.combined for one in relation.records))
        related = (relation.filter for relation in self.combined)
        filters = (self.filter, *related, *(condition.filter for condition in records))
        return next((each.day for each in filters if each is not None and each.day is not None), None)

    @property
    def is_dear(self) -> bool:
        """Whether rows cost more to select than to read (neighbours, areas, words): select them once in a statement."""
        return bool(self.within or self.near or self.text or self.combined)

    @property
    def combined(self) -> tuple[SpatialRelation, ...]:
        """The relations to other layers: the answer is as private and as fresh as they are."""
        return (*self.touching, *self.disjoint)


Parameters = Mapping[str, Sequence[str]]
SELECTING: tuple[str, ...] = (
    "ids", "bbox", "bbox-crs", "commune", "within", "near", "radius", TOUCHING, DISJOINT, "q", "filter",
    "filter-lang", "filter-crs", "datetime", RECORDS, "top",
)  # fmt: skip
# Parameters of a page.
PAGING = ("limit", "cursor")
# Gives each feature the nearest of the layers that ``touching`` names.
MATCHED = "matched"
PARAMETERS: tuple[str, ...] = (*SELECTING, "properties", MATCHED, "sortby", *PAGING, "crs")
# The parameter of an export that asks for the page of prepared files, whatever the estimate, or refuses it.
PREPARING = "preparer"
# What may be asked several times: each adds a condition.
REPEATABLE = frozenset({TOUCHING, DISJOINT, RECORDS})
# What says how another parameter is read, and asks nothing alone: somebody forgot the other.
COMPANIONS = {
    "radius": "near", "bbox-crs": "bbox", "filter-crs": "filter", "filter-lang": "filter", MATCHED: TOUCHING,
}  # fmt: skip
_FLAGS = {"true": True, "false": False}


def parse_query(parameters: Parameters, *, allowed: Collection[str] = ()) -> FeatureQuery:
    """Read the parameters of a request; ``allowed`` names those the protocol reads itself (such as ``f``).

    Raises:
        UnknownParameter: a parameter nobody reads.
        InvalidParameter: a parameter given twice, empty where a value is needed, or out of its bounds; its subclasses
            say more (InvalidBbox, InvalidGeometry, UnknownCrs, InvalidDatetime, InvalidFilter).
    """
    single = single_values(parameters, allowed=(*PARAMETERS, *allowed))
    values: dict[str, Any] = {
        name: parse_spatial_relations(parameters.get(name, ()), parameter=name)
        for name in (TOUCHING, DISJOINT)
    }
    records = parse_records(parameters.get(RECORDS, ()))
    values["records"] = tuple(one for one in records if not one.layer)
    for name in (TOUCHING, DISJOINT):
        values[name] = with_records(values[name], records)
    _check_layers_of_records(records, (*values[TOUCHING], *values[DISJOINT]))
    for name, (attribute, read) in _READERS.items():
        if name in single:
            values[attribute] = read(single)
    _check_companions(single, parameters)
    fingerprint = tuple((name, single[name]) for name in SELECTING if name in single)
    fingerprint += tuple((name, names.text) for name in (TOUCHING, DISJOINT) for names in values[name])
    fingerprint += tuple((RECORDS, one.text) for one in records)
    return FeatureQuery(**values, fingerprint=fingerprint)


def _check_companions(values: Mapping[str, str], names: Collection[str]) -> None:
    """Refuse a wrong companion, then one that comes without the parameter it goes with."""
    for name in ("bbox-crs", "filter-crs"):
        if name in values:
            parse_crs(values[name], parameter=name)
    if "filter-lang" in values:
        check_language(values["filter-lang"], parameter="filter-lang")
    for name, other in COMPANIONS.items():
        if name in values and other not in names:
            raise InvalidParameter(
                _("%(name)s accompagne %(other)s, qui manque.") % {"name": name, "other": other},
                parameter=name,
            )


def single_values(parameters: Parameters, *, allowed: Collection[str]) -> dict[str, str]:
    """Return each parameter's one value, refusing unknown names, repeats, and characters PostgreSQL cannot hold.

    ``REPEATABLE`` parameters are checked alike and left to their own reader.
    """
    single: dict[str, str] = {}
    for name, values in parameters.items():
        if name not in allowed:
            raise UnknownParameter(
                _("Le paramètre « %(name)s » n’existe pas ici. Paramètres connus : %(known)s.")
                % {"name": name[:60], "known": ", ".join(sorted(allowed))},
                parameter=name[:60],
            )
        if len(values) != 1 and name not in REPEATABLE:
            raise InvalidParameter(_("%s est donné plusieurs fois.") % name, parameter=name)
        if any("\x00" in value for value in values):
            raise InvalidParameter(_("%s contient un caractère nul.") % name, parameter=name)
        if name not in REPEATABLE:
            single[name] = values[0]
    return single


def _bbox(values: dict[str, str]) -> GEOSGeometry:
    crs = parse_crs(values["bbox-crs"], parameter="bbox-crs") if "bbox-crs" in values else CRS84
    return parse_bbox(values["bbox"], crs=crs)


def _filter(values: dict[str, str]) -> Expression:
    crs = parse_crs(values["filter-crs"], parameter="filter-crs") if "filter-crs" in values else CRS84
    return parse_filter(
        values["filter"], lang=values.get("filter-lang", "cql2-text"), crs=crs, parameter="filter"
    )


def _near(values: dict[str, str]) -> Near:
    parts = values["near"].split(",")
    try:
        longitude, latitude = (float(part) for part in parts)
    except ValueError:
        longitude = latitude = math.nan
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise InvalidGeometry(
            _("near attend longitude,latitude en degrés ; reçu « %s ».") % values["near"][:80],
            parameter="near",
        )
    if "radius" not in values:
        raise InvalidParameter(_("near demande aussi radius, en mètres."), parameter="radius")
    return Near(Point(longitude, latitude, srid=4326), parse_radius(values["radius"]))


def parse_radius(text: str) -> float:
    """Read a radius in metres.

    Raises:
        InvalidParameter: no number, or one that is out of bounds.
    """
    try:
        radius = float(text)
    except ValueError:
        radius = math.nan
    if not 0 < radius <= MAX_RADIUS_M:
        raise InvalidParameter(
            _("radius attend un nombre de mètres entre 0 et %(max)d ; reçu « %(value)s ».")
            % {"max": MAX_RADIUS_M, "value": text[:40]},
            parameter="radius",
        )
    return radius


def parse_limit(text: str, *, most: int) -> int:
    """Read the size of a page; more than ``most`` is ``most`` (OGC 17-069r4, /req/core/fc-limit-response-1 C).

    Raises:
        InvalidParameter: not a whole number, or zero.
    """
    digits = text.lstrip("0")
    if not digits or not re.fullmatch(r"\d+", digits, re.ASCII):
        raise InvalidParameter(
            _("limit attend un nombre entier à partir de 1 ; reçu « %s ».") % text[:40], parameter="limit"
        )
    return most if len(digits) > len(str(most)) else min(int(digits), most)


def _ids(values: dict[str, str]) -> tuple[int, ...]:
    parts = values["ids"].split(",")
    if not all(re.fullmatch(r"\d{1,18}", part, re.ASCII) for part in parts):
        raise InvalidParameter(
            _("ids attend des identifiants entiers séparés par des virgules ; reçu « %s ».")
            % values["ids"][:80],
            parameter="ids",
        )
    if len(parts) > MAX_IDS:
        raise InvalidParameter(_("ids attend %d identifiants au plus.") % MAX_IDS, parameter="ids")
    return tuple(int(part) for part in parts)


def _names(text: str, parameter: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if "" in names or len(set(names)) < len(names):
        raise InvalidParameter(
            _("%(name)s attend des noms distincts séparés par des virgules ; reçu « %(value)s ».")
            % {"name": parameter, "value": text[:80]},
            parameter=parameter,
        )
    return names


def _communes(values: dict[str, str]) -> tuple[str, ...]:
    return _names(values["commune"], "commune")


def parse_sort(text: str) -> tuple[SortKey, ...]:
    """Read ``sortby``: names separated by commas, each after ``+`` or ``-`` or nothing (OGC 20-004r1, 7.6).

    Raises:
        InvalidParameter: an empty name, or one that is repeated.
    """
    # A plus sign that the client did not encode arrives as a blank.
    names = [(name[1:] if name[:1] in {"+", "-", " "} else name, name[:1] == "-") for name in text.split(",")]
    _names(",".join(name for name, _descending in names), "sortby")
    return tuple(SortKey(name, is_descending) for name, is_descending in names)


def parse_top(text: str, *, parameter: str = "top") -> Top:
    """Read ``-hauteur:3``: a property, ``-`` before it for the highest first, and how many rows.

    Raises:
        InvalidParameter: another form, or no row, or more than ``MAX_TOP``.
    """
    match = _TOP.fullmatch(text)
    if match is None or not 1 <= int(match["count"]) <= MAX_TOP:
        raise InvalidParameter(
            _("%(name)s attend champ:nombre ou -champ:nombre, de 1 à %(max)d ; reçu « %(value)s ».")
            % {"name": parameter, "max": MAX_TOP, "value": text[:80]},
            parameter=parameter,
        )
    return Top(SortKey(match["name"], bool(match["sign"])), int(match["count"]))


def _matched(values: dict[str, str]) -> bool:
    if values[MATCHED] not in _FLAGS:
        raise InvalidParameter(
            _("matched attend true ou false ; reçu « %s ».") % values[MATCHED][:40], parameter=MATCHED
        )
    return _FLAGS[values[MATCHED]]


def _cursor(values: dict[str, str]) -> str:
    if not values["cursor"]:
        raise InvalidCursor(
            _("cursor attend le jeton que donne le lien next ; reçu un texte vide."), parameter="cursor"
        )
    return values["cursor"]


def _text(values: dict[str, str]) -> str:
    if len(values["q"]) > MAX_TEXT:
        raise InvalidParameter(_("q dépasse %d caractères.") % MAX_TEXT, parameter="q")
    return values["q"].strip()


# Each reader takes all the values, since some are read together (bbox and bbox-crs).
_READERS: dict[str, tuple[str, Callable[[dict[str, str]], Any]]] = {
    "ids": ("ids", _ids),
    "bbox": ("bbox", _bbox),
    "commune": ("communes", _communes),
    "within": ("within", lambda parameters: parse_geometry(parameters["within"], parameter="within")),
    "near": ("near", _near),
    "q": ("text", _text),
    "filter": ("filter", _filter),
    "datetime": ("interval", lambda parameters: parse_interval(parameters["datetime"], parameter="datetime")),
    "properties": (
        "properties",
        lambda parameters: _names(parameters["properties"], "properties") if parameters["properties"] else (),
    ),
    MATCHED: ("is_matched", _matched),
    "top": ("top", lambda parameters: parse_top(parameters["top"])),
    "sortby": ("sort", lambda values: parse_sort(values["sortby"])),
    "limit": ("limit", lambda parameters: parse_limit(parameters["limit"], most=MAX_LIMIT)),
    "cursor": ("cursor", _cursor),
    "crs": ("crs", lambda parameters: parse_crs(parameters["crs"], parameter="crs")),
}


def parse_records(texts: Sequence[str], *, parameter: str = RECORDS) -> tuple[RecordCondition, ...]:
    """Read ``equipements``, ``equipements:3..``, ``equipements:0?type = 'tourniquet'``: at least one by default.

    ``aires-de-jeux/equipements:3..`` is about the features of that layer, which ``touching`` or ``disjoint`` names.

    Raises:
        InvalidParameter: not of this form, or more than five.
        InvalidFilter: the filter after ``?`` cannot be read.
    """
    if len(texts) > MAX_TOUCHING:
        raise InvalidParameter(
            _("%(name)s est donné %(n)d fois ; %(max)d au plus.")
            % {"name": parameter, "n": len(texts), "max": MAX_TOUCHING},
            parameter=parameter,
        )
    return tuple(_record_condition(text, parameter) for text in dict.fromkeys(texts))


def _record_condition(text: str, parameter: str) -> RecordCondition:
    match = _RECORDS.fullmatch(text)
    low = int(match["low"]) if match and match["low"] else 1
    high = None
    if match and match["low"]:
        high = int(match["high"]) if match["high"] else None if match["range"] else low
    if match is None or (high is not None and high < low):
        raise InvalidParameter(
            _("%(name)s attend relation, relation:nombre ou relation:de..à?filtre ; reçu « %(value)s ».")
            % {"name": parameter, "value": text[:80]},
            parameter=parameter,
        )
    condition = parse_filter(match["filter"], parameter=parameter) if match["filter"] else None
    return RecordCondition(match["relation"], low, high, condition, text, match["layer"] or "")


def with_records(
    relations: Sequence[SpatialRelation], records: Sequence[RecordCondition]
) -> tuple[SpatialRelation, ...]:
    """Return relations narrowed by the records of their layers; one that names a feature stays as it is."""
    return tuple(
        relation
        if relation.pk is not None
        else replace(relation, records=tuple(one for one in records if one.layer == relation.layer))
        for relation in relations
    )


def _check_layers_of_records(
    records: Sequence[RecordCondition], relations: Sequence[SpatialRelation]
) -> None:
    """Refuse records of a layer that the question relates to nothing: nobody would see that they are ignored."""
    related = {relation.layer for relation in relations if relation.pk is None}
    for one in records:
        if one.layer and one.layer not in related:
            raise InvalidParameter(
                _("records nomme une couche que ni touching ni disjoint ne nomment : « %s ».") % one.layer,
                parameter=RECORDS,
            )


def parse_spatial_relations(
    texts: Sequence[str], *, parameter: str = TOUCHING
) -> tuple[SpatialRelation, ...]:
    """Read ``layer``, ``layer/12``, ``layer@300``, ``layer/12@300`` or ``layer@300?typezone = 'N'``, each once.

    ``@`` is followed by metres (0: a shared point, a border included), ``?`` by a CQL2 text filter on that layer;
    geometry literals are in CRS84. ``parameter`` is the name that they were given under, ``PARAMETER`` or ``DISJOINT``.

    Raises:
        InvalidParameter: not of this form, more than five, or a distance over 100 km.
        InvalidFilter: the filter after ``?`` cannot be read.
    """
    if len(texts) > MAX_TOUCHING:
        raise InvalidParameter(
            _("%(name)s est donné %(n)d fois ; %(max)d au plus.")
            % {"name": parameter, "n": len(texts), "max": MAX_TOUCHING},
            parameter=parameter,
        )
    return tuple(_spatial_relation(text, parameter) for text in dict.fromkeys(texts))


def _spatial_relation(text: str, parameter: str) -> SpatialRelation:
    match = _RELATION.fullmatch(text)
    if match is None or (match["id"] and match["filter"]):
        raise InvalidParameter(
            _(
                "%(name)s attend couche, couche/objet, couche@mètres ou couche@mètres?filtre ; reçu « %(value)s »."
            )
            % {"name": parameter, "value": text[:80]},
            parameter=parameter,
        )
    metres = float(match["metres"] or 0)
    if metres > MAX_METRES:
        raise InvalidParameter(
            _("%(name)s attend au plus %(max)d mètres ; reçu « %(value)s ».")
            % {"name": parameter, "max": MAX_METRES, "value": match["metres"]},
            parameter=parameter,
        )
    return SpatialRelation(
        layer=match["layer"],
        pk=int(match["id"]) if match["id"] else None,
        metres=metres,
        filter=parse_filter(match["filter"], parameter=parameter) if match["filter"] else None,
        text=text,
        parameter=parameter,
        shares_border=match["metres"] is not None and not metres,
    )
