"""The catalogue in DCAT: one form an address, whole datasets on Hydra pages, what everybody sees and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client
from rdflib import DCAT, RDF, Graph

from layers.models import Layer
from metadata.models import LayerMetadata
from tests.people import ADMINISTRATOR
from tests.protocols import get
from tests.world import DRAFT, PLAYGROUNDS, TREES, World

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
EXPLORE = "/api/explore/v2.1/catalog/exports/dcat/"
FORMS = {
    "/catalog.rdf": ("xml", "application/rdf+xml; charset=utf-8"),
    "/catalog.ttl": ("turtle", "text/turtle; charset=utf-8"),
    "/catalog.jsonld": ("json-ld", "application/ld+json; charset=utf-8"),
    EXPLORE: ("xml", "application/rdf+xml; charset=utf-8"),
    EXPLORE.rstrip("/"): ("xml", "application/rdf+xml; charset=utf-8"),
}


def catalogue(path: str, syntax: str = "xml", *, host: str = "localhost") -> Graph:
    return Graph().parse(data=get(path, host=host).body, format=syntax)


def slugs(graph: Graph) -> set[str]:
    return {str(node).rstrip("/").rpartition("/")[2] for node in graph.subjects(RDF.type, DCAT.Dataset)}


@pytest.mark.parametrize("path", FORMS)
def test_an_address_has_one_form_whatever_is_requested(world: World, path: str) -> None:
    syntax, media_type = FORMS[path]
    client = Client(headers={"host": "localhost", "accept": "text/html"})
    head, answer = client.head(path), client.get(path)
    assert head.status_code == 200
    assert head.headers["Content-Type"] == media_type
    assert answer.headers["Content-Type"] == media_type
    assert TREES in slugs(Graph().parse(data=answer.content, format=syntax))


def test_an_administrator_reads_the_catalogue_of_everybody(world: World) -> None:
    graph = catalogue("/catalog.ttl", "turtle")
    assert {PLAYGROUNDS, DRAFT} & slugs(graph) == set()
    mine = Graph().parse(data=get("/catalog.ttl", ADMINISTRATOR).body, format="turtle")
    assert slugs(mine) == slugs(graph)


def test_the_portal_of_a_commune_has_its_own_identifiers(world: World) -> None:
    graph = catalogue("/catalog.rdf", host="meudon.localhost")
    nodes = {str(node) for node in graph.subjects(RDF.type, DCAT.Dataset)}
    assert f"http://meudon.localhost/explore/dataset/{TREES}/" in nodes


def test_a_withdrawn_layer_leaves_at_once_and_comes_back_under_its_identifier(world: World) -> None:
    client = Client(headers={"host": "localhost"})
    LayerMetadata.objects.create(layer=Layer.objects.get(slug=TREES), former_id="arbres")
    before = client.get("/catalog.rdf")
    Layer.objects.filter(slug=TREES).update(state="archived")
    answer = client.get("/catalog.rdf", headers={"if-none-match": before.headers["ETag"]})
    assert answer.status_code == 200
    assert "arbres" not in slugs(Graph().parse(data=answer.content, format="xml"))
    Layer.objects.filter(slug=TREES).update(state="published")
    assert "arbres" in slugs(catalogue("/catalog.rdf"))


def test_neither_head_nor_an_unchanged_catalogue_reads_a_record(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(headers={"host": "localhost"})
    etag = client.head("/catalog.ttl").headers["ETag"]

    def refuse(**_where: object) -> None:
        raise AssertionError("records were read")

    monkeypatch.setattr("harvesting.public_catalogue.public_records", refuse)
    assert client.head("/catalog.ttl").status_code == 200
    assert client.get("/catalog.ttl", headers={"if-none-match": etag}).status_code == 304


def test_a_failure_is_no_shorter_catalogue(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_where: object) -> None:
        raise ValueError

    monkeypatch.setattr("harvesting.public_catalogue.public_records", fail)
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    assert client.get("/catalog.rdf").status_code == 500


@pytest.mark.parametrize(
    ("query", "culprit"),
    [("page=0", "page"), ("page=99", "page"), ("page_size=abc", "page_size"), ("limit=2", "limit")],
)
def test_a_bad_page_is_refused_by_name(world: World, query: str, culprit: str) -> None:
    answer = get(f"/catalog.rdf?{query}")
    assert answer.status == 400
    assert answer.document["parameter"] == culprit
