"""Written pieces: served under the document to who reads its zones, those of a staged version to who loads plans."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.files.storage import default_storage
from django.test import Client, TestCase
from pikepdf import Encryption, Name, Pdf, String

from layers.models import Layer
from layers.visitor import system_visitor
from layers.vocabulary import Visibility
from plui.loading.queries import piece_address, piece_addresses
from plui.loading.services import discard_version, rehearse_package, undo_publication
from plui.models import PlanVersion, WrittenPiece
from plui.packages import services
from plui.packages.services import cleaned_pdf
from plui.vocabulary import PlanState
from sandbox.errors import MemoryExceeded, ProgramCrashed, SandboxError, SandboxUnavailable, TimeExceeded
from tests.pdf_pieces import add_annotation, document, hostile, link, script, sound_pdf, written
from tests.people import ADMINISTRATOR, OUTSIDER, Person
from tests.plu_packages import DATE, IDURBA, PDF, RULES, SIREN, PackageBuilder, sound_package
from tests.plu_town import create_communes, dated_package, publish, stage
from tests.staff import signed_in

PAGES = sound_pdf(2)
LOCKED = written(document(), encryption=Encryption(owner="owner", user=""))
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


def active(made: Pdf) -> None:
    """Make a document run a script when it is opened, and a program when it is clicked."""
    made.Root.OpenAction = script(made)
    add_annotation(made, link(S=Name.Launch, F=String("cmd.exe")))


def test_a_pdf_with_a_script_is_served_as_a_copy_without_it() -> None:
    publish(package(hostile(active)))
    content = sent(ADDRESS)[1]
    assert content.startswith(b"%PDF-")
    assert b"JavaScript" not in content
    assert WrittenPiece.objects.get(name=RULES).pages == 2


def test_the_finding_of_a_cleaned_piece_says_what_was_removed() -> None:
    (finding,) = stage(package(hostile(active))).findings
    assert (finding["code"], finding["file"]) == ("PORTAL_PIECE_CLEANED", RULES_PATH)
    assert "scripts (1), lancements de programmes (1)" in finding["message"]
    assert hashlib.sha256(hostile(active)).hexdigest() in finding["message"]


def test_a_cleaned_piece_has_nothing_to_accept() -> None:
    assert publish(package(hostile(active))).state == PlanState.ONLINE


def test_the_original_of_a_copy_is_a_file_to_save_for_who_loads_plans() -> None:
    publish(package(hostile(active)))
    answer, content = sent(f"{ADDRESS}?original=1", signed_in(ADMINISTRATOR))
    assert content == hostile(active)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("person", [None, OUTSIDER], ids=str)
def test_the_original_of_a_copy_is_absent_for_others(person: Person | None) -> None:
    publish(package(hostile(active)))
    client = signed_in(person) if person else Client()
    assert sent(f"{ADDRESS}?original=1", client)[0].status_code == 404


def test_a_piece_that_is_served_as_it_came_has_no_original() -> None:
    publish(package())
    assert sent(f"{ADDRESS}?original=1", signed_in(ADMINISTRATOR))[0].status_code == 404


def test_another_value_of_original_is_named() -> None:
    publish(package())
    answer, content = sent(f"{ADDRESS}?original=oui")
    assert answer.status_code == 400
    assert "oui" in content.decode()


def test_the_pages_of_a_version_say_what_its_copies_do_not_have() -> None:
    version = publish(package(hostile(active)))
    client = signed_in(ADMINISTRATOR)
    pages = [f"/gestion/plui/{version.pk}/", f"/urbanisme/documents/versions/{version.pk}/"]
    texts = [sent(each, client)[1].decode() for each in pages]
    assert [text for text in texts if "scripts (1)" not in text] == []
    assert "original=1" in texts[0]
    assert "original=1" not in texts[1]


def test_an_undone_publication_serves_the_copy_of_the_version_before() -> None:
    publish(package(hostile(active)))
    before = sent(ADDRESS)[1]
    undo_publication(visitor=system_visitor(), version=publish(dated_package("20250301")))
    assert sent(ADDRESS)[1] == before
    assert WrittenPiece.objects.get(name=RULES).version.state == PlanState.ONLINE


def test_a_discarded_version_leaves_neither_copy_nor_original(media: Path) -> None:
    version = stage(package(hostile(active)))
    stored = [name for piece in version.pieces.all() for name in piece.stored_names]
    with TestCase.captureOnCommitCallbacks(execute=True):
        discard_version(visitor=system_visitor(), version=version)
    assert [name for name in stored if default_storage.exists(name)] == []
    assert len(stored) == 8


def test_a_rehearsal_says_what_would_be_removed_and_stores_nothing(media: Path) -> None:
    content = package(hostile(active)).archive()
    rehearsal = rehearse_package(visitor=system_visitor(), file=io.BytesIO(content), name="x.zip")
    assert "PORTAL_PIECE_CLEANED" in {each.code for each in rehearsal.findings}
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_a_locked_pdf_is_not_stored_and_has_to_be_accepted() -> None:
    version = stage(package(LOCKED))
    (finding,) = version.findings
    assert finding["code"] == "PORTAL_PIECE_REFUSED"
    assert finding["file"] == RULES_PATH
    assert "mot de passe" in finding["message"]
    assert not WrittenPiece.objects.filter(version=version, name=RULES).exists()


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (TimeExceeded(seconds=120), "plus de 120 secondes"),
        (MemoryExceeded(), "trop de mémoire"),
        (ProgramCrashed(), "sans doute endommagé"),
        (SandboxUnavailable(), "recommencez"),
    ],
)
def test_a_pdf_whose_reader_is_ended_costs_its_own_piece_alone(
    end: SandboxError, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.supervisor, "start", Mock(side_effect=end))
    assert words in cleaned_pdf(PAGES).refused


def test_a_pdf_that_asks_too_much_costs_its_own_piece_alone(settings: Any) -> None:
    settings.SANDBOX_MEMORY_MB = 1
    assert "trop de mémoire" in cleaned_pdf(PAGES + bytes(20_000_000)).refused


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
