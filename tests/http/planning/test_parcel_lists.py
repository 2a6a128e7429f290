"""Lists of parcels: what each line means, the file that the worker writes, and whose it is."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from layers.models import Commune, Layer
from planning.bulk.services import SHEET_LISTS
from planning.models import SheetListJob
from reference_data.models import Parcel
from tests import factories
from tests.parcels import SIDE_M, address, parcel, position, rectangle
from tests.pdf import sheets

pytestmark = pytest.mark.django_db
PAGE, REQUEST = "/urbanisme/ici/liste/", "/urbanisme/ici/liste/fichier/"
IDU, OTHER = "92048000AB0123", "92048000AB0124"


@pytest.fixture
def town(catalogue: dict[str, Commune], settings: Settings, tmp_path: Path) -> None:
    settings.SHEETS_FOLDER = tmp_path
    address(12, "bis")
    factories.zone("UA", geom=rectangle(-10, -10, SIDE_M, 200), libelong="Centre ancien")
    parcel(contenance=9_990)
    parcel(OTHER, shape=rectangle(200, 0, 250, 50))


def preview(client: Client, text: str) -> str:
    return client.post(PAGE, {"lieux": text}).content.decode()


def written(client: Client, text: str, extension: str) -> bytes:
    """Return the file of a list, written by the worker."""
    response = client.post(REQUEST, {"lieux": text, "format": extension})
    assert response.status_code == 303, response.content.decode()
    SHEET_LISTS.run(SheetListJob.objects.latest("created_at").pk)
    answer: Any = client.get(f"{response.headers['Location']}fichier/")
    return b"".join(answer.streaming_content)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize(
    "line",
    [
        IDU,
        "92048 000 AB 0123",
        "AB 123 Meudon",
        "Meudon AB123",
        "12 bis rue de la République, Meudon",
        "{1}, {0}".format(*position(30, 30)),
    ],
)
def test_a_parcel_is_written_in_many_ways(client: Client, town: None, line: str) -> None:
    words = preview(client, line)
    assert "1 parcelle à lire" in words and f"/urbanisme/ici/{IDU}/" in words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("92048000AB0129", [OTHER, "pas dans le portail"]),
        ("14 rue de la République, Meudon", ["12 bis Rue de la République, Meudon"]),
        ("rue Zébulon, Trifouilly", ["Aucun lieu ne correspond"]),
        ("AB 999 Meudon", ["pas dans le portail"]),
        ("48.9, 2.9", ["Aucune parcelle à cette position"]),
    ],
)
def test_a_line_without_parcel_is_said_with_its_number_and_what_is_near(
    client: Client, town: None, line: str, words: list[str]
) -> None:
    page = preview(client, f"{IDU}\n\n{line}")
    assert [each for each in ("Ligne 3", *words) if each not in page] == []


def test_a_parcel_that_is_there_twice_is_read_once(client: Client, town: None) -> None:
    page = preview(client, f"{IDU}\nAB 123 Meudon")
    assert "1 parcelle à lire" in page and "déjà à la ligne 1" in page


def test_a_reference_of_two_communes_names_both_parcels(client: Client, town: None) -> None:
    parcel("92072000AB0123", code="92072", shape=rectangle(300, 0, 350, 50))
    assert f"{IDU} · 92072000AB0123" in preview(client, "AB 123")


@pytest.mark.parametrize(
    "table",
    [
        f"nom;idu\nA;{IDU}\nB;{OTHER}\n",
        "section;numero;commune\nAB;123;Meudon\nAB;124;Meudon\n",
        f"{IDU}\n{OTHER}\n",
        "Référence,Commune\nAB 123,Meudon\nAB 124,92048\n",
    ],
)
def test_a_table_is_read_by_the_titles_of_its_columns(client: Client, town: None, table: str) -> None:
    file = SimpleUploadedFile("liste.csv", table.encode())
    assert "2 parcelles à lire" in client.post(PAGE, {"lieux": "", "fichier": file}).content.decode()


def test_a_table_without_a_column_of_places_is_refused(client: Client, town: None) -> None:
    response = client.post(PAGE, {"fichier": SimpleUploadedFile("liste.csv", b"a;b\n1;2\n")})
    assert (response.status_code, "Aucune colonne" in response.content.decode()) == (400, True)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"commune": "92048", "section": "ab"}, "2 parcelles à lire"),
        ({"commune": "92048", "section": "ZZ"}, "0 parcelle à lire"),
        ({"filter": "numero = '123'"}, "1 parcelle à lire"),
        ({"within": rectangle(190, -10, 300, 100).wkt}, "1 parcelle à lire"),
    ],
    ids=str,
)
def test_parcels_are_selected_by_the_parameters_of_their_layer(
    client: Client, town: None, query: dict[str, str], count: str
) -> None:
    assert count in client.get(PAGE, query).content.decode()


@pytest.mark.parametrize("query", [{"filter": "zz = 1"}, {"within": "x"}, {"autre": "1"}], ids=str)
def test_a_selection_that_cannot_be_read_is_refused(
    client: Client, town: None, query: dict[str, str]
) -> None:
    assert client.get(PAGE, query).status_code == 400


def test_parcels_that_the_map_selects_lead_to_their_list(client: Client, town: None) -> None:
    text = client.get("/carte/telecharger/?couches=parcelles&parcelles.numero=123").content.decode()
    (address,) = re.findall(r'href="(/urbanisme/ici/liste/[^"]+)"', text)
    assert "1 parcelle à lire" in client.get(unescape(address)).content.decode()


def test_a_selection_is_written_as_it_was_previewed(client: Client, town: None) -> None:
    client.post(REQUEST, {"selection": "commune=92048&section=AB", "format": "csv"})
    assert SheetListJob.objects.get().parameters["parcels"] == [IDU, OTHER]


def test_the_table_of_rules_has_a_row_for_each_feature(client: Client, town: None) -> None:
    (row,) = (each for each in rows(written(client, IDU, "csv")) if each["Couche"] == "plui-zones")
    assert {row["Parcelle"], row["Code"], row["Part de la parcelle (%)"]} == {IDU, "UA", "100,0"}


def test_the_table_of_parcels_has_the_lines_without_sheet(client: Client, town: None) -> None:
    table = rows(written(client, f"{IDU}\n92048000ZZ0001", "parcelles.csv"))
    assert [(row["Parcelle"], row["État"]) for row in table] == [
        (IDU, "lue"),
        ("92048000ZZ0001", "Cette parcelle n’est pas dans le portail."),
    ]


def test_the_workbook_has_parcels_rules_and_lines_without_sheet(client: Client, town: None) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(written(client, f"{IDU}\n=1+1", "xlsx")))
    tables = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert list(tables) == ["Parcelles", "Règles", "Lignes sans fiche"]
    assert [row[0] for row in tables["Parcelles"][1:]] == [IDU]
    assert tables["Lignes sans fiche"][1][:2] == [2, "=1+1"]


def test_the_paper_has_contents_then_a_tagged_page_for_each_parcel(client: Client, town: None) -> None:
    content = written(client, f"{IDU}\n{OTHER}\n92048000ZZ0001", "pdf")
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    assert sheets(content) == [(210, 297)] * 3
    assert "92048000ZZ0001" in texts[0] and "AB 123" in texts[1] and "AB 124" in texts[2]
    assert "/StructTreeRoot" in PdfReader(io.BytesIO(content)).root_object


def test_a_parcel_that_disappears_meanwhile_is_said_in_the_file(client: Client, town: None) -> None:
    client.post(REQUEST, {"lieux": f"{IDU}\n{OTHER}", "format": "parcelles.csv"})
    Parcel.objects.filter(idu=OTHER).delete()
    job = SheetListJob.objects.get()
    SHEET_LISTS.run(job.pk)
    job.refresh_from_db()
    assert [row["État"] for row in rows(job.path.read_bytes())] == [
        "lue",
        "Cette parcelle n’est plus dans le portail.",
    ]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"lieux": IDU, "format": "doc"}, "Format inconnu"),
        ({"lieux": "", "format": "csv"}, "aucune parcelle"),
        ({"selection": "filter=zz", "format": "csv"}, "zz"),
        ({"lieux": "\n".join([IDU] * 1_001), "format": "csv"}, "1001 lignes"),
        ({"lieux": "\n".join(f"{n} rue de la Paix" for n in range(201)), "format": "csv"}, "201 lignes"),
    ],
    ids=str,
)
def test_a_request_that_cannot_be_done_is_refused_in_words(
    client: Client, town: None, sent: dict[str, str], words: str
) -> None:
    response = client.post(REQUEST, sent)
    assert (response.status_code, words in response.content.decode()) == (400, True)
    assert not SheetListJob.objects.exists()


def test_a_file_is_its_owners_while_their_rights_are_the_same(
    client: Client, town: None, django_user_model: Any
) -> None:
    anne, other = (django_user_model.objects.create_user(name, password="x") for name in ("anne", "luc"))
    owner, stranger = Client(), Client()
    owner.force_login(anne)
    stranger.force_login(other)
    page = owner.post(REQUEST, {"lieux": IDU, "format": "csv"}).headers["Location"]
    assert [each.get(page).status_code for each in (owner, stranger, client)] == [200, 404, 404]
    Layer.objects.filter(slug="plui-zones").update(visibility="internal")
    assert owner.get(page).status_code == 404


def test_without_parcels_to_read_a_list_is_like_an_absent_layer(client: Client, town: None) -> None:
    Layer.objects.filter(slug="parcelles").update(visibility="internal")
    assert client.post(PAGE, {"lieux": IDU}).status_code == 404
