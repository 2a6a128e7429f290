"""GetFeature and GetPropertyValue as bodies write them, in the elements of each version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from wfs.errors import MissingParameter, UnreadableRequest, UnsupportedOption
from wfs.names import local_type
from wfs.parsing.bounds import check_queries
from wfs.parsing.fes import read_filter, read_sort
from wfs.parsing.options import (
    MAX_COUNT,
    check_count,
    check_resolve,
    read_output,
    read_result_type,
    whole,
)
from wfs.parsing.srs_names import parse_srs_name
from wfs.parsing.stored_queries import by_id_query, check_stored_query
from wfs.parsing.type_queries import QueryParts, read_properties, read_value_reference
from wfs.parsing.xml.attributes import check_attributes, check_children, needed_attribute
from wfs.parsing.xml.canonical import canonical
from wfs.parsing.xml.element import Element
from wfs.requests import GetFeature, GetPropertyValue, TypeQuery
from wfs.versions import Version

COMMON = frozenset({"service", "version", "handle"})
_OF_FEATURES = COMMON | {
    "outputFormat", "resultType", "count", "maxFeatures", "startIndex",
    "resolve", "resolveDepth", "resolveTimeout", "traverseXlinkDepth", "traverseXlinkExpiry",
}  # fmt: skip
_OF_QUERY = frozenset({"typeNames", "typeName", "aliases", "srsName", "featureVersion", "handle"})


def read_get_feature(root: Element, version: Version, known: Sequence[str] = ()) -> GetFeature:
    """Read GetFeature; ``known`` are the attributes that the caller reads itself.

    Raises:
        BadRequest: its subclasses name the culprit.
    """
    check_attributes(root, _OF_FEATURES | set(known))
    check_children(root, ("Query", "StoredQuery") if version.is_2 else ("Query",))
    said = root.attributes
    check_resolve(said.get("resolve", "none"), parameter="resolve")
    asked = GetFeature(
        version,
        (),
        output=read_output(said.get("outputFormat", ""), version, parameter="outputFormat"),
        count=check_count(_number(root, "count", "maxFeatures"), version, parameter="count"),
        start_index=_number(root, "startIndex") or 0,
        is_hits=read_result_type(said.get("resultType", ""), version, parameter="resultType"),
    )
    stored = root.named("StoredQuery")
    if stored and len(root.children) == 1:
        return replace(asked, queries=(_stored(stored[0], version),), is_single=True)
    if stored or not root.children:
        raise UnreadableRequest(
            _("%s attend des éléments Query, ou un seul StoredQuery.") % root, parameter=root.name
        )
    check_queries(len(root.children), parameter="Query")
    queries = list[TypeQuery]()
    for child in root.children:
        queries += _queries(child, version, before=queries)
    return replace(asked, queries=tuple(queries))


def read_get_property_value(root: Element, version: Version) -> GetPropertyValue:
    """Read GetPropertyValue.

    Raises:
        BadRequest: its subclasses name the culprit.
    """
    reference = needed_attribute(root, "valueReference")
    if "resolvePath" in root.attributes:
        raise UnsupportedOption(
            _("Aucun objet n’en désigne un autre : RESOLVEPATH n’est pas servi."), parameter="resolvePath"
        )
    features = read_get_feature(root, version, ["valueReference"])
    callings = [query.name for query in features.queries]
    name = read_value_reference(reference, prefixes=root.prefixes, callings=callings)
    return GetPropertyValue(features, reference, name)


def _number(root: Element, *names: str) -> int | None:
    for name in names:
        if name in root.attributes:
            return whole(root.attributes[name].strip(), parameter=name, largest=MAX_COUNT)
    return None


def _stored(element: Element, version: Version) -> TypeQuery:
    check_attributes(element, ("id", "handle"))
    check_children(element, ("Parameter",))
    check_stored_query(needed_attribute(element, "id"), version, parameter="id")
    said: dict[str, str] = {}
    for parameter in element.children:
        name = needed_attribute(parameter, "name")
        if name.lower() != "id" or said:
            raise InvalidParameter(
                _("GetFeatureById attend un seul paramètre, id ; reçu « %s ».") % name[:60],
                parameter=name[:60],
            )
        said["id"] = parameter.text.strip()
    if not said.get("id"):
        raise MissingParameter(_("Le paramètre « %s » manque.") % "id", parameter="id")
    return by_id_query(said["id"], srs=None)


def _queries(element: Element, version: Version, *, before: Sequence[TypeQuery]) -> list[TypeQuery]:
    """Return the query of an element, or one for each of the types that 1.1 names together.

    ``before`` are those of the elements before it.
    """
    check_attributes(element, _OF_QUERY)
    check_children(element, ("PropertyName", "Filter", "SortBy"), others=(version.fes.namespace,))
    named, other = ("typeNames", "typeName") if version.is_2 else ("typeName", "typeNames")
    written = other if other in element.attributes and named not in element.attributes else named
    texts = needed_attribute(element, written).replace(",", " ").split()
    if len(texts) > 1 and version.is_2:
        raise UnsupportedOption(
            _("Les jointures ne sont pas servies : écrivez un élément Query par type."), parameter=written
        )
    check_queries(len(before) + len(texts), parameter=written)
    names = [local_type(text, prefixes=element.prefixes, parameter=written) for text in texts]
    return [_parts(element, name, version).query(version, parameter="Filter") for name in names]


def _parts(element: Element, name: str, version: Version) -> QueryParts:
    srs_name = element.attributes.get("srsName")
    parts = QueryParts(
        name,
        alias=element.attributes.get("aliases", "").strip(),
        srs=parse_srs_name(srs_name, parameter="srsName", is_xy=version.is_xy) if srs_name else None,
        handle=element.attributes.get("handle", ""),
    )
    properties = read_properties(
        [_property(child) for child in element.named("PropertyName")],
        prefixes=element.prefixes,
        callings=parts.callings,
        parameter="PropertyName",
    )
    parts = replace(parts, properties=properties)
    condition, order = _only(element, "Filter"), _only(element, "SortBy")
    if condition is not None:
        found = read_filter(
            condition, version=version.fes, srs=parts.srs, types=parts.callings, parameter="Filter"
        )
        parts = replace(parts, filter=found, told={"Filter": canonical(condition)})
    if order is not None:
        parts = replace(parts, sort=read_sort(order, version=version.fes, types=parts.callings))
    return parts


def _property(element: Element) -> str:
    """Return the path of a property to give; none is a link to something else."""
    check_attributes(element, ("resolve", "resolveDepth", "resolveTimeout"))
    check_resolve(element.attributes.get("resolve", "none"), parameter="resolve")
    return element.text


def _only(element: Element, name: str) -> Element | None:
    found = element.named(name)
    if len(found) > 1:
        raise UnreadableRequest(
            _("%(element)s ne contient qu’un élément %(name)s.") % {"element": element, "name": name},
            parameter=name,
        )
    return found[0] if found else None
