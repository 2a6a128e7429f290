"""Written pieces: served under the document to who reads its zones, those of a staged version to who loads plans."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from layers.models import Layer
from layers.vocabulary import Visibility
from plui.loading.queries import piece_address, piece_addresses
from plui.models import PlanVersion, WrittenPiece
from tests.people import ADMINISTRATOR, OUTSIDER
from tests.plu_packages import DATE, IDURBA, PDF, RULES, SIREN, PackageBuilder, sound_package
from tests.plu_town import create_communes, dated_package, publish, stage
from tests.staff import signed_in

PAGES = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>\nendobj\n%%EOF\n"
)
SCRIPT = b"%PDF-1.4\n1 0 obj\n<< /OpenAction << /S /J#61vaScript /JS (app.alert(1)) >> >>\nendobj\n%%EOF\n"
ADDRESS = f"/urbanisme/documents/{IDURBA}/{RULES}"
RULES_PATH = f"Pieces_ecrites/3_Reglement/{RULES}"


@pytest.fixture(autouse=True)
def town(catalogue: object, media: object) -> None:
    create_communes()
    Layer.objects.filter(slug="plui-zones").update(visibility=Visibility.OPEN)


def package(rules: bytes = PAGES) -> PackageBuilder:
    """Return a package whose rules are these bytes, with a title."""
    content = sound_package()
    content.files[RULES_PATH] = rules
    titles = f"Pieces_ecrites/4_Annexes/{SIREN}_titres_pieces_ecrites_{DATE}.csv"
    content.files[titles] = f"FICHIER;TITRE\n{RULES};Règlement écrit\n".encode("cp1252")
    return content


def sent(place: str, client: Client | None = None, **headers: str) -> tuple[Any, bytes]:
    answer: Any = (client or Client()).get(place, headers=headers)
    return answer, answer.getvalue()


def test_a_piece_of_the_document_online_is_read_in_the_browser_by_everybody() -> None:
    publish(package())
    answer, content = sent(ADDRESS)
    assert content == PAGES
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_piece_has_its_pages_and_its_title() -> None:
    publish(package())
    piece = WrittenPiece.objects.get(name=RULES)
    assert (piece.pages, piece.title) == (2, "Règlement écrit")


def test_who_has_a_piece_already_receives_no_byte() -> None:
    publish(package())
    etag = sent(ADDRESS)[0]["ETag"]
    answer, content = sent(ADDRESS, **{"If-None-Match": etag})
    assert answer.status_code == 304
    assert content == b""


def test_a_range_of_bytes_is_sent_alone() -> None:
    publish(package())
    answer, content = sent(ADDRESS, Range="bytes=0-7")
    assert answer.status_code == 206
    assert content == PAGES[:8]
    assert answer["Content-Range"] == f"bytes 0-7/{len(PAGES)}"


def test_a_piece_of_a_staged_version_is_for_who_loads_plans() -> None:
    version = stage(package())
    place = f"{ADDRESS}?version={version.pk}"
    assert sent(place)[0].status_code == 404
    assert sent(place, signed_in(OUTSIDER))[0].status_code == 404
    assert sent(place, signed_in(ADMINISTRATOR))[1] == PAGES


def test_a_piece_of_a_former_version_stays_readable() -> None:
    publish(package())
    publish(dated_package("20250301"))
    assert sent(ADDRESS)[1] == PAGES


def test_pieces_of_a_plan_whose_zones_are_hidden_are_absent() -> None:
    publish(package())
    Layer.objects.filter(slug="plui-zones").update(visibility=Visibility.INTERNAL)
    assert sent(ADDRESS)[0].status_code == 404


@pytest.mark.parametrize(
    "place", [f"{ADDRESS}x", "/urbanisme/documents/x/y.pdf", f"{ADDRESS}?version=999999"]
)
def test_a_piece_that_is_not_there_is_a_404(place: str) -> None:
    publish(package())
    assert sent(place)[0].status_code == 404


def test_a_version_that_is_no_number_is_named() -> None:
    answer, content = sent(f"{ADDRESS}?version=abc")
    assert answer.status_code == 400
    assert "abc" in content.decode()


def test_the_metadata_are_a_file_that_nothing_executes() -> None:
    publish(package())
    answer, _content = sent(f"/urbanisme/documents/{IDURBA}/{SIREN}_PLUi_{DATE}.xml")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_pdf_with_a_script_is_not_stored_and_has_to_be_accepted() -> None:
    version = stage(package(SCRIPT))
    (finding,) = version.findings
    assert finding["code"] == "PORTAL_PIECE_REFUSED"
    assert finding["file"] == RULES_PATH
    assert "JavaScript" in finding["message"]
    assert not WrittenPiece.objects.filter(version=version, name=RULES).exists()


def test_nomfic_leads_to_its_page() -> None:
    publish(package())
    assert piece_address(IDURBA, f"{RULES}#page=12") == f"{ADDRESS}#page=12"
    assert piece_address(IDURBA, "absent.pdf") == ""


def test_nomfic_of_a_staged_version_leads_nowhere() -> None:
    stage(package())
    assert piece_address(IDURBA, RULES) == ""


def test_the_pieces_of_many_rows_are_looked_up_in_one_statement(django_assert_num_queries: Any) -> None:
    publish(package())
    rows = [(IDURBA, f"{RULES}#page={number}") for number in range(30)]
    with django_assert_num_queries(1):
        addresses = piece_addresses([*rows, (IDURBA, "absent.pdf")])
    assert addresses == {row: f"{ADDRESS}#{row[1].partition('#')[2]}" for row in rows}


def test_a_package_brings_every_piece_that_a_browser_reads() -> None:
    version = stage(package(PDF))
    assert PlanVersion.objects.get(pk=version.pk).pieces.count() == 7
