"""From the body of a request to its value: the root element is the operation, its namespace the family of versions."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from wfs.errors import UnknownOperation, UnreadableRequest
from wfs.names import local_type
from wfs.parsing.bounds import check_count
from wfs.parsing.options import check_accepted, read_output_schema, read_sections
from wfs.parsing.xml.attributes import check_attributes, check_children
from wfs.parsing.xml.element import Element
from wfs.parsing.xml.features import COMMON, read_get_feature, read_get_property_value
from wfs.parsing.xml.transaction import is_of_gdal, read_transaction
from wfs.requests import (
    DescribeFeatureType,
    DescribeStoredQueries,
    GetCapabilities,
    ListStoredQueries,
    Request,
)
from wfs.versions import V1_1_0, V2_0_0, Version
from wfs.versions.negotiation import accepted_version, named_version, negotiated_version

_OF_2, _OF_1 = V2_0_0.wfs, V1_1_0.wfs


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
    check_children(root, ("AcceptVersions", "Sections", "AcceptFormats", "AcceptLanguages"))
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
