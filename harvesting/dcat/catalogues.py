"""A page of the catalogue as a graph: the ``dcat:Catalog``, whole datasets, Hydra paging, and the services at the end.

Services are on the last page alone: each is harvested once, after the datasets that it serves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from rdflib import DCAT, DCTERMS, FOAF, RDF, SKOS, XSD, Graph, Literal, URIRef

from harvesting.dcat.datasets import STANDARDS, add_hvd, dataset_node
from harvesting.dcat.namespaces import (
    HYDRA,
    add_agent,
    add_code,
    add_contact,
    add_texts,
    new_graph,
    text,
    uri,
)
from layers.vocabulary import Licence
from metadata import uris
from metadata.records import Record
from metadata.vocabulary import HvdCategory


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """A page of ``records``: ``number`` of ``count`` pages, from 1, of ``total`` datasets.

    ``address`` is that of the first page, ``size`` the datasets of a page as the client asks for it.
    """

    records: Sequence[Record]
    number: int
    count: int
    total: int
    size: int
    address: str

    def uri(self, number: int) -> URIRef:
        """Return the address of a page."""
        return uri(f"{self.address}?page={number}&page_size={self.size}")


def catalogue_title(commune: str) -> str:
    """Return what the catalogue of a portal is called; ``commune`` is its name, empty for the whole territory."""
    title = _("Portail de données géographiques")
    return _("%(title)s : %(text)s") % {"title": title, "text": commune} if commune else title


def add_catalogue(
    graph: Graph, records: Sequence[Record], *, origin: str, commune: str, listed: Sequence[Record]
) -> URIRef:
    """Add the catalogue of all ``records`` with links to the datasets ``listed``, and return its node."""
    node = uri(f"{origin}/catalogue/")
    title = catalogue_title(commune)
    graph.add((node, RDF.type, DCAT.Catalog))
    add_texts(graph, node, DCTERMS.title, title)
    description = _("Données ouvertes du territoire : couches, fichiers et services.")
    add_texts(graph, node, DCTERMS.description, description)
    add_agent(graph, node, DCTERMS.publisher, settings.ORGANISATION or title)
    add_code(graph, node, FOAF.homepage, f"{origin}/", FOAF.Document)
    add_code(graph, node, DCTERMS.language, uris.language_uri("FRA"), DCTERMS.LinguisticSystem)
    add_code(graph, node, DCTERMS.license, uris.licence_uri(Licence.ETALAB_2), DCTERMS.LicenseDocument)
    add_code(graph, node, DCAT.themeTaxonomy, uris.DATA_THEMES, SKOS.ConceptScheme)
    graph.add((uri(uris.DATA_THEMES), DCTERMS.title, text(_("Thèmes européens des données"))))
    changes = [record.modified or record.issued for record in records]
    if records:
        issued = min(record.issued for record in records)
        for predicate, instant in ((DCTERMS.issued, issued), (DCTERMS.modified, max(changes))):
            literal = Literal(instant.isoformat(timespec="seconds"), datatype=XSD.dateTime)
            graph.add((node, predicate, literal))
    for record in listed:
        graph.add((node, DCAT.dataset, dataset_node(record, origin)))
    return node


def page_graph(page: CataloguePage, every: Sequence[Record], *, origin: str, commune: str) -> Graph:
    """Return the graph of a page without what describes its datasets.

    ``every`` are the records of all pages, which services serve.
    """
    graph = new_graph()
    node = add_catalogue(graph, every, origin=origin, commune=commune, listed=page.records)
    _add_paging(graph, node, page)
    if page.number == page.count:
        _add_services(graph, node, every, origin)
    return graph


def _add_paging(graph: Graph, node: URIRef, page: CataloguePage) -> None:
    """Add the view of a page (Hydra core vocabulary, ``PartialCollectionView``)."""
    view = page.uri(page.number)
    graph.add((node, RDF.type, HYDRA.Collection))
    graph.add((node, HYDRA.totalItems, Literal(page.total)))
    graph.add((node, HYDRA.view, view))
    graph.add((view, RDF.type, HYDRA.PartialCollectionView))
    graph.add((view, HYDRA.first, page.uri(1)))
    graph.add((view, HYDRA.last, page.uri(page.count)))
    if page.number > 1:
        graph.add((view, HYDRA.previous, page.uri(page.number - 1)))
    if page.number < page.count:
        graph.add((view, HYDRA.next, page.uri(page.number + 1)))


@dataclass(frozen=True, slots=True)
class _Service:
    code: str
    title: str
    description: str
    endpoint: str
    contract: str


def _services() -> list[_Service]:
    contract = reverse("ogc:openapi")
    wfs = reverse("wfs:service")
    return [
        _Service(
            "wfs",
            _("Service WFS 2.0"),
            _("Objets des couches ouvertes, pour les logiciels de cartographie."),
            wfs,
            f"{wfs}?service=WFS&request=GetCapabilities",
        ),
        _Service(
            "ogc-api-features",
            _("API des objets (OGC API Features)"),
            _("Objets des couches ouvertes en GeoJSON, filtrés et paginés."),
            reverse("ogc:landing"),
            contract,
        ),
        _Service(
            "tilejson",
            _("Tuiles vectorielles (OGC API Tiles)"),
            _("Tuiles des couches ouvertes, pour les cartes en ligne."),
            reverse("tilesets:portal-tilesets"),
            contract,
        ),
    ]


def _add_services(graph: Graph, node: URIRef, records: Sequence[Record], origin: str) -> None:
    """Add the services that answer about the datasets, each with those that it serves by their identity."""
    for service in _services():
        served = [
            record
            for record in records
            if any(each.is_service and each.code == service.code for each in record.distributions)
        ]
        if served:
            graph.add((node, DCAT.service, _add_service(graph, service, served, origin)))


def _add_service(graph: Graph, service: _Service, served: Sequence[Record], origin: str) -> URIRef:
    node = uri(origin + service.endpoint)
    graph.add((node, RDF.type, DCAT.DataService))
    graph.add((node, DCTERMS.identifier, Literal(str(node))))
    add_texts(graph, node, DCTERMS.title, service.title)
    add_texts(graph, node, DCTERMS.description, service.description)
    graph.add((node, DCAT.endpointURL, node))
    graph.add((node, DCAT.endpointDescription, uri(origin + service.contract)))
    add_code(graph, node, DCTERMS.conformsTo, STANDARDS[service.code], DCTERMS.Standard)
    add_code(graph, node, FOAF.page, origin + reverse("connect:portal"), FOAF.Document)
    contact = next((record for record in served if record.contact_email), None)
    email = settings.PORTAL_CONTACT or (contact.contact_email if contact else "")
    add_contact(graph, node, name=_("Équipe du portail"), email=email, url="" if email else f"{origin}/")
    for record in served:
        dataset = dataset_node(record, origin)
        graph.add((node, DCAT.servesDataset, dataset))
        graph.add((dataset, DCTERMS.identifier, Literal(str(dataset))))
    for category in sorted({record.hvd_category for record in served} & set(HvdCategory.values)):
        add_hvd(graph, node, category)
    return node
