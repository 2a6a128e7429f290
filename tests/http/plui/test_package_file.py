"""The package of a document online is for who reads all of it."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from layers.models import Commune, Layer
from layers.vocabulary import Visibility
from tests import factories

pytestmark = pytest.mark.django_db
ADDRESS = f"/urbanisme/documents/{factories.IDURBA}/paquet.zip"


def content(response: HttpResponseBase) -> bytes:
    return b"".join(response)  # type: ignore[call-overload]  # a streamed file


@pytest.fixture
def zone(catalogue: dict[str, Commune]) -> None:
    factories.zone("UA")
    Layer.objects.filter(slug__startswith="plui-").update(visibility=Visibility.OPEN)


def test_everybody_gets_the_package_of_an_open_document(zone: None, client: Client) -> None:
    response = client.get(ADDRESS)
    with zipfile.ZipFile(io.BytesIO(content(response))) as archive:
        names = archive.namelist()
    assert response["Content-Disposition"] == 'attachment; filename="200057974_PLUi_20260101.zip"'
    assert "200057974_PLUi_20260101/Donnees_geographiques/200057974_ZONE_URBA_20260101.shp" in names


def test_a_hidden_document_has_no_package(zone: None, client: Client) -> None:
    Layer.objects.filter(slug="plui-zones").update(visibility=Visibility.INTERNAL)
    assert client.get(ADDRESS).status_code == 404


def test_a_document_that_does_not_exist_reads_like_a_hidden_one(zone: None, client: Client) -> None:
    absent = client.get("/urbanisme/documents/92048_PLU_20100101/paquet.zip")
    Layer.objects.filter(slug="plui-zones").update(visibility=Visibility.INTERNAL)
    assert absent.status_code == client.get(ADDRESS).status_code == 404


def test_the_portal_of_a_commune_refuses_it_in_words(zone: None, client: Client) -> None:
    response = client.get(ADDRESS, headers={"host": "meudon.localhost"})
    assert response.status_code == 403
    assert "tout le document" in response.content.decode()


def test_an_unknown_parameter_is_named(zone: None, client: Client) -> None:
    response = client.get(ADDRESS, {"format": "gpkg"})
    assert response.status_code == 400
    assert "format" in response.content.decode()


def test_the_page_of_documents_links_to_it_for_who_may_have_it(zone: None, client: Client) -> None:
    assert ADDRESS in client.get("/urbanisme/documents/").content.decode()
    page = client.get("/urbanisme/documents/", headers={"host": "meudon.localhost"})
    assert ADDRESS not in page.content.decode()
