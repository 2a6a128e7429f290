"""The page « Moissonnage »: administrators read every dataset, producers theirs, and for others there is no page."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from harvesting.visits import Visit, add_visits
from layers.models import Layer
from tests.people import ADMINISTRATOR, GARDENER, MANAGER, PLANNER
from tests.staff import signed_in, text
from tests.world import PLAYGROUNDS, TREES, ZONES, World, grant

pytestmark = pytest.mark.django_db
PAGE = "/gestion/moissonnage/"


def datasets(response: object) -> set[str]:
    return {row.pk for row in response.context["rows"]}  # type: ignore[attr-defined]  # of Django's client


def test_producers_read_the_page_about_their_own_datasets_alone(world: World) -> None:
    assert signed_in(GARDENER).get(PAGE).status_code == 404
    gardeners = Group.objects.get(name=GARDENER.groups[0])
    Layer.objects.filter(slug__in=(TREES, PLAYGROUNDS)).update(producer=gardeners)
    page = signed_in(GARDENER).get(PAGE)
    assert datasets(page) == {TREES}  # playgrounds are internal: no catalogue has them
    assert page.context["absent"] == 1
    assert [tab.address for tab in page.context["tabs"]] == [PAGE]
    assert signed_in(PLANNER).get(PAGE).status_code == 404
    assert datasets(signed_in(MANAGER).get(PAGE)) == set()


def test_only_who_may_change_metadata_is_led_to_them(world: World) -> None:
    gardeners = Group.objects.get(name=GARDENER.groups[0])
    Layer.objects.filter(slug=TREES).update(producer=gardeners, abstract="Court.")
    address = f"/catalogue/{TREES}/metadonnees/"
    assert address not in text(signed_in(GARDENER).get(PAGE))
    grant(GARDENER, TREES, can_approve=True)
    assert address in text(signed_in(GARDENER).get(PAGE))


def test_administrators_read_what_is_lost_by_rule_and_as_a_file(world: World) -> None:
    client = signed_in(ADMINISTRATOR)
    Layer.objects.filter(slug=TREES).update(licence="internal")
    Layer.objects.exclude(slug=TREES).update(licence="etalab-2.0")
    page = client.get(PAGE, {"regle": "licence"})
    assert datasets(page) == {TREES}
    assert "Licence non reconnue" in text(page)
    assert ZONES in datasets(client.get(PAGE))
    lines = client.get(PAGE, {"format": "csv"}).getvalue().decode().splitlines()
    assert len(lines) == client.get(PAGE).context["total"] + 1
    assert client.get(PAGE, {"regle": "inconnue"}).status_code == 400


def test_the_page_says_who_harvested_when_with_which_answer(world: World) -> None:
    now = timezone.now().replace(second=0, microsecond=0)
    today = timezone.localdate(now)
    for days in (0, 1, 40):
        day = today - dt.timedelta(days=days)
        add_visits({Visit(day, "udata", "dcat", "rdf", "", 200, 26, now - dt.timedelta(days=days)): 2})
    add_visits({Visit(today, "geonetwork", "csw", "gmd", "92048", 503, 0, now): 1})
    page = signed_in(ADMINISTRATOR).get(PAGE)
    rows = {row.visit.harvester: row for row in page.context["visits"]}
    assert (rows["udata"].visit.datasets, rows["udata"].days, rows["udata"].is_failed) == (52, 2, False)
    assert (rows["geonetwork"].portal, rows["geonetwork"].is_failed) == ("Meudon", True)


def test_addresses_are_those_of_the_portal_that_is_read(world: World) -> None:
    page = signed_in(ADMINISTRATOR).get(PAGE, headers={"host": "meudon.localhost"})
    addresses = [each.address for each in page.context["addresses"]]
    assert "http://meudon.localhost/catalogue.csv" in addresses
    assert all(address.startswith("http://meudon.localhost/") for address in addresses)


def test_what_left_less_than_a_week_ago_is_named(world: World) -> None:
    Layer.objects.filter(slug=TREES).update(
        state="archived", first_published_at=timezone.now(), updated_at=timezone.now()
    )
    assert TREES in [layer.slug for layer in signed_in(ADMINISTRATOR).get(PAGE).context["recent"]]


def test_a_harvester_that_fails_is_on_the_page_of_what_waits_until_it_reads_again(world: World) -> None:
    day, at = timezone.localdate(), timezone.now().replace(second=0, microsecond=0)
    failed = Visit(day, "udata", "dcat", "rdf", "", 500, 0, at)
    add_visits({failed: 1, Visit(day, "other", "dcat", "rdf", "", 500, 0, at): 1})
    words = "data.gouv.fr (uData) ne lit plus le catalogue"
    client = signed_in(ADMINISTRATOR)
    assert words in text(client.get("/gestion/"))
    assert "Autres programmes" not in text(client.get("/gestion/"))
    assert words not in text(signed_in(MANAGER).get("/gestion/"))
    add_visits({Visit(day, "udata", "dcat", "rdf", "", 200, 3, at + dt.timedelta(minutes=5)): 1})
    assert words not in text(client.get("/gestion/"))
