"""Inventories: the list and its filters, the sheet of a feature, and the document that the worker prepares."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from heritage.models import BuildingPhoto, HeritageBuilding
from layers.models import Commune, Layer, ProtectedField
from layers.services.photos import store_photo
from planning.inventory.paper import INVENTORY_FILES
from planning.inventory.queries import MAX_SHEETS
from planning.models import InventoryJob
from reference_data.vocabulary import PerimeterMethod
from tests import factories
from tests.factories import BOULOGNE, MEUDON
from tests.parcels import easement
from tests.pdf import alternatives, sheets
from tests.people import GARDENER, PLANNER, PUBLIC
from tests.staff import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/urbanisme/inventaire/batiments-patrimoniaux/"
TREES = "/urbanisme/inventaire/arbres-remarquables/"


def building(name: str, commune: str = MEUDON, **values: Any) -> HeritageBuilding:
    place = factories.point(*factories.MIDDLES[commune])
    row: HeritageBuilding = HeritageBuilding.objects.create(denomination=name, geom=place, **values)
    return row


@pytest.fixture
def town(catalogue: dict[str, Commune]) -> dict[str, HeritageBuilding]:
    factories.zone("UA", libelong="Centre ancien")
    return {
        "villa": building("Villa A", protection="inscrit_mh", interet=["historique"], auteur="Lurçat"),
        "hall": building("Halle B", BOULOGNE, protection="l151_19"),
    }


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def prepared(client: Client, tmp_path: Path, settings: Any, **conditions: str) -> bytes:
    """Return the document of an inventory, once a worker has written it."""
    settings.INVENTORY_FOLDER = tmp_path
    page = client.post(f"{PAGE}document/", conditions).headers["Location"]
    assert client.get(f"{page}fichier/").status_code == 302
    INVENTORY_FILES.run(InventoryJob.objects.get().pk)
    answer: Any = client.get(f"{page}fichier/")
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"Villa A", "Halle B"}),
        ({"commune": MEUDON}, {"Villa A"}),
        ({"protection": "l151_19"}, {"Halle B"}),
        ({"interet": "historique"}, {"Villa A"}),
        ({"commune": MEUDON, "protection": "l151_19"}, set()),
    ],
)
def test_the_list_is_narrowed_by_its_filters(
    town: dict[str, Any], client: Client, query: dict[str, str], names: set[str]
) -> None:
    page = client.get(PAGE, query).content.decode()
    assert {name for name in ("Villa A", "Halle B") if f">{name}</a>" in page} == names


@pytest.mark.parametrize(
    ("query", "culprit"), [({"protection": "sacre"}, "protection"), ({"siecle": "20"}, "siecle")]
)
def test_a_condition_that_is_none_is_refused_by_its_name(
    town: dict[str, Any], client: Client, query: dict[str, str], culprit: str
) -> None:
    response = client.get(PAGE, query)
    assert response.status_code == 400
    assert culprit in response.content.decode()


def test_a_layer_without_inventory_has_no_page(town: dict[str, Any], client: Client) -> None:
    assert client.get("/urbanisme/inventaire/plui-zones/").status_code == 404


def test_a_sheet_is_a_tagged_a4_with_what_applies_there(town: dict[str, Any], client: Client) -> None:
    content = client.get(f"{PAGE}{town['villa'].pk}/fiche.pdf").content
    text = text_of(content)
    assert set(sheets(content)) == {(210, 297)}
    assert "Centre ancien" in text
    assert "Inscrit monument historique" in text


def test_a_decided_outline_beside_a_building_says_that_it_does_not_hold_it(
    town: dict[str, Any], client: Client
) -> None:
    west, south = factories.MIDDLES[MEUDON][0] + 0.001, factories.MIDDLES[MEUDON][1]
    outline = factories.box(west, south, west + 0.002, south + 0.002)
    easement("AC1-200057974-1-1-1", outline, PerimeterMethod.DIGITALISATION)
    text = text_of(client.get(f"{PAGE}{town['villa'].pk}/fiche.pdf").content)
    assert "n’est pas dans ces abords" in " ".join(text.split())


def test_a_sheet_has_the_photos_with_their_captions(town: dict[str, Any], client: Client) -> None:
    photo = BuildingPhoto(building=town["villa"], legende="Façade sur cour", credit="Ville")
    store_photo(photo=photo, upload=factories.picture())
    content = client.get(f"{PAGE}{town['villa'].pk}/fiche.pdf").content
    assert "Façade sur cour, Ville" in alternatives(content)


def test_a_sheet_says_what_nobody_has_filled(town: dict[str, Any], client: Client) -> None:
    text = text_of(client.get(f"{PAGE}{town['hall'].pk}/fiche.pdf").content)
    assert "Non renseigné" in text
    assert "référence Mérimée" in text


def test_outsider_reads_no_protected_field_on_paper(town: dict[str, Any], client: Client) -> None:
    ProtectedField.objects.create(layer=Layer.objects.get(slug="batiments-patrimoniaux"), name="auteur")
    address = f"{PAGE}{town['villa'].pk}/fiche.pdf"
    assert "Lurçat" not in text_of(client.get(address).content)


@pytest.mark.parametrize(("person", "is_read"), [(PUBLIC, False), (GARDENER, True)])
def test_the_diagnosis_of_a_tree_is_printed_for_who_reads_it(world: Any, person: Any, is_read: bool) -> None:
    tree = world.trees["Cedre-Meudon"]
    type(tree).objects.filter(pk=tree.pk).update(etat_sanitaire="dangereux")
    client = Client() if person is PUBLIC else signed_in(person)
    text = text_of(client.get(f"{TREES}{tree.pk}/fiche.pdf").content)
    assert ("Dangereux" in text) is is_read


def test_a_feature_that_is_hidden_has_no_sheet(town: dict[str, Any], client: Client) -> None:
    Layer.objects.filter(slug="batiments-patrimoniaux").update(visibility="internal")
    address = f"{PAGE}{town['villa'].pk}/fiche.pdf"
    assert [client.get(each).status_code for each in (PAGE, address)] == [404, 404]


def test_the_document_has_contents_sheets_and_indexes(
    town: dict[str, Any], client: Client, settings: Any, tmp_path: Path
) -> None:
    planner = signed_in(PLANNER)
    content = prepared(planner, tmp_path, settings)
    text = text_of(content)
    assert [word in text for word in ("Sommaire", "Villa A", "Halle B", "Index des noms", "Lurçat")] == [
        True
    ] * 5
    assert set(sheets(content)) == {(210, 297)}


def test_the_contents_lead_to_the_pages_of_the_sheets(
    town: dict[str, Any], client: Client, settings: Any, tmp_path: Path
) -> None:
    pages = PdfReader(BytesIO(prepared(signed_in(PLANNER), tmp_path, settings))).pages
    line = next(line for line in pages[1].extract_text().split("\n") if line.startswith("Villa A"))
    number = int(line.replace(".", "").split()[-1])
    assert "Villa A" in pages[number - 1].extract_text().split("\n")[0]


def test_the_document_holds_what_its_filters_say(
    town: dict[str, Any], client: Client, settings: Any, tmp_path: Path
) -> None:
    text = text_of(prepared(signed_in(PLANNER), tmp_path, settings, commune=BOULOGNE))
    assert "Halle B" in text
    assert "Villa A" not in text


def test_a_document_is_of_who_asked_for_it(town: dict[str, Any], settings: Any, tmp_path: Path) -> None:
    settings.INVENTORY_FOLDER = tmp_path
    page = signed_in(PLANNER).post(f"{PAGE}document/").headers["Location"]
    assert [each.get(page).status_code for each in (Client(), signed_in(GARDENER))] == [404, 404]


def test_a_document_is_absent_once_the_rights_have_changed(
    town: dict[str, Any], settings: Any, tmp_path: Path
) -> None:
    settings.INVENTORY_FOLDER = tmp_path
    planner = signed_in(PLANNER)
    page = planner.post(f"{PAGE}document/").headers["Location"]
    Layer.objects.filter(slug="batiments-patrimoniaux").update(visibility="internal")
    assert planner.get(page).status_code == 404


def test_an_empty_document_is_refused(town: dict[str, Any], client: Client) -> None:
    response = client.post(f"{PAGE}document/", {"commune": MEUDON, "protection": "l151_19"})
    assert response.status_code == 400
    assert not InventoryJob.objects.exists()


def test_a_document_of_too_many_sheets_is_refused(town: dict[str, Any], client: Client) -> None:
    place = factories.point(*factories.MIDDLES[MEUDON])
    HeritageBuilding.objects.bulk_create(
        HeritageBuilding(denomination=f"B {number}", geom=place) for number in range(MAX_SHEETS)
    )
    assert client.post(f"{PAGE}document/").status_code == 400
    assert "300 fiches au plus" in client.get(PAGE).content.decode()


def test_the_page_of_a_building_leads_to_its_sheet(town: dict[str, Any], client: Client) -> None:
    pk = town["villa"].pk
    assert f"{PAGE}{pk}/fiche.pdf" in client.get(f"/catalogue/batiments-patrimoniaux/{pk}/").content.decode()


@pytest.mark.parametrize(
    ("days", "state"),
    [((), "a_faire"), (("position",), "en_cours"), (("position", "merimee", "protection"), "complet")],
)
def test_the_state_of_the_inventory_follows_the_days_of_its_checks(
    catalogue: Any, days: tuple[str, ...], state: str
) -> None:
    checks: dict[str, Any] = {f"{name}_verifiee_le": dt.date(2026, 5, 1) for name in days}
    row = building("Villa", **checks)
    row.refresh_from_db()
    assert row.etat_inventaire == state
