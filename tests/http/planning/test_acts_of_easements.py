"""Acts of easements: on the sheet with how the perimeter was made, and their PDF to who reads the perimeter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.gis.geos import MultiPolygon
from django.test import Client
from pytest_django import Settings

from layers.models import Commune, Layer
from reference_data.models import Easement, Parcel
from tests.easement_packages import ACT, load_package, tables
from tests.parcels import parcel, rectangle
from tests.people import ADMINISTRATOR
from tests.staff import signed_in
from tests.world import protect

pytestmark = pytest.mark.django_db
SHEET = "/urbanisme/ici/92048000AB0123/"


@pytest.fixture
def place(catalogue: dict[str, Commune], settings: Settings, tmp_path: Path) -> Parcel:
    """A parcel inside the perimeters of a package: they are moved over it."""
    settings.MEDIA_ROOT = tmp_path
    load_package(tables())
    for easement in Easement.objects.all():
        easement.geom = MultiPolygon(rectangle(-500, -500, 500, 500), srid=4326)
        easement.save()
    return parcel()


def act_address(client: Client) -> str:
    match = re.search(r'href="(/urbanisme/servitudes/actes/[^"]+)"', client.get(SHEET).content.decode())
    return match[1] if match else ""


def test_the_sheet_says_the_act_its_date_who_manages_and_how_the_perimeter_was_made(
    client: Client, place: Parcel
) -> None:
    text = client.get(SHEET).content.decode()
    words = [
        "Arrêté du 15 juin 1941, n° 7, Classement",
        "UDAP des Hauts-de-Seine",
        "un rayon de 500\N{NO-BREAK SPACE}m autour de ce qui le crée",
        "à confirmer par l’architecte des Bâtiments de France",
    ]
    assert [each for each in words if each not in text] == []


def test_the_act_is_a_pdf_that_runs_nothing(client: Client, place: Parcel) -> None:
    response = client.get(act_address(client))
    assert b"".join(response.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]  # a file
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert response["Content-Disposition"] == f'inline; filename="{ACT}"'


def test_an_act_that_its_reader_has_is_not_sent_again(client: Client, place: Parcel) -> None:
    address = act_address(client)
    first = client.get(address)
    first.getvalue()
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_the_act_of_a_hidden_layer_is_absent(client: Client, place: Parcel) -> None:
    address = act_address(client)
    Layer.objects.filter(slug="servitudes").update(visibility="internal")
    assert client.get(address).status_code == 404
    response = signed_in(ADMINISTRATOR).get(address)
    response.getvalue()
    assert response.status_code == 200


def test_acts_are_as_protected_as_the_identifier_that_links_them(client: Client, place: Parcel) -> None:
    address = act_address(client)
    protect("servitudes", "idgen")
    text = client.get(SHEET).content.decode()
    assert ("Classement" in text, client.get(address).status_code) == (False, 404)


def test_an_act_without_any_perimeter_left_is_absent(client: Client, place: Parcel) -> None:
    address = act_address(client)
    Easement.objects.all().delete()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/urbanisme/servitudes/actes/999999/x.pdf", "other name"])
def test_an_unknown_act_is_absent(client: Client, place: Parcel, address: str) -> None:
    known = act_address(client)
    wanted = known.replace(ACT, "autre.pdf") if address == "other name" else address
    assert client.get(wanted).status_code == 404


def test_a_generator_is_named_to_who_reads_its_layer_alone(client: Client, place: Parcel) -> None:
    assert "l’objet du même nom (Classé)" in client.get(SHEET).content.decode()
    Layer.objects.filter(slug="servitudes-generateurs-pct").update(visibility="internal")
    assert "l’objet du même nom" not in client.get(SHEET).content.decode()
