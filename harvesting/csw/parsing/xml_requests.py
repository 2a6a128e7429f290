"""Requests of CSW in XML (OGC 07-006r1, 10): the root element is the operation; nothing in it is ignored."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from harvesting.csw.parsing.cql_text import read_cql_text
from harvesting.csw.parsing.filter_encoding import OGC, read_filter, read_sort
from harvesting.csw.parsing.kvp import checked_domain, read_sections, unknown_operation
from harvesting.csw.requests import (
    CONSTRAINT_VERSION,
    CSW,
    RESULT_TYPES,
    SCHEMA_LANGUAGES,
    TYPE_NAMES,
    Condition,
    DescribeRecord,
    GetCapabilities,
    GetDomain,
    GetRecordById,
    GetRecords,
    Request,
    SortKey,
    check_accepted_versions,
    check_format,
    check_ids,
    check_service,
    check_version,
    choice,
    missing,
    read_count,
    read_elements,
    read_position,
    read_schema,
    read_type_names,
)
from layers.errors import InvalidParameter, UnreadableRequest
from layers.parsing.xml import Element
from layers.parsing.xml.elements import check_attributes, check_children

_OWS = "http://www.opengis.net/ows"
_COMMON = ("service", "version")


def read_request(root: Element) -> Request:
    """Return the request of a document.

    Raises:
        BadRequest: its subclasses name the culprit.
    """
    readers: Mapping[str, Callable[[Element], Request]] = {
        "GetCapabilities": _get_capabilities,
        "DescribeRecord": _describe_record,
        "GetDomain": _get_domain,
        "GetRecords": _get_records,
        "GetRecordById": _get_record_by_id,
    }
    if root.name not in readers:
        raise unknown_operation(root.name)
    if root.namespace != CSW:
        raise UnreadableRequest(
            _("%(element)s est dans l’espace de noms « %(given)s » ; attendu : « %(expected)s ».")
            % {"element": root, "given": root.namespace[:80], "expected": CSW},
            parameter=root.name,
        )
    check_service(root.attributes.get("service", ""))
    if root.name != "GetCapabilities":
        check_version(root.attributes.get("version", ""))
    return readers[root.name](root)


def _get_capabilities(root: Element) -> GetCapabilities:
    check_attributes(root, (*_COMMON, "updateSequence"))
    check_children(root, ("AcceptVersions", "Sections", "AcceptFormats"), namespaces=(_OWS,))
    accepted = [each.text.strip() for part in root.named("AcceptVersions") for each in part.children]
    check_accepted_versions(accepted, parameter="AcceptVersions")
    version = root.attributes.get("version", "")
    check_accepted_versions([version] if version else [], parameter="version")
    return GetCapabilities(
        read_sections(each.text.strip() for part in root.named("Sections") for each in part.children)
    )


def _describe_record(root: Element) -> DescribeRecord:
    check_attributes(root, (*_COMMON, "outputFormat", "schemaLanguage"))
    check_children(root, ("TypeName",))
    check_format(root.attributes.get("outputFormat", ""))
    if language := root.attributes.get("schemaLanguage"):
        choice(language, SCHEMA_LANGUAGES, parameter="schemaLanguage")
    names = read_type_names([each.text.strip() for each in root.children], root.prefixes)
    return DescribeRecord(names or tuple(TYPE_NAMES))


def _get_domain(root: Element) -> GetDomain:
    check_attributes(root, _COMMON)
    check_children(root, ("ParameterName", "PropertyName"))
    return checked_domain(_only_text(root, "ParameterName"), _only_text(root, "PropertyName"))


def _get_records(root: Element) -> GetRecords:
    attributes = root.attributes
    check_attributes(
        root,
        (
            *_COMMON, "resultType", "requestId", "outputFormat", "outputSchema", "startPosition", "maxRecords",
        ),
    )  # fmt: skip
    check_children(root, ("Query",))
    check_format(attributes.get("outputFormat", ""))
    query = root.child("Query")
    if query is None or len(root.children) != 1:
        raise missing("Query")
    elements, condition, sort = _query(query)
    return GetRecords(
        schema=read_schema(attributes.get("outputSchema", "")),
        elements=read_elements(elements),
        result_type=choice(attributes.get("resultType") or "hits", RESULT_TYPES, parameter="resultType"),
        start=read_position(attributes.get("startPosition", "")),
        count=read_count(attributes.get("maxRecords", "")),
        condition=condition,
        sort=sort,
        request_id=attributes.get("requestId", "")[:200],
    )


def _query(query: Element) -> tuple[str, Condition | None, tuple[SortKey, ...]]:
    """Return the element set, the condition and the order of a query."""
    check_attributes(query, ("typeNames",))
    check_children(query, ("ElementSetName", "Constraint", "SortBy"), namespaces=(OGC,))
    names = query.attributes.get("typeNames", "").replace(",", " ").split()
    if not names:
        raise missing("typeNames")
    read_type_names(names, query.prefixes)
    for child in query.named("ElementSetName"):
        check_attributes(child, ("typeNames",))
    constraints, sorts = query.named("Constraint"), query.named("SortBy")
    if len(constraints) > 1 or len(sorts) > 1:
        name = "Constraint" if len(constraints) > 1 else "SortBy"
        raise InvalidParameter(_("%s est donné plusieurs fois.") % name, parameter=name)
    return (
        _only_text(query, "ElementSetName"),
        _constraint(constraints[0]) if constraints else None,
        read_sort(sorts[0], parameter="SortBy") if sorts else (),
    )


def _constraint(element: Element) -> Condition:
    check_attributes(element, ("version",))
    check_children(element, ("Filter", "CqlText"), namespaces=(OGC,))
    choice(
        element.attributes.get("version", CONSTRAINT_VERSION),
        (CONSTRAINT_VERSION, "1.0.0"),
        parameter="version",
    )
    if len(element.children) != 1:
        raise UnreadableRequest(
            _("%s attend un seul élément : Filter ou CqlText.") % element, parameter="Constraint"
        )
    (child,) = element.children
    if child.name == "CqlText":
        return read_cql_text(child.text.strip(), parameter="Constraint")
    return read_filter(child, parameter="Constraint")


def _get_record_by_id(root: Element) -> GetRecordById:
    check_attributes(root, (*_COMMON, "outputFormat", "outputSchema"))
    check_children(root, ("Id", "ElementSetName"))
    check_format(root.attributes.get("outputFormat", ""))
    return GetRecordById(
        check_ids([each.text for each in root.named("Id")]),
        read_schema(root.attributes.get("outputSchema", "")),
        read_elements(_only_text(root, "ElementSetName")),
    )


def _only_text(element: Element, name: str) -> str:
    """Return the text of a child that is there once at most.

    Raises:
        InvalidParameter: it is there more than once.
    """
    children = element.named(name)
    if len(children) > 1:
        raise InvalidParameter(_("%s est donné plusieurs fois.") % name, parameter=name)
    return children[0].text.strip() if children else ""
