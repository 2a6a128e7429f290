"""``/tiles/fonds/portail.geojson``: one file for everybody, compressed, kept by browsers; empty where there is none."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from gisportal.checks import check_backdrop

ADDRESS = "/tiles/fonds/portail.geojson"


@pytest.fixture(autouse=True)
def _portal(communes: object) -> None:
    """The portal needs its communes to know what a hostname is."""


def test_the_backdrop_is_geojson_with_its_attribution(client: Client) -> None:
    answer = client.get(ADDRESS)
    assert answer["Content-Type"] == "application/geo+json"
    assert answer.json()["attribution"] == "Fond du portail, tracés approximatifs"


def test_who_reads_gzip_gets_gzip(client: Client) -> None:
    assert client.get(ADDRESS, headers={"Accept-Encoding": "gzip"})["Content-Encoding"] == "gzip"


def test_who_holds_it_gets_nothing_again(client: Client) -> None:
    held = client.get(ADDRESS)["ETag"]
    answer = client.get(ADDRESS, headers={"If-None-Match": held})
    assert answer.status_code == 304
    assert answer.content == b""


def test_an_unknown_parameter_is_named(client: Client) -> None:
    answer = client.get(ADDRESS, {"couleur": "bleu"})
    assert answer.status_code == 400
    assert "couleur" in answer.content.decode()


def test_a_portal_without_backdrop_serves_an_empty_one(client: Client, settings: Settings) -> None:
    settings.PORTAL_BACKDROP = ""
    assert client.get(ADDRESS).json()["features"] == []


@pytest.mark.parametrize("address", ["/", "/carte/", "/catalogue/aires-de-jeux/", "/carte/imprimer/"])
def test_pages_of_a_portal_without_backdrop_say_nothing_of_it(
    client: Client, settings: Settings, catalogue: object, address: str
) -> None:
    settings.PORTAL_BACKDROP = ""
    assert "tracés approximatifs" not in client.get(address).content.decode()


def test_a_file_that_cannot_be_read_stops_the_start_with_its_name(settings: Settings) -> None:
    settings.PORTAL_BACKDROP = "/nowhere/backdrop.geojson"
    [fault] = check_backdrop()
    assert fault.id == "gisportal.E010"
    assert "/nowhere/backdrop.geojson" in fault.msg
