"""The addresses of the former portal: 200 without redirection for what is public, 404 in its own form for the rest."""

from __future__ import annotations

import csv
import io

import pytest
from django.http import HttpResponseBase
from django.test import Client
from rdflib import DCAT, DCTERMS, RDF, Graph, URIRef

from layers.models import Layer
from metadata.models import Attachment, LayerMetadata, attachment_folder
from tests.protocols import get
from tests.world import DRAFT, PLAYGROUNDS, TREES, World

DATASETS = "/api/explore/v2.1/catalog/datasets"
TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "geojson": "application/geo+json",
    "shp": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pytest.fixture
def former(world: World) -> World:
    """The trees were "arbres_2019" on the former portal."""
    LayerMetadata.objects.create(layer=Layer.objects.get(slug=TREES), former_id="arbres_2019")
    return world


def response(path: str) -> HttpResponseBase:
    """Return what a browser gets, read to its end."""
    answer = Client(headers={"host": "localhost", "accept": "text/html"}).get(path)
    answer.text_of_file = b"".join(answer)  # type: ignore[attr-defined]  # the client closes it then
    return answer


def content(path: str) -> bytes:
    return response(path).text_of_file  # type: ignore[attr-defined, no-any-return]


def test_each_dataset_has_one_identity_and_the_files_that_the_source_lists(former: World) -> None:
    path = "/api/explore/v2.1/catalog/exports/dcat/?include_exports=csv&lang=fr"
    graph = Graph().parse(data=get(path).body, format="xml")
    node = URIRef("http://localhost/explore/dataset/arbres_2019/")
    assert (node, RDF.type, DCAT.Dataset) in graph
    assert str(graph.value(node, DCTERMS.identifier)) == str(graph.value(node, DCAT.landingPage)) == str(node)
    assert [str(graph.value(file, DCAT.downloadURL)) for file in graph.objects(node, DCAT.distribution)] == [
        f"http://localhost{DATASETS}/arbres_2019/exports/csv?use_labels=true"
    ]


@pytest.mark.parametrize("form", TYPES)
def test_a_file_is_served_at_its_former_address(former: World, form: str) -> None:
    answer = response(f"{DATASETS}/arbres_2019/exports/{form}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(TYPES[form])


def test_the_table_is_the_one_that_reuses_of_the_former_portal_read(former: World) -> None:
    text = content(f"{DATASETS}/{TREES}/exports/csv/?use_labels=true").decode("utf-8-sig")
    rows = [set(row.values()) for row in csv.DictReader(io.StringIO(text), delimiter=";")]
    assert len(rows) == 2
    assert {"Cedre-Meudon", "Platane-Boulogne"} <= set.union(*rows)


@pytest.mark.parametrize("end", ["", "/", "/table/"])
def test_the_page_of_a_layer_is_at_its_identity(former: World, end: str) -> None:
    answer = response(f"/explore/dataset/arbres_2019{end}")
    assert answer.status_code == 200
    assert answer.headers["Link"] == f'<http://localhost/catalogue/{TREES}/>; rel="canonical"'


@pytest.mark.parametrize("dataset", [PLAYGROUNDS, DRAFT, "inconnu", "étrange.id"])
@pytest.mark.parametrize("path", ["exports/csv", "exports/json/"])
def test_hidden_reads_as_absent_in_the_form_of_the_former_api(former: World, dataset: str, path: str) -> None:
    answer = get(f"{DATASETS}/{dataset}/{path}")
    assert answer.status == 404
    assert answer.document["error_code"] == "NotFoundResource"


@pytest.mark.parametrize("dataset", [PLAYGROUNDS, DRAFT, "inconnu"])
def test_hidden_has_no_page(former: World, dataset: str) -> None:
    assert get(f"/explore/dataset/{dataset}/").status == 404


@pytest.mark.parametrize(
    ("path", "culprit"),
    [
        ("catalog/exports/dcat/?where=theme", "where"),
        ("catalog/exports/dcat/?include_exports=csv,ov2", "ov2"),
        ("catalog/exports/dcat?use_labels_in_exports=oui", "use_labels_in_exports"),
        (f"catalog/datasets/{TREES}/exports/csv?limit=2", "limit"),
        (f"catalog/datasets/{TREES}/exports/ov2", "ov2"),
        (f"catalog/datasets/{TREES}/exports/geojson?epsg=lambert", "epsg"),
        (f"catalog/datasets/{TREES}/exports/geojson?epsg=27572", "epsg"),
    ],
)
def test_a_bad_request_is_refused_in_the_form_of_the_former_api(
    former: World, path: str, culprit: str
) -> None:
    answer = get(f"/api/explore/v2.1/{path}")
    assert answer.status == 400
    assert answer.document["error_code"] == "InvalidRESTParameterError"
    assert culprit in answer.document["message"]


def test_an_attachment_is_at_its_former_address_as_long_as_the_layer_is_public(former: World) -> None:
    attachment_folder().mkdir(parents=True, exist_ok=True)
    layer = Layer.objects.get(slug=TREES)
    row = Attachment.objects.create(
        layer=layer,
        title="Notice",
        file_name="notice.pdf",
        stored_name="a1.pdf",
        media_type="application/pdf",
        size=4,
        sha256="0" * 64,
        former_id="notice_pdf",
    )
    row.path.write_bytes(b"%PDF")
    path = "/api/v2/catalog/datasets/arbres_2019/attachments/notice_pdf"
    graph = Graph().parse(data=get("/catalog.rdf").body, format="xml")
    assert URIRef(f"http://localhost{path}") in set(graph.objects(None, DCTERMS.hasPart))
    assert content(path) == b"%PDF"
    Layer.objects.filter(pk=layer.pk).update(state="archived")
    assert get(path).status == 404
