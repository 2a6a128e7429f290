"""From the parameters of a request to its value: the operation decides which of them may be there.

Transaction is Delete alone, of 1.1.0 and 1.0.0 (OGC 04-094, 02-058).
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter, MissingParameter, UnknownOperation
from wfs.errors import UnsupportedOption
from wfs.names import local_type, read_resource_id
from wfs.parsing.bounds import check_count
from wfs.parsing.kvp.features import (
    SELECTING,
    read_get_feature,
    read_get_property_value,
    read_queries,
    read_resources,
)
from wfs.parsing.kvp.parameters import OF_QUESTIONS, Parameters, read_prefixes, split_groups, split_items
from wfs.parsing.options import check_accepted, read_output_schema, read_sections
from wfs.requests import (
    DeleteAction,
    DescribeFeatureType,
    DescribeStoredQueries,
    GetCapabilities,
    ListStoredQueries,
    Request,
    Transaction,
)
from wfs.versions import Version, accepted_version, named_version, negotiated_version

_CHOOSING = frozenset(SELECTING) - {"CQL_FILTER"}
_OF_DELETIONS = _CHOOSING | {"OPERATION", "TYPENAMES", "NAMESPACES", "SRSNAME", "RELEASEACTION"}


def read_transaction(parameters: Parameters, version: Version) -> Transaction:
    """Read the deletion of the features selected by a filter, a box or identifiers, one of which is required.

    Raises:
        MissingParameter: nothing chooses, which would be every feature of the type.
        BadRequest: its other subclasses name the culprit.
    """
    parameters.check(_OF_DELETIONS | {"LOCKID"})
    if "LOCKID" in parameters:
        raise UnsupportedOption(_("Les verrous ne sont pas servis."), parameter=parameters.written("LOCKID"))
    if parameters.needed("OPERATION").lower() != "delete":
        raise InvalidParameter(
            _("%(name)s attend Delete : les autres actions s’écrivent en XML ; reçu « %(value)s ».")
            % {"name": parameters.written("OPERATION"), "value": parameters.get("OPERATION")[:40]},
            parameter=parameters.written("OPERATION"),
        )
    if not any(parameters.get(name) for name in _CHOOSING):
        raise MissingParameter(
            _("%s attend un filtre, et un seul, qui dit de quels objets il s’agit.") % "Delete",
            parameter="filter",
        )
    for text in read_resources(parameters) if "RESOURCEID" in parameters else ():
        read_resource_id(text, parameter=parameters.written("RESOURCEID"))
    actions = tuple(DeleteAction(query) for query in read_queries(parameters, version))
    return Transaction(version, actions, version)


def kvp_version(parameters: Parameters) -> Version:
    """Return the version that a request is of.

    Raises:
        InvalidParameter: a version that is not served.
        VersionNegotiationFailed: none of those that the client accepts is.
    """
    if parameters.get("REQUEST").lower() != "getcapabilities":
        return named_version(parameters.get("VERSION"), parameter=parameters.written("VERSION"))
    if "ACCEPTVERSIONS" in parameters:
        return accepted_version(
            _items(parameters, "ACCEPTVERSIONS"), parameter=parameters.written("ACCEPTVERSIONS")
        )
    return negotiated_version(parameters.get("VERSION"), parameter=parameters.written("VERSION"))


def parse_kvp(parameters: Parameters, version: Version) -> Request:
    """Read a request of a version.

    Raises:
        MissingParameter: no service, no operation, or one that the operation needs.
        UnknownOperation: an operation that the version does not have.
        BadRequest: its other subclasses name the culprit.
    """
    if parameters.needed("SERVICE").upper() != "WFS":
        raise InvalidParameter(
            _("%(name)s attend WFS ; reçu « %(value)s ».")
            % {"name": parameters.written("SERVICE"), "value": parameters.get("SERVICE")[:40]},
            parameter=parameters.written("SERVICE"),
        )
    name = parameters.needed("REQUEST")
    read = (OPERATIONS if version.is_2 else OPERATIONS_OF_1).get(name.lower())
    if read is None and name.lower() == "transaction":
        raise UnknownOperation(
            _("En %s, une transaction s’écrit en XML, dans le corps d’un POST.") % version,
            parameter=parameters.written("REQUEST"),
        )
    if read is None:
        raise UnknownOperation(
            _("L’opération « %(name)s » n’existe pas en %(version)s.")
            % {"name": name[:60], "version": version},
            parameter=parameters.written("REQUEST"),
        )
    return read(parameters, version)


def _get_capabilities(parameters: Parameters, version: Version) -> GetCapabilities:
    parameters.check({"ACCEPTVERSIONS", "ACCEPTFORMATS", "SECTIONS", "UPDATESEQUENCE"} | OF_QUESTIONS)
    check_accepted(_items(parameters, "ACCEPTFORMATS"), parameter=parameters.written("ACCEPTFORMATS"))
    sections = read_sections(_items(parameters, "SECTIONS"), parameter=parameters.written("SECTIONS"))
    return GetCapabilities(version, sections)


def _describe_feature_type(parameters: Parameters, version: Version) -> DescribeFeatureType:
    parameters.check(OF_QUESTIONS)
    prefixes, parameter = read_prefixes(parameters), parameters.written("TYPENAMES")
    texts = [
        name
        for part in split_groups(parameters.get("TYPENAMES"), parameter=parameter, most=check_count)
        for name in split_items(part, parameter=parameter)
    ]
    names = tuple(local_type(text, prefixes=prefixes, parameter=parameter) for text in texts)
    gml = read_output_schema(
        parameters.get("OUTPUTFORMAT"), version, parameter=parameters.written("OUTPUTFORMAT")
    )
    return DescribeFeatureType(version, names, gml)


def _list_stored_queries(parameters: Parameters, version: Version) -> ListStoredQueries:
    parameters.check(())
    return ListStoredQueries(version)


def _describe_stored_queries(parameters: Parameters, version: Version) -> DescribeStoredQueries:
    parameters.check({"STOREDQUERY_ID"})
    return DescribeStoredQueries(version, tuple(_items(parameters, "STOREDQUERY_ID")))


def _items(parameters: Parameters, name: str) -> list[str]:
    return split_items(parameters.get(name), parameter=parameters.written(name))


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
