"""Answers of GetRecords, GetRecordById, DescribeRecord and GetDomain (OGC 07-006r1, 10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from harvesting.csw.formats.records import NAMESPACES, written_record
from harvesting.csw.queryables import Entry
from harvesting.csw.requests import CSW, TYPE_NAMES, VERSION, GetDomain, GetRecordById, GetRecords
from layers.formats.xml_elements import document, each, element

_XSD = "http://www.w3.org/2001/XMLSchema"
_DISCOVERY = "http://schemas.opengis.net/csw/2.0.2/CSW-discovery.xsd"
_ROOT = NAMESPACES | {"xsi:schemaLocation": f"{CSW} {_DISCOVERY}"}
# Where the schema of each type of records is.
_SCHEMAS = {
    "csw:Record": "http://schemas.opengis.net/csw/2.0.2/record.xsd",
    "gmd:MD_Metadata": "http://schemas.opengis.net/iso/19139/20070417/gmd/gmd.xsd",
}


def records_response(
    request: GetRecords, entries: Sequence[Entry], *, matched: int, instant: dt.datetime
) -> bytes:
    """Return a page of records; ``nextRecord`` is that of the next page, 0 when there is none.

    ``entries`` are those of the page, empty for a number of hits, whose ``nextRecord`` is its first position.
    """
    following = request.start + len(entries)
    counts = {
        "numberOfRecordsMatched": matched,
        "numberOfRecordsReturned": len(entries),
        "nextRecord": following if following <= matched else 0,
        "recordSchema": request.schema,
        "elementSet": request.elements.value,
    }
    records = (written_record(entry, request.schema, request.elements) for entry in entries)
    return document(
        element(
            "csw:GetRecordsResponse",
            element("csw:SearchStatus", attributes={"timestamp": _timestamp(instant)}),
            element("csw:SearchResults", *records, attributes=counts),
            attributes=_ROOT | {"version": VERSION},
        )
    )


def acknowledgement(echoed: str, *, request_id: str, instant: dt.datetime) -> bytes:
    """Return what ``resultType=validate`` gets: the request as it was read, an element written already."""
    identifier = each("csw:RequestId", [request_id] if request_id else [])
    return document(
        element(
            "csw:Acknowledgement",
            element("csw:EchoedRequest", echoed),
            identifier,
            attributes=_ROOT | {"timeStamp": _timestamp(instant)},
        )
    )


def record_by_id_response(request: GetRecordById, entries: Iterable[Entry]) -> bytes:
    """Return some records by their identifiers."""
    records = (written_record(entry, request.schema, request.elements) for entry in entries)
    return document(element("csw:GetRecordByIdResponse", *records, attributes=_ROOT))


def describe_record_response(type_names: Iterable[str]) -> bytes:
    """Return a schema for each type, which includes that of the standard."""
    components = (
        element(
            "csw:SchemaComponent",
            element(
                "xs:schema",
                element("xs:include", attributes={"schemaLocation": _SCHEMAS[name]}),
                attributes={"xmlns:xs": _XSD, "targetNamespace": TYPE_NAMES[name]},
            ),
            attributes={"targetNamespace": TYPE_NAMES[name], "schemaLanguage": _XSD},
        )
        for name in dict.fromkeys(type_names)
    )
    return document(element("csw:DescribeRecordResponse", *components, attributes=_ROOT))


def domain_response(request: GetDomain, values: Iterable[str]) -> bytes:
    """Return the values of a parameter or of a property."""
    tag, name = (
        ("csw:ParameterName", request.parameter)
        if request.parameter
        else ("csw:PropertyName", request.queryable)
    )
    return document(
        element(
            "csw:GetDomainResponse",
            element(
                "csw:DomainValues",
                each(tag, [name]),
                element("csw:ListOfValues", each("csw:Value", values)),
                attributes={"type": "csw:Record"},
            ),
            attributes=_ROOT,
        )
    )


def _timestamp(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
