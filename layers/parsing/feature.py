"""A feature that a client writes: GeoJSON (RFC 7946), or a JSON Merge Patch of one (RFC 7396), as a ``FeatureInput``.

Nothing is dropped silently: an unknown member or property is refused by name, related records are stored as sent, to
be compared, and ``remarks`` say what a geometry loses.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from layers.crs import Crs
from layers.definitions import Field, FieldType, GeometryType
from layers.errors import InvalidFeature, InvalidGeometry, UnknownProperty
from layers.parsing.geometry import MAX_NESTING, has_heights, nesting, read_geometry

# What an answer of the portal holds beside the feature itself: clients send it back with their changes.
_SENT_BACK = frozenset({"links", "bbox", "related", "warnings"})
# What a text may say where a number, a boolean or a date is expected: a value as JSON writes it, or none. QGIS takes
# the type of a field from its first values, and sends texts where it has met none.
_NUMERAL = r"-?(0|[1-9][0-9]*)"
TEXT_FORMS = {
    FieldType.INTEGER: rf"^({_NUMERAL})?$",
    FieldType.NUMBER: rf"^({_NUMERAL}(\.[0-9]+)?([eE][+-]?[0-9]+)?)?$",
    FieldType.BOOLEAN: r"^(true|false)?$",
    FieldType.DATE: r"^$",
    FieldType.DATETIME: r"^$",
}
# Values of a body: five thousand vertices of three numbers are a fifth of it. What a document costs is their number.
MAX_VALUES = 100_000
_DATES = frozenset({FieldType.DATE, FieldType.DATETIME})
_MEMBERS = frozenset({"type", "id", "geometry", "properties"}) | _SENT_BACK


@dataclass(frozen=True, slots=True)
class FeatureInput:
    """What a client wrote: ``values`` by published name, ``geometry`` in x, y order with its SRID, or None if absent.

    ``related`` is that member as it was sent, which is not written here, or None; ``remarks`` say, for people, what
    the stored geometry lost of the one sent.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    geometry: GEOSGeometry | None = None
    id: str = ""
    related: object = None
    remarks: tuple[str, ...] = ()


def parse_feature(body: bytes, fields: Mapping[str, Field], *, kind: GeometryType, crs: Crs) -> FeatureInput:
    """Read a whole feature; ``fields`` are those the visitor reads, ``crs`` is that of its geometry.

    Raises:
        InvalidFeature: not JSON, not a feature, an unknown member, or a value of the wrong type.
        UnknownProperty: a property that the visitor does not read.
        InvalidGeometry: missing, or as ``read_geometry``, or of another type than the layer's.
    """
    document = _document(body)
    if document.get("type") != "Feature":
        raise InvalidFeature(_('Un objet GeoJSON est attendu : "type": "Feature".'), parameter="type")
    for name in ("properties", "geometry"):
        if name not in document:
            raise InvalidFeature(_("L’objet n’a pas de membre « %s ».") % name, parameter=name)
    return _draft(document, fields, kind, crs)


def parse_patch(body: bytes, fields: Mapping[str, Field], *, kind: GeometryType, crs: Crs) -> FeatureInput:
    """Read a merge patch of a feature: what it does not name is left alone, null empties a property.

    Raises:
        InvalidFeature: as ``parse_feature``.
        UnknownProperty: as ``parse_feature``.
        InvalidGeometry: as ``parse_feature``.
    """
    document = _document(body)
    if document.get("type", "Feature") != "Feature":
        raise InvalidFeature(_("Le type d’un objet ne change pas."), parameter="type")
    shape = document.get("geometry")
    if isinstance(shape, dict):  # merged with the geometry that is there, whose type is the layer's
        document["geometry"] = {"type": kind.value} | shape
    return _draft(document, fields, kind, crs)


def _document(body: bytes) -> dict[str, Any]:
    # Before it is read; what is over it is no feature, whatever its texts hold.
    if body.count(b",") + body.count(b"[") + body.count(b"{") > MAX_VALUES:
        raise InvalidFeature(_("Le corps compte plus de %d valeurs.") % MAX_VALUES, parameter="body")
    try:
        document = json.loads(body, object_pairs_hook=_once, parse_constant=_refuse)
        depth = nesting(json.dumps(document.get("geometry"))) if isinstance(document, dict) else 0
    except (ValueError, RecursionError):  # a UnicodeDecodeError is a ValueError
        raise InvalidFeature(_("Le corps n’est pas du JSON en UTF-8."), parameter="body") from None
    if not isinstance(document, dict):
        raise InvalidFeature(_("Le corps n’est pas un objet JSON."), parameter="body")
    if depth > MAX_NESTING:
        raise InvalidGeometry(_("La géométrie est illisible : trop de niveaux."), parameter="geometry")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object with a repeated key."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise InvalidFeature(_("Un membre est donné deux fois dans le corps."), parameter="body")
    return members


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _draft(
    document: dict[str, Any], fields: Mapping[str, Field], kind: GeometryType, crs: Crs
) -> FeatureInput:
    for name in document:
        if name not in _MEMBERS:
            raise InvalidFeature(_("Membre inconnu : « %s ».") % name[:60], parameter=name[:60])
    properties = document.get("properties", {})
    if not isinstance(properties, dict):
        raise InvalidFeature(_("« properties » n’est pas un objet JSON."), parameter="properties")
    feature_id = document.get("id")
    if feature_id is not None and (isinstance(feature_id, bool) or not isinstance(feature_id, int | str)):
        raise InvalidFeature(_("L’identifiant est un nombre ou un texte."), parameter="id")
    return FeatureInput(
        values={name: _value(name, value, fields) for name, value in properties.items()},
        geometry=_geometry(document["geometry"], kind, crs) if "geometry" in document else None,
        id="" if feature_id is None else str(feature_id)[:40],
        related=document.get("related"),
        remarks=tuple(_remarks(document.get("geometry"), kind)),
    )


def _remarks(value: object, kind: GeometryType) -> Iterator[str]:
    """Yield remarks on the parts of a geometry that ``_geometry`` dropped."""
    if not isinstance(value, dict):
        return
    if has_heights(value.get("coordinates")):
        yield _("La couche est en deux dimensions : les altitudes ne sont pas gardées.")
    if value.get("type") != kind.value:
        remark = _("La géométrie est gardée en %(kept)s, le type de la couche ; reçue en %(sent)s.")
        yield remark % {"kept": kind.value, "sent": value.get("type")}


def _geometry(value: object, kind: GeometryType, crs: Crs) -> GEOSGeometry | None:
    """Read a geometry of the layer's type; a single one is as good as a collection of one, and the reverse."""
    if not kind.is_located:
        if value is not None:
            raise InvalidGeometry(_("Cette couche n’a pas de géométrie."), parameter="geometry")
        return None
    if not isinstance(value, dict):
        raise InvalidGeometry(_("Un objet de cette couche a une géométrie."), parameter="geometry")
    sent, parts = value.get("type"), value.get("coordinates")
    if isinstance(sent, str) and kind.value == f"Multi{sent}":
        value = {"type": kind.value, "coordinates": [parts]}
    elif sent == f"Multi{kind.value}" and isinstance(parts, list) and len(parts) == 1:
        value = {"type": kind.value, "coordinates": parts[0]}
    elif sent != kind.value:
        raise InvalidGeometry(
            _("Type de géométrie attendu : %(types)s ; reçu « %(type)s ».")
            % {"types": kind.value, "type": str(sent)[:40]},
            parameter="geometry",
        )
    return read_geometry(value, crs=crs, parameter="geometry")


def _value(name: str, value: object, fields: Mapping[str, Field]) -> Any:
    field = fields.get(name)
    if field is None:
        raise UnknownProperty(name[:63], parameter="properties")
    try:
        raw = _typed_text(value, field.type) if isinstance(value, str) else value
        return None if raw is None else _READERS[field.type](raw)
    except ValueError:
        raise InvalidFeature(
            _("%(name)s : valeur de type « %(type)s » attendue ; reçu « %(value)s ».")
            % {"name": name, "type": field.type.value, "value": str(value)[:40]},
            parameter=name,
        ) from None


def _typed_text(text: str, kind: FieldType) -> object:
    """Return the value of a text, where it may stand for another type (``TEXT_FORMS``)."""
    form = TEXT_FORMS.get(kind)
    if form is None or (text and kind in _DATES):
        return text
    if not re.fullmatch(form, text):
        raise ValueError
    return json.loads(text) if text else None


def _text(value: object) -> str:
    """Return a text that PostgreSQL can hold: no null character, no half of a surrogate pair."""
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError
    value.encode()
    return value


def _integer(value: object) -> int:
    number = _number(value)
    if number != math.floor(number):
        raise ValueError
    return int(number)


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError
    return value


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _date(value: object) -> dt.date:
    day = parse_date(_text(value))
    if day is None:
        raise ValueError
    return day


def _datetime(value: object) -> dt.datetime:
    moment = parse_datetime(_text(value))
    if moment is None or moment.tzinfo is None:
        raise ValueError
    return moment


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        raise ValueError
    return [_text(part) for part in value]


_READERS: dict[FieldType, Callable[[object], Any]] = {
    FieldType.TEXT: _text,
    FieldType.INTEGER: _integer,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.TEXTS: _texts,
}
