"""Feeds, pages and subscriptions of road works: everybody's sites, whoever reads them; the others for who may."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.test import Client

from layers.models import Layer
from roadworks.catalogue import SLUG
from roadworks.models import RoadWorks, StreetSubscription
from roadworks.queries import Place
from roadworks.services.subscriptions import confirm_subscription, request_subscription, send_messages
from roadworks.vocabulary import SiteState
from tests.instants import at
from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import get
from tests.road_works import paris, site
from tests.world import grant

pytestmark = pytest.mark.django_db
NOW = paris("2027-03-23 12:00")
ONLINE, JUST_ENDED, ENDED, SUBMITTED, CANCELLED = "ONLINE", "JUST-ENDED", "ENDED", "SUBMITTED", "CANCELLED"
SITES = (ONLINE, JUST_ENDED, ENDED, SUBMITTED, CANCELLED)
PEOPLE = (PUBLIC, OUTSIDER, TOWN_AGENT, PLANNER, ADMINISTRATOR)
FEEDS = (
    "flux/travaux.geojson",
    "flux/datex2.xml",
    "flux/wzdx.geojson",
    "flux/cifs.xml",
    "flux/cifs.json",
    "flux/travaux.ics",
    "flux/travaux.atom",
    "flux/travaux.rss",
)
EVERYBODY = frozenset({ONLINE, JUST_ENDED})
# Who reads the sheet of a site: everybody those in a public state, its author and who approves it the others.
READERS: dict[str, frozenset[Person]] = {
    ONLINE: frozenset(PEOPLE),
    JUST_ENDED: frozenset(PEOPLE),
    ENDED: frozenset(PEOPLE),
    SUBMITTED: frozenset({TOWN_AGENT, PLANNER, ADMINISTRATOR}),
    CANCELLED: frozenset({TOWN_AGENT, PLANNER, ADMINISTRATOR}),
}


@pytest.fixture(autouse=True)
def sites(catalogue: object) -> dict[str, RoadWorks]:
    """A site in each state, by one author; who approves them."""
    grant(TOWN_AGENT, SLUG, can_add=True, can_change=True)
    grant(PLANNER, SLUG, can_add=True, can_change=True, can_approve=True)
    author = {"auteur_id": TOWN_AGENT.account().pk}
    ended = {"etat": SiteState.FINISHED, "statut": "Terminé", **author}
    return {
        ONLINE: site(ONLINE, **author),
        JUST_ENDED: site(JUST_ENDED, fin_reelle=NOW - dt.timedelta(minutes=30), **ended),
        ENDED: site(ENDED, fin_reelle=NOW - dt.timedelta(hours=2), **ended),
        SUBMITTED: site(SUBMITTED, etat=SiteState.SUBMITTED, **author),
        CANCELLED: site(CANCELLED, etat=SiteState.CANCELLED, **author),
    }


def names(body: str) -> frozenset[str]:
    """Return the sites of which a body has the title; JUST-ENDED is not ENDED."""
    text = body.replace("\r\n ", "")
    return frozenset(name for name in SITES if f"Chantier-{name}" in text)


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_has_the_same_sites_whoever_reads_it(feed: str) -> None:
    with at(NOW):
        seen = {str(person): names(get(f"/travaux/{feed}", person).body) for person in PEOPLE}
    expected = EVERYBODY if "cifs" not in feed else names("")  # without effects Waze is sent nothing
    assert seen == {str(person): expected for person in PEOPLE}


def test_a_calendar_of_a_site_is_that_of_a_site_in_the_feeds(sites: dict[str, RoadWorks]) -> None:
    with at(NOW):
        statuses = {
            name: {get(f"/travaux/flux/chantier/{row.pk}.ics", person).status for person in (PUBLIC, PLANNER)}
            for name, row in sites.items()
        }
    assert statuses == {name: {200} if name in EVERYBODY else {404} for name in SITES}


@pytest.mark.parametrize("page", ["", "diffusion/"])
def test_a_page_of_a_site_is_read_by_who_reads_its_row(sites: dict[str, RoadWorks], page: str) -> None:
    with at(NOW):
        readers = {
            name: frozenset(
                person
                for person in PEOPLE
                if get(f"/travaux/{row.pk}/{page}", person, by_basic=False).status == 200
            )
            for name, row in sites.items()
        }
    assert readers == READERS


def test_the_works_near_a_place_are_everybodys_whoever_reads_them() -> None:
    with at(NOW):
        seen = {
            str(person): names(get("/travaux/?quand=ville", person, by_basic=False).body) for person in PEOPLE
        }
    assert seen == {str(person): frozenset({ONLINE}) for person in PEOPLE}


def test_nothing_is_there_once_the_layer_is_withdrawn_from_the_public(sites: dict[str, RoadWorks]) -> None:
    Layer.objects.filter(slug=SLUG).update(visibility="internal")
    paths = [*FEEDS, "", "diffusion/", f"flux/chantier/{sites[ONLINE].pk}.ics"]
    with at(NOW):
        statuses = {
            path: {get(f"/travaux/{path}", person, by_basic=False).status for person in (PUBLIC, PLANNER)}
            for path in paths
        }
        posted = Client(headers={"host": "localhost"}).post(
            "/travaux/", {"email": "a@exemple.fr", "pres": "2.2055,48.8101", "lieu": "1 avenue"}
        )
    assert {path for path, answers in statuses.items() if answers != {404}} == set()
    assert posted.status_code == 404
    assert not StreetSubscription.objects.exists()


def test_messages_of_a_subscription_say_everybodys_sites(sites: dict[str, RoadWorks]) -> None:
    RoadWorks.objects.filter(pk=sites[ONLINE].pk).update(etat=SiteState.DRAFT)
    visitor = PLANNER.visitor()  # who reads more than others
    request_subscription(visitor=visitor, email="a@exemple.fr", place=Place("1 avenue", 2.2055, 48.8101))
    row = StreetSubscription.objects.get()
    confirm_subscription(row.token, instant=NOW)
    RoadWorks.objects.filter(pk=sites[ONLINE].pk).update(etat=SiteState.PUBLISHED)
    RoadWorks.objects.filter(pk=sites[SUBMITTED].pk).update(date_fin=dt.date(2027, 5, 1))
    send_messages(instant=NOW)
    assert names(mail.outbox[-1].body) == {ONLINE}
    Layer.objects.filter(slug=SLUG).update(visibility="internal")
    assert send_messages(instant=NOW) == 0
