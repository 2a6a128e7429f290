"""The pages of road works: near a place for everybody, declaration and steps for who may."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import LineString
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from layers.models import Layer
from reference_data.models import Address, RoadSection
from roadworks.models import CalendarJob, Order, RoadWorks, SitePhoto, StreetSubscription
from roadworks.paper import CALENDARS
from roadworks.services import subscriptions
from roadworks.vocabulary import SiteState
from tests.factories import MEUDON, picture, point
from tests.pdf import sheets
from tests.people import OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import get
from tests.road_works import CONTACT, SECTIONS, STREET, effect, site
from tests.world import grant, protect

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
HOME = {"pres": "2.205500,48.810100", "lieu": "1 avenue"}


@pytest.fixture
def town(catalogue: object) -> None:
    """The avenue with its first house; who declares in Meudon and who approves."""
    RoadSection.objects.bulk_create(
        RoadSection(
            cleabs=f"TRONROUT{number}", nature="Route à 1 chaussée", nom_voie_ban_gauche=STREET, importance="4",
            sens_de_circulation="Double sens", geom=LineString(*line, srid=4326),
        )
        for number, line in enumerate(SECTIONS)
    )  # fmt: skip
    Address.objects.create(
        id_ban="92048_x_1", numero=1, nom_voie=STREET, code_insee=MEUDON, nom_commune="Meudon",
        geom=point(2.2055, 48.8101),
    )  # fmt: skip
    grant(TOWN_AGENT, "travaux-voirie", rows=f"commune = '{MEUDON}'", can_add=True, can_change=True)
    grant(PLANNER, "travaux-voirie", can_add=True, can_change=True, can_approve=True)


def works(identifiant: str = "TRV-1", **values: Any) -> RoadWorks:
    """Create a site that is under way today."""
    today = timezone.localdate()
    days = {"date_debut": today - dt.timedelta(days=2), "date_fin": today + dt.timedelta(days=9)}
    return site(identifiant, **days | {"statut": "En cours"} | values)


def client(person: Person = PUBLIC) -> Client:
    browser = Client(headers={"host": "localhost"})
    if not person.is_anonymous:
        browser.force_login(person.account())
    return browser


def answers(**values: Any) -> dict[str, Any]:
    line = {"type": "LineString", "coordinates": SECTIONS[0]}
    return {
        "trace": json.dumps(line), "nature": "Eau", "maitre_ouvrage": "Ville", "circulation": "barree",
        "phase-TOTAL_FORMS": "2", "phase-INITIAL_FORMS": "0",
        "phase-0-date_debut": "2027-03-22", "phase-0-date_fin": "2027-04-02",
        "phase-0-heure_debut": "21:00", "phase-0-heure_fin": "06:00",
        "phase-1-date_debut": "2027-04-05", "phase-1-date_fin": "2027-04-09",
        "action": "soumettre",
    } | values  # fmt: skip


def test_everybody_reads_the_works_around_an_address(town: None) -> None:
    effect(works())
    works("TRV-2", etat=SiteState.SUBMITTED)
    page = client(PLANNER).get("/travaux/", {"adresse": f"1 {STREET}"})
    words = page.content.decode()
    assert page.status_code == 200
    assert "Chantier-TRV-1" in words
    assert "Chantier-TRV-2" not in words  # who approves it reads it elsewhere
    assert CONTACT not in words


def test_works_beyond_the_radius_are_those_of_the_town(town: None) -> None:
    works(lines=SECTIONS[3:])
    near = client().get("/travaux/", HOME).content.decode()
    assert "Chantier-TRV-1" not in near
    assert "Chantier-TRV-1" in client().get("/travaux/", HOME | {"quand": "ville"}).content.decode()


def test_home_and_layer_pages_link_to_the_works_near_a_place_while_the_layer_is_open(town: None) -> None:
    pages = ("/", "/catalogue/travaux-voirie/")
    assert [page for page in pages if 'href="/travaux/"' not in client().get(page).content.decode()] == []
    Layer.objects.filter(slug="travaux-voirie").update(visibility="internal")
    assert 'href="/travaux/"' not in client().get("/").content.decode()


@pytest.mark.parametrize("query", [{"pres": "Meudon"}, {"quand": "demain"}, {"page": "2"}])
def test_a_malformed_address_of_the_page_is_refused(town: None, query: dict[str, str]) -> None:
    assert client().get("/travaux/", query).status_code == 400


def test_pages_are_absent_where_the_layer_is(town: None) -> None:
    pk = works().pk
    Layer.objects.filter(slug="travaux-voirie").update(visibility="internal")
    paths = ["/travaux/", f"/travaux/{pk}/", "/travaux/calendrier/", "/travaux/declarer/"]
    assert {path: client(OUTSIDER).get(path).status_code for path in paths} == dict.fromkeys(paths, 404)


@pytest.mark.parametrize(
    ("values", "status", "count"),
    [({}, 302, 1), ({"website": "robot"}, 302, 0), ({"email": "riverain"}, 422, 0), ({"pres": ""}, 422, 0)],
)
def test_a_subscription_is_stored_once_it_is_readable(
    town: None, values: dict[str, str], status: int, count: int
) -> None:
    answer = client().post("/travaux/", HOME | {"email": "riverain@exemple.fr"} | values)
    assert answer.status_code == status
    assert StreetSubscription.objects.count() == count


def test_too_many_subscriptions_of_one_network_are_refused(
    town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "MAX_REQUESTS", 1)
    statuses = [
        client().post("/travaux/", HOME | {"email": f"riverain{number}@exemple.fr"}).status_code
        for number in range(2)
    ]
    assert statuses == [302, 429]


@pytest.mark.parametrize(
    ("name", "label"),
    [(f"1 {STREET}, Meudon", f"1 {STREET}, Meudon"), ("Gagnez 1 000 € sur exemple.org", "Votre position")],
)
def test_messages_name_places_that_the_portal_knows(town: None, name: str, label: str) -> None:
    client().post("/travaux/", HOME | {"lieu": name, "email": "riverain@exemple.fr"})
    assert StreetSubscription.objects.get().label == label


def test_links_of_messages_confirm_and_end_by_a_button(town: None) -> None:
    client().post("/travaux/", HOME | {"email": "riverain@exemple.fr"})
    path = f"/travaux/abonnement/{StreetSubscription.objects.get().token}/"
    client().get(path)
    assert StreetSubscription.objects.get().confirmed_at is None
    client().post(path)
    assert StreetSubscription.objects.get().confirmed_at is not None
    client().get(f"{path}fin/")
    assert StreetSubscription.objects.exists()
    client().post(f"{path}fin/")
    assert not StreetSubscription.objects.exists()
    assert client().post(path).status_code == 404


@pytest.mark.parametrize(("person", "status"), [(PUBLIC, 302), (OUTSIDER, 403), (TOWN_AGENT, 200)], ids=str)
def test_who_may_add_works_opens_the_form(town: None, person: Person, status: int) -> None:
    assert client(person).get("/travaux/declarer/").status_code == status


def test_a_town_declares_works_of_two_phases_and_the_authority_publishes_them(town: None) -> None:
    answer = client(TOWN_AGENT).post("/travaux/declarer/", answers())
    row = RoadWorks.objects.get()
    assert (answer.status_code, row.etat, row.voie) == (302, SiteState.SUBMITTED, STREET)
    assert row.objet == "Eau"
    assert row.phases.count() == 2
    assert "Publier" in client(PLANNER).get(f"/travaux/{row.pk}/").content.decode()
    client(PLANNER).post(f"/travaux/{row.pk}/", {"name": "publish"})
    row.refresh_from_db()
    assert row.etat == SiteState.PUBLISHED


def test_a_phase_says_what_it_hampers_in_its_own_way(town: None) -> None:
    fields = answers() | {"phase-1-circulation": "alternee", "phase-1-effet_bus": "ferme"}
    client(TOWN_AGENT).post("/travaux/declarer/", fields)
    row = RoadWorks.objects.get()
    effects = row.effets.order_by("phase__numero", "mode").values_list("phase__numero", "mode", "impact")
    assert list(effects) == [(1, "voiture", "ferme"), (2, "bus", "ferme"), (2, "voiture", "alterne")]
    sheet = client(TOWN_AGENT).get(f"/travaux/{row.pk}/").content.decode()
    assert "dévié" in sheet[sheet.index('id="avancement"') :]
    form = client(TOWN_AGENT).get(f"/travaux/{row.pk}/modifier/").content.decode()
    assert form.count('<option value="alternee" selected>') == 1


@pytest.mark.parametrize(
    ("values", "culprit"),
    [
        ({"phase-1-circulation": "fermée"}, "La circulation"),
        ({"phase-0-date_fin": "2027-03-01"}, "La fin d’une phase suit son début."),
        ({"phase-0-heure_fin": ""}, "Donnez les deux heures"),
        ({"trace": "{"}, "retracez-le"),
        ({"trace": "5"}, "retracez-le"),
        ({"trace": "", "rue": "Rue absente"}, "Tracez les travaux"),
        ({"trace": json.dumps({"type": "Point", "coordinates": [2.2, 48.8]})}, "Tracez une ligne"),
        ({"nature": "Or"}, "Travaux"),
        ({"phase-TOTAL_FORMS": "99"}, ""),
    ],
)
def test_a_faulty_form_names_the_culprit_and_writes_nothing(
    town: None, values: dict[str, str], culprit: str
) -> None:
    answer = client(TOWN_AGENT).post("/travaux/declarer/", answers(**values))
    assert answer.status_code == 422
    assert culprit in answer.content.decode()
    assert not RoadWorks.objects.exists()


def test_a_phase_that_was_left_empty_is_none(town: None) -> None:
    empty = dict.fromkeys(("phase-1-date_debut", "phase-1-date_fin"), "")
    client(TOWN_AGENT).post("/travaux/declarer/", answers(**empty))
    assert RoadWorks.objects.get().phases.count() == 1


def test_a_form_that_somebody_else_changed_meanwhile_is_refused(town: None) -> None:
    client(TOWN_AGENT).post("/travaux/declarer/", answers(action="enregistrer"))
    pk = RoadWorks.objects.get().pk
    answer = client(TOWN_AGENT).post(f"/travaux/{pk}/modifier/", answers() | {"row-version": "0"})
    assert answer.status_code == 422
    assert "a changé" in answer.content.decode()


def test_a_town_proposes_a_change_of_its_site_that_is_online(town: None) -> None:
    client(TOWN_AGENT).post("/travaux/declarer/", answers())
    path = f"/travaux/{RoadWorks.objects.get().pk}/"
    client(PLANNER).post(path, {"name": "publish"})
    form = client(TOWN_AGENT).get(f"{path}modifier/").content.decode()
    version = re.search(r'name="row-version" value="([^"]+)"', form)
    assert version is not None
    fields = answers(description="Accès aux garages le soir") | {"row-version": version[1]}
    assert client(TOWN_AGENT).post(f"{path}modifier/", fields).status_code == 302
    assert "Accès aux garages" not in client().get(path).content.decode()
    assert "Une modification proposée attend" in client(PLANNER).get(path).content.decode()


def test_another_town_opens_no_form_of_a_site(town: None) -> None:
    pk = works(etat=SiteState.SUBMITTED).pk
    stranger = Person("agent-boulogne", groups=("Ville de Boulogne",))
    grant(stranger, "travaux-voirie", rows="commune = '92012'", can_add=True, can_change=True)
    assert client(stranger).get(f"/travaux/{pk}/modifier/").status_code == 404
    assert client(stranger).get(f"/travaux/{pk}/").status_code == 404


def test_what_a_form_would_hamper_is_said_before_it_is_saved(town: None) -> None:
    works("TRV-2", date_debut=dt.date(2027, 3, 25), date_fin=dt.date(2027, 3, 30), nature="Gaz")
    works("TRV-3", etat=SiteState.SUBMITTED, date_debut=dt.date(2027, 3, 25), date_fin=dt.date(2027, 3, 30))
    words = client(TOWN_AGENT).post("/travaux/apercu/", answers()).content.decode()
    assert "Gaz, au même endroit, du 25 mars au 30 mars." in words
    assert "Un chantier non publié" in words
    assert "Chantier-TRV-3" not in words
    assert RoadWorks.objects.count() == 2


def test_works_under_way_today_are_previewed(town: None) -> None:
    today = timezone.localdate().isoformat()
    phase = {"phase-0-date_debut": today, "phase-0-date_fin": today}
    response = client(TOWN_AGENT).post("/travaux/apercu/", answers(**phase))
    assert (response.status_code, STREET in response.content.decode()) == (200, True)


def test_a_refusal_needs_a_reason(town: None) -> None:
    client(TOWN_AGENT).post("/travaux/declarer/", answers())
    path = f"/travaux/{RoadWorks.objects.get().pk}/"
    assert client(PLANNER).post(path, {"name": "refuse"}).status_code == 422
    client(PLANNER).post(path, {"name": "refuse", "reason": "Doublon"})
    assert RoadWorks.objects.get().etat == SiteState.REFUSED
    assert client().get(path).status_code == 404
    assert "Doublon" in client(TOWN_AGENT).get("/contributions/").content.decode()  # who wrote it reads why


def test_the_document_of_an_order_is_served_once_it_is_public(town: None, media: Path) -> None:
    protect("travaux-voirie", "arretes", TOWN_AGENT)

    def send(content: bytes) -> int:
        document = SimpleUploadedFile("arrete.pdf", content, content_type="application/pdf")
        fields = answers(arrete_numero="A-1", action="enregistrer") | {"document": document}
        return client(TOWN_AGENT).post("/travaux/declarer/", fields).status_code

    assert send(b"a text") == 422
    assert not RoadWorks.objects.exists()
    assert send(PDF) == 302
    RoadWorks.objects.update(etat=SiteState.PUBLISHED)
    order = Order.objects.get()
    path = f"/travaux/{order.chantier_id}/arretes/{order.pk}.pdf"
    assert client().get(path).status_code == 404
    Order.objects.update(est_public=True)
    answer: Any = client().get(path)
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_photo_is_read_by_its_author_and_who_approves_until_it_is_public(town: None, media: Path) -> None:
    photo = SimpleUploadedFile("rue.png", picture().read(), content_type="image/jpeg")
    client(TOWN_AGENT).post("/travaux/declarer/", answers(action="enregistrer") | {"photo": photo})
    RoadWorks.objects.update(etat=SiteState.PUBLISHED)
    row = SitePhoto.objects.get()
    path = f"/travaux/{row.chantier_id}/photos/{row.pk}.jpg"
    people = (PUBLIC, TOWN_AGENT, PLANNER)
    assert [get(path, person, by_basic=False).status for person in people] == [404, 200, 200]
    assert path not in client().get(f"/travaux/{row.chantier_id}/").content.decode()
    SitePhoto.objects.update(est_publique=True)
    assert path in client().get(f"/travaux/{row.chantier_id}/").content.decode()
    answer: Any = client().get(path)
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b""])
def test_a_photo_that_is_no_picture_is_refused_with_its_site(town: None, media: Path, content: bytes) -> None:
    photo = SimpleUploadedFile("rue.jpg", content, content_type="image/jpeg")
    assert client(TOWN_AGENT).post("/travaux/declarer/", answers() | {"photo": photo}).status_code == 422
    assert not RoadWorks.objects.exists()


@pytest.mark.parametrize("grouping", ["commune", "entreprise"])
def test_the_calendar_of_a_year_has_its_works(town: None, grouping: str) -> None:
    works(entreprise="Entreprise A", date_debut=dt.date(2027, 3, 1), date_fin=dt.date(2027, 3, 9))
    words = client().get("/travaux/calendrier/", {"annee": "2027", "par": grouping}).content.decode()
    assert STREET in words
    assert {"commune": "Meudon", "entreprise": "Entreprise A"}[grouping] in words
    assert client().get("/travaux/calendrier/", {"annee": "27", "par": grouping}).status_code == 400


def test_the_calendar_is_one_a3_sheet_that_the_worker_prepares(
    town: None, settings: Any, tmp_path: Path
) -> None:
    settings.ROAD_WORKS_FOLDER = tmp_path
    works()
    planner = client(PLANNER)
    page = planner.post("/travaux/calendrier/a3/", {"annee": "2027", "par": "commune"}).headers["Location"]
    assert "La demande est dans la file" in planner.get(page).content.decode()
    assert planner.get(f"{page}fichier/").status_code == 302
    CALENDARS.run(CalendarJob.objects.get().pk)
    answer: Any = planner.get(f"{page}fichier/")
    assert sheets(b"".join(answer.streaming_content)) == [(420, 297)]
    assert [client(person).get(page).status_code for person in (PUBLIC, TOWN_AGENT)] == [404, 404]


def test_a_year_that_is_none_is_not_prepared(town: None) -> None:
    assert client().post("/travaux/calendrier/a3/", {"annee": "27"}).status_code == 400
    assert not CalendarJob.objects.exists()
