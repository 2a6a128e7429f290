"""One query of one feature type, from the parts that an address or a body gives it: both say the same things.

The stored query that every server of 2.0 has gives the feature of an identifier (OGC 09-025r2, 7.9.3.6).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _

from layers.definitions import ID
from layers.errors import InvalidParameter, UnknownFeature
from layers.parsing import SortKey
from layers.parsing.cql2 import Expression
from layers.parsing.geometry import parse_bbox
from layers.parsing.srs_names import SrsName, is_srs_name, parse_srs_name
from wfs.names import find_resource_id
from wfs.parsing.bounds import check_count, check_ids
from wfs.parsing.fes import GML_ID, ParsedFilter, read_property_name
from wfs.requests import STORED_QUERIES, TypeQuery, default_srs
from wfs.versions import Version


@dataclass(frozen=True, slots=True)
class QueryParts:
    """The parts of the query of one feature type, ``name`` being its local name.

    ``alias`` is what paths may call it instead. ``texts`` are the texts that choose rows.
    """

    name: str
    alias: str = ""
    filter: ParsedFilter | None = None
    condition: Expression | None = None
    ids: tuple[str, ...] | None = None
    bbox: GEOSGeometry | None = None
    properties: tuple[str, ...] | None = None
    sort: tuple[SortKey, ...] = ()
    srs: SrsName | None = None
    handle: str = ""
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def type_names(self) -> tuple[str, ...]:
        """What a path may begin with to say this type."""
        return (self.name, self.alias) if self.alias else (self.name,)

    def query(self, version: Version, *, parameter: str) -> TypeQuery:
        """Return the query; ``parameter`` is where the client named resources.

        What rows a text chooses depends on the version and on the system of the answer, which coordinates may be in.

        Raises:
            InvalidParameter: a resource of another type.
        """
        named = self.filter is not None and self.filter.expression is None
        ids = self.filter.ids if self.filter is not None and named else self.ids
        context = (
            {"VERSION": str(version), "SRSNAME": self.srs.text if self.srs else ""} if self.texts else {}
        )
        return TypeQuery(
            self.name,
            filter=self.condition if self.filter is None else self.filter.expression,
            ids=None if ids is None else own_ids(self.name, ids, parameter=parameter),
            bbox=self.bbox,
            properties=self.properties,
            sort=self.sort,
            srs=self.srs,
            alias=self.alias,
            handle=self.handle,
            fingerprint=tuple({**self.texts, **context}.items()),
        )


def own_ids(name: str, texts: Sequence[str], *, parameter: str) -> tuple[int, ...]:
    """Return the ids behind the identifiers of features of one type.

    A foreign identifier names no feature and is left out.

    Raises:
        InvalidParameter: a feature of another type, or too many of them.
    """
    check_ids(len(texts), parameter=parameter)
    ids = []
    for text in texts:
        resource = find_resource_id(text)
        if resource is None:
            continue
        if resource[0] != name:
            raise InvalidParameter(
                _("« %(id)s » n’est pas un objet de « %(type)s ».") % {"id": text[:80], "type": name},
                parameter=parameter,
            )
        ids.append(resource[1])
    return tuple(ids)


def read_bbox(text: str, *, version: Version, srs: SrsName | None, parameter: str) -> GEOSGeometry:
    """Read ``x,y,x,y`` with the name of a system behind, else in the default one of the version.

    Clients of 1.0.0, which has no name behind, write the box in the system of the answer (``srs``).

    Raises:
        InvalidBbox: not a box, or out of the range of its system.
        UnknownCrs: a system that is not served.
    """
    numbers, comma, last = text.rpartition(",")
    if comma and is_srs_name(last):
        return parse_bbox(
            numbers,
            crs=parse_srs_name(last, parameter=parameter, is_xy=version.is_xy).crs,
            parameter=parameter,
        )
    default = srs if srs is not None and version.is_xy else default_srs(version)
    return parse_bbox(text, crs=default.crs, parameter=parameter)


def read_properties(
    texts: Sequence[str], *, prefixes: Mapping[str, str], types: Sequence[str], parameter: str
) -> tuple[str, ...] | None:
    """Return the local names of the requested properties; None for all of them (``*``, or none named).

    Raises:
        UnreadableRequest, InvalidFilter, UnknownProperty: no path to a property.
    """
    check_count(len(texts), parameter=parameter)
    if not texts or "*" in (text.strip() for text in texts):
        return None
    return tuple(
        dict.fromkeys(_name(text, prefixes=prefixes, types=types, parameter=parameter) for text in texts)
    )


def read_sort_text(
    text: str, *, prefixes: Mapping[str, str], types: Sequence[str], parameter: str
) -> tuple[SortKey, ...]:
    """Read ``a,b DESC`` or ``a A,b D``.

    Raises:
        InvalidParameter: an order that is neither, or a name twice.
        UnreadableRequest, InvalidFilter, UnknownProperty: no path to a property.
    """
    keys = []
    check_count(text.count(",") + 1, parameter=parameter)
    for part in text.split(","):
        name, _blank, order = part.strip().partition(" ")
        if not name or order.strip().upper() not in _ORDERS:
            raise InvalidParameter(
                _("%(name)s attend « propriété ASC » ou « propriété DESC » ; reçu « %(value)s ».")
                % {"name": parameter, "value": part[:60]},
                parameter=parameter,
            )
        local = _name(name, prefixes=prefixes, types=types, parameter=parameter)
        keys.append(SortKey(local, _ORDERS[order.strip().upper()]))
    if len({key.name for key in keys}) < len(keys):
        raise InvalidParameter(_("%s nomme deux fois une propriété.") % parameter, parameter=parameter)
    return tuple(keys)


_VALUE_OF = re.compile(r"(?:(?:wfs|fes):)?valueOf\((?P<path>[^()]*)\)")


def read_value_reference(text: str, *, prefixes: Mapping[str, str], types: Sequence[str]) -> str:
    """Return the local name of the property that a value reference leads to: a path, or ``valueOf(path)``.

    Raises:
        InvalidParameter: an empty one (OGC 09-025r2, 10.4).
        UnreadableRequest, InvalidFilter, UnknownProperty: no path to a property.
    """
    if not text.strip():
        raise InvalidParameter(
            _("%s attend le nom d’une propriété ; reçu un texte vide.") % "valueReference",
            parameter="valueReference",
        )
    match = _VALUE_OF.fullmatch(text.strip())
    path = match["path"] if match else text
    return _name(path, prefixes=prefixes, types=types, parameter="valueReference")


def _name(text: str, *, prefixes: Mapping[str, str], types: Sequence[str], parameter: str) -> str:
    """Return the local name of a property; the identifier of features is a property like others."""
    name = read_property_name(text, prefixes=prefixes, types=types, parameter=parameter)
    return ID.name if name == GML_ID else name


_ORDERS = {"": False, "A": False, "ASC": False, "D": True, "DESC": True}


def check_stored_query(text: str, version: Version, *, parameter: str) -> None:
    """Refuse a stored query that is not there.

    Raises:
        InvalidParameter: another one than GetFeatureById, or a version that has none.
    """
    if not version.is_2 or text not in STORED_QUERIES:
        raise InvalidParameter(
            _("Aucune requête enregistrée ne s’appelle « %s ».") % text[:80], parameter=parameter
        )


def by_id_query(text: str, *, srs: SrsName | None) -> TypeQuery:
    """Return the query of one feature.

    Raises:
        UnknownFeature: the text names no feature of ours.
    """
    resource = find_resource_id(text)
    if resource is None:
        raise UnknownFeature(_("Aucun objet ne s’appelle « %s ».") % text[:80], parameter="id")
    name, pk = resource
    return TypeQuery(name, ids=(pk,), srs=srs, fingerprint=(("RESOURCEID", text),))
