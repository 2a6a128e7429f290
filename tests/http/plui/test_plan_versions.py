"""Pages of the versions of plans: a package is given, judged, submitted, approved, read by everybody, undone."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from layers.models import Commune, Layer
from plui.catalogue import LAYERS
from plui.models import DocUrba, PlanUpload, PlanVersion, ZoneUrba
from plui.versions.services import PLAN_UPLOADS
from plui.vocabulary import PlanState
from publication.models import Submission
from tests.pdf import alternatives, sheets
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, PUBLIC, Person
from tests.plan_versions import drawing, located, piece, prescription, two_versions
from tests.plu_packages import FOLDER, PackageBuilder, box, sound_package
from tests.staff import signed_in
from tests.world import grant, protect

pytestmark = pytest.mark.django_db
LIST = "/gestion/plui/"


def browser(person: Person) -> Client:
    return Client(headers={"host": "localhost"}) if person is PUBLIC else signed_in(person)


@pytest.fixture
def team(catalogue: dict[str, Commune], media: Path) -> None:
    """Who loads plans, and who approves them."""
    for definition in LAYERS:
        grant(PLANNER, definition.slug, can_add=True, can_change=True, can_delete=True)
        grant(GARDENER, definition.slug, can_approve=True)


@pytest.fixture
def versions(team: None) -> tuple[PlanVersion, PlanVersion]:
    """A plan online, and the modification of it that waits."""
    before, after = two_versions()
    PlanVersion.objects.filter(pk=after.pk).update(replaces=before)
    after.refresh_from_db()
    return before, after


def give(package: PackageBuilder, person: Person = PLANNER) -> PlanUpload:
    """Give a package on the page, and do the work of the worker."""
    file = SimpleUploadedFile(f"{FOLDER}.zip", package.archive(), content_type="application/zip")
    response = browser(person).post(LIST, {"file": file, "purpose": "Ouvrir le quai."})
    assert response.status_code == 302, response.content.decode()
    upload = PlanUpload.objects.latest("created_at")
    PLAN_UPLOADS.run(upload.pk)
    upload.refresh_from_db()
    return upload


def page_of(version: PlanVersion, person: Person = PLANNER, **query: str) -> str:
    return browser(person).get(reverse("plui:version", args=[version.pk]), query).content.decode()


def decide(version: PlanVersion, person: Person, action: str) -> Any:
    token = re.search(r'name="token" value="([^"]*)"', page_of(version, person))
    values = {"token": token[1] if token else "", "action": action}
    return browser(person).post(reverse("plui:decision", args=[version.pk]), values)


def test_a_package_that_is_given_becomes_a_version_with_its_report(team: None) -> None:
    upload = give(sound_package())
    assert (upload.state, upload.error) == ("ready", "")
    assert not upload.location.exists()
    assert upload.version is not None
    text = page_of(upload.version)
    words = ["Modèle cnig_PLUi_2025", "ZONE_URBA", "Ouvrir le quai.", "Ce que ferait la publication"]
    assert [each for each in words if each not in text] == []
    assert ZoneUrba.objects.count() == 0


def test_a_package_that_is_refused_says_why_and_lists_its_findings(team: None) -> None:
    package = sound_package()
    package.tables["ZONE_URBA"][0]["LIBELLE"] = "UA-trop-long-de-beaucoup"
    upload = give(package)
    text = browser(PLANNER).get(reverse("plui:upload", args=[upload.pk])).content.decode()
    assert upload.state == "failed"
    assert upload.error in unescape(text)
    assert "ATTRIBUTE_SIZE_EXCEEDED" in text or "LIBELLE" in text


def test_no_zip_is_an_error_of_the_field(team: None) -> None:
    response = browser(PLANNER).post(LIST, {})
    assert response.status_code == 400
    assert "id_file" in response.content.decode()


def test_findings_are_listed_by_size_on_a_map_and_filtered(team: None) -> None:
    package = sound_package()
    package.tables["ZONE_URBA"][1]["geom"] = box(490, 0, 998, 1_000)
    version = give(package).version
    assert version is not None
    text = page_of(version, code="PORTAL_ZONE_OVERLAP")
    assert "se recouvrent sur 10" in unescape(text)
    config = re.search(r'id="plan-map" type="application/json">(.*?)</script>', text, re.S)
    assert config is not None
    items = json.loads(config[1])["items"]
    assert [feature["properties"]["item"] for feature in items["features"]] == [1]
    assert "PORTAL_ZONE_GAP</code>" not in text


def test_a_filter_that_no_finding_has_is_named(team: None) -> None:
    version = give(sound_package()).version
    assert version is not None
    response = browser(PLANNER).get(reverse("plui:version", args=[version.pk]), {"code": "RIEN"})
    assert response.status_code == 400
    assert "RIEN" in response.content.decode()


def test_both_readings_of_a_wrong_encoding_are_side_by_side(team: None) -> None:
    package = sound_package()
    package.encodings["PRESCRIPTION_SURF"] = "latin-1"
    version = give(package).version
    assert version is not None
    text = page_of(version, code="TABLE_UNEXPECTED_ENCODING")
    assert text.count('class="plan-readings"') == 1
    assert "<dd>Allée protégée 1</dd>" in text


def accept_all(version: PlanVersion, person: Person = PLANNER, **values: str) -> Any:
    return browser(person).post(
        reverse("plui:acceptance", args=[version.pk]), {"reason": "Écart de tracé connu."} | values
    )


def test_findings_are_accepted_together_up_to_a_size_with_a_reason(team: None) -> None:
    package = sound_package()
    package.tables["ZONE_URBA"][1]["geom"] = box(490, 0, 998, 1_000)
    version = give(package).version
    assert version is not None
    assert accept_all(version, code="PORTAL_ZONE_OVERLAP", most="100", reason="x").status_code == 400
    assert accept_all(version, code="PORTAL_ZONE_OVERLAP", most="20000", reason="").status_code == 400
    assert accept_all(version, code="PORTAL_ZONE_OVERLAP", most="20 000,5").status_code == 302
    assert version.acceptances.count() == 1
    assert "Écart de tracé connu." in page_of(version)


def test_the_findings_are_a_file_of_the_shape_of_the_validator(team: None) -> None:
    package = sound_package()
    package.tables["ZONE_URBA"][1]["geom"] = box(490, 0, 998, 1_000)
    version = give(package).version
    assert version is not None
    client = browser(PLANNER)
    address = f"{LIST}{version.pk}/constats"
    lines = client.get(f"{address}.jsonl").content.decode().splitlines()
    assert {"level", "code", "message", "file", "row", "attribute"} <= json.loads(lines[0]).keys()
    assert client.get(f"{address}.csv").content.decode().count("\n") == len(lines) + 1


def test_a_version_is_submitted_approved_by_another_person_and_undone(team: None) -> None:
    version = give(sound_package()).version
    assert version is not None
    accept_all(version)
    assert decide(version, PLANNER, "submit").status_code == 302
    assert decide(version, PLANNER, "publish").status_code != 302
    assert decide(version, GARDENER, "publish").status_code == 302
    version.refresh_from_db()
    assert version.state == PlanState.ONLINE
    assert ZoneUrba.objects.count() == 4
    browser(GARDENER).post(reverse("plui:action", args=[version.pk]), {"action": "undo"})
    version.refresh_from_db()
    assert version.state == PlanState.WITHDRAWN
    assert ZoneUrba.objects.count() == 0


def test_a_version_is_not_submitted_while_findings_are_open(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    finding = {"code": "PORTAL_ZONE_GAP", "message": "Trou", "file": "z.shp", "row": 0, "attribute": "",
               "value": "", "size": 2.0, "geometry": None}  # fmt: skip
    PlanVersion.objects.filter(pk=versions[1].pk).update(findings=[finding])
    assert decide(versions[1], PLANNER, "submit").status_code == 409
    assert "1 reste à" in page_of(versions[1])


def test_a_version_is_discarded_and_its_first_day_changed(versions: tuple[PlanVersion, PlanVersion]) -> None:
    _before, after = versions
    address = reverse("plui:action", args=[after.pk])
    assert browser(PLANNER).post(address, {"action": "day", "in_force_from": "x"}).status_code == 400
    assert browser(PLANNER).post(address, {"action": "day", "in_force_from": "2020-01-01"}).status_code == 400
    assert browser(PLANNER).post(address, {"action": "day", "in_force_from": "2027-01-01"}).status_code == 302
    assert browser(PLANNER).post(address, {"action": "nothing"}).status_code == 400
    after.refresh_from_db()
    assert str(after.in_force_from) == "2027-01-01"
    assert browser(PLANNER).post(address, {"action": "discard"}).status_code == 302
    assert not PlanVersion.objects.filter(pk=after.pk).exists()


def test_the_comparison_names_zones_areas_and_pieces(versions: tuple[PlanVersion, PlanVersion]) -> None:
    before, after = versions
    piece(before, "Pieces_ecrites/3_Reglement/S_reglement_20240115.pdf", "a")
    piece(after, "Pieces_ecrites/3_Reglement/S_reglement_20250301.pdf", "b")
    text = unescape(browser(PLANNER).get(reverse("plui:comparison", args=[after.pk])).content.decode())
    words = ["Ce que changera", "contour modifié", "même terrain, autre libellé", "Nl → <strong>1AU</strong>",
             "3_Reglement/S_reglement_D.pdf", "Zone à urbaniser"]  # fmt: skip
    assert [each for each in words if each not in text] == []


@pytest.mark.parametrize(
    ("table", "words"),
    [("surfaces", "AUc;1AU;"), ("changements", ";Nl;1AU;"), ("pieces", "changement;piece;octets")],
)
def test_each_table_of_the_comparison_is_a_file(
    versions: tuple[PlanVersion, PlanVersion], table: str, words: str
) -> None:
    response = browser(PLANNER).get(reverse("plui:comparison-table", args=[versions[1].pk, table]))
    assert words in response.content.decode()


def test_a_drawing_that_changes_is_listed_in_its_colours_and_drawn_in_the_last(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    before, after = versions
    drawing(before, "Plan d'eau", box(0, 0, 50, 50), couleur="120-170-210")
    drawing(after, "Plan d'eau", box(0, 0, 50, 50), couleur="000-128-255")
    text = browser(PLANNER).get(reverse("plui:comparison", args=[after.pk])).content.decode()
    assert re.findall(r'<rect [^>]*fill="(#\w+)"/>', text) == ["#78aad2", "#0080ff"]
    config = re.search(r'id="plan-map" type="application/json">(.*?)</script>', text, re.S)
    assert config is not None
    features = json.loads(config[1])["items"]["features"]
    assert [each["properties"].get("colour") for each in features if "colour" in each["properties"]] == [
        "#0080ff"
    ]
    assert "1 figure d’habillage change." in text


def test_a_version_that_waits_is_compared_with_the_rows_online(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    before, after = versions
    document = DocUrba.objects.create(idurba=before.idurba, datappro=before.datappro)
    ZoneUrba.objects.create(
        libelle="UZedite", typezone="U", geom=located(box(0, 0, 500, 1_000)), idurba=document
    )
    address = reverse("plui:comparison", args=[after.pk])
    assert "UZedite" in browser(PLANNER).get(address).content.decode()


def test_who_does_not_read_the_nature_of_drawings_finds_none_of_them(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    before, _after = versions
    drawing(before, "Trait-secret", box(0, 0, 10, 10))
    address = reverse("plui:comparison", args=[before.pk])
    assert "Trait-secret" in browser(PUBLIC).get(address).content.decode()
    protect("plui-habillage-surf", "nattrac", GARDENER)
    assert "Trait-secret" not in browser(PUBLIC).get(address).content.decode()


def test_the_comparison_on_paper_is_tagged_and_has_its_map(versions: tuple[PlanVersion, PlanVersion]) -> None:
    response = browser(PLANNER).get(reverse("plui:comparison-file", args=[versions[1].pk]))
    assert response["Content-Type"] == "application/pdf"
    assert set(sheets(response.content)) == {(210, 297)}
    assert [text for text in alternatives(response.content) if "numéros" in text] != []


def test_the_public_page_has_what_is_in_force_and_what_procedures_changed(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    before, after = versions
    written = piece(before, "Pieces_ecrites/3_Reglement/S_reglement_20240115.pdf")
    text = unescape(browser(PUBLIC).get("/urbanisme/documents/").content.decode())
    assert before.title in text
    assert after.title not in text
    assert reverse("plui:piece", args=[before.idurba, written.name]) in text
    assert reverse("plui:comparison", args=[before.pk]) in text


def test_a_partial_annulment_comes_first(versions: tuple[PlanVersion, PlanVersion]) -> None:
    before, _after = versions
    PlanVersion.objects.filter(pk=before.pk).update(document={"etat": "08", "typedoc": "PLUI"})
    judgment = piece(before, "Pieces_ecrites/0_Procedure/S_jugement_20240115.pdf")
    text = browser(PUBLIC).get("/urbanisme/documents/").content.decode()
    notice = text.index("partiellement annulé")
    assert notice < text.index(before.title)
    assert f'{reverse("plui:piece", args=[before.idurba, judgment.name])}">Lire le jugement' in text


def routes(version: PlanVersion, upload: PlanUpload) -> dict[str, str]:
    """Return the addresses of a version by the name of their route."""
    number = [version.pk]
    return {
        "list": LIST,
        "upload": reverse("plui:upload", args=[upload.pk]),
        "findings-csv": f"{LIST}{version.pk}/constats.csv",
        **{name: reverse(f"plui:{name}", args=number)
           for name in ("version", "comparison", "comparison-file", "document-version")},
        "comparison-table": reverse("plui:comparison-table", args=[version.pk, "surfaces"]),
    }  # fmt: skip


WRITES = ("decision", "acceptance", "action")
OF_LOADERS = {"list", "upload", "version", "findings-csv"}


def statuses(person: Person, version: PlanVersion, upload: PlanUpload) -> dict[str, int]:
    client = browser(person)
    answers = {name: client.get(path).status_code for name, path in routes(version, upload).items()}
    writes = {name: client.post(reverse(f"plui:{name}", args=[version.pk])).status_code for name in WRITES}
    return answers | writes


@pytest.fixture
def upload(versions: tuple[PlanVersion, PlanVersion]) -> PlanUpload:
    return PlanUpload.objects.create(
        owner=PLANNER.account(), path="x", original_name="a.zip", size=1, state="ready", version=versions[1]
    )


@pytest.mark.parametrize("person", [PUBLIC, OUTSIDER], ids=str)
def test_who_loads_no_plan_reads_nothing_of_a_version_that_waits(
    versions: tuple[PlanVersion, PlanVersion], upload: PlanUpload, person: Person
) -> None:
    closed = 302 if person.is_anonymous else 404
    answers = statuses(person, versions[1], upload)
    assert answers == {name: closed if name in OF_LOADERS | set(WRITES) else 404 for name in answers}


@pytest.mark.parametrize("person", [PUBLIC, OUTSIDER], ids=str)
def test_everybody_reads_what_a_published_version_changed_and_nobody_else_manages_it(
    versions: tuple[PlanVersion, PlanVersion], upload: PlanUpload, person: Person
) -> None:
    answers = statuses(person, versions[0], upload)
    closed = 302 if person.is_anonymous else 404
    assert {name for name, status in answers.items() if status == closed} == OF_LOADERS | set(WRITES)
    assert {status for name, status in answers.items() if name not in OF_LOADERS | set(WRITES)} == {200}


def test_who_loads_plans_reads_every_page(
    versions: tuple[PlanVersion, PlanVersion], upload: PlanUpload
) -> None:
    answers = statuses(PLANNER, versions[1], upload)
    assert {name: status for name, status in answers.items() if name not in WRITES and status != 200} == {}


def test_an_upload_is_its_owners_alone(versions: tuple[PlanVersion, PlanVersion], upload: PlanUpload) -> None:
    assert browser(ADMINISTRATOR).get(reverse("plui:upload", args=[upload.pk])).status_code == 404


def test_nothing_of_plans_is_there_while_the_zones_are_hidden(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    Layer.objects.filter(slug="plui-zones").update(visibility="internal")
    client = browser(OUTSIDER)
    paths = ["/urbanisme/documents/", *(reverse(f"plui:{name}", args=[versions[0].pk])
             for name in ("document-version", "comparison", "comparison-file"))]  # fmt: skip
    assert {client.get(path).status_code for path in paths} == {404}


def test_prescriptions_of_a_hidden_layer_are_in_no_comparison(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    before, _after = versions
    prescription(before, "Allée secrète", box(0, 0, 10, 10))
    address = reverse("plui:comparison", args=[before.pk])
    assert "Allée secrète" in browser(PUBLIC).get(address).content.decode()
    Layer.objects.filter(slug="plui-prescriptions-surf").update(visibility="internal")
    assert "Allée secrète" not in browser(PUBLIC).get(address).content.decode()


def test_the_portal_of_a_commune_narrows_the_comparison(versions: tuple[PlanVersion, PlanVersion]) -> None:
    address = reverse("plui:comparison", args=[versions[0].pk])
    text = unescape(Client(headers={"host": "meudon.localhost"}).get(address).content.decode())
    assert "<strong>N</strong>" in text
    assert "<strong>UA</strong>" not in text


def test_the_portal_of_a_commune_has_no_comparison_of_the_plan_of_others(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    address = reverse("plui:comparison", args=[versions[0].pk])
    assert Client(headers={"host": "boulogne-billancourt.localhost"}).get(address).status_code == 404


def test_who_decides_and_does_not_load_reviews_without_accepting(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    finding = {"code": "PORTAL_ZONE_GAP", "message": "Trou", "file": "z.shp", "row": 0, "attribute": "",
               "value": "", "size": 2.0, "geometry": None}  # fmt: skip
    PlanVersion.objects.filter(pk=versions[1].pk).update(findings=[finding])
    text = page_of(versions[1], GARDENER)
    assert "Trou" in text
    assert "Accepter" not in text
    assert accept_all(versions[1], GARDENER).status_code == 400
    assert "Lire le paquet" not in browser(GARDENER).get(LIST).content.decode()


def test_the_review_of_a_submission_is_the_page_of_the_version(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    decide(versions[1], PLANNER, "submit")
    submission = Submission.objects.get()
    response = browser(GARDENER).get(f"/publication/relectures/{submission.pk}/")
    assert response["Location"] == reverse("plui:version", args=[versions[1].pk])
