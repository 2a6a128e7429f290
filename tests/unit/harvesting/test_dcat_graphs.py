"""A record in DCAT-AP: what the national portal and the European profile read, at its exact address."""

from __future__ import annotations

import datetime as dt

import pytest
from pytest_django import Settings
from rdflib import DCAT, DCTERMS, FOAF, RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from harvesting.addresses import explore_distributions
from harvesting.dcat.catalogues import CataloguePage, page_graph
from harvesting.dcat.datasets import add_dataset
from harvesting.dcat.namespaces import DCATAP, GEOSPARQL, HYDRA, VCARD, new_graph
from harvesting.dcat.writing import RDF_FORMS, document
from metadata.records import Distribution, Record
from tests.records import FILES, record
from tests.shacl import violations

ORIGIN = "http://localhost"
EU = Namespace("http://publications.europa.eu/resource/authority/")
MOBILITY = URIRef("http://data.europa.eu/bna/c_b79e35eb")
WFS = Distribution(
    "wfs", "WFS", "application/xml", "/wfs?service=WFS&request=GetCapabilities", is_service=True
)
FULL = record(
    hvd_category="c_b79e35eb",
    period=(dt.date(2020, 1, 1), dt.date(2020, 12, 31)),
    contact_name="Service des parcs",
    contact_email="parcs@example.org",
    lineage="Relevé de terrain.",
    schema_url="https://schema.data.gouv.fr/etalab/schema-irve-statique/",
    inspire_theme="tn",
    resolution_m=0.5,
    title_en="Trees",
    distributions=(*FILES, WFS),
)


def dataset(each: Record = FULL) -> tuple[Graph, URIRef]:
    graph = new_graph()
    return graph, add_dataset(graph, each, ORIGIN)


def written(records: list[Record], size: int, *, form: str = "ttl") -> list[bytes]:
    """Return the pages of a catalogue in a form of RDF."""
    count, documents = -(-len(records) // size), []
    for number in range(1, count + 1):
        own = records[(number - 1) * size : number * size]
        page = CataloguePage(own, number, count, len(records), size, f"{ORIGIN}/catalog.{form}")
        head = page_graph(page, records, origin=ORIGIN, commune="")
        documents.append(document(head, own, form=form, origin=ORIGIN))
    return documents


def pages(records: list[Record], size: int) -> list[Graph]:
    return [Graph().parse(data=each, format="turtle") for each in written(records, size)]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_a_page_says_the_same_in_each_form() -> None:
    graphs = []
    for form in RDF_FORMS:
        (page,) = written([FULL, record(slug="bancs")], 10, form=form)
        # The address of the catalogue ends with its form.
        text = page.decode().replace(f"/catalog.{form}", "/catalog")
        graphs.append(Graph().parse(data=text, format=RDF_FORMS[form].syntax.removeprefix("pretty-")))
    assert len(graphs[0]) > 100
    assert isomorphic(graphs[0], graphs[1])
    assert isomorphic(graphs[0], graphs[2])


def test_a_dataset_is_written_again_when_its_record_changes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    described: list[str] = []

    def add(graph: Graph, each: Record, origin: str, files: tuple[Distribution, ...]) -> URIRef:
        described.append(each.slug)
        return add_dataset(graph, each, origin, files)

    monkeypatch.setattr("harvesting.dcat.writing.add_dataset", add)
    records = [record(slug="jeux"), record(slug="bancs"), record(slug="arbres")]
    written(records, 2, form="rdf")
    written([records[0], record(slug="bancs", title="Bancs publics"), records[2]], 3, form="rdf")
    assert described == ["jeux", "bancs", "arbres", "bancs"]


def test_the_codes_are_those_that_the_national_portal_recognises() -> None:
    graph, node = dataset()
    licence = graph.value(node, DCTERMS.license)
    assert str(licence) == "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
    assert graph.value(node, DCTERMS.accrualPeriodicity) == EU["frequency/ANNUAL"]
    assert {MOBILITY, URIRef("http://inspire.ec.europa.eu/theme/tn")} <= set(graph.objects(node, DCAT.theme))
    assert graph.value(node, DCATAP.hvdCategory) == MOBILITY


def test_the_contact_is_a_name_and_an_address_of_mail() -> None:
    graph, node = dataset()
    contact = graph.value(node, DCAT.contactPoint)
    assert str(graph.value(contact, VCARD.fn)) == "Service des parcs"
    assert graph.value(contact, VCARD.hasEmail) == URIRef("mailto:parcs@example.org")


def test_space_and_time_are_literals_that_need_no_other_request() -> None:
    graph, node = dataset()
    place, period = graph.value(node, DCTERMS.spatial), graph.value(node, DCTERMS.temporal)
    assert graph.value(place, DCAT.bbox) == Literal(
        "POLYGON((2.1 48.7,2.3 48.7,2.3 48.9,2.1 48.9,2.1 48.7))", datatype=GEOSPARQL.wktLiteral
    )
    assert {each.datatype for each in graph.objects(place) if isinstance(each, Literal)} == {
        GEOSPARQL.wktLiteral,
        GEOSPARQL.geoJSONLiteral,
    }
    assert isinstance(period, BNode)
    assert str(graph.value(period, DCAT.endDate)) == "2020-12-31"


def test_the_form_is_the_one_that_clients_of_turtle_read_back() -> None:
    graph, _node = dataset(record(abstract="a\x0bb", contact_url="https://example.org/a b"))
    for syntax in ("turtle", "pretty-xml"):
        text = graph.serialize(format=syntax)
        assert len(Graph().parse(data=text, format=syntax.replace("pretty-", ""))) == len(graph)


def test_an_instant_ahead_of_the_clock_is_now() -> None:
    graph, node = dataset(record(modified=dt.datetime(2999, 1, 1, tzinfo=dt.UTC)))
    assert str(graph.value(node, DCTERMS.modified)) < "2999"


@pytest.mark.parametrize(
    "each", [FULL, record(), record(bounds=None, abstract="", contact_url="https://a.fr")]
)
def test_a_record_fulfils_the_duties_of_dcat_ap(each: Record) -> None:
    assert violations(pages([each], 1)[0]) == ""


def test_the_duties_can_be_broken() -> None:
    graph, node = dataset()
    graph.remove((node, DCTERMS.description, None))
    graph.remove((None, DCATAP.applicableLegislation, None))
    assert violations(graph).count("Constraint Violation") >= 2


def test_pages_hold_whole_datasets_and_services_are_on_the_last() -> None:
    graphs = pages([record(f"jeu-{number}", distributions=(*FILES, WFS)) for number in range(5)], 2)
    assert [len(set(each.subjects(RDF.type, DCAT.Dataset))) for each in graphs] == [2, 2, 1]
    assert [bool(list(each.triples((None, HYDRA.next, None)))) for each in graphs] == [True, True, False]
    assert [len(list(each.subjects(RDF.type, DCAT.DataService))) for each in graphs] == [0, 0, 1]
    assert len(list(graphs[-1].objects(None, DCAT.servesDataset))) == 5


def test_files_of_the_former_portal_have_their_exact_addresses() -> None:
    files = explore_distributions(record(former_id="arbres_2019"), ["csv", "json", "shp"], is_labelled=True)
    base = "/api/explore/v2.1/catalog/datasets/arbres_2019/exports"
    assert [file.path for file in files] == [f"{base}/csv?use_labels=true", f"{base}/json"]


def test_the_organisation_of_the_settings_publishes_the_catalogue(settings: Settings) -> None:
    settings.ORGANISATION = "Grand Paris Seine Ouest"
    (graph,) = pages([FULL], 1)
    publisher = graph.value(URIRef(f"{ORIGIN}/catalogue/"), DCTERMS.publisher)
    assert str(graph.value(publisher, FOAF.name)) == "Grand Paris Seine Ouest"
