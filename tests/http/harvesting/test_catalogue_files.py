"""The files of the catalogue (SCDL, Atom, RSS): validated, the same whoever reads them, and counted as visits."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from defusedxml import ElementTree
from django.test import Client

from gisportal.usage_counters import HARVEST_COUNTER
from harvesting.models import HarvestVisit
from harvesting.scdl.rows import COLUMNS
from layers.models import Layer
from tests.people import ADMINISTRATOR
from tests.protocols import get
from tests.world import ARCHIVED, DRAFT, PLAYGROUNDS, TREES, World

pytestmark = pytest.mark.django_db
FILES = {
    "/catalogue.csv": "text/csv; charset=utf-8",
    "/catalogue.atom": "application/atom+xml; charset=utf-8",
    "/catalogue.rss": "application/rss+xml; charset=utf-8",
}
IDENTIFIER = f"http://localhost/explore/dataset/{TREES}/"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize("path", FILES)
def test_head_says_what_get_sends_and_a_tag_spares_the_file(world: World, path: str) -> None:
    client = Client(headers={"host": "localhost"})
    first, head = client.get(path), client.head(path)
    assert (head.status_code, head.headers["Content-Type"]) == (200, FILES[path])
    assert first.headers["Content-Type"] == FILES[path]
    tag = {"if-none-match": first.headers["ETag"]}
    assert client.get(path, headers=tag).status_code == 304
    assert client.get(path, {"page": "2"}).status_code == 400


@pytest.mark.parametrize("path", FILES)
def test_a_file_has_what_everybody_sees_whoever_reads_it(world: World, path: str) -> None:
    body = get(path, ADMINISTRATOR).body
    assert body == get(path).body
    assert IDENTIFIER in body
    assert [slug for slug in (DRAFT, ARCHIVED, PLAYGROUNDS) if slug in body] == []
    Layer.objects.filter(slug=TREES).update(state="archived")
    assert IDENTIFIER not in get(path).body


def test_the_scdl_catalogue_has_the_columns_of_the_schema(world: World, settings: Any) -> None:
    settings.ORGANISATION, settings.SIRET = "Seine Ouest", "20005797400018"
    rows = list(csv.reader(StringIO(get("/catalogue.csv").body)))
    assert tuple(rows[0]) == COLUMNS
    assert {len(row) for row in rows} == {20}
    row = next(dict(zip(COLUMNS, row, strict=True)) for row in rows if row[2] == IDENTIFIER)
    assert (row["COLL_NOM"], row["COLL_SIRET"]) == ("Seine Ouest", "20005797400018")
    assert row["LICENCE"] == "Licence Ouverte-LO"
    assert row["COUV_SPAT_MAILLE"] == "Intercommunale"
    assert "CSV" in row["FORMAT_RESSOURCES"].split(";")
    town = list(csv.DictReader(StringIO(get("/catalogue.csv", host="meudon.localhost").body)))
    assert {(each["COUV_SPAT_MAILLE"], each["COUV_SPAT_NOM"]) for each in town} == {("Communale", "Meudon")}
    assert {each["ID"].split("/")[2] for each in town} == {"meudon.localhost"}


def test_feeds_name_each_dataset_for_good(world: World) -> None:
    feeds = [ElementTree.fromstring(get(path).body) for path in ("/catalogue.atom", "/catalogue.rss")]
    assert IDENTIFIER in [each.text for each in feeds[0].iter(f"{ATOM}id")]
    assert IDENTIFIER in [each.text for each in feeds[1].iter("guid")]
    Layer.objects.filter(slug=TREES).update(title="Arbres classés")
    atom = ElementTree.fromstring(get("/catalogue.atom").body)
    entry = next(each for each in atom.iter(f"{ATOM}entry") if each.findtext(f"{ATOM}id") == IDENTIFIER)
    assert entry.findtext(f"{ATOM}title") == "Arbres classés"


@pytest.fixture
def counting(settings: Any) -> Iterator[None]:
    settings.USAGE_COUNTERS = True
    HARVEST_COUNTER._counts.clear()
    yield
    HARVEST_COUNTER._counts.clear()


def test_each_harvest_is_counted_with_its_status_and_its_datasets(world: World, counting: None) -> None:
    client = Client(headers={"host": "localhost", "user-agent": "uData/0.1 dcat"})
    count = client.get("/api/collections/catalogue/items").json()["numberReturned"]
    client.get("/api/collections/catalogue/items", {"f": "html"})
    client.get("/api/collections/catalogue/items", {"filtre": "1"})
    client.head("/catalogue.csv")
    client.get("/catalogue.csv", headers={"host": "meudon.localhost", "user-agent": "Opendatasoft"})
    HARVEST_COUNTER.flush()
    visits = HarvestVisit.objects.values_list("harvester", "protocol", "form", "portal", "status", "datasets")
    assert set(visits.filter(portal="")) == {
        ("udata", "records", "geojson", "", 200, count),
        ("udata", "records", "geojson", "", 400, 0),
        ("udata", "scdl", "csv", "", 200, 0),
    }
    assert visits.get(portal="92048")[:2] == ("opendatasoft", "scdl")
