"""The sheet by every way that leads to it: an address, a reference, an identifier, a tap; its JSON and its paper."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from layers.models import Commune, Layer
from plui.models import DocUrba
from plui.vocabulary import Etat
from reference_data.models import Parcel
from tests import factories
from tests.factories import box
from tests.parcels import SIDE_M, address, parcel, position, rectangle
from tests.pdf import alternatives, sheets
from tests.plan_in_time import BEFORE, NEW, OLD, SECRET, PlanInTime, plan_in_time

pytestmark = pytest.mark.django_db
PAGE, API = "/urbanisme/ici/", "/api/planning/applies"
SHEET = f"{PAGE}92048000AB0123/"
TAP = ",".join(f"{each:.6f}" for each in position(30, 30))


@pytest.fixture
def place(catalogue: dict[str, Commune]) -> Parcel:
    address(12, "bis")
    factories.zone(
        "UA", geom=rectangle(-10, -10, SIDE_M, 200), libelong="Centre ancien", nomfic="reglement.pdf#page=12"
    )
    return parcel(contenance=9_990)


@pytest.mark.parametrize(
    "query",
    [
        {"lieu": "12 bis rue de la République, Meudon"},
        {"lieu": "AB 123 Meudon"},
        {"lieu": "92048000AB0123"},
        {"lieu": f"{position(30, 30)[1]}, {position(30, 30)[0]}"},
        {"point": TAP},
        {"parcelle": "92048 000 AB 0123"},
    ],
    ids=str,
)
def test_every_way_leads_to_the_same_sheet(client: Client, place: Parcel, query: dict[str, str]) -> None:
    response = client.get(PAGE, query, follow=True)
    assert response.redirect_chain[-1][0] == SHEET


def test_the_sheet_has_the_zone_its_share_and_its_written_piece(client: Client, place: Parcel) -> None:
    text = client.get(SHEET).content.decode()
    words = [
        "Parcelle AB 123",
        "12 bis Rue de la République, Meudon",
        "Centre ancien",
        "reglement.pdf, page 12",
        "100\N{NO-BREAK SPACE}%",
    ]
    assert [each for each in words if each not in text] == []


def test_a_text_that_means_nothing_says_so(client: Client, place: Parcel) -> None:
    assert (
        "Aucun lieu ne correspond" in client.get(PAGE, {"lieu": "rue Zébulon, Trifouilly"}).content.decode()
    )


def test_a_number_that_is_not_there_offers_the_near_ones(client: Client, place: Parcel) -> None:
    text = client.get(PAGE, {"lieu": "14 rue de la République, Meudon"}).content.decode()
    assert "Les plus proches" in text and "12 bis Rue de la République, Meudon" in text


def test_an_address_of_two_parcels_offers_both(client: Client, place: Parcel) -> None:
    other = parcel("92048000AB0124", shape=rectangle(200, 0, 250, 50))
    address(20, cad_parcelles=[place.idu, other.idu])
    text = client.get(PAGE, {"lieu": "20 rue de la République Meudon"}).content.decode()
    assert [
        "Plusieurs parcelles possibles" in text,
        f"{PAGE}{place.idu}/" in text,
        f"{PAGE}{other.idu}/" in text,
    ] == [True] * 3


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"parcelle": "zz"}, 400),
        ({"point": "x"}, 400),
        ({"contour": "POLYGON((0 0"}, 400),
        ({"contour": "POINT(2 48)"}, 400),
        ({"objet": "zones"}, 400),
        ({"objet": "plui-zones/999999"}, 404),
        ({"parcelle": "92048000ZZ9999"}, 404),
        ({"point": TAP, "parcelle": "92048000AB0123"}, 400),
        ({"autre": "1"}, 400),
        ({"lieu": "\x00"}, 400),
    ],
    ids=str,
)
def test_bad_input_is_named(client: Client, place: Parcel, query: dict[str, str], status: int) -> None:
    assert client.get(PAGE, query).status_code == status


def test_json_has_the_figures_of_the_sheet(client: Client, place: Parcel) -> None:
    document = client.get(API, {"address": "12 bis rue de la République Meudon"}).json()
    zones = next(rule for rule in document["rules"] if rule["family"] == "zones")
    assert document["location"]["parcel"] == "92048000AB0123"
    assert [(each["code"], each["share"], each["document"]["page"]) for each in zones["features"]] == [
        ("UA", 1.0, 12)
    ]


def test_json_of_an_outline_needs_no_parcel(client: Client, place: Parcel) -> None:
    wkt = rectangle(10, 10, 20, 20).wkt
    document = client.get(API, {"geometry": wkt}).json()
    assert document["location"]["area_m2"] == pytest.approx(100, rel=0.01)


@pytest.mark.parametrize(
    "query", [{}, {"parcel": "zz"}, {"geometry": "x"}, {"parcel": "92048000AB0123", "f": "xml"}], ids=str
)
def test_faults_of_the_api_name_its_parameter(client: Client, place: Parcel, query: dict[str, str]) -> None:
    response = client.get(API, query)
    assert (response.status_code, response.json()["parameter"] in {"parcel", "geometry", "f"}) == (400, True)


def test_a_hidden_parcel_reads_like_an_absent_one(client: Client, place: Parcel) -> None:
    Layer.objects.filter(slug="parcelles").update(visibility="internal")
    hidden = client.get(SHEET).content
    Parcel.objects.all().delete()
    assert hidden == client.get(SHEET).content


def test_the_paper_is_one_tagged_page(client: Client, place: Parcel) -> None:
    response = client.get(f"{PAGE}fiche.pdf", {"parcelle": "92048000AB0123"})
    assert len(sheets(response.content)) == 1
    assert "Parcelle AB 123 et ses alentours" in alternatives(response.content)


def test_every_example_of_the_empty_page_leads_to_a_sheet(client: Client, place: Parcel) -> None:
    page = client.get(PAGE).content.decode()
    examples = [unescape(each) for each in re.findall(r'<li><a href="(/urbanisme/ici/[^"]+)"', page)]
    ends = [client.get(each, follow=True).request["PATH_INFO"] for each in examples]
    assert ends == [SHEET, SHEET]


def test_a_document_in_progress_is_not_said_to_be_approved(client: Client, place: Parcel) -> None:
    DocUrba.objects.update(etat=Etat.EN_COURS, datappro="20260101")
    text = client.get(SHEET).content.decode()
    assert "1er janvier 2026" in text and "approuvé le" not in text


def test_the_page_is_light_and_its_drawings_have_an_address_each(client: Client, place: Parcel) -> None:
    response = client.get(SHEET)
    addresses = re.findall(r'"drawingAddress": "([^"]+)"', response.content.decode())
    assert len(response.content) < 60_000
    assert {client.get(each).status_code for each in addresses} == {200}


def test_each_feature_names_its_drawing_on_the_map(client: Client, place: Parcel) -> None:
    text = client.get(SHEET).content.decode()
    named = {each.split("/")[0] for each in re.findall(r'data-feature="([^"]+)"', text)}
    drawn = set(re.findall(r'"slug": "([^"]+)"', text))
    assert ("plui-zones" in named, named - drawn) == (True, set())


@pytest.fixture
def dated(catalogue: dict[str, Commune]) -> PlanInTime:
    """A parcel whose zone another procedure had otherwise."""
    parcel("92048000AB0199", shape=box(2.205, 48.810, 2.2055, 48.8105))
    return plan_in_time()


DATED = f"{PAGE}92048000AB0199/"


def test_the_sheet_says_what_each_procedure_changed_and_nothing_of_a_project(
    client: Client, dated: PlanInTime
) -> None:
    text = client.get(DATED).content.decode()
    words = ["Dans le temps", dated.elaboration.title, dated.modification.title, f"Zone {OLD} → {NEW}"]
    assert [each for each in words if each not in text] == []
    assert (dated.staged.title in text, SECRET in text) == (False, False)


def test_the_sheet_of_another_day_has_the_rules_of_that_day(client: Client, dated: PlanInTime) -> None:
    text = client.get(DATED, {"plan-date": BEFORE}).content.decode()
    assert f"<span>{OLD}</span>" in text and f"<span>{NEW}</span>" not in text
    assert "ces règles ne sont plus celles d’aujourd’hui" in text


def test_links_of_the_sheet_of_another_day_stay_at_that_day(client: Client, dated: PlanInTime) -> None:
    text = client.get(DATED, {"plan-date": BEFORE}).content.decode()
    links = re.findall(r'href="([^"]*(?:fiche\.pdf|applies|plui-zones/)[^"]*)"', text)
    assert links and [each for each in links if f"plan-date={BEFORE}" not in each] == []


def test_the_switch_leads_before_the_last_procedure_and_back(client: Client, dated: PlanInTime) -> None:
    text = client.get(DATED).content.decode()
    before = re.search(r'<a href="([^"]+)">Avant', text)
    assert before is not None
    assert f'<a href="{DATED}">Aujourd’hui</a>' in client.get(before[1]).content.decode()


def test_the_sheet_of_another_day_has_its_document_as_the_version_of_that_day_has_it(
    client: Client, dated: PlanInTime
) -> None:
    """The name of the former document is also that of what is online: an annulled one."""
    former = dated.elaboration.idurba
    DocUrba.objects.create(idurba=former, etat=Etat.PARTIELLEMENT_ANNULE, datappro="20250303")
    words = "un jugement a annulé une partie de ce document"
    assert words not in client.get(DATED, {"plan-date": BEFORE}).content.decode()
    DocUrba.objects.filter(idurba=former).delete()
    dated.elaboration.document |= {"etat": Etat.PARTIELLEMENT_ANNULE.value}
    dated.elaboration.save()
    assert words in client.get(DATED, {"plan-date": BEFORE}).content.decode()


def test_json_of_another_day_has_the_approval_of_its_document(client: Client, dated: PlanInTime) -> None:
    place = {"parcel": DATED.split("/")[-2], "plan-date": BEFORE}
    documents = client.get(API, place).json()["documents"]
    assert [(each["idurba"], each["procedure"], each["approved"]) for each in documents] == [
        (dated.elaboration.idurba, "E", dated.elaboration.datappro)
    ]
