"""Requests are counted whatever their protocol, and who feeds or produces a layer reads its counts; nobody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gisportal.journal.models import JournalEntry
from gisportal.journal.vocabulary import Event
from gisportal.usage_counters import USE_COUNTER, count_harvest
from layers.models import Grant, Layer
from tests.dashboards import dashboard
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, PUBLIC, Person
from tests.staff import signed_in
from tests.world import PLAYGROUNDS, TREES, ZONES, World
from usage.models import DailyUse
from usage.services import Use, add_uses

pytestmark = pytest.mark.django_db
USES = "usage-portail"
LOCAL = {"host": "localhost"}


@pytest.fixture
def counting(settings: Any) -> Iterator[None]:
    settings.USAGE_COUNTERS = True
    USE_COUNTER._counts.clear()  # what other tests counted in this process would be written with these
    yield
    USE_COUNTER._counts.clear()


def _client(person: Person) -> Client:
    client = Client(headers=LOCAL) if person.is_anonymous else signed_in(person)
    client.defaults["HTTP_HOST"] = "localhost"
    return client


def _ask(client: Client) -> None:
    """Ask a page, a map, files and the API, as a person, htmx, a script of ours and a robot do."""
    client.get(f"/catalogue/{TREES}/")
    client.get(f"/catalogue/{TREES}/", headers={"user-agent": "Examplebot/1.0"})
    client.get("/carte/", {"couches": [TREES, ZONES]})
    client.get("/carte/", {"couches": [TREES]}, headers={"hx-request": "true"})
    client.get("/carte/", {"couches": [PLAYGROUNDS]})  # the public does not see it
    client.get(f"/catalogue/{PLAYGROUNDS}/")
    client.get(f"/export/{TREES}.csv").getvalue()
    client.get(f"/export/{TREES}.geojson", headers={"range": "bytes=0-9"}).getvalue()
    client.get(f"/export/{TREES}.geojson", headers={"range": "bytes=10-19"}).getvalue()
    client.get(f"/api/collections/{TREES}/items")
    client.get(f"/api/collections/{TREES}/items", {"champ": "inconnu"})
    own = {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}
    client.get(f"/api/collections/{TREES}/items", headers=own)
    client.get(
        "/wfs",
        {"SERVICE": "WFS", "REQUEST": "GetFeature", "VERSION": "2.0.0", "TypeNames": f"portail:{ZONES}"},
    )
    client.get(f"/tiles/{TREES}/10/518/352.mvt")
    client.get("/tableaux-de-bord/ouvert/")
    client.get("/tableaux-de-bord/absent/")


def test_each_use_is_counted_once_and_nothing_else_is(world: World, counting: None) -> None:
    dashboard("ouvert", is_public=True)
    _ask(_client(PUBLIC))
    signed_in(GARDENER).get(f"/catalogue/{PLAYGROUNDS}/", headers={"host": "meudon.localhost"})
    USE_COUNTER.flush()
    result = DailyUse.objects.values_list(
        "nature", "couche", "tableau", "format", "origine", "portail", "nombre"
    )
    whole = "Tout le territoire"
    assert set(result) == {
        ("consultation", TREES, "", "", "public", whole, 2),
        ("consultation", ZONES, "", "", "public", whole, 1),
        ("telechargement", TREES, "", "csv", "public", whole, 1),
        ("telechargement", TREES, "", "geojson", "public", whole, 1),
        ("appel", TREES, "", "", "public", whole, 1),
        ("appel", ZONES, "", "", "public", whole, 1),
        ("tableau", "", "ouvert", "", "public", whole, 1),
        ("consultation", PLAYGROUNDS, "", "", "connecte", "Meudon", 1),
    }
    assert set(DailyUse.objects.values_list("jour", flat=True)) == {timezone.localdate()}


def test_a_request_asks_the_database_nothing_more(world: World, settings: Any) -> None:
    asked = []
    for is_counted in (False, True):
        settings.USAGE_COUNTERS = is_counted
        client = _client(PUBLIC)
        client.get(f"/catalogue/{TREES}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/catalogue/{TREES}/")
        asked.append(len(queries))
    USE_COUNTER._counts.clear()
    assert asked[0] == asked[1]


@pytest.fixture
def counted(world: World) -> None:
    """Some uses of today; the gardeners produce the trees, and nobody but administrators the zones."""
    Layer.objects.filter(slug=TREES).update(producer=Group.objects.get(name="Espaces verts"))
    today = timezone.localdate()
    add_uses(
        {
            Use(today, "consultation", TREES): 1_234,
            Use(today, "telechargement", TREES, form="gpkg"): 56,
            Use(today, "consultation", PLAYGROUNDS, origin="connecte"): 789,
        },
        {},
    )


@pytest.mark.parametrize(
    ("person", "status"),
    [(PUBLIC, 404), (OUTSIDER, 404), (PLANNER, 404), (GARDENER, 200), (ADMINISTRATOR, 200)],
)
def test_the_page_is_there_for_who_produces_the_layer(counted: None, person: Person, status: int) -> None:
    answer = _client(person).get(f"/catalogue/{TREES}/usages/")
    assert answer.status_code == status
    text = answer.content.decode()
    assert ("1\u202f234" in text) is (status == 200)
    assert ("GPKG" in text) is (status == 200)
    assert "789" not in text
    page = _client(person).get(f"/catalogue/{TREES}/").content.decode()
    assert ("/usages/" in page) is (status == 200)


@pytest.fixture
def shared(counted: None) -> None:
    """Uses of before today, of a layer that shows its use and of one that the public does not see."""
    Layer.objects.filter(slug__in=(TREES, PLAYGROUNDS)).update(is_use_public=True)
    before = timezone.localdate() - dt.timedelta(days=1)
    add_uses(
        {
            Use(before, "consultation", TREES): 321,
            Use(before, "telechargement", TREES, form="csv", origin="connecte"): 7,
        },
        {},
    )


def test_everybody_reads_the_whole_days_of_a_layer_that_shows_its_use(shared: None) -> None:
    client = _client(PUBLIC)
    line = client.get(f"/catalogue/{TREES}/").content.decode()
    assert "321 consultations" in line
    page = client.get(f"/catalogue/{TREES}/usages/").content.decode()
    assert "321" in page
    assert "GPKG" not in page  # of today
    assert "Personne connectée" not in page
    lines = client.get(f"/catalogue/{TREES}/usages.csv").content.decode().splitlines()
    month = f"{timezone.localdate() - dt.timedelta(days=1):%Y-%m}"
    assert lines == [
        "\ufeffMois;Nature;Format;Nombre",
        f"{month};Consultation;;321",
        f"{month};Téléchargement;csv;7",
    ]


@pytest.mark.parametrize("name", ["usages/", "usages.csv"])
def test_the_use_of_what_is_hidden_or_private_is_absent(shared: None, name: str) -> None:
    assert _client(PUBLIC).get(f"/catalogue/{PLAYGROUNDS}/{name}").status_code == 404
    Layer.objects.filter(slug=TREES).update(is_use_public=False)
    assert _client(PUBLIC).get(f"/catalogue/{TREES}/{name}").status_code == 404
    assert _client(PUBLIC).get(f"/catalogue/absente/{name}").status_code == 404


@pytest.mark.parametrize(("person", "status"), [(PUBLIC, 404), (GARDENER, 403), (ADMINISTRATOR, 302)])
def test_who_feeds_a_layer_decides_who_reads_its_use(counted: None, person: Person, status: int) -> None:
    address = f"/catalogue/{TREES}/usages/"
    assert _client(person).post(address, {"visible": "tous"}).status_code == status
    assert Layer.objects.get(slug=TREES).is_use_public is (status == 302)
    changed = JournalEntry.objects.filter(event=Event.LAYER, detail__after={"is_use_public": True})
    assert changed.count() == (1 if status == 302 else 0)


def test_the_file_of_producers_has_the_origin_of_uses(shared: None) -> None:
    text = _client(GARDENER).get(f"/catalogue/{TREES}/usages.csv").content.decode()
    assert "Téléchargement;csv;Personne connectée;7" in text


def test_a_harvest_counts_each_record_that_left(world: World, counting: None) -> None:
    count_harvest([TREES, ZONES, "absente"], protocol="dcat")
    count_harvest([TREES], protocol="dcat")
    USE_COUNTER.flush()
    assert set(DailyUse.objects.values_list("nature", "couche", "format", "nombre")) == {
        ("moissonnage", TREES, "dcat", 2),
        ("moissonnage", ZONES, "dcat", 1),
    }


@pytest.mark.parametrize(
    ("address", "protocol"),
    [
        ("/catalog.rdf", "dcat"),
        ("/api/explore/v2.1/catalog/exports/dcat/", "dcat"),
        ("/catalogue.csv", "scdl"),
        (f"/api/collections/catalogue/items/{TREES}", "records"),
        (f"/csw?service=CSW&version=2.0.2&request=GetRecordById&id={TREES}", "csw"),
    ],
)
def test_a_catalogue_that_sends_a_layer_is_a_harvest_of_it(
    world: World, counting: None, address: str, protocol: str
) -> None:
    client = _client(PUBLIC)
    assert client.head(address).status_code == 200
    assert client.get(address).status_code == 200
    USE_COUNTER.flush()
    rows = DailyUse.objects.filter(couche=TREES, nature="moissonnage")
    assert list(rows.values_list("format", "nombre")) == [(protocol, 1)]
    assert not DailyUse.objects.filter(couche=PLAYGROUNDS).exists()


def test_who_reads_the_counts_of_some_layers_knows_of_no_other(counted: None) -> None:
    layer = Layer.objects.get(slug=USES)
    gardeners, planners = (Group.objects.get(name=name) for name in ("Espaces verts", "Urbanisme"))
    Grant.objects.create(layer=layer, group=gardeners, rows=f"couche IN ('{TREES}')")
    Grant.objects.create(layer=layer, group=planners)
    address = f"/api/collections/{USES}/items"
    assert _client(PUBLIC).get(address).status_code == 401
    assert _client(OUTSIDER).get(address).status_code == 404
    told = {}
    for person in (GARDENER, PLANNER):
        features = _client(person).get(address).json()["features"]
        told[person.name] = {feature["properties"]["couche"] for feature in features}
        page = _client(person).get("/api/collections/" + USES + "/aggregate", {"group_by": "couche"}).json()
        assert {row["couche"] for row in page["rows"]} == told[person.name]
    assert told == {GARDENER.name: {TREES}, PLANNER.name: {TREES, PLAYGROUNDS}}


@pytest.mark.parametrize("name", ["x" * 7_000, "é", "a b", "<script>"])
def test_what_no_layer_is_called_takes_no_memory(world: World, counting: None, name: str) -> None:
    assert _client(PUBLIC).get("/carte/", {"couches": [name]}).status_code == 200
    assert USE_COUNTER._counts == {}
