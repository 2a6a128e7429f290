"""Namespaces of DCAT that rdflib does not have, and the small nodes that several resources are described by."""

from __future__ import annotations

import re
from typing import Final

from django.utils.encoding import iri_to_uri
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

DCATAP: Final = Namespace("http://data.europa.eu/r5r/")
HYDRA: Final = Namespace("http://www.w3.org/ns/hydra/core#")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
LOCN: Final = Namespace("http://www.w3.org/ns/locn#")
GEOSPARQL: Final = Namespace("http://www.opengis.net/ont/geosparql#")
PREFIXES: Final = {
    "dcat": DCAT,
    "dct": DCTERMS,
    "dcatap": DCATAP,
    "foaf": FOAF,
    "geosparql": GEOSPARQL,
    "hydra": HYDRA,
    "locn": LOCN,
    "rdf": RDF,
    "rdfs": RDFS,
    "skos": SKOS,
    "vcard": VCARD,
    "xsd": XSD,
}
# Characters that XML 1.0 (2.2) does not have: RDF/XML would be no XML.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def new_graph() -> Graph:
    """Return an empty graph with the prefixes of DCAT."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    graph.bind(
        "xml", "http://www.w3.org/XML/1998/namespace"
    )  # RDF/XML would call it otherwise, which is no XML
    return graph


def uri(address: str) -> URIRef:
    """Return the node of an address, in which every character is one of URIs (RFC 3986)."""
    return URIRef(iri_to_uri(address) or "")


def text(words: str, language: str = "fr") -> Literal:
    """Return a text in a language, none for a name, without what XML cannot hold."""
    return Literal(_NOT_XML.sub("", words), lang=language or None)


def add_texts(graph: Graph, subject: Node, predicate: URIRef, french: str, english: str = "") -> None:
    """Add a text in French and in English; an empty one is left out."""
    for words, language in ((french, "fr"), (english, "en")):
        if words:
            graph.add((subject, predicate, text(words, language)))


def add_code(graph: Graph, subject: Node, predicate: URIRef, address: str, kind: URIRef) -> None:
    """Add a code of an authority, by its address and its class; an empty address is left out."""
    if address:
        graph.add((subject, predicate, uri(address)))
        graph.add((uri(address), RDF.type, kind))


def add_concept(graph: Graph, subject: Node, predicate: URIRef, address: str, label: str) -> None:
    """Add a concept with its label, by which the national portal makes a keyword."""
    add_code(graph, subject, predicate, address, SKOS.Concept)
    graph.add((uri(address), SKOS.prefLabel, text(label)))


def add_agent(graph: Graph, subject: Node, predicate: URIRef, name: str) -> None:
    """Add an organisation by its name; an empty name is left out."""
    if name:
        agent = BNode()
        graph.add((subject, predicate, agent))
        graph.add((agent, RDF.type, FOAF.Agent))
        graph.add((agent, FOAF.name, text(name, "")))


def add_contact(graph: Graph, subject: Node, *, name: str, email: str, url: str) -> None:
    """Add a contact point (vCard); the national portal reads none without an e-mail address or a form."""
    if not email and not url:
        return
    contact = BNode()
    graph.add((subject, DCAT.contactPoint, contact))
    graph.add((contact, RDF.type, VCARD.Kind))
    graph.add((contact, RDF.type, VCARD.Organization))
    if name:
        graph.add((contact, VCARD.fn, text(name, "")))
    if email:
        graph.add((contact, VCARD.hasEmail, uri(f"mailto:{email}")))
    if url:
        graph.add((contact, VCARD.hasURL, uri(url)))
