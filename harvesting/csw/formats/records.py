"""A record in each output schema: Dublin Core (OGC 07-006r1, 10.2.5), ISO 19139, DCAT-AP in RDF/XML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from django.utils import timezone

from harvesting.csw.queryables import Entry, formats, subjects
from harvesting.csw.requests import CSW, DCAT
from harvesting.dcat.datasets import add_dataset
from harvesting.dcat.namespaces import new_graph
from layers.formats.xml_elements import each, element, valued
from metadata import uris
from metadata.iso19139 import GMD, ElementSet, hierarchy_level, iso_record
from metadata.records import Bounds

NAMESPACES = {
    "xmlns:csw": CSW,
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:dct": "http://purl.org/dc/terms/",
    "xmlns:ows": "http://www.opengis.net/ows",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_ROOTS = {
    ElementSet.BRIEF: "csw:BriefRecord",
    ElementSet.SUMMARY: "csw:SummaryRecord",
    ElementSet.FULL: "csw:Record",
}
_SCHEMES = {"wfs": "OGC:WFS", "ogc-api-features": "OGC API Features"}


def written_record(entry: Entry, schema: str, elements: ElementSet) -> str:
    """Return the element of a record in an output schema; ``NAMESPACES`` are declared around it."""
    return _WRITERS[schema](entry, elements)


def _dublin_core(entry: Entry, elements: ElementSet) -> str:
    """Return a csw:Record in the order of its schema: brief, summary, or all that Dublin Core has a place for."""
    record = entry.record
    first = (
        valued("dc:identifier", entry.address),
        valued("dc:title", record.title),
        valued("dc:type", hierarchy_level(record)),
    )
    subject = each("dc:subject", subjects(record)) + each("dc:format", formats(record))
    modified = valued("dct:modified", _day(record.modified or record.issued))
    abstract = valued("dct:abstract", record.abstract or record.title)
    box = _box(record.bounds) if record.bounds else ""
    if elements is ElementSet.BRIEF:
        return element(_ROOTS[elements], *first, box)
    if elements is ElementSet.SUMMARY:
        return element(_ROOTS[elements], *first, subject, modified, abstract, box)
    references = (
        valued(
            "dct:references", entry.origin + line.path, {"scheme": _SCHEMES.get(line.code, line.media_type)}
        )
        for line in record.distributions
    )
    limits = uris.access_reason_uri(record.access_reason)
    period = "/".join(day.isoformat() for day in record.period) if record.period else ""
    texts = (
        ("dc:creator", record.producer),
        ("dc:publisher", record.publisher),
        ("dc:language", uris.iso_language(record.language)),
        ("dc:source", record.source),
        ("dc:rights", uris.licence_uri(record.licence) or record.licence),
        ("dct:license", uris.licence_uri(record.licence)),
        ("dct:accessRights", limits),
        ("dct:issued", _day(record.issued)),
        ("dct:alternative", record.title_en),
        ("dct:provenance", record.lineage),
        ("dct:temporal", period),
    )
    return element(
        _ROOTS[elements],
        *first,
        subject,
        modified,
        abstract,
        *(valued(tag, text) for tag, text in texts if text),
        *references,
        valued("dct:references", entry.origin + record.page, {"scheme": "WWW:LINK-1.0-http--link"}),
        box,
    )


def _day(moment: dt.datetime) -> str:
    return timezone.localdate(moment).isoformat()


def _box(bounds: Bounds) -> str:
    """Return the extent in EPSG:4326, latitude first as the URN says."""
    west, south, east, north = bounds
    return element(
        "ows:BoundingBox",
        valued("ows:LowerCorner", f"{south:.7f} {west:.7f}"),
        valued("ows:UpperCorner", f"{north:.7f} {east:.7f}"),
        attributes={"crs": "urn:ogc:def:crs:EPSG::4326", "dimensions": 2},
    )


def _iso(entry: Entry, elements: ElementSet) -> str:
    return iso_record(entry.record, origin=entry.origin, elements=elements)


def _dcat(entry: Entry, _elements: ElementSet) -> str:
    """Return ``rdf:RDF`` with the dataset whole: DCAT has no element sets."""
    graph = new_graph()
    add_dataset(graph, entry.record, entry.origin)
    text = graph.serialize(format="pretty-xml", encoding="utf-8").decode()
    return text.partition("?>")[2].strip()


_WRITERS: Mapping[str, Callable[[Entry, ElementSet], str]] = {CSW: _dublin_core, GMD: _iso, DCAT: _dcat}
