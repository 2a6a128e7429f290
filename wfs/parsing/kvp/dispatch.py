"""From the parameters of a request to its value: the operation decides which of them may be there."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from wfs.errors import UnknownOperation
from wfs.names import local_type
from wfs.parsing.bounds import check_count
from wfs.parsing.kvp import lists
from wfs.parsing.kvp.features import read_get_feature, read_get_property_value
from wfs.parsing.kvp.parameters import OF_QUESTIONS, Parameters
from wfs.parsing.kvp.prefixes import read_prefixes
from wfs.parsing.kvp.transaction import read_transaction
from wfs.parsing.options import check_accepted, read_output_schema, read_sections
from wfs.requests import (
    DescribeFeatureType,
    DescribeStoredQueries,
    GetCapabilities,
    ListStoredQueries,
    Request,
)
from wfs.versions import Version
from wfs.versions.negotiation import accepted_version, named_version, negotiated_version


def kvp_version(given: Parameters) -> Version:
    """Return the version that a request is of.

    Raises:
        InvalidParameter: a version that is not served.
        VersionNegotiationFailed: none of those that the client accepts is.
    """
    if given.get("REQUEST").lower() != "getcapabilities":
        return named_version(given.get("VERSION"), parameter=given.written("VERSION"))
    if "ACCEPTVERSIONS" in given:
        return accepted_version(_items(given, "ACCEPTVERSIONS"), parameter=given.written("ACCEPTVERSIONS"))
    return negotiated_version(given.get("VERSION"), parameter=given.written("VERSION"))


def parse_kvp(given: Parameters, version: Version) -> Request:
    """Read a request of a version.

    Raises:
        MissingParameter: no service, no operation, or one that the operation needs.
        UnknownOperation: an operation that the version does not have.
        BadRequest: its other subclasses name the culprit.
    """
    if given.needed("SERVICE").upper() != "WFS":
        raise InvalidParameter(
            _("%(name)s attend WFS ; reçu « %(value)s ».")
            % {"name": given.written("SERVICE"), "value": given.get("SERVICE")[:40]},
            parameter=given.written("SERVICE"),
        )
    name = given.needed("REQUEST")
    read = (OPERATIONS if version.is_2 else OPERATIONS_OF_1).get(name.lower())
    if read is None and name.lower() == "transaction":
        raise UnknownOperation(
            _("En %s, une transaction s’écrit en XML, dans le corps d’un POST.") % version,
            parameter=given.written("REQUEST"),
        )
    if read is None:
        raise UnknownOperation(
            _("L’opération « %(name)s » n’existe pas en %(version)s.")
            % {"name": name[:60], "version": version},
            parameter=given.written("REQUEST"),
        )
    return read(given, version)


def _get_capabilities(given: Parameters, version: Version) -> GetCapabilities:
    given.check({"ACCEPTVERSIONS", "ACCEPTFORMATS", "SECTIONS", "UPDATESEQUENCE"} | OF_QUESTIONS)
    check_accepted(_items(given, "ACCEPTFORMATS"), parameter=given.written("ACCEPTFORMATS"))
    sections = read_sections(_items(given, "SECTIONS"), parameter=given.written("SECTIONS"))
    return GetCapabilities(version, sections)


def _describe_feature_type(given: Parameters, version: Version) -> DescribeFeatureType:
    given.check(OF_QUESTIONS)
    prefixes, parameter = read_prefixes(given), given.written("TYPENAMES")
    texts = [
        name
        for part in lists.groups(given.get("TYPENAMES"), parameter=parameter, most=check_count)
        for name in lists.items(part, parameter=parameter)
    ]
    names = tuple(local_type(text, prefixes=prefixes, parameter=parameter) for text in texts)
    gml = read_output_schema(given.get("OUTPUTFORMAT"), version, parameter=given.written("OUTPUTFORMAT"))
    return DescribeFeatureType(version, names, gml)


def _list_stored_queries(given: Parameters, version: Version) -> ListStoredQueries:
    given.check(())
    return ListStoredQueries(version)


def _describe_stored_queries(given: Parameters, version: Version) -> DescribeStoredQueries:
    given.check({"STOREDQUERY_ID"})
    return DescribeStoredQueries(version, tuple(_items(given, "STOREDQUERY_ID")))


def _items(given: Parameters, name: str) -> list[str]:
    return lists.items(given.get(name), parameter=given.written(name))


Reader = Callable[[Parameters, Version], Request]
_OF_ALL: dict[str, Reader] = {
    "getcapabilities": _get_capabilities,
    "describefeaturetype": _describe_feature_type,
    "getfeature": read_get_feature,
}
# 2.0 dropped the deletion that 1.x writes as parameters.
OPERATIONS_OF_1: dict[str, Reader] = _OF_ALL | {"transaction": read_transaction}
OPERATIONS: dict[str, Reader] = _OF_ALL | {
    "getpropertyvalue": read_get_property_value,
    "liststoredqueries": _list_stored_queries,
    "describestoredqueries": _describe_stored_queries,
}
