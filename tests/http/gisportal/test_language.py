"""The language of a page: French, or the one the reader chose; what the browser prefers does not decide (ADR 0006)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polib
import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone, translation
from pytest_django import Settings

from gisportal.accounts.models import User
from gisportal.accounts.services import invite
from layers.models import Grant, Layer
from management.models import AccessRequest
from management.reminders.services import send_reminders
from management.requests.mail import mail_decision, mail_request
from tests.architecture.tree import ROOT
from tests.instants import MIDNIGHT, at
from tests.mail import delivered
from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER, TOWN_AGENT
from tests.view_as import browser
from tests.world import PLAYGROUNDS, TREES, World

MESSAGES = Path("en", "LC_MESSAGES")
PAGES = {
    "/": "Browse the catalogue",
    "/catalogue/": "Filter the catalogue",
    f"/catalogue/{TREES}/": "Field dictionary",
    "/carte/": "Map of the territory",
    "/accessibilite/": "Sources and licences of the layers",
    "/compte/connexion/": "See the open data",
    "/api/?f=html": "Conformance",
}


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed catalogue, compiled for these tests: a clone has no compiled one."""
    folder = tmp_path_factory.mktemp("locale")
    (folder / MESSAGES).mkdir(parents=True)
    catalogue = polib.pofile(str(ROOT / "locale" / MESSAGES / "django.po"))
    catalogue.save_as_mofile(str(folder / MESSAGES / "django.mo"))
    return folder


@pytest.fixture
def reader(world: World, settings: Settings, compiled: Path) -> Client:
    """Somebody who chose English in the footer."""
    settings.LOCALE_PATHS = [compiled]
    client = Client()
    client.post("/langue/", {"language": "en", "next": "/"})
    return client


@pytest.mark.parametrize("address", PAGES)
def test_who_chose_english_reads_english(reader: Client, address: str) -> None:
    assert PAGES[address] in reader.get(address).content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_a_page_in_english_says_so(reader: Client, address: str) -> None:
    answer = reader.get(address)
    assert ('<html lang="en">' in answer.content.decode(), answer.headers["Content-Language"]) == (True, "en")


def test_the_reader_may_return_to_french(reader: Client) -> None:
    reader.post("/langue/", {"language": "fr", "next": "/"})
    assert '<html lang="fr">' in reader.get("/").content.decode()


def test_choosing_a_language_leads_back_to_the_page(reader: Client) -> None:
    answer = reader.post("/langue/", {"language": "en", "next": "/catalogue/?q=arbres"})
    assert answer.headers["Location"] == "/catalogue/?q=arbres"


def test_choosing_a_language_leads_to_no_other_site(reader: Client) -> None:
    answer = reader.post("/langue/", {"language": "en", "next": "https://ailleurs.example/"})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("preferred", ["en", "en-GB,en;q=0.9", "fr;q=0.1,en;q=1"])
def test_the_browser_does_not_choose_the_language(world: World, preferred: str) -> None:
    page = Client(headers={"Accept-Language": preferred}).get("/").content.decode()
    assert '<html lang="fr">' in page


@pytest.mark.parametrize("chosen", ["xx", "", "../../etc", "en\x00"])
def test_a_language_that_the_portal_does_not_speak_is_french(world: World, chosen: str) -> None:
    client = Client(
        headers={"Cookie": f"django_language={chosen}"}
    )  # Python's own cookies refuse control characters
    assert '<html lang="fr">' in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/api/collections/rien", "Unknown layer"),
        (f"/api/collections/{TREES}/items?bbox=1", "Invalid bounding box"),
    ],
)
def test_a_problem_is_told_in_the_language_chosen(reader: Client, address: str, title: str) -> None:
    assert reader.get(address).json()["title"] == title


def test_the_detail_of_a_problem_is_told_in_the_language_chosen(reader: Client) -> None:
    assert reader.get("/api/collections/rien").json()["detail"] == "No layer is called “rien”."


def test_a_problem_is_told_in_french_to_an_english_browser(world: World) -> None:
    answer = Client(headers={"Accept-Language": "en"}).get("/api/collections/rien")
    assert answer.json()["title"] == "Couche inconnue"


def test_a_name_is_joined_to_its_button_the_english_way(reader: Client) -> None:
    page = reader.get("/carte/").content.decode()
    assert 'hidden">: {title}<' in page
    assert 'hidden">\u00a0: ' not in page


def test_a_name_is_joined_to_its_button_the_french_way(world: World) -> None:
    page = Client().get("/carte/").content.decode()
    assert 'hidden">\u00a0: {title}<' in page


@pytest.fixture
def english(world: World, settings: Settings, compiled: Path) -> World:
    """The world where a planner and a town agent chose English, one by the form, the other before signing in."""
    settings.LOCALE_PATHS = [compiled]
    for person in (ADMINISTRATOR, OUTSIDER, PLANNER, TOWN_AGENT):
        User.objects.filter(pk=person.account().pk).update(email=f"{person.name}@example.org")
    browser(PLANNER).post("/langue/", {"language": "en"})
    User.objects.filter(username=TOWN_AGENT.name).update(language="en")
    return world


def subjects() -> dict[str, str]:
    """Return the subject of the message to each person."""
    return {message.to[0].partition("@")[0]: message.subject for message in delivered()}


def test_reminders_are_in_the_language_that_each_account_chose(english: World) -> None:
    group = Group.objects.get(name=TOWN_AGENT.groups[0])
    author = PLANNER.account()
    Grant.objects.filter(group=group).update(valid_until=MIDNIGHT, author=author)
    instant = MIDNIGHT - dt.timedelta(days=3, hours=12)
    with at(instant):
        send_reminders(at=instant)
    assert subjects() == {
        TOWN_AGENT.name: "Your access ends in 3 days",
        PLANNER.name: f"{TOWN_AGENT.name}: access ends in 3 days",
    }


def test_requests_and_decisions_are_in_the_language_of_who_reads_them(english: World) -> None:
    layer = Layer.objects.get(slug=PLAYGROUNDS)
    request = AccessRequest.objects.create(
        person=PLANNER.account(),
        layer=layer,
        reason="étude",
        answer="non",
        valid_until=MIDNIGHT,
        state="refused",
        decided_at=timezone.now(),
    )
    with translation.override("en"):
        mail_request(request, visitor=PLANNER.visitor())
    with translation.override("fr"):
        mail_decision(request, until=None)
    assert subjects() == {
        ADMINISTRATOR.name: f"{PLANNER.name} demande l’accès à « {layer.title} »",
        PLANNER.name: f"Access to “{layer.title}”: refused",
    }


def test_an_invitation_is_in_french_whatever_its_sender_reads(english: World) -> None:
    invite(OUTSIDER.account())
    client = browser(ADMINISTRATOR)
    client.post("/langue/", {"language": "en"})
    address = "/administration/accounts/user/"
    client.post(address, {"action": "resend", "_selected_action": [OUTSIDER.account().pk]})
    assert subjects() == {OUTSIDER.name: "Votre compte sur le portail de données"}


def test_signing_in_remembers_the_language_of_the_browser(reader: Client) -> None:
    account = OUTSIDER.account()
    account.set_password("un mot de passe d’essai")
    account.save()
    reader.post("/compte/connexion/", {"username": OUTSIDER.name, "password": "un mot de passe d’essai"})
    account.refresh_from_db()
    assert account.language == "en"
