"""The page where a dashboard is made, and its draft: for who may change it, from the revision that they read."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from dashboards.builder.parsing import MAX_BYTES
from dashboards.models import Dashboard
from tests import people
from tests.dashboards import dashboard, let_make, section
from tests.people import Person
from tests.staff import BACKEND, signed_in
from tests.world import World

PAGE, DRAFT = "/tableaux-de-bord/jeux/modifier/", "/tableaux-de-bord/jeux/brouillon/"
CHANGES = "/tableaux-de-bord/jeux/changements/"
DOCUMENT: dict[str, Any] = {"title": "Les jeux", "sections": [section("etat", "mots", "carte")]}


@pytest.fixture
def jeux(world: World) -> Dashboard:
    """A published dashboard of the planners, which the town of Meudon reads."""
    let_make("Urbanisme")
    return dashboard("jeux", producer="Urbanisme", groups=["Ville de Meudon"])


def browser(person: Person) -> Client:
    return Client() if person.is_anonymous else signed_in(person)


def sent(client: Client, body: Any, **how: Any) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(DRAFT, text, content_type=how.pop("content_type", "application/json"), **how)


def saved(client: Client, document: Any = DOCUMENT, revision: int = 1) -> Any:
    return sent(client, {"revision": revision, "document": document})


def script_data(answer: HttpResponse) -> Any:
    found = re.search(r'<script id="atelier" type="application/json">(.*?)</script>', answer.content.decode())
    assert found is not None
    return json.loads(found[1])


WHO = [
    (people.PUBLIC, 404),
    (people.OUTSIDER, 404),
    (people.TOWN_AGENT, 403),
    (people.PLANNER, 200),
    (people.ADMINISTRATOR, 200),
]


def test_the_script_knows_which_kinds_are_drawn_for_their_height(jeux: Dashboard) -> None:
    data = script_data(signed_in(people.PLANNER).get(PAGE))
    drawn_alike = {"due", "figure", "gallery", "map", "outline", "sheet", "table", "text", "tracking"}
    assert set(data["flat_kinds"]) == drawn_alike
    assert data["text_kind"] == "text"


@pytest.mark.parametrize(("person", "status"), WHO, ids=str)
def test_the_builder_is_for_who_may_change_the_dashboard(
    jeux: Dashboard, person: Person, status: int
) -> None:
    client = browser(person)
    assert client.get(PAGE).status_code == status
    assert client.get(CHANGES).status_code == status


@pytest.mark.parametrize(("person", "status"), WHO, ids=str)
def test_a_draft_is_written_by_who_may_change_the_dashboard(
    jeux: Dashboard, person: Person, status: int
) -> None:
    assert saved(browser(person)).status_code == status


def test_opening_the_builder_writes_nothing_and_starts_from_what_is_published(jeux: Dashboard) -> None:
    held = script_data(signed_in(people.PLANNER).get(PAGE))
    jeux.refresh_from_db()
    assert (jeux.revision, jeux.draft) == (1, None)
    assert (held["draft"], held["published"], held["revision"]) == (None, 1, 1)
    assert held["document"]["sections"] == [section("s", "p")]


def test_the_builder_opens_on_the_draft_and_names_every_place_that_it_asks(jeux: Dashboard) -> None:
    client = signed_in(people.PLANNER)
    saved(client)
    answer = client.get(PAGE)
    held = script_data(answer)
    assert held["document"]["title"] == "Les jeux"
    assert held["addresses"]["save"] == reverse("dashboards:draft", args=["jeux"])
    assert held["addresses"]["preview"] == reverse("dashboards:preview", args=["jeux"])
    assert answer["Cache-Control"] == "private, no-store"


def test_a_save_tells_the_next_revision_and_readers_see_nothing_of_it(jeux: Dashboard) -> None:
    client = signed_in(people.PLANNER)
    told = saved(client).json()
    assert (told["revision"], told["draft"]) == (2, 2)
    assert re.fullmatch(r"\d\d h \d\d", told["saved_at"])
    assert saved(client, revision=2).json()["draft"] == 2
    page = signed_in(people.TOWN_AGENT).get("/tableaux-de-bord/jeux/")
    assert "Les jeux" not in page.content.decode()


def test_what_publishing_will_change_is_read_beside_what_is_made(jeux: Dashboard) -> None:
    client = signed_in(people.PLANNER)
    assert script_data(client.get(PAGE))["addresses"]["changes"] == CHANGES
    assert "Rien\u00a0: il n’y a pas de brouillon" in client.get(CHANGES).content.decode()
    saved(client)
    told = client.get(CHANGES).content.decode()
    assert "2 panneaux ajoutés" in told
    assert told.count('class="sketch"') == 2
    assert "<html" not in told
    Dashboard.objects.update(published=None)
    assert "Première publication." in client.get(CHANGES).content.decode()


def test_who_saves_from_an_old_revision_is_told_what_is_there(jeux: Dashboard) -> None:
    client = signed_in(people.PLANNER)
    saved(client)
    answer = saved(client, DOCUMENT | {"title": "Autre"})
    jeux.refresh_from_db()
    assert answer.status_code == 412
    assert answer.json()["revision"] == 2
    assert answer.json()["document"]["title"] == "Les jeux"
    assert jeux.revision == 2


def test_a_fault_names_its_place_in_words_and_in_steps(jeux: Dashboard) -> None:
    wrong = {"title": "Les jeux", "sections": [{**section("etat", "a", "b")}]}
    wrong["sections"][0]["panels"][1]["kind"] = "camembert"
    answer = saved(signed_in(people.PLANNER), wrong)
    jeux.refresh_from_db()
    (fault,) = answer.json()["faults"]
    assert answer.status_code == 422
    assert fault["path"] == ["sections", 0, "panels", 1, "kind"]
    assert "camembert" in fault["text"]
    assert jeux.draft is None


def test_what_a_document_says_of_rights_opens_nothing(jeux: Dashboard) -> None:
    told = saved(signed_in(people.PLANNER), DOCUMENT | {"slug": "autre", "audience": "public"})
    jeux.refresh_from_db()
    assert told.status_code == 200
    assert (jeux.slug, jeux.is_public) == ("jeux", False)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ('{"revision": true, "document": {}}', "application/json", 400),
        ('{"revision": 1}', "application/json", 400),
        ('{"revision": 1, "document": {}}', "application/json", 422),
        ("a=b", "application/x-www-form-urlencoded", 415),
        (f'"{"x" * MAX_BYTES}"', "application/json", 413),
    ],
    ids=["cut", "list", "deep", "flag", "missing", "empty", "form", "long"],
)
def test_a_body_that_is_no_draft_is_refused_in_words(
    jeux: Dashboard, body: str, kind: str, status: int
) -> None:
    answer = sent(signed_in(people.PLANNER), body, content_type=kind)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_a_save_without_the_token_of_the_page_is_refused(jeux: Dashboard) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.PLANNER.account(), backend=BACKEND)
    assert saved(client).status_code == 403


def test_without_script_the_page_leads_to_the_text_of_the_document(jeux: Dashboard) -> None:
    page = signed_in(people.PLANNER).get(PAGE).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="0; url=/tableaux-de-bord/jeux/texte/">' in page
