"""The short road answers what the long one does, before and after every kind of write, whoever asks."""

from __future__ import annotations

import datetime as dt
import gzip
import random
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import product
from typing import Any
from urllib.parse import urlencode

import brotli
import psycopg
import pytest
import zstandard
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from datasets.models import Dataset
from gisportal.outage import OUTAGE
from gisportal.server import application
from gisportal.short_road import connections, lookups
from gisportal.short_road.connections import APPLICATION_NAME
from gisportal.short_road.page_reads import PageReads
from gisportal.short_road.road import ShortRoad
from gisportal.usage_counters import USE_COUNTER
from layers.formats import mvt
from layers.formats.mvt import SingleRead
from layers.formats.statements import BoundStatement
from layers.models import Commune, Grant, Layer, ProtectedField
from styles.styled_layers import STYLE_NAME
from tests.conformance.conftest import pooled
from tests.deliveries import bench, dataset, published
from tests.examples import is_thorough
from tests.factories import MEUDON, MIDDLES, tree
from tests.people import GARDENER, PLANNER, PUBLIC, Person, of_each_right
from tests.protocols import tile_of
from tests.served import PATIENCE_SECONDS, serving
from tests.world import ARCHIVED, DRAFT, PLAYGROUNDS, TREES, ZONES, World, grant, protect
from tiles.services.tile_cache import TILE_CACHE, TileCache

pytestmark = pytest.mark.django_db(transaction=True)
DECOMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}
PLACE = tile_of(*MIDDLES[MEUDON])
TABLE = {"BACKEND": "tiles.sql.TileTable", "OPTIONS": {"MAX_BYTES": 1_000_000}}
BROWSER = {"Accept": "*/*", "Accept-Encoding": "gzip", "User-Agent": "Mozilla/5.0"}
TILE = f"/tiles/{TREES}/{PLACE}.mvt"
ITEMS = f"/api/collections/{TREES}/items"
STYLES = f"/api/collections/{TREES}/styles"
# What anybody may ask, hidden or wrong.
TILE_LAYERS = [TREES, ZONES, PLAYGROUNDS, DRAFT, ARCHIVED, "bancs", "absente"]
TOGETHER = [f"{TREES},{other}" for other in (ZONES, PLAYGROUNDS, TREES, "absente")]
PLACES = [tile_of(*MIDDLES[MEUDON], zoom=zoom) for zoom in (0, 6, 12, 14, 15, 18)]
PLACES += ["15/1/1", "15/99999/1", "99/1/1", "015/1/1"]
TILE_QUERIES = ["commune=92048", "commune=1", "filter=genre%20IS%20NULL", "filter=%28", "properties=genre", "limit=3",
                "properties=matricule", "version=1", "token=geo_faux", "touching=plui-zones", "datetime=../2026-01-01",
                "", "a=1&a=2"]  # fmt: skip
ITEM_QUERIES = ["", "limit=1", "limit=1&offset=1", "limit=0", "f=json", "f=html&limit=2", "bbox=2.2,48.8,2.3,48.9",
                "sortby=-genre", "filter=genre%20IS%20NULL", "touching=plui-zones", "properties=genre", "q=platane",
                "properties=matricule", "crs=http://www.opengis.net/def/crs/EPSG/0/2154"]  # fmt: skip
STYLE_PARTS = ["", "?f=qml", "/legend", "/sprite.json", "/sprite@2x.png", "/sprite.gif"]
ADDRESSES = [
    *(f"/tiles/{slug}/{PLACE}.mvt" for slug in (*TILE_LAYERS, *TOGETHER)),
    *(f"/tiles/{TREES}/{place}.mvt" for place in PLACES),
    *(f"{TILE}?{query}" for query in TILE_QUERIES),
    *(f"/tiles/{slug}.json" for slug in TILE_LAYERS),
    f"/tiles/{TREES}.json?x=1",
    *(f"{ITEMS}?{query}" for query in ITEM_QUERIES),
    *(f"/api/collections/{slug}/items" for slug in TILE_LAYERS),
    *(f"{STYLES}/{STYLE_NAME}{part}" for part in STYLE_PARTS),
    f"{STYLES}/autre",
    f"/api/collections/{PLAYGROUNDS}/styles/{STYLE_NAME}",
]


@dataclass(frozen=True)
class Answer:
    """The status, the head in its order without what is of an instant, and the body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return dict(self.headers)[name]


@dataclass(frozen=True)
class Roads:
    """The port of a server with the short road, that of one without, and the road itself."""

    short: int
    long: int
    road: ShortRoad

    def ask(self, path: str, *, port: int | None = None, method: str = "GET", **headers: str) -> Answer:
        """Ask on a new connection, by default the server with the short road."""
        with closing(HTTPConnection("127.0.0.1", port or self.short, timeout=PATIENCE_SECONDS)) as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            client.request(method, path, headers={"Host": "localhost"} | BROWSER | named)
            answer = client.getresponse()
            head = [(name.lower(), value) for name, value in answer.getheaders() if name.lower() != "date"]
            body = answer.read()
        if any(
            name == "set-cookie" for name, _value in head
        ):  # a page, with a token of its own: the long road's
            head = [(name, value) for name, value in head if name not in {"set-cookie", "content-length"}]
            body = b""
        decompress = DECOMPRESS.get(dict(head).get("content-encoding", ""), bytes)
        if b'"timeStamp"' in (text := decompress(body)):
            # The instant that a page was read: a repeated one was read then.
            head = [(name, value) for name, value in head if name != "content-length"]
            body = re.sub(rb'("timeStamp": ?)"[^"]+"', rb"\1", text)
        return Answer(answer.status, head, body)

    def differences(self, path: str, **headers: str) -> Iterator[str]:
        """Yield what the short road answers otherwise, the first time that it is asked and again."""
        for time in ("first", "again"):
            short, long = self.ask(path, **headers), self.ask(path, port=self.long, **headers)
            if short != long:
                yield f"{time} {path} {headers}: {short.status} {short.headers}, not {long.status} {long.headers}"

    def is_short(self, path: str, **headers: str) -> bool:
        """Whether an address is answered by the short road, once it was answered before."""
        self.ask(path, **headers)
        before = self.road.repeated
        self.ask(path, **headers)
        return self.road.repeated > before


@pytest.fixture
def benches(world: World) -> Dataset:
    """An open dataset with a version online."""
    made = dataset()
    published(made, bench())
    return made


@pytest.fixture
def roads(transactional_db: None, benches: Dataset, settings: Settings) -> Iterator[Roads]:
    """Two servers of the same application."""
    settings.CACHES = {**settings.CACHES, "tiles": TABLE}
    TILE_CACHE.forget_memory()
    handler, road = WSGIHandler(), ShortRoad()
    with pooled(), serving(handler, threads=4, short_road=road) as short, serving(handler) as long:
        opened = Roads(short, long, road)
        opened.ask(TILE)  # the connection of the road is opened beside the first request
        wait_until(lambda: opened.is_short(TILE))
        yield opened
    TILE_CACHE.forget_memory()


def wait_until(is_true: Callable[[], bool]) -> None:
    """Ask until it is true."""
    deadline = timezone.now() + dt.timedelta(seconds=PATIENCE_SECONDS)
    while not is_true():
        assert timezone.now() < deadline


def test_what_is_open_is_answered_by_the_short_road(roads: Roads) -> None:
    addresses = [TILE, f"{TILE}?commune=92048", f"/tiles/bancs/{PLACE}.mvt", f"/tiles/{TREES}.json", f"{ITEMS}?limit=1",
                 f"{STYLES}/{STYLE_NAME}", f"{STYLES}/{STYLE_NAME}/sprite.json", "/healthz"]  # fmt: skip
    assert {path: roads.is_short(path) for path in addresses} == dict.fromkeys(addresses, True)


def test_a_tile_of_another_place_is_drawn_by_the_loop_as_by_a_thread(
    roads: Roads, settings: Settings, subtests: pytest.Subtests
) -> None:
    settings.CACHES = {**settings.CACHES, "tiles": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    for slug in (TREES, ZONES, "bancs"):
        with subtests.test(slug):
            assert roads.is_short(f"/tiles/{slug}/{PLACE}.mvt")
            drawn = []
            for zoom in range(8, 19):
                path = f"/tiles/{slug}/{tile_of(*MIDDLES[MEUDON], zoom=zoom)}.mvt"
                TILE_CACHE.forget_memory()
                before = roads.road.repeated
                short = roads.ask(path)
                drawn.append(roads.road.repeated - before)
                TILE_CACHE.forget_memory()
                assert short == roads.ask(path, port=roads.long)
            assert sum(drawn) >= len(drawn) - 1  # the first without features has another status


def test_a_tile_of_the_table_is_read_by_the_loop(roads: Roads, monkeypatch: pytest.MonkeyPatch) -> None:
    before = roads.ask(TILE)
    TILE_CACHE.forget_memory()
    monkeypatch.setattr(mvt, "render", None)
    monkeypatch.setattr(
        mvt, "single_read", lambda *_tile: SingleRead(BoundStatement("SELECT 1 / 0", ()), bytes)
    )
    assert roads.ask(TILE) == before


def test_a_tile_that_the_loop_drew_is_in_the_table(roads: Roads) -> None:
    roads.ask(f"/tiles/{TREES}/{tile_of(*MIDDLES[MEUDON], zoom=13)}.mvt")
    wait_until(lambda: rows_of_table() >= 2)


def rows_of_table() -> int:
    """Return how many tiles the shared cache holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tiles_cache")
        count: int = cursor.fetchone()[0]
    return count


WRITES: dict[str, Callable[[World, Dataset], object]] = {
    "row added": lambda _world, _benches: tree("Orme"),
    "row changed": lambda world, _benches: rename(world),
    "row deleted": lambda world, _benches: world.trees["Cedre-Meudon"].delete(),
    "layer made internal": lambda _world, _benches: change(TREES, visibility="internal"),
    "layer opened again": lambda _world, _benches: change(TREES, visibility="open"),
    "internal layer opened": lambda _world, _benches: change(PLAYGROUNDS, visibility="open"),
    "layer withdrawn": lambda _world, _benches: change(ZONES, state="archived"),
    "style": lambda _world, _benches: change(TREES, style={"icon": "map"}),
    "title": lambda _world, _benches: Layer.objects.get(slug=TREES).save(),
    "field protected": lambda _world, _benches: protect(TREES, "genre", GARDENER),
    "protection removed": lambda _world, _benches: ProtectedField.objects.filter(name="genre").delete(),
    "grant": lambda _world, _benches: grant(PLANNER, DRAFT),
    "grant removed": lambda _world, _benches: Grant.objects.all().delete(),
    "version of a dataset": lambda _world, benches: published(benches, bench("B2", "Autre"), bench("B3", "Encore")),
    "commune renamed": lambda _world, _benches: Commune.objects.filter(code=MEUDON).update(slug="foret"),
}  # fmt: skip


def change(slug: str, **values: Any) -> int:
    """Change a row of the catalogue as SQL would, without the time of its change."""
    return Layer.objects.filter(slug=slug).update(**values)


def rename(world: World) -> None:
    """Change an attribute that tiles carry."""
    changed = world.trees["Platane-Boulogne"]
    changed.nom_vernaculaire = "Platane-Renommé"
    changed.save()


def test_both_roads_answer_the_same_after_every_kind_of_write(
    roads: Roads, world: World, benches: Dataset
) -> None:
    faults, compared, before = [], 0, roads.road.repeated
    hosts = ["localhost", "meudon.localhost"]
    for number, (name, write) in enumerate({"nothing": lambda *_nothing: None, **WRITES}.items()):
        write(world, benches)
        # Each write is followed by another twelfth of the addresses, in the portal of everybody and of a commune.
        addresses = ADDRESSES if is_thorough() else ADDRESSES[number % 12 :: 12]
        for host, path in product(
            hosts, [*addresses, f"{ITEMS}?bbox=2,48,3,49.{number}", f"{ITEMS}?limit={number + 2}"]
        ):
            faults += [f"{name}, {host}: {fault}" for fault in roads.differences(path, Host=host)]
            compared += 1
    assert faults == []
    assert compared >= (2_000 if is_thorough() else 150)
    assert roads.road.repeated - before >= compared // 2


VARIANTS: list[Mapping[str, str]] = [
    {"Accept-Encoding": "identity"},
    {"Accept-Encoding": "gzip, deflate, br"},
    {"Accept-Encoding": "gzip;q=0"},
    {"Accept-Encoding": "zstd"},
    {"Accept": "text/html"},
    {"Accept": "application/json"},
    {"Host": "LOCALHOST"},
    {"Host": "meudon.localhost"},
    {"Host": "inconnue.localhost"},
    {"Host": "exemple.fr"},
    {"Accept-Language": "en"},
    {"Origin": "https://exemple.fr"},
    {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"},
    {"If-None-Match": "*"},
    {"If-None-Match": '"autre"'},
    {"If-None-Match": 'W/"a", "b"'},
    {"If-Modified-Since": "Tue, 01 Dec 2026 00:00:00 GMT"},
    {"If-Match": '"autre"'},
    {"Range": "bytes=0-9"},
    {"Cookie": "django_language=en"},
    {"Cookie": "sessionid=inventee"},
    {"Authorization": "Bearer geo_faux"},
    {"Authorization": "Basic bm9ib2R5Om5vYm9keQ=="},
    {"X-Forwarded-For": "192.0.2.1"},
    {"X-Forwarded-Proto": "https"},
    {"X-Inconnu": "1"},
    {"HX-Request": "true"},
]


OPEN_PATHS = (TILE, f"/tiles/{TREES}.json", f"{ITEMS}?limit=1")


def test_both_roads_answer_the_same_to_any_header(roads: Roads) -> None:
    paths = [*OPEN_PATHS, f"/tiles/{PLAYGROUNDS}/{PLACE}.mvt"]
    faults = [
        fault for path, headers in product(paths, VARIANTS) for fault in roads.differences(path, **headers)
    ]
    assert faults == []


def test_client_that_holds_the_answer_gets_the_same_304(roads: Roads, subtests: pytest.Subtests) -> None:
    for path in OPEN_PATHS:
        with subtests.test(path):
            tag = roads.ask(path).header("etag")
            tags = (tag, f"W/{tag.removeprefix('W/')}")
            assert [roads.ask(path, If_None_Match=each).status for each in tags] == [304, 304]
            assert [fault for each in tags for fault in roads.differences(path, If_None_Match=each)] == []
            assert roads.is_short(path, If_None_Match=tag)


RNG = random.Random(61)
PAGE_PARTS = {
    "limit": ["1", "2", "3", "1000", "20000", "0", "x"],
    "filter": ["genre = 'Cedrus'", "hauteur > 2", "hauteur > 2.5", "genre IS NULL", "absent = 1", "(",
               "S_INTERSECTS(geom, POINT(2.2 48.8))"],
    "sortby": ["id", "-id", "genre", "-hauteur", "+absent", ""],
    "crs": ["http://www.opengis.net/def/crs/EPSG/0/2154", "http://www.opengis.net/def/crs/EPSG/0/4326", "EPSG:1"],
    "properties": ["genre", "genre,hauteur", "matricule", ""],
    "f": ["json", "jsonfg", "geojsonseq", "html", "absente"],
    "commune": [MEUDON, "92048,92072", "1"],
    "q": ["cedre", ""],
    "ids": ["1,2,3", "x"],
    "datetime": ["2020-01-01/..", "hier"],
    "genre": ["Cedrus", "Platanus"],
    "matricule": ["1"],
}  # fmt: skip
ENCODINGS = ["identity", "gzip", "br"]
WRONG_BOXES = ["", "2,48", "2.3,48.8,2.2,48.9", "a,b,c,d", "2.2,48.8,2.3,48.9,1"]


def page_address(slug: str) -> str:
    """Return an address of items that no other has, nearly always with a box."""
    west, south, size = RNG.uniform(2.1, 2.3), RNG.uniform(48.75, 48.85), RNG.choice([0.0, 1e-5, 0.01, 0.2])
    box = f"{west},{south},{west + size},{south + size}" if RNG.random() < 0.9 else RNG.choice(WRONG_BOXES)
    names = RNG.sample(sorted(PAGE_PARTS), RNG.choice([0, 0, 1, 1, 2]))
    query = {"bbox": box} | {name: RNG.choice(PAGE_PARTS[name]) for name in names}
    return f"/api/collections/{slug}/items?{urlencode(query)}"


def test_page_that_was_not_requested_is_made_as_django_makes_it(roads: Roads) -> None:
    slugs = [TREES, TREES, TREES, "bancs", ZONES]
    for slug, encoding in product(set(slugs), ENCODINGS):
        roads.ask(f"/api/collections/{slug}/items", Accept_Encoding=encoding)
    faults, before = [], roads.road.repeated
    requests = 3_000 if is_thorough() else 150
    for _time in range(requests):
        path, encoding = page_address(RNG.choice(slugs)), RNG.choice(ENCODINGS)
        short, long = (
            roads.ask(path, port=port, Accept_Encoding=encoding) for port in (roads.short, roads.long)
        )
        if short != long:
            faults.append(f"{path} {encoding}: {short}, not {long}")
    assert faults == []
    assert roads.road.repeated - before > requests // 6


def test_pages_that_follow_are_made_as_django_makes_them(roads: Roads) -> None:
    path, before, pages = f"{ITEMS}?limit=1", roads.road.repeated, 0
    roads.ask(ITEMS)
    while path:
        short, long = roads.ask(path), roads.ask(path, port=roads.long)
        assert short == long
        following = re.search(r'<http://localhost([^>]+)>; rel="next"', short.header("link"))
        path = following[1] if following else ""
        pages += 1
    assert pages > 1
    assert roads.road.repeated - before >= pages - 1


def test_head_is_that_of_what_is_repeated(roads: Roads) -> None:
    paths = [TILE, f"{ITEMS}?limit=1", f"/tiles/{TREES}.json", "/healthz"]
    for path in paths:
        roads.ask(path, Accept_Encoding="identity")
    before = roads.road.repeated
    # Compressed, the instant of a page would change its length.
    heads = {path: roads.ask(path, method="HEAD", Accept_Encoding="identity") for path in paths}
    assert roads.road.repeated == before + len(paths)
    assert heads == {
        path: roads.ask(path, port=roads.long, method="HEAD", Accept_Encoding="identity") for path in paths
    }


def test_probe_is_answered_by_django_once_a_query_failed(
    roads: Roads, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert roads.is_short("/healthz")
    before = roads.road.repeated
    monkeypatch.setattr(OUTAGE, "is_open", True)
    assert roads.ask("/healthz").status == 200
    assert roads.road.repeated == before


def test_another_method_takes_the_long_road(roads: Roads) -> None:
    methods = ("OPTIONS", "POST", "DELETE")
    short = {method: roads.ask(TILE, method=method) for method in methods}
    assert short == {method: roads.ask(TILE, port=roads.long, method=method) for method in methods}


def test_whoever_has_credentials_takes_the_long_road(roads: Roads, subtests: pytest.Subtests) -> None:
    paths = [TILE, f"/tiles/{PLAYGROUNDS}/{PLACE}.mvt", f"{ITEMS}?limit=1", f"/tiles/{TREES}.json"]
    people = [person for person in of_each_right() if person is not PUBLIC]
    for person in people:
        credentials = [{"Authorization": person.basic()}, {"Cookie": session_of(person)}]
        before = roads.road.repeated
        with subtests.test(str(person)):
            faults = [
                fault for one in credentials for path in paths for fault in roads.differences(path, **one)
            ]
            assert faults == []
            assert roads.road.repeated == before
        # What nobody signs for stays closed after somebody read it.
        assert roads.ask(paths[1]).status == 401


def session_of(person: Person) -> str:
    """Return the cookie of a person who signed in."""
    client = Client()
    client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return f"sessionid={client.cookies['sessionid'].value}"


def test_layer_that_closes_is_hidden_from_the_next_request(roads: Roads) -> None:
    for _time in range(5):
        change(TREES, visibility="internal")
        assert {roads.ask(path).status for path in (TILE, f"{ITEMS}?limit=1", f"/tiles/{TREES}.json")} == {
            401
        }
        change(TREES, visibility="open")
        assert roads.is_short(TILE)


def test_layer_that_closes_under_load_is_hidden_from_every_later_request(roads: Roads) -> None:
    """Eight clients ask without pause; each notes the state that was committed before it asked."""
    kinds = {
        "open": {"visibility": "open", "state": "published"},
        "internal": {"visibility": "internal", "state": "published"},
        "withdrawn": {"visibility": "open", "state": "archived"},
    }
    names = [*kinds]
    states = {0: "open"}

    def ask() -> set[tuple[str, int]]:
        seen = set()
        while max(states) < 20:
            number = max(states)
            status = roads.ask(TILE).status
            if max(states) == number:  # nothing was written meanwhile
                seen.add((states[number], status))
        return seen

    with ThreadPoolExecutor(8) as clients:
        waiting = [clients.submit(ask) for _client in range(8)]
        for number in range(1, 21):
            state = names[number % 3]
            states[-number] = state
            change(TREES, **kinds[state])
            states[number] = state
        seen = set().union(*(each.result() for each in waiting))
    assert seen <= {("open", 200), ("internal", 401), ("withdrawn", 404)}


def test_a_layer_that_closes_while_its_page_is_read_is_closed(
    roads: Roads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is read beside the catalogue, then dropped with the answer of before: the next one is not read."""
    pages = [f"{ITEMS}?limit={limit}" for limit in range(1, 4)]
    wait_until(lambda: roads.is_short(pages[0]))
    reads: list[str] = []
    collection = PageReads._collection

    async def counted(*arguments: Any) -> Any:
        reads.append("page")
        return await collection(*arguments)

    monkeypatch.setattr(PageReads, "_collection", counted)
    change(TREES, visibility="internal")
    assert [roads.ask(page).status for page in pages[1:]] == [401, 401]
    assert len(reads) == 1


def test_a_tile_without_gzip_is_cached_once_it_has_left(
    roads: Roads, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, plain = f"/tiles/{TREES}/{PLACES[3]}.mvt", {"Accept_Encoding": "identity"}
    wait_until(lambda: roads.is_short(path, **plain))
    cached: list[bytes] = []
    monkeypatch.setattr(TileCache, "put", lambda _cache, _key, content: cached.append(content))
    TILE_CACHE.forget()
    drawn = roads.ask(path, **plain)
    wait_until(lambda: bool(cached))
    assert gzip.decompress(cached[0]) == drawn.body


def test_quota_counts_both_roads(roads: Roads, settings: Settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "tiles": 6}
    answers = [roads.ask(TILE) for _time in range(8)]
    assert [answer.status for answer in answers] == [200] * 6 + [429] * 2
    assert [answer.header("ratelimit").split(";")[1] for answer in answers[:3]] == ["r=5", "r=4", "r=3"]
    assert roads.road.repeated > 0


def test_both_roads_write_the_same_line_of_the_access_log(
    roads: Roads, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    monkeypatch.setattr(application.LOGGER, "isEnabledFor", lambda _level: True)
    monkeypatch.setattr(application.LOGGER, "info", lambda form, *values: lines.append(form % values))
    untimed = []
    for port in (roads.short, roads.long):
        lines.clear()
        roads.ask(TILE, port=port)
        wait_until(lambda: bool(lines))
        untimed.append(re.sub(r"\[.*?\]|\d+ms", "", lines[-1]))
    assert untimed[0] == untimed[1]
    assert f"GET {TILE} HTTP/1.1" in untimed[0]


def test_uses_are_counted_by_both_roads(roads: Roads, settings: Settings) -> None:
    settings.USAGE_COUNTERS = True
    USE_COUNTER._counts.clear()
    for _time in range(5):
        roads.ask(f"{ITEMS}?limit=1")
    roads.ask(f"{ITEMS}?limit=1", User_Agent="robot/1.0 (+https://exemple.fr)")
    (use,) = USE_COUNTER._counts
    assert (use.layer, USE_COUNTER._counts.pop(use)) == (TREES, 5)


def test_killed_connection_is_opened_again(roads: Roads) -> None:
    end_read_of_the_catalogue()
    assert [*roads.differences(TILE)] == []
    wait_until(lambda: roads.is_short(TILE))


def end_read_of_the_catalogue() -> None:
    """End the connection by which the short road reads the catalogue, not those by which it draws tiles."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = %s AND query LIKE '%%FROM layers_layer AS layer%%'",
            [APPLICATION_NAME],
        )
        assert cursor.rowcount == 1


def test_database_that_is_away_is_the_same_503(roads: Roads, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_arguments: object, **_limits: object) -> None:
        raise psycopg.OperationalError("connection refused")

    end_read_of_the_catalogue()
    for module in (lookups, connections):
        monkeypatch.setattr(module, "open_connection", refused)
    monkeypatch.setattr(DatabaseWrapper, "get_new_connection", refused)
    faults = [fault for path in (TILE, f"{ITEMS}?limit=1") for fault in roads.differences(path)]
    assert faults == []
    assert roads.ask(TILE).status == 503


def test_road_that_is_switched_off_repeats_nothing(roads: Roads, settings: Settings) -> None:
    settings.SHORT_ROAD = False
    assert not roads.is_short(TILE)
