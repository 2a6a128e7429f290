"""How many questions an answer asks the database, and that an answer a client already has reads no feature.

The counts are pinned: one more is a decision, not an accident. Transactions are not counted, nor is the COPY of
GeoJSON, which Django's log of statements does not see.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from layers.queries import communes
from tests import dashboards, factories
from tests.factories import MEUDON, MIDDLES
from tests.people import PLANNER
from tests.protocols import tile_of
from tests.tokens import made

TREES, ZONES = "arbres-remarquables", "plui-zones"
TILE = f"/tiles/{ZONES}/{tile_of(*MIDDLES[MEUDON])}.mvt"
ITEMS = f"/api/collections/{ZONES}/items"
TILEJSON = f"/tiles/{ZONES}.json"
TRANSACTION = ("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT")

# Everything about a layer asks once for its row, its protected fields and its data version; the rest is named.
COUNTS = {
    ITEMS: 3,  # time limit, how many match
    f"{ITEMS}?bbox=2.2,48.8,2.21,48.81&limit=1": 3,
    f"{ITEMS}?commune={MEUDON}": 4,  # is it a commune
    f"{ITEMS}?f=html": 6,  # time limit, the page, how many match, whether communes of filters and switcher are known
    TILE: 2,  # the tile
    TILEJSON: 3,  # the extent, the days of plans
    f"/api/collections/{ZONES}": 4,  # the extent, the last change, the days of plans
}
# Each protocol with the statements of a repeated conditional request: rights, protected fields and data version.
WFS = f"/wfs?service=WFS&version=2.0.0&request=GetFeature&typenames={ZONES}"
PANEL = "/tableaux-de-bord/zonage/genres/"
UNCHANGED = {
    ITEMS: 1,
    f"{ITEMS}?commune={MEUDON}": 2,  # is it a commune
    f"/api/collections/{ZONES}/aggregate?group_by=commune&measures=count,area": 1,
    TILE: 1,
    TILEJSON: 1,
    WFS: 1,
    PANEL: 1,  # the numbers of its page
}
BAR = {"id": "genres", "kind": "bar", "title": "Genres", "question": {"layer": ZONES, "by": ["typezone"]}}


@pytest.fixture
def zones(catalogue: object) -> None:
    """Three zones in Meudon; the communes are known, as they are from the first page of a process on."""
    with factories.in_bulk():
        for name in ("UA", "UB", "UC"):
            factories.zone(name)
    communes()
    Client().get("/api/?f=html")  # what every page has


def statements(client: Client, path: str, **headers: str) -> list[str]:
    """Return the statements of a request, transactions left out."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path, headers=headers)
        assert response.status_code in {200, 304}
        b"".join(response.streaming_content) if response.streaming else response.content
    return [query["sql"] for query in captured if not query["sql"].startswith(TRANSACTION)]


def scans(table: str) -> int:
    """Return how often this transaction read a table, with or without an index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_xact_user_tables WHERE relname = %s",
            [table],
        )
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("path", COUNTS)
def test_an_answer_asks_a_pinned_number_of_questions(zones: None, client: Client, path: str) -> None:
    asked = statements(client, path)
    assert len(asked) == COUNTS[path], "\n".join(asked)


@pytest.mark.parametrize("path", COUNTS)
def test_the_number_of_questions_does_not_grow_with_the_features(
    zones: None, client: Client, path: str
) -> None:
    few = len(statements(client, path))
    with factories.in_bulk():
        for number in range(20):
            factories.zone(f"N{number}")
    assert len(statements(client, path)) == few


@pytest.fixture
def chart(zones: None) -> None:
    """A public dashboard with a chart of the zones."""
    dashboards.dashboard("zonage", sections=[{"id": "tout", "panels": [BAR]}], is_public=True)


@pytest.mark.parametrize("path", UNCHANGED)
def test_an_unchanged_answer_asks_for_rights_and_version_alone(
    chart: None, client: Client, path: str
) -> None:
    headers = {"hx-request": "true"} if path == PANEL else {}
    etag = client.get(path, headers=headers).headers["ETag"]
    queries = statements(client, path, if_none_match=etag, **headers)
    assert len(queries) == UNCHANGED[path], "\n".join(queries)


@pytest.mark.parametrize("path", UNCHANGED)
def test_an_unchanged_answer_reads_no_feature(chart: None, client: Client, path: str) -> None:
    headers = {"hx-request": "true"} if path == PANEL else {}
    etag = client.get(path, headers=headers).headers["ETag"]
    before = scans("plui_zoneurba")
    again = client.get(path, headers={"if-none-match": etag, **headers})
    assert again.status_code == 304
    assert scans("plui_zoneurba") == before


def test_a_token_takes_one_statement(zones: None, client: Client) -> None:
    client.get(ITEMS)
    text = made(PLANNER)
    client.get(ITEMS, headers={"authorization": f"Bearer {text}"})  # the first use is written
    anonymous, by_token = statements(client, ITEMS), statements(client, ITEMS, authorization=f"Bearer {text}")
    grants = [statement for statement in by_token if "layers_grant" in statement]
    assert len(by_token) - len(grants) == len(anonymous) + 1, "\n".join(by_token)


def test_a_changed_answer_reads_the_features(zones: None, client: Client) -> None:
    etag = client.get(ITEMS).headers["ETag"]
    factories.zone("UD")
    before = scans("plui_zoneurba")
    client.get(ITEMS, headers={"if-none-match": etag})
    assert scans("plui_zoneurba") > before


def test_the_number_that_match_is_counted_once_for_all_pages(zones: None, client: Client) -> None:
    first = statements(client, f"{ITEMS}?limit=1")
    second = statements(client, f"{ITEMS}?limit=2")
    assert len(second) == len(first) - 1


def test_the_extent_is_read_once_for_as_long_as_the_data_is_the_same(zones: None, client: Client) -> None:
    client.get("/api/collections")
    before = scans("plui_zoneurba")
    client.get("/api/collections")
    assert scans("plui_zoneurba") == before


def test_the_extent_follows_the_data(zones: None, client: Client) -> None:
    before = client.get(TILEJSON).json()["bounds"]
    factories.zone("UE", geom=factories.box(2.30, 48.80, 2.31, 48.81))
    assert client.get(TILEJSON).json()["bounds"][2] > before[2]


def test_a_page_and_a_tile_start_no_parallel_worker(zones: None, client: Client) -> None:
    timed = [sql for path in (TILE, ITEMS) for sql in statements(client, path) if "statement_timeout" in sql]
    assert "set_config('max_parallel_workers_per_gather', '0', true)" in timed[0]
    assert "CASE WHEN true THEN set_config('max_parallel_workers_per_gather', '0', true)" in timed[1]
