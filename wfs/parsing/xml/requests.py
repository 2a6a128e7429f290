"""From the body of a request to its value: the root element is the operation, its namespace the family of versions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter, MissingParameter, UnknownOperation, UnreadableRequest
from layers.parsing.srs_names import parse_srs_name
from layers.parsing.xml.elements import (
    Element,
    canonical_text,
    check_attributes,
    check_children,
    needed_attribute,
)
from wfs.errors import UnsupportedOption
from wfs.names import local_type
from wfs.parsing.bounds import check_count, check_queries
from wfs.parsing.fes import read_filter, read_sort
from wfs.parsing.options import (
    MAX_COUNT,
    check_accepted,
    check_feature_count,
    check_resolve,
    read_integer,
    read_output,
    read_output_schema,
    read_result_type,
    read_sections,
)
from wfs.parsing.type_queries import (
    QueryParts,
    by_id_query,
    check_stored_query,
    read_properties,
    read_value_reference,
)
from wfs.parsing.xml.transaction import is_of_gdal, read_transaction
from wfs.requests import (
    DescribeFeatureType,
    DescribeStoredQueries,
    GetCapabilities,
    GetFeature,
    GetPropertyValue,
    ListStoredQueries,
    Request,
    TypeQuery,
)
from wfs.versions import V1_1_0, V2_0_0, Version, accepted_version, named_version, negotiated_version

COMMON = frozenset({"service", "version", "handle"})
_OF_FEATURES = COMMON | {
    "outputFormat", "resultType", "count", "maxFeatures", "startIndex",
    "resolve", "resolveDepth", "resolveTimeout", "traverseXlinkDepth", "traverseXlinkExpiry",
}  # fmt: skip
_OF_QUERY = frozenset({"typeNames", "typeName", "aliases", "srsName", "featureVersion", "handle"})


def read_get_feature(root: Element, version: Version, also_read: Sequence[str] = ()) -> GetFeature:
    """Read GetFeature; ``also_read`` are the attributes that the caller reads itself.

    Raises:
        BadRequest: its subclasses name the culprit.
    """
    check_attributes(root, _OF_FEATURES | set(also_read))
    check_children(root, ("Query", "StoredQuery") if version.is_2 else ("Query",))
    attributes = root.attributes
    check_resolve(attributes.get("resolve", "none"), parameter="resolve")
    request = GetFeature(
        version,
        (),
        output=read_output(attributes.get("outputFormat", ""), version, parameter="outputFormat"),
        count=check_feature_count(_number(root, "count", "maxFeatures"), version, parameter="count"),
        start_index=_number(root, "startIndex") or 0,
        is_hits=read_result_type(attributes.get("resultType", ""), version, parameter="resultType"),
    )
    stored = root.named("StoredQuery")
    if stored and len(root.children) == 1:
        return replace(request, queries=(_stored(stored[0], version),), is_single=True)
    if stored or not root.children:
        raise UnreadableRequest(
            _("%s attend des éléments Query, ou un seul StoredQuery.") % root, parameter=root.name
        )
    check_queries(len(root.children), parameter="Query")
    queries = list[TypeQuery]()
    for child in root.children:
        queries += _queries(child, version, before=queries)
    return replace(request, queries=tuple(queries))


def read_get_property_value(root: Element, version: Version) -> GetPropertyValue:
    """Read GetPropertyValue.

    Raises:
        BadRequest: its subclasses name the culprit.
    """
    reference = needed_attribute(root, "valueReference", or_empty=True)
    if "resolvePath" in root.attributes:
        raise UnsupportedOption(
            _("Aucun objet n’en désigne un autre : RESOLVEPATH n’est pas servi."), parameter="resolvePath"
        )
    features = read_get_feature(root, version, ["valueReference"])
    types = [query.name for query in features.queries]
    name = read_value_reference(reference, prefixes=root.prefixes, types=types)
    return GetPropertyValue(features, reference, name)


def _number(root: Element, *names: str) -> int | None:
    for name in names:
        if name in root.attributes:
            return read_integer(root.attributes[name].strip(), parameter=name, largest=MAX_COUNT)
    return None


def _stored(element: Element, version: Version) -> TypeQuery:
    check_attributes(element, ("id", "handle"))
    check_children(element, ("Parameter",))
    check_stored_query(needed_attribute(element, "id"), version, parameter="id")
    parameters: dict[str, str] = {}
    for parameter in element.children:
        name = needed_attribute(parameter, "name")
        if name.lower() != "id" or parameters:
            raise InvalidParameter(
                _("GetFeatureById attend un seul paramètre, id ; reçu « %s ».") % name[:60],
                parameter=name[:60],
            )
        parameters["id"] = parameter.text.strip()
    if not parameters.get("id"):
        raise MissingParameter(_("Le paramètre « %s » manque.") % "id", parameter="id")
    return by_id_query(parameters["id"], srs=None)


def _queries(element: Element, version: Version, *, before: Sequence[TypeQuery]) -> list[TypeQuery]:
    """Return the query of an element, or one for each of the types that 1.1 names together.

    ``before`` are those of the elements before it.
    """
    check_attributes(element, _OF_QUERY)
    check_children(element, ("PropertyName", "Filter", "SortBy"), namespaces=(version.fes.namespace,))
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
    parts = replace(parts, properties=_properties(element.named("PropertyName"), parts.type_names))
    condition, order = _only(element, "Filter"), _only(element, "SortBy")
    if condition is not None:
        parsed = read_filter(
            condition, version=version.fes, srs=parts.srs, types=parts.type_names, parameter="Filter"
        )
        parts = replace(parts, filter=parsed, texts={"Filter": canonical_text(condition)})
    if order is not None:
        parts = replace(parts, sort=read_sort(order, version=version.fes, types=parts.type_names))
    return parts


def _properties(elements: Sequence[Element], types: Sequence[str]) -> tuple[str, ...] | None:
    """Return the local names of the properties to give, None for all of them; each path has prefixes of its own."""
    check_count(len(elements), parameter="PropertyName")
    paths = [(_property(element), element.prefixes) for element in elements]
    read = [
        read_properties([path], prefixes=prefixes, types=types, parameter="PropertyName")
        for path, prefixes in paths
    ]
    named = [names for names in read if names is not None]
    if not read or len(named) < len(read):
        return None
    return tuple(dict.fromkeys(name for names in named for name in names))


def _property(element: Element) -> str:
    """Return the path of a property to give; none is a link to something else."""
    check_attributes(element, ("resolve", "resolveDepth", "resolveTimeout"))
    check_resolve(element.attributes.get("resolve", "none"), parameter="resolve")
    return element.text


def _only(element: Element, name: str) -> Element | None:
    elements = element.named(name)
    if len(elements) > 1:
        raise UnreadableRequest(
            _("%(element)s ne contient qu’un élément %(name)s.") % {"element": element, "name": name},
            parameter=name,
        )
    return elements[0] if elements else None


_OF_2, _OF_1 = V2_0_0.wfs, V1_1_0.wfs
# What a client of several versions writes is in the namespace of any of them, whichever answers.
_OWS = (V2_0_0.ows, V1_1_0.ows)


def xml_version(root: Element) -> Version:
    """Return the version that a body is of.

    Raises:
        UnreadableRequest: the root is in no namespace of WFS.
        InvalidParameter: a version that is not served, or that is of another namespace.
        VersionNegotiationFailed: none of those that the client accepts is served.
    """
    if root.namespace not in {_OF_2, _OF_1}:
        raise UnreadableRequest(
            _("%(element)s : l’espace de noms « %(found)s » n’est pas celui de WFS (%(two)s ou %(one)s).")
            % {"element": root, "found": root.namespace[:80], "two": _OF_2, "one": _OF_1},
            parameter=root.name[:60],
        )
    text = root.attributes.get("version", "")
    if root.name == "GetCapabilities":
        return _of_capabilities(root, text)
    version = named_version(
        text or (V2_0_0 if root.namespace == _OF_2 else V1_1_0).number, parameter="version"
    )
    if version.wfs != root.namespace and not is_of_gdal(root, version):
        raise InvalidParameter(
            _("La version %(version)s n’est pas celle de l’espace de noms %(namespace)s.")
            % {"version": version, "namespace": root.namespace},
            parameter="version",
        )
    return version


def _of_capabilities(root: Element, text: str) -> Version:
    accepted = root.child("AcceptVersions")
    if accepted is not None:
        return accepted_version([child.text for child in accepted.children], parameter="AcceptVersions")
    return negotiated_version(text or ("" if root.namespace == _OF_2 else V1_1_0.number), parameter="version")


def parse_request(root: Element, version: Version) -> Request:
    """Read a request of a version.

    Raises:
        UnknownOperation: an operation that the version does not have.
        BadRequest: its other subclasses name the culprit.
    """
    service = root.attributes.get("service", "WFS")
    if service != "WFS":
        raise InvalidParameter(
            _("%(name)s attend WFS ; reçu « %(value)s ».") % {"name": "service", "value": service[:40]},
            parameter="service",
        )
    read = (OPERATIONS if version.is_2 else OPERATIONS_OF_1).get(root.name)
    if read is None:
        raise UnknownOperation(
            _("L’opération « %(name)s » n’existe pas en %(version)s.")
            % {"name": root.name[:60], "version": version},
            parameter=root.name[:60],
        )
    return read(root, version)


def _texts(root: Element, name: str) -> list[str]:
    parent = root.child(name)
    return [child.text.strip() for child in parent.children] if parent is not None else []


def _get_capabilities(root: Element, version: Version) -> GetCapabilities:
    check_attributes(root, COMMON | {"updateSequence"})
    check_children(root, ("AcceptVersions", "Sections", "AcceptFormats", "AcceptLanguages"), namespaces=_OWS)
    check_accepted(_texts(root, "AcceptFormats"), parameter="AcceptFormats")
    return GetCapabilities(version, read_sections(_texts(root, "Sections"), parameter="Sections"))


def _describe_feature_type(root: Element, version: Version) -> DescribeFeatureType:
    check_attributes(root, COMMON | {"outputFormat"})
    check_children(root, ("TypeName",))
    check_count(len(root.children), parameter="TypeName")
    names = tuple(
        local_type(child.text, prefixes=child.prefixes, parameter="TypeName") for child in root.children
    )
    gml = read_output_schema(root.attributes.get("outputFormat", ""), version, parameter="outputFormat")
    return DescribeFeatureType(version, names, gml)


def _list_stored_queries(root: Element, version: Version) -> ListStoredQueries:
    check_attributes(root, COMMON)
    check_children(root, ())
    return ListStoredQueries(version)


def _describe_stored_queries(root: Element, version: Version) -> DescribeStoredQueries:
    check_attributes(root, COMMON)
    check_children(root, ("StoredQueryId",))
    check_count(len(root.children), parameter="StoredQueryId")
    return DescribeStoredQueries(version, tuple(child.text.strip() for child in root.children))


Reader = Callable[[Element, Version], Request]
OPERATIONS_OF_1: dict[str, Reader] = {
    "GetCapabilities": _get_capabilities,
    "DescribeFeatureType": _describe_feature_type,
    "GetFeature": read_get_feature,
    "Transaction": read_transaction,
}
OPERATIONS: dict[str, Reader] = OPERATIONS_OF_1 | {
    "GetPropertyValue": read_get_property_value,
    "ListStoredQueries": _list_stored_queries,
    "DescribeStoredQueries": _describe_stored_queries,
}
