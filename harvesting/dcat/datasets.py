"""A public record as a ``dcat:Dataset`` of DCAT-AP 3.0, with what the national portal reads beyond it.

``dct:identifier``, the node and ``dcat:landingPage`` are one address, which never changes: that of the former portal.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable

from django.utils import timezone
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef

from harvesting.addresses import attachment_path
from harvesting.dcat.namespaces import (
    DCATAP,
    GEOSPARQL,
    LOCN,
    add_agent,
    add_code,
    add_concept,
    add_contact,
    add_texts,
    text,
    uri,
)
from metadata import uris
from metadata.records import Bounds, Distribution, Record
from metadata.vocabulary import DataTheme, HvdCategory, InspireTheme, data_theme

STANDARDS = {
    "wfs": "http://www.opengeospatial.org/standards/wfs",
    "ogc-api-features": "http://www.opengis.net/doc/IS/ogcapi-features-1/1.0",
    "tilejson": "https://github.com/mapbox/tilejson-spec",
}
_AVAILABILITY = f"{uris.AUTHORITY}/planned-availability/STABLE"


def dataset_node(record: Record, origin: str) -> URIRef:
    """Return the identity of a dataset; ``origin`` is the scheme and the host of the portal that is read."""
    return uri(origin + record.path)


def add_dataset(
    graph: Graph, record: Record, origin: str, distributions: Iterable[Distribution] | None = None
) -> URIRef:
    """Add a dataset, its distributions and attachments, and return its node.

    ``distributions`` replace those of the record. Coordinates are WGS 84, longitude first.
    """
    node = dataset_node(record, origin)
    graph.add((node, RDF.type, DCAT.Dataset))
    graph.add((node, DCTERMS.identifier, Literal(str(node))))
    graph.add((node, DCAT.landingPage, node))
    _add_texts(graph, node, record)
    _add_themes(graph, node, record, origin)
    _add_dates(graph, node, record)
    _add_codes(graph, node, record)
    _add_roles(graph, node, record)
    if record.bounds:
        _add_bounds(graph, node, record.bounds)
    for each in record.distributions if distributions is None else distributions:
        _add_distribution(graph, node, record, each, origin)
    for attachment in record.attachments:
        part = uri(origin + attachment_path(record, attachment))
        graph.add((node, DCTERMS.hasPart, part))
        graph.add((part, RDF.type, FOAF.Document))
        add_texts(graph, part, DCTERMS.title, attachment.title)
        add_code(graph, part, DCAT.mediaType, uris.media_type_uri(attachment.media_type), DCTERMS.MediaType)
        graph.add((part, DCAT.byteSize, Literal(attachment.size, datatype=XSD.nonNegativeInteger)))
    return node


def _add_texts(graph: Graph, node: URIRef, record: Record) -> None:
    add_texts(graph, node, DCTERMS.title, record.title, record.title_en)
    add_texts(graph, node, DCTERMS.description, record.abstract or record.title, record.abstract_en)
    for keywords, language in ((record.keywords, "fr"), (record.keywords_en, "en")):
        for keyword in keywords:
            graph.add((node, DCAT.keyword, text(keyword, language)))
    french = [record.lineage, record.source, record.quality]
    english = [record.lineage_en, record.quality_en]
    if any(french) or any(english):
        provenance = BNode()
        graph.add((node, DCTERMS.provenance, provenance))
        graph.add((provenance, RDF.type, DCTERMS.ProvenanceStatement))
        add_texts(
            graph, provenance, RDFS.label, "\n".join(filter(None, french)), "\n".join(filter(None, english))
        )


def _add_themes(graph: Graph, node: URIRef, record: Record, origin: str) -> None:
    """Add the theme of the portal, that of the EU, that of INSPIRE, and the category of high-value data.

    The national portal reads the category from ``dcat:theme`` alone, the profile of the EU from its own property.
    """
    add_concept(graph, node, DCAT.theme, f"{origin}/catalogue/?theme={record.theme}", record.theme_title)
    code = data_theme(record.topic_category)
    add_concept(graph, node, DCAT.theme, uris.data_theme_uri(code), str(DataTheme(code).label))
    if record.inspire_theme in InspireTheme.values:
        label = str(InspireTheme(record.inspire_theme).label)
        add_concept(graph, node, DCAT.theme, uris.inspire_theme_uri(record.inspire_theme), label)
    if record.hvd_category in HvdCategory.values:
        address, label = uris.hvd_uri(record.hvd_category), str(HvdCategory(record.hvd_category).label)
        add_concept(graph, node, DCAT.theme, address, label)
        add_hvd(graph, node, record.hvd_category)


def add_hvd(graph: Graph, node: URIRef, category: str) -> None:
    """Add the category of high-value data of a dataset or service, and its law (HVD profile 3.0)."""
    address = uris.hvd_uri(category)
    add_concept(graph, node, DCATAP.hvdCategory, address, str(HvdCategory(category).label))
    graph.add((node, DCATAP.applicableLegislation, uri(uris.HVD_LEGISLATION)))


def _add_dates(graph: Graph, node: URIRef, record: Record) -> None:
    """Add the instants; one in the future would be refused, and is that of a clock ahead of ours."""
    now = timezone.now()
    instants = (
        (DCTERMS.created, record.created),
        (DCTERMS.issued, record.issued),
        (DCTERMS.modified, record.modified),
    )
    for predicate, instant in instants:
        if instant is not None:
            literal = Literal(min(instant, now).isoformat(timespec="seconds"), datatype=XSD.dateTime)
            graph.add((node, predicate, literal))
    if record.period:
        period = BNode()  # one with an address would be fetched
        graph.add((node, DCTERMS.temporal, period))
        graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
        for predicate, moment in zip((DCAT.startDate, DCAT.endDate), record.period, strict=True):
            day = timezone.localdate(moment) if isinstance(moment, dt.datetime) else moment
            graph.add((period, predicate, Literal(day.isoformat(), datatype=XSD.date)))


def _add_codes(graph: Graph, node: URIRef, record: Record) -> None:
    add_code(graph, node, DCTERMS.language, uris.language_uri(record.language), DCTERMS.LinguisticSystem)
    add_code(graph, node, DCTERMS.accrualPeriodicity, uris.frequency_uri(record.frequency), DCTERMS.Frequency)
    add_code(graph, node, DCTERMS.license, uris.licence_uri(record.licence), DCTERMS.LicenseDocument)
    rights = uris.access_rights_uri(record.access_rights)
    add_code(graph, node, DCTERMS.accessRights, rights, DCTERMS.RightsStatement)
    if record.access_reason:
        reason = uris.access_reason_uri(record.access_reason)
        add_code(graph, node, DCTERMS.rights, reason, DCTERMS.RightsStatement)
    add_code(graph, node, DCTERMS.conformsTo, record.schema_url, DCTERMS.Standard)
    if record.resolution_m is not None:
        resolution = Literal(str(record.resolution_m), datatype=XSD.decimal)
        graph.add((node, DCAT.spatialResolutionInMeters, resolution))


def _add_roles(graph: Graph, node: URIRef, record: Record) -> None:
    add_agent(graph, node, DCTERMS.publisher, record.publisher or record.producer)
    if record.producer != (record.publisher or record.producer):
        add_agent(graph, node, DCTERMS.creator, record.producer)
    name = record.contact_name or record.publisher or record.producer
    add_contact(graph, node, name=name, email=record.contact_email, url=record.contact_url)


def _add_bounds(graph: Graph, node: URIRef, bounds: Bounds) -> None:
    """Add the extent: the box as WKT (``dcat:bbox``) and as GeoJSON, and its centre."""
    west, south, east, north = bounds
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    ring = ",".join(f"{longitude} {latitude}" for longitude, latitude in corners)
    polygon = json.dumps({"type": "Polygon", "coordinates": [corners]})
    centre = f"POINT({round((west + east) / 2, 6)} {round((south + north) / 2, 6)})"
    place = BNode()
    graph.add((node, DCTERMS.spatial, place))
    graph.add((place, RDF.type, DCTERMS.Location))
    graph.add((place, DCAT.bbox, Literal(f"POLYGON(({ring}))", datatype=GEOSPARQL.wktLiteral)))
    graph.add((place, LOCN.geometry, Literal(polygon, datatype=GEOSPARQL.geoJSONLiteral)))
    graph.add((place, DCAT.centroid, Literal(centre, datatype=GEOSPARQL.wktLiteral)))


def _add_distribution(
    graph: Graph, node: URIRef, record: Record, distribution: Distribution, origin: str
) -> None:
    """Add a file, or the way to a service; the national portal matches files by their address alone."""
    address = uri(origin + distribution.path)
    item = BNode()
    graph.add((node, DCAT.distribution, item))
    graph.add((item, RDF.type, DCAT.Distribution))
    graph.add((item, DCAT.accessURL, address))
    add_texts(graph, item, DCTERMS.title, str(distribution.title))
    add_texts(graph, item, DCTERMS.description, f"{record.title} – {distribution.title}")
    file_type, media_type = (
        uris.file_type_uri(distribution.code),
        uris.media_type_uri(distribution.media_type),
    )
    add_code(graph, item, DCTERMS["format"], file_type, DCTERMS.MediaTypeOrExtent)
    add_code(graph, item, DCAT.mediaType, media_type, DCTERMS.MediaType)
    add_code(graph, item, DCTERMS.license, uris.licence_uri(record.licence), DCTERMS.LicenseDocument)
    add_concept(graph, item, DCATAP.availability, _AVAILABILITY, "stable")
    if distribution.is_service:
        add_code(graph, item, DCTERMS.conformsTo, STANDARDS.get(distribution.code, ""), DCTERMS.Standard)
    else:
        graph.add((item, DCAT.downloadURL, address))
    if record.hvd_category in HvdCategory.values:
        graph.add((item, DCATAP.applicableLegislation, uri(uris.HVD_LEGISLATION)))
