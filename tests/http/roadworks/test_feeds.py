"""The feeds of road works: what everybody sees, with validators, the end of a site within the next request."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from typing import Any

import pytest
from django.test import Client

from layers.models import Layer, ProtectedField
from layers.visitor import Visitor
from moderation.services import perform
from roadworks.catalogue import SLUG
from roadworks.feeds.public_works import public_works
from roadworks.models import RoadWorks
from roadworks.queries import works_scope
from roadworks.vocabulary import Impact, Mode, SiteState
from tests.instants import at
from tests.people import ADMINISTRATOR
from tests.protocols import get
from tests.road_works import CONTACT, DAYS, NIGHTS, SECTIONS, STREET, effect, paris, phase, site

pytestmark = pytest.mark.django_db
FEEDS = {
    "travaux.geojson": "application/geo+json",
    "datex2.xml": "application/xml; charset=utf-8",
    "wzdx.geojson": "application/geo+json",
    "cifs.xml": "application/xml; charset=utf-8",
    "cifs.json": "application/json",
    "travaux.ics": "text/calendar; charset=utf-8",
    "travaux.atom": "application/atom+xml; charset=utf-8",
    "travaux.rss": "application/rss+xml; charset=utf-8",
}
NOON = paris("2027-03-23 12:00")
HIDDEN = [SiteState.DRAFT, SiteState.SUBMITTED, SiteState.CANCELLED, SiteState.REFUSED]


def path(name: str) -> str:
    return f"/travaux/flux/{name}"


def read(name: str, **options: Any) -> str:
    answer = get(path(name), **options)
    assert answer.status == 200
    return answer.body


@pytest.fixture
def works(catalogue: object) -> RoadWorks:
    """A published site in Meudon of two phases that closes a street."""
    row = site("TRV-1")
    phase(row, 1, NIGHTS)
    phase(row, 2, DAYS)
    effect(row)
    return row


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_is_validated_and_measured_by_head(works: RoadWorks, name: str) -> None:
    client = Client(headers={"host": "localhost"})
    with at(NOON):
        first = client.get(path(name))
        head = client.head(path(name))
        packed = client.get(path(name), headers={"accept-encoding": "gzip"})
        again = client.get(path(name), headers={"if-none-match": first.headers["ETag"]})
        unknown = client.get(path(name), {"page": "2"})
    assert (first.status_code, first.headers["Content-Type"]) == (200, FEEDS[name])
    assert "Chantier-TRV-1" in first.content.decode().replace("\r\n ", "")
    assert (head.headers["ETag"], head.headers["Content-Length"]) == (
        first.headers["ETag"],
        str(len(first.content)),
    )
    assert gzip.decompress(packed.content) == first.content
    assert again.status_code == 304
    assert unknown.status_code == 400
    assert "Set-Cookie" not in first.headers


def test_no_feed_has_a_personal_field_nor_a_site_that_is_not_public(works: RoadWorks) -> None:
    for state in HIDDEN:
        site(f"TRV-{state.value}", etat=state, est_urgent=True)
    with at(NOON):
        bodies = {name: read(name, person=ADMINISTRATOR) for name in FEEDS}
    words = [CONTACT, "06 12", *(f"Chantier-TRV-{state.value}" for state in HIDDEN)]
    assert {
        name: [word for word in words if word in body]
        for name, body in bodies.items()
        if any(map(body.__contains__, words))
    } == {}


def test_a_site_that_ends_early_ends_in_the_feeds_and_leaves_them_an_hour_later(works: RoadWorks) -> None:
    end = paris("2027-03-23 15:10")
    with at(NOON):
        assert "2027-04-03T06:00:00+02:00" in read("cifs.json")
    RoadWorks.objects.update(fin_reelle=end, etat=SiteState.FINISHED)
    with at(end + dt.timedelta(minutes=1)):
        assert json.loads(read("cifs.json"))["incidents"][0]["endtime"] == "2027-03-23T15:10:00+01:00"
        assert "<com:overallEndTime>2027-03-23T15:10:00+01:00" in read("datex2.xml")
        tag = get(path("datex2.xml")).headers["ETag"]
    with at(end + dt.timedelta(hours=1)):
        assert json.loads(read("travaux.geojson"))["features"] == []
        assert "situationRecord" not in read("datex2.xml")
        assert get(path("datex2.xml")).headers["ETag"] != tag
    assert "Chantier-TRV-1" in get(f"/export/{SLUG}.geojson").body


def test_a_public_site_that_is_cancelled_ends_in_the_feeds_and_leaves_them_an_hour_later(
    works: RoadWorks,
) -> None:
    end = paris("2027-03-23 15:10")
    with at(end):
        scope = works_scope(ADMINISTRATOR.visitor())
        perform(scope=scope, pk=works.pk, name="cancel", reason="Reporté")
        (incident, *_others) = json.loads(read("cifs.json"))["incidents"]
        assert (incident["endtime"], incident["description"]) == ("2027-03-23T15:10:00+01:00", "Eau")
        assert "Chantier-TRV-1" not in read("travaux.geojson")
        assert json.loads(read("cifs.json", host="sevres.localhost"))["incidents"] == []
    assert get(f"/travaux/{works.pk}/").status == 404
    with at(end + dt.timedelta(hours=1)):
        assert json.loads(read("cifs.json"))["incidents"] == []


def test_a_site_cancelled_before_it_was_public_is_in_no_feed(works: RoadWorks) -> None:
    draft = site("TRV-5", etat=SiteState.SUBMITTED)
    with at(NOON):
        perform(scope=works_scope(ADMINISTRATOR.visitor()), pk=draft.pk, name="cancel", reason="Doublon")
        assert [name for name in FEEDS if "TRV-5" in read(name)] == []


def test_a_version_grows_with_each_change_and_identifiers_stay(works: RoadWorks) -> None:
    with at(NOON):
        public = Visitor(instant=NOON)
        first = public_works(public).sites()[0]
        works.phases.first().delete()
        changed = public_works(public).sites()[0]
        assert changed.version > first.version
        assert changed.identifier == first.identifier
        assert f'version="{changed.version}"' in read("datex2.xml")


def test_a_section_that_changes_changes_the_feeds(works: RoadWorks) -> None:
    with at(NOON):
        before = get(path("cifs.json"))
        works.troncons.update(voie="Rue Pasteur")
        after = get(path("cifs.json"))
    assert before.headers["ETag"] != after.headers["ETag"]
    assert "Rue Pasteur" in after.body


def test_the_portal_of_a_commune_has_its_sites_alone(works: RoadWorks) -> None:
    with at(NOON):
        assert "Chantier-TRV-1" in read("travaux.geojson", host="meudon.localhost")
        assert "Chantier-TRV-1" not in read("travaux.geojson", host="sevres.localhost")


def test_a_protected_field_is_in_no_feed(works: RoadWorks) -> None:
    RoadWorks.objects.update(description="Réservé-aux-services")
    ProtectedField.objects.create(layer=Layer.objects.get(slug=SLUG), name="description")
    with at(NOON):
        assert [name for name in FEEDS if "Réservé-aux-services" in read(name)] == []


def test_feeds_of_a_layer_that_is_not_open_do_not_exist(works: RoadWorks) -> None:
    Layer.objects.filter(slug=SLUG).update(visibility="internal")
    with at(NOON):
        assert {get(path(name), ADMINISTRATOR).status for name in FEEDS} == {404}
        assert get("/travaux/diffusion/").status == 404


def test_a_calendar_is_that_of_a_street_or_of_a_site(works: RoadWorks) -> None:
    other = site("TRV-2", lines=SECTIONS[1:2])
    other.troncons.update(voie="Rue Pasteur")
    with at(NOON):
        street = read("travaux.ics?voie=rue%20pasteur")
        single = read(f"chantier/{works.pk}.ics")
        assert get(path("travaux.ics?voie=")).status == 400
        assert get(path(f"chantier/{works.pk + 1_000}.ics")).status == 404
    assert ("Chantier-TRV-2" in street, "Chantier-TRV-1" in street) == (True, False)
    assert ("Chantier-TRV-2" in single, "Chantier-TRV-1" in single) == (False, True)


def test_the_page_of_a_site_says_why_waze_is_not_sent_it(works: RoadWorks) -> None:
    parking = site("TRV-3")
    effect(parking, Mode.PARKING, Impact.CLOSED)
    draft = site("TRV-4", etat=SiteState.DRAFT)
    with at(NOON):
        sent, left_out = (get(f"/travaux/{row.pk}/diffusion/", by_basic=False) for row in (works, parking))
        hidden = get(f"/travaux/{draft.pk}/diffusion/")
        unpublished = get(f"/travaux/{draft.pk}/diffusion/", ADMINISTRATOR, by_basic=False)
    assert "2 incidents" in sent.body
    assert "Seul le stationnement est gêné" in left_out.body
    with at(NOON):
        assert "TRV-3" not in read("cifs.xml")
        assert "Chantier-TRV-3" in read("travaux.geojson")
    assert hidden.status == 404
    assert "Aucun flux n’a ce chantier" in unpublished.body


def test_a_site_is_read_once_for_all_feeds(works: RoadWorks, django_assert_max_num_queries: Any) -> None:
    with at(NOON):
        read("datex2.xml")
        with django_assert_max_num_queries(6):
            read("wzdx.geojson")
        assert STREET in read("cifs.xml")


def test_of_a_feed_that_changed_the_changed_site_alone_is_read_again(works: RoadWorks) -> None:
    others = [site(f"TRV-1{number}") for number in range(5)]
    with at(NOON):
        before = public_works(Visitor(instant=NOON)).sites()
        RoadWorks.objects.filter(pk=works.pk).update(objet="Autre objet")
        after = public_works(Visitor(instant=NOON)).sites()
    assert [first is second for first, second in zip(before, after, strict=True)] == [False] + [True] * len(
        others
    )
    assert after[0].title == "Autre objet"
