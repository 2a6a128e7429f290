"""A partial annulment (ETAT 08, INFO_SURF 98-00) comes first on everything it touches, and nowhere else."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from layers.models import Layer
from layers.vocabulary import Visibility
from planning.bulk.presenters import parcel_sheets
from planning.bulk.queries.sheets import ParcelReading
from planning.queries import locations
from plui.models import InfoSurf, InfoSurfVersion, WrittenPiece
from plui.versions.views import documents
from tests.factories import box
from tests.pdf import written_text
from tests.people import PUBLIC
from tests.plan_in_time import BEFORE, PlanInTime, plan_in_time, publish_annulment
from tests.plu_packages import PDF
from tests.protocols import OGC_TILE, get

pytestmark = pytest.mark.django_db
ZONES, INFORMATIONS = "plui-zones", "plui-informations-surf"
NAME = "Jugement du 3 mars 2025"
JUDGMENT = "200057974_jugement_20240601.pdf"
HERE = "une partie du plan est annulée à cet endroit"
DOCUMENT = "a été annulée par un"


@pytest.fixture
def plan(catalogue: object, media: object) -> PlanInTime:
    """A plan online of which a court annulled a part of the west zone."""
    plan = plan_in_time()
    annulment = publish_annulment(plan.modification, box(2.201, 48.801, 2.209, 48.819), NAME)
    for model in (InfoSurf, InfoSurfVersion):
        model.objects.filter(libelle=annulment.libelle).update(nomfic=JUDGMENT)
    piece = WrittenPiece(
        version=plan.modification,
        path=f"Pieces_ecrites/0_Procedure/{JUDGMENT}",
        name=JUDGMENT,
        size=len(PDF),
        content_hash="0" * 64,
    )
    piece.file.save(JUDGMENT, ContentFile(PDF))
    return plan


def page(path: str) -> str:
    return " ".join(
        unescape(Client(headers={"host": "localhost"}).get(path, follow=True).content.decode()).split()
    )


def judgment(plan: PlanInTime) -> str:
    return reverse("plui:piece", args=[plan.modification.idurba, JUDGMENT])


def test_the_page_of_a_zone_says_that_it_is_touched_and_links_to_the_judgment(plan: PlanInTime) -> None:
    text = page(f"/catalogue/{ZONES}/{plan.west.pk}/")
    assert f"{NAME} : {HERE}" in text
    assert f'href="{judgment(plan)}"' in text


def test_a_zone_that_it_does_not_touch_names_the_document_alone(plan: PlanInTime) -> None:
    text = page(f"/catalogue/{ZONES}/{plan.east.pk}/")
    assert HERE not in text
    assert DOCUMENT in text


@pytest.mark.parametrize(
    "path", ["/catalogue/", f"/catalogue/{ZONES}/", f"/catalogue/{INFORMATIONS}/", f"/carte/?couches={ZONES}"]
)
def test_lists_and_maps_of_a_plan_name_the_document(plan: PlanInTime, path: str) -> None:
    text = page(path)
    assert DOCUMENT in text
    assert plan.modification.idurba in text


def test_the_map_leads_to_the_perimeter_until_it_is_drawn(plan: PlanInTime) -> None:
    without, drawn = (page(f"/carte/?couches={slugs}") for slugs in (ZONES, f"{ZONES},{INFORMATIONS}"))
    link = re.search(r'href="([^"]+)">Voir le périmètre', without)
    assert link is not None
    assert f"couches={INFORMATIONS}" in link[1]
    assert "Voir le périmètre" not in drawn


def test_the_perimeter_is_in_tiles_in_the_style_and_in_the_legend(plan: PlanInTime) -> None:
    tile = OGC_TILE.ask(PUBLIC, slug=INFORMATIONS)
    assert "98-00" in tile.body
    style = get(f"/api/collections/{INFORMATIONS}/styles/portail?f=mapbox").document
    assert "98-00" in json.dumps(style["layers"])
    assert "nnulation" in page(f"/carte/?couches={INFORMATIONS}")


def test_it_is_drawn_over_the_prescriptions_and_the_zones(plan: PlanInTime) -> None:
    layers = get("/api/styles/portail?f=mapbox").document["layers"]
    first = {
        slug: next(place for place, each in enumerate(layers) if each.get("source-layer") == slug)
        for slug in (ZONES, "plui-prescriptions-surf", INFORMATIONS)
    }
    assert first[ZONES] < first["plui-prescriptions-surf"] < first[INFORMATIONS]


def test_the_sheet_begins_with_it_on_the_page_in_json_and_on_paper(plan: PlanInTime) -> None:
    point = "2.205,48.810"
    text = page(f"/urbanisme/ici/?point={point}")
    assert text.index(NAME) < text.index("applies-head")
    assert f'href="{judgment(plan)}"' in text
    notes = get(f"/api/planning/applies?point={point}").document["first"]
    assert NAME in notes[0]["text"]
    assert notes[0]["document"]["href"] == judgment(plan)
    paper = Client(headers={"host": "localhost"}).get("/urbanisme/ici/fiche.pdf", {"point": point})
    assert NAME in written_text(paper.content)


def test_the_sheets_of_a_list_begin_with_it_where_it_is(plan: PlanInTime) -> None:
    places = [locations.point(PUBLIC.visitor(), text) for text in ("2.205,48.810", "2.215,48.810")]
    readings = [ParcelReading(place, "Meudon", 0.0, (), ()) for place in places]
    notes = [
        [note.text for note in each.sheet.first_notes] for each in parcel_sheets(PUBLIC.visitor(), readings)
    ]
    assert [any(NAME in text for text in listed) for listed in notes] == [True, False]


def test_the_comparison_begins_with_it_and_draws_the_informations(plan: PlanInTime) -> None:
    text = page(reverse("plui:comparison", args=[plan.modification.pk]))
    assert text.index("partiellement annulé") < text.index("<h1>")
    assert text.index(NAME) < text.index("<h1>")
    config = re.search(r'id="plan-map" type="application/json">(.*?)</script>', text)
    assert config is not None
    assert [each["slug"] for each in json.loads(config[1])["layers"]] == [ZONES, INFORMATIONS]


def test_the_comparison_on_paper_draws_the_perimeter(
    plan: PlanInTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def stored(name: str, context: dict[str, object], _request: object = None) -> str:
        written.append(original(name, context, _request))
        return written[-1]

    original = documents.render_to_string
    monkeypatch.setattr(documents, "render_to_string", stored)
    address = reverse("plui:comparison-file", args=[plan.modification.pk])
    assert Client(headers={"host": "localhost"}).get(address).status_code == 200
    assert written[0].count("stroke-dasharray") == 1
    assert written[0].index(NAME) < written[0].index("<main>")


def test_the_page_of_documents_begins_with_it(plan: PlanInTime) -> None:
    text = page("/urbanisme/documents/")
    assert text.index("partiellement annulé") < text.index(plan.modification.title)
    assert f'href="{judgment(plan)}">Lire le jugement' in text


@pytest.mark.parametrize(
    "path",
    ["/catalogue/", f"/catalogue/{ZONES}/", f"/carte/?couches={ZONES}", "/urbanisme/ici/?point=2.205,48.810"],
)
def test_nothing_was_annulled_at_a_day_before_the_version(plan: PlanInTime, path: str) -> None:
    text = page(f"{path}{'&' if '?' in path else '?'}plan-date={BEFORE}")
    assert [words for words in (DOCUMENT, "Le juge a annulé", "partiellement annulé") if words in text] == []


def test_who_does_not_read_informations_learns_of_the_document_and_not_of_the_perimeter(
    plan: PlanInTime,
) -> None:
    Layer.objects.filter(slug=INFORMATIONS).update(visibility=Visibility.INTERNAL)
    paths = [
        f"/catalogue/{ZONES}/{plan.west.pk}/", f"/carte/?couches={ZONES}", "/urbanisme/ici/?point=2.205,48.810",
        reverse("plui:comparison", args=[plan.modification.pk]),
    ]  # fmt: skip
    assert [path for path in paths if NAME in page(path) or "Voir le périmètre" in page(path)] == []
    assert DOCUMENT in page(f"/catalogue/{ZONES}/")


def test_the_portal_of_another_commune_has_nothing_of_it(plan: PlanInTime) -> None:
    client = Client(headers={"host": "sevres.localhost"})
    assert DOCUMENT not in client.get("/catalogue/").content.decode()
